// How strongly each of the demo's patterns is found in pictures that do not show it, once measured.

extension DemoPattern {
    /// How many pictures without licensed patterns the patterns were held against.
    public static let backgroundPictures = 800

    /// Which series of pictures they were held against, and how it was looked at.
    public static let backgroundVersion = "background-5"

    /// What it may reach in such pictures, as a catalogue keeps it.
    ///
    /// Measured once, so that drawing the demo's catalogue takes seconds: `selvage catalogue refresh
    /// --all` measures it again.
    public var background: Double { Self.backgrounds[name] ?? 0 }

    private static let backgrounds: [String: Double] = [
        "daisy-meadow": 0.065, "rose-trellis": 0.134, "fern-trellis": 0.02, "peony-garden": 0.16,
        "tulip-walk": 0.307, "harbour-scales": 0.09, "quarry-hexagons": 2.68,
        "arc-parquet": 0.524, "kite-mosaic": 0.057, "lantern-argyle": 0.135, "ogee-palmette": 0.14,
        "vase-damask": 0.12, "scroll-medallion": 0.108, "thistle-damask": 0.225,
        "garland-stripe": 0.216, "regatta-stripe": 0.181, "ribbon-berry": 0.342,
        "tide-stripe": 0.232, "little-boats": 0.079, "tea-time": 0.118, "lemon-grove": 0,
        "lost-keys": 0, "night-sky": 0.261, "songbirds": 0.153, "terrazzo-dawn": 0.153,
        "brushed-linen": 0.028, "contour-lines": 0.116, "pebble-bed": 0.092, "rain-on-slate": 0,
    ]
}
