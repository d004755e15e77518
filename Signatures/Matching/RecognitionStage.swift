// The seam for recognition engines: each stage looks at a picture and proposes assets.

public import SelvageTypes

/// One way of recognising assets.
///
/// Stages are asked in order; their candidates are merged.
public protocol RecognitionStage: Sendable {
    /// How matches of this stage are made.
    var method: Match.Method { get }

    /// What the stage finds in a picture.
    ///
    /// - Parameter nearest: How many candidates to list even when they do not match.
    func look(at picture: Picture, nearest: Int) -> StageFindings
}

/// What one stage found in one picture.
public struct StageFindings: Hashable, Sendable, Codable {
    /// An asset that a stage proposes.
    public struct Candidate: Hashable, Sendable, Codable {
        /// The asset's id.
        public let asset: String
        /// How the picture lies to it.
        public let symmetry: Match.Symmetry
        /// Bits in which the hashes differ.
        public let distance: Int
        /// The chance that an unrelated picture comes this near; see `FalseMatchBound`.
        public let falseMatchProbability: Double
        /// Whether it is near enough to be a match.
        public let isMatch: Bool

        /// A candidate.
        public init(
            asset: String, symmetry: Match.Symmetry, distance: Int, falseMatchProbability: Double,
            isMatch: Bool
        ) {
            self.asset = asset
            self.symmetry = symmetry
            self.distance = distance
            self.falseMatchProbability = falseMatchProbability
            self.isMatch = isMatch
        }
    }

    /// The stage's name.
    public var stage: String
    /// The picture's hash; nil when it is too flat or too small.
    public var hash: PerceptualHash?
    /// PDQ quality, 0...100.
    public var quality: Int
    /// Matches and the nearest others, nearest first.
    public var candidates: [Candidate]
    /// Why there is no candidate, or what else is worth knowing; nil when nothing is.
    public var note: String?
    /// How long it took.
    public var microseconds: Int

    /// What a stage found.
    public init(
        stage: String, hash: PerceptualHash?, quality: Int, candidates: [Candidate],
        note: String? = nil, microseconds: Int = 0
    ) {
        self.stage = stage
        self.hash = hash
        self.quality = quality
        self.candidates = candidates
        self.note = note
        self.microseconds = microseconds
    }
}
