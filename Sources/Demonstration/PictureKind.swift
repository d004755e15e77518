// What was done to a pattern before a picture of it was put on a page.

/// What a served image shows, as the demo's truth has it.
public enum PictureKind: String, Hashable, Sendable, CaseIterable, Codable {
    /// The licensed file itself.
    case identical
    /// The whole tile at another size.
    case resized
    /// The whole tile, compressed with loss.
    case recompressed
    /// The whole tile, left and right exchanged.
    case mirrored
    /// The whole tile, turned by a quarter.
    case turned
    /// A part of the tile.
    case cropped
    /// Several repeats, some with every second column half a step down.
    case retiled
    /// The same drawing in other colours.
    case recoloured
    /// On a product in a scene.
    case onProduct = "on-product"
    /// Innocent: a drawing of the same kind that is nobody's licensed pattern.
    case lookalike
    /// Innocent: plain goods, a logo, a banner.
    case plain

    /// Whether the picture shows a whole licensed tile and nothing else, up to size, compression
    /// and the eight symmetries of a square: what a perceptual hash of the whole picture finds.
    public var isWholeImage: Bool {
        switch self {
        case .identical, .resized, .recompressed, .mirrored, .turned: true
        default: false
        }
    }

    /// Whether the picture shows a licensed pattern in any way.
    public var showsLicensedPattern: Bool { self != .lookalike && self != .plain }
}
