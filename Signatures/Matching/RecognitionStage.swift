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
    /// A part of a stage's work, with the processor time that it took.
    public struct Step: Hashable, Sendable, Codable {
        /// What was done.
        public let name: String
        /// How long it took, whatever else the machine was doing.
        public let microseconds: Int

        /// A part of a stage's work.
        public init(name: String, microseconds: Int) {
            self.name = name
            self.microseconds = microseconds
        }
    }

    /// The stage's name.
    public var stage: String
    /// The picture's hash; nil when it is too flat or too small, or the stage makes none.
    public var hash: PerceptualHash?
    /// PDQ quality, 0...100; 0 when the stage makes no hash.
    public var quality: Int
    /// Matches and the nearest others, the surest first.
    public var candidates: [StageCandidate]
    /// Why there is no candidate, or what else is worth knowing; nil when nothing is.
    public var note: String?
    /// How long it took, by the clock.
    public var microseconds: Int
    /// The parts of the work; empty when it has none to tell apart.
    public var steps: [Step]

    /// What a stage found.
    public init(
        stage: String, hash: PerceptualHash?, quality: Int, candidates: [StageCandidate],
        note: String? = nil, microseconds: Int = 0, steps: [Step] = []
    ) {
        self.stage = stage
        self.hash = hash
        self.quality = quality
        self.candidates = candidates
        self.note = note
        self.microseconds = microseconds
        self.steps = steps
    }
}

/// An asset that a stage proposes.
public struct StageCandidate: Hashable, Sendable, Codable {
    /// The asset as the stage recognised it; only with a grade it counts.
    public var match: Match
    /// What may be said on its strength; nil when nothing is.
    public var grade: Match.Grade?
    /// What the score was multiplied by, as the repeat is shown so small; nil where it shows all of itself.
    public var readability: Double?

    /// A candidate; without a grade it is only listed.
    public init(_ match: Match, grade: Match.Grade?, readability: Double? = nil) {
        self.match = match
        self.grade = grade
        self.readability = readability
    }

    /// Whether the picture shows the asset.
    public var isMatch: Bool { grade == .match }
}
