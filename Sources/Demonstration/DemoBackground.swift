// How strongly each of the demo's patterns is found in pictures that do not show it, once measured.

extension DemoPattern {
    /// How many pictures without licensed patterns the patterns were held against.
    public static let backgroundPictures = 400

    /// Which series of pictures they were held against, and how it was looked at.
    public static let backgroundVersion = "background-3"

    /// What it may reach in such pictures, as a catalogue keeps it.
    ///
    /// Measured once, so that drawing the demo's catalogue takes seconds: `selvage catalogue refresh
    /// --all` measures it again.
    public var background: Double { Self.backgrounds[name] ?? 0 }

    private static let backgrounds: [String: Double] = [
        "daisy-meadow": 0.024, "rose-trellis": 0.188, "fern-trellis": 0.021, "peony-garden": 0.216,
        "tulip-walk": 0.173, "harbour-scales": 0.536, "quarry-hexagons": 5.388,
        "arc-parquet": 0.869, "kite-mosaic": 0.399, "lantern-argyle": 0.514, "ogee-palmette": 0.285,
        "vase-damask": 0.135, "scroll-medallion": 0.082, "thistle-damask": 0.256,
        "garland-stripe": 0.145, "regatta-stripe": 0.207, "ribbon-berry": 0.241,
        "tide-stripe": 0.202, "little-boats": 0.284, "tea-time": 0.089, "lemon-grove": 0,
        "lost-keys": 0.07, "night-sky": 0.372, "songbirds": 0.054, "terrazzo-dawn": 0.194,
        "brushed-linen": 0.042, "contour-lines": 0.34, "pebble-bed": 0.209, "rain-on-slate": 0.042,
    ]
}
