// How strongly each of the demo's patterns is found in pictures that do not show it, once measured.

extension DemoPattern {
    /// How many pictures without licensed patterns the patterns were held against.
    public static let backgroundPictures = 800

    /// Which series of pictures they were held against, and how it was looked at.
    public static let backgroundVersion = "background-4"

    /// What it may reach in such pictures, as a catalogue keeps it.
    ///
    /// Measured once, so that drawing the demo's catalogue takes seconds: `selvage catalogue refresh
    /// --all` measures it again.
    public var background: Double { Self.backgrounds[name] ?? 0 }

    private static let backgrounds: [String: Double] = [
        "daisy-meadow": 0.098, "rose-trellis": 0.158, "fern-trellis": 0.05, "peony-garden": 0.177,
        "tulip-walk": 0.297, "harbour-scales": 0.116, "quarry-hexagons": 1.668,
        "arc-parquet": 0.524, "kite-mosaic": 0.101, "lantern-argyle": 0.125, "ogee-palmette": 0.162,
        "vase-damask": 0.117, "scroll-medallion": 0.101, "thistle-damask": 0.23,
        "garland-stripe": 0.225, "regatta-stripe": 0.367, "ribbon-berry": 0.348,
        "tide-stripe": 0.228, "little-boats": 0.1, "tea-time": 0.102, "lemon-grove": 0.022,
        "lost-keys": 0.043, "night-sky": 0.267, "songbirds": 0.213, "terrazzo-dawn": 0.122,
        "brushed-linen": 0.043, "contour-lines": 0.116, "pebble-bed": 0.123, "rain-on-slate": 0.063,
    ]
}
