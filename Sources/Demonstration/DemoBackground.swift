// How strongly each of the demo's patterns is found in pictures that do not show it, once measured.

extension DemoPattern {
    /// How many pictures without licensed patterns the patterns were held against.
    public static let backgroundPictures = 400

    /// The strongest score that any of those pictures reached, as a catalogue keeps it.
    ///
    /// Measured once, so that drawing the demo's catalogue takes seconds: `selvage catalogue refresh
    /// --all` measures it again.
    public var background: Double { Self.backgrounds[name] ?? 0 }

    private static let backgrounds: [String: Double] = [
        "daisy-meadow": 0.018, "rose-trellis": 0.186, "fern-trellis": 0.042, "peony-garden": 0.088,
        "tulip-walk": 0.196, "harbour-scales": 0.15, "quarry-hexagons": 3.388,
        "arc-parquet": 0.616, "kite-mosaic": 0.312, "lantern-argyle": 0.402, "ogee-palmette": 0.314,
        "vase-damask": 0.129, "scroll-medallion": 0.124, "thistle-damask": 0.184,
        "garland-stripe": 0.101, "regatta-stripe": 0.067, "ribbon-berry": 0.247,
        "tide-stripe": 0.542, "little-boats": 0.25, "tea-time": 0.051, "lemon-grove": 0.032,
        "lost-keys": 0.056, "night-sky": 0.506, "songbirds": 0.138, "terrazzo-dawn": 0.207,
        "brushed-linen": 0.048, "contour-lines": 0.371, "pebble-bed": 0.109, "rain-on-slate": 0.039,
    ]
}
