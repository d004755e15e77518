// The studio's collection: twenty-nine patterns in six families.

extension DemoPattern {
    /// Every licensed pattern of the demo.
    public static let collection: [DemoPattern] =
        florals + geometrics + damasks + stripes + tossed + textures

    private static let florals: [DemoPattern] = [
        .init(
            "daisy-meadow", "Daisy meadow", .floral,
            inks: [0x24483e, 0xf6efe0, 0xf2c6b4, 0x5f8f6b, 0xe3a72f], painter: Florals.daisyMeadow),
        .init(
            "rose-trellis", "Rose trellis", .floral,
            inks: [0xf3e9dc, 0xc8495b, 0xe39aa0, 0x5b7d5a, 0x7d2236], painter: Florals.roseTrellis),
        .init(
            "fern-trellis", "Fern trellis", .floral,
            inks: [0xf1ede1, 0xc3d0b4, 0x3f6b4c, 0x7c9a4e, 0x22402e], basis: .hybrid,
            painter: Florals.fernTrellis),
        .init(
            "peony-garden", "Peony garden", .floral,
            inks: [0x1d2a44, 0xe88a9b, 0xf3d3c9, 0x4f7f74, 0x9c2750], painter: Florals.peonyGarden),
        .init(
            "tulip-walk", "Tulip walk", .floral,
            inks: [0xf5d77f, 0xd24a34, 0xf7f1e3, 0x2f6a57, 0x8a3a6d], painter: Florals.tulipWalk),
    ]

    private static let geometrics: [DemoPattern] = [
        .init(
            "harbour-scales", "Harbour scales", .geometric,
            inks: [0xf4efe6, 0x1f4e6b, 0x5c9ead, 0xe08e45, 0x16324a],
            painter: Geometrics.harbourScales),
        .init(
            "quarry-hexagons", "Quarry hexagons", .geometric,
            inks: [0xf2eee8, 0x6f7f8f, 0xc9a27a, 0x3d5a5b, 0xa8493b],
            painter: Geometrics.quarryHexagons),
        .init(
            "arc-parquet", "Arc parquet", .geometric,
            inks: [0xe8ddc7, 0x274c77, 0xf4d58d, 0xbf9b7a, 0x8d0801], painter: Geometrics.arcParquet
        ),
        .init(
            "kite-mosaic", "Kite mosaic", .geometric,
            inks: [0xf7f3ea, 0x2a9d8f, 0xe9c46a, 0xe76f51, 0x264653], painter: Geometrics.kiteMosaic
        ),
        .init(
            "lantern-argyle", "Lantern argyle", .geometric,
            inks: [0x3b2f4a, 0x8c5e7e, 0xd9b8a3, 0x5a7a8c, 0xf3e6d3],
            painter: Geometrics.lanternArgyle),
    ]

    private static let damasks: [DemoPattern] = [
        .init(
            "ogee-palmette", "Ogee palmette", .damask,
            inks: [0x7b1e2e, 0xe2b66b, 0xf4e0bd, 0x4a0f1b, 0xffffff], painter: Damasks.ogeePalmette),
        .init(
            "vase-damask", "Vase damask", .damask,
            inks: [0xdfe7df, 0x3d6358, 0x8aa79a, 0x24403a, 0xffffff], painter: Damasks.vaseDamask),
        .init(
            "scroll-medallion", "Scroll medallion", .damask,
            inks: [0x1b3048, 0x7fa6c2, 0xe7dcc2, 0x0c1a2b, 0xffffff], basis: .hybrid,
            painter: Damasks.scrollMedallion),
        .init(
            "thistle-damask", "Thistle damask", .damask,
            inks: [0xe9e0ee, 0x5a3b78, 0x9c7bb5, 0x2e1b42, 0xffffff], painter: Damasks.thistleDamask
        ),
    ]

    private static let stripes: [DemoPattern] = [
        .init(
            "garland-stripe", "Garland stripe", .stripe,
            inks: [0xfaf4e6, 0xa9c2b0, 0xc46a5a, 0x4d7358, 0xd98c8c], painter: Stripes.garlandStripe
        ),
        .init(
            "regatta-stripe", "Regatta stripe", .stripe,
            inks: [0xf6f2ea, 0x1c355e, 0xc23b3b, 0x9cc3d5, 0xf0c75e], painter: Stripes.regattaStripe
        ),
        .init(
            "ribbon-berry", "Ribbon berry", .stripe,
            inks: [0xf4ece1, 0x6b3d57, 0xd9a441, 0x48705b, 0xb8324a], painter: Stripes.ribbonBerry),
        .init(
            "tide-stripe", "Tide stripe", .stripe,
            inks: [0xeaf3f1, 0x2c7a86, 0x8cc7c1, 0x144552, 0xf2886a], painter: Stripes.tideStripe),
    ]

    private static let tossed: [DemoPattern] = [
        .init(
            "little-boats", "Little boats", .tossed,
            inks: [0x9fd0d8, 0xb5402f, 0x1f4b66, 0xfdf6e8, 0xf5c95b],
            painter: TossedIcons.littleBoats),
        .init(
            "tea-time", "Tea time", .tossed,
            inks: [0xc9ddd3, 0xfbf7ef, 0xe79b86, 0x4b7f8c, 0x7a3b3f], painter: TossedIcons.teaTime),
        .init(
            "lemon-grove", "Lemon grove", .tossed,
            inks: [0xf3f0df, 0xf2c230, 0xf6da6b, 0x86a873, 0x2f6b47],
            painter: TossedIcons.lemonGrove),
        .init(
            "lost-keys", "Lost keys", .tossed,
            inks: [0x2d3142, 0xd8a657, 0xbfc0c0, 0xef8354, 0xf3e9d2], painter: TossedIcons.lostKeys),
        .init(
            "night-sky", "Night sky", .tossed,
            inks: [0x14213d, 0xf7e8b5, 0xfca311, 0xe5e5e5, 0x6c8ebf], painter: TossedIcons.nightSky),
        .init(
            "songbirds", "Songbirds", .tossed,
            inks: [0xf8eadb, 0x3a6ea5, 0xd1603d, 0x8fae7e, 0xa4243b], painter: TossedIcons.songbirds
        ),
    ]

    private static let textures: [DemoPattern] = [
        .init(
            "terrazzo-dawn", "Terrazzo dawn", .texture,
            inks: [0xf4ebe4, 0xd98f7a, 0x6d8c94, 0x3c3c4a, 0xe6c17a], painter: Textures.terrazzo),
        .init(
            "brushed-linen", "Brushed linen", .texture,
            inks: [0xe9e2d2, 0x8a7f6a, 0xf7f3ea, 0x4d5b57, 0xb89f79], basis: .generated,
            painter: Textures.brushedLinen),
        .init(
            "contour-lines", "Contour lines", .texture,
            inks: [0xf1efe4, 0x39705f, 0xb3672f, 0x33517a, 0x202020], painter: Textures.contourLines
        ),
        .init(
            "pebble-bed", "Pebble bed", .texture,
            inks: [0x3a4045, 0xb9b2a3, 0x8b9aa0, 0xd9cdb8, 0x6f6a67], painter: Textures.pebbleBed),
        .init(
            "rain-on-slate", "Rain on slate", .texture,
            inks: [0x38444f, 0xa9c1cc, 0xe8eef0, 0x6d8796, 0xd6b98c], painter: Textures.rainOnSlate),
    ]
}
