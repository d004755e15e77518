// How strongly each of the demo's patterns is found in pictures that do not show it, once measured.

extension DemoPattern {
    /// How many pictures without licensed patterns the patterns were held against.
    public static let backgroundPictures = 400

    /// What it may reach in such pictures, as a catalogue keeps it.
    ///
    /// Measured once, so that drawing the demo's catalogue takes seconds: `selvage catalogue refresh
    /// --all` measures it again.
    public var background: Double { Self.backgrounds[name] ?? 0 }

    private static let backgrounds: [String: Double] = [
        "daisy-meadow": 0.039, "rose-trellis": 0.122, "fern-trellis": 0.052, "peony-garden": 0.083,
        "tulip-walk": 0.131, "harbour-scales": 0.134, "quarry-hexagons": 3.604,
        "arc-parquet": 0.536, "kite-mosaic": 0.226, "lantern-argyle": 0.397, "ogee-palmette": 0.183,
        "vase-damask": 0.075, "scroll-medallion": 0.077, "thistle-damask": 0.107,
        "garland-stripe": 0.15, "regatta-stripe": 0.063, "ribbon-berry": 0.361,
        "tide-stripe": 0.33, "little-boats": 0.23, "tea-time": 0.066, "lemon-grove": 0.017,
        "lost-keys": 0.07, "night-sky": 0.339, "songbirds": 0.062, "terrazzo-dawn": 0.139,
        "brushed-linen": 0.055, "contour-lines": 0.373, "pebble-bed": 0.08, "rain-on-slate": 0.031,
    ]
}
