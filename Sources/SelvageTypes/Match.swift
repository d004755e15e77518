// A candidate that verification confirmed: which asset a picture shows, and how sure that is.

/// A confirmed recognition of one asset in one picture.
public struct Match: Hashable, Sendable {
    /// How an asset was recognised.
    public enum Method: String, Hashable, Sendable, Codable, CaseIterable {
        /// By the hash of the whole picture.
        case perceptualHash = "perceptual-hash"
        /// By local features of its repeat, fitted and compared.
        case repeatFeatures = "repeat-features"
        /// By a mark alone, which proves whose mark it is and not what the picture shows.
        case watermark
    }

    /// What may be said on the strength of a match.
    public enum Grade: String, Hashable, Sendable, Codable, CaseIterable {
        /// The picture shows the asset.
        case match
        /// The picture has the asset's geometry, which another pattern may share: for review only.
        ///
        /// It never alerts and makes no finding on its own.
        case sameGeometry = "same-geometry"
        /// The picture carries the asset's mark and does not look like the asset: for review only.
        ///
        /// A mark can be copied onto another picture. It never alerts and makes no finding.
        case unconfirmedMark = "unconfirmed-mark"
    }

    /// The eight symmetries of a square; `turn90` is a quarter turn counter-clockwise.
    public enum Symmetry: String, Hashable, Sendable, Codable, CaseIterable {
        case asIs = "as-is", turn90 = "turned-90", turn180 = "turned-180", turn270 = "turned-270"
        case mirrored, flipped, transposed, antiTransposed = "anti-transposed"
    }

    /// The asset's id.
    public var asset: String
    /// The part of the asset that was recognised by itself; nil for the whole asset.
    public var component: String?
    /// How it was recognised.
    public var method: Method
    /// What may be said on its strength.
    public var grade: Grade
    /// How the found picture lies to the licensed one; nil where `placement` says it finer.
    public var symmetry: Symmetry?
    /// Bits in which the hashes differ, 0...256; nil for methods without a hash.
    public var distance: Int?
    /// The calibrated score of features: 1 and more is a match; nil for hashes.
    public var score: Double?
    /// The chance that an unrelated picture comes this near to any asset of the catalogue.
    ///
    /// An upper bound for hashes, a fitted figure for features.
    public var falseMatchProbability: Double
    /// Where the picture shows the asset and how; nil when that is not known.
    public var placement: Placement?
    /// The asset's mark, where the picture carries it and was looked at for marks.
    public var mark: FoundMark?
    /// What the file states about origin and rights; nil when it states nothing.
    public var credentials: FoundCredentials?

    /// A match by a hash.
    public init(
        asset: String, method: Method, symmetry: Symmetry, distance: Int,
        falseMatchProbability: Double, placement: Placement? = nil
    ) {
        self.asset = asset
        self.method = method
        grade = .match
        self.symmetry = symmetry
        self.distance = distance
        self.falseMatchProbability = falseMatchProbability
        self.placement = placement
    }

    /// A match by features.
    public init(
        asset: String, component: String? = nil, grade: Grade, score: Double,
        falseMatchProbability: Double, placement: Placement?
    ) {
        self.asset = asset
        self.component = component
        method = .repeatFeatures
        self.grade = grade
        // Thousandths are all that people read, and keep stored JSON short and stable.
        self.score = (score * 1000).rounded() / 1000
        self.falseMatchProbability = falseMatchProbability
        self.placement = placement
    }

    /// An asset's mark on a picture that neither hash nor features recognise as the asset.
    public init(asset: String, unconfirmed mark: FoundMark) {
        self.asset = asset
        method = .watermark
        grade = .unconfirmedMark
        falseMatchProbability = mark.falseHitBound
        self.mark = mark
    }
}

/// In JSON what is not known is left out; matches stored before there were grades are matches.
extension Match: Codable {
    private enum Key: String, CodingKey {
        case asset, component, method, grade, symmetry, distance, score, falseMatchProbability
        case placement, mark, credentials
    }

    /// Reads a match.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        asset = try values.decode(String.self, forKey: .asset)
        component = try values.decodeIfPresent(String.self, forKey: .component)
        method = try values.decode(Method.self, forKey: .method)
        grade = try values.decodeIfPresent(Grade.self, forKey: .grade) ?? .match
        symmetry = try values.decodeIfPresent(Symmetry.self, forKey: .symmetry)
        distance = try values.decodeIfPresent(Int.self, forKey: .distance)
        score = try values.decodeIfPresent(Double.self, forKey: .score)
        falseMatchProbability = try values.decode(Double.self, forKey: .falseMatchProbability)
        placement = try values.decodeIfPresent(Placement.self, forKey: .placement)
        mark = try values.decodeIfPresent(FoundMark.self, forKey: .mark)
        credentials = try values.decodeIfPresent(FoundCredentials.self, forKey: .credentials)
    }

    /// Writes a match.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(asset, forKey: .asset)
        try values.encodeIfPresent(component, forKey: .component)
        try values.encode(method, forKey: .method)
        try values.encode(grade, forKey: .grade)
        try values.encodeIfPresent(symmetry, forKey: .symmetry)
        try values.encodeIfPresent(distance, forKey: .distance)
        try values.encodeIfPresent(score, forKey: .score)
        try values.encode(falseMatchProbability, forKey: .falseMatchProbability)
        try values.encodeIfPresent(placement, forKey: .placement)
        try values.encodeIfPresent(mark, forKey: .mark)
        try values.encodeIfPresent(credentials, forKey: .credentials)
    }
}
