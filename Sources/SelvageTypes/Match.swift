// A candidate that verification confirmed: which asset a picture shows, and how sure that is.

/// A confirmed recognition of one asset in one picture.
public struct Match: Hashable, Sendable, Codable {
    /// How the asset was recognised.
    public enum Method: String, Hashable, Sendable, Codable {
        case perceptualHash = "perceptual-hash"
    }

    /// The eight symmetries of a square; `turn90` is a quarter turn counter-clockwise.
    public enum Symmetry: String, Hashable, Sendable, Codable, CaseIterable {
        case asIs = "as-is", turn90 = "turned-90", turn180 = "turned-180", turn270 = "turned-270"
        case mirrored, flipped, transposed, antiTransposed = "anti-transposed"
    }

    /// The asset's id.
    public var asset: String
    /// How it was recognised.
    public var method: Method
    /// How the found picture lies to the licensed one.
    public var symmetry: Symmetry
    /// Bits in which the hashes differ, 0...256.
    public var distance: Int
    /// The chance that an unrelated picture comes this near to any asset of the catalogue; an
    /// upper bound.
    public var falseMatchProbability: Double

    /// A match.
    public init(
        asset: String, method: Method, symmetry: Symmetry, distance: Int,
        falseMatchProbability: Double
    ) {
        self.asset = asset
        self.method = method
        self.symmetry = symmetry
        self.distance = distance
        self.falseMatchProbability = falseMatchProbability
    }
}
