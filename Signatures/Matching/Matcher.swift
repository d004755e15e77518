// From a picture to the assets it shows: the stages in order, and what they say together.

public import SelvageTypes

/// Recognises a catalogue's assets in pictures.
public struct Matcher: Sendable {
    /// Hashes within this many bits are of the same picture.
    ///
    /// - Source: the PDQ paper's recommended threshold, 31 of 256.
    public static let furthest = 31

    private let stages: [any RecognitionStage]

    /// A matcher for a catalogue, with the whole-picture stage.
    public init(_ catalogue: Catalogue) {
        self.init(stages: [HashStage(catalogue)])
    }

    /// A matcher of given stages, the cheapest first.
    public init(stages: [any RecognitionStage]) {
        self.stages = stages
    }

    /// The assets that a picture shows, nearest first; several are possible.
    ///
    /// A picture too flat to hash matches nothing.
    public func recognise(_ picture: Picture) -> ImageRecognition {
        let findings = stages.map { ($0.method, $0.look(at: picture, nearest: 0)) }
        var matches: [String: Match] = [:]
        for (method, found) in findings {
            for candidate in found.candidates where candidate.isMatch {
                let match = Match(
                    asset: candidate.asset, method: method, symmetry: candidate.symmetry,
                    distance: candidate.distance,
                    falseMatchProbability: candidate.falseMatchProbability)
                // The earlier stage's match stands unless a later one is surer.
                if let known = matches[match.asset],
                    known.falseMatchProbability <= match.falseMatchProbability
                {
                    continue
                }
                matches[match.asset] = match
            }
        }
        return ImageRecognition(
            width: picture.width, height: picture.height,
            hash: findings.lazy.compactMap(\.1.hash).first,
            quality: findings.map(\.1.quality).max() ?? 0,
            matches: matches.values.sorted { ($0.distance, $0.asset) < ($1.distance, $1.asset) })
    }

    /// What every stage says about a picture, with the assets nearest to it, for `match --explain`.
    public func explain(_ picture: Picture, nearest: Int = 10) -> Explanation {
        let clock = ContinuousClock()
        let findings = stages.map { stage in
            var found: StageFindings?
            let time = clock.measure { found = stage.look(at: picture, nearest: nearest) }
            var result =
                found
                ?? StageFindings(
                    stage: stage.method.rawValue, hash: nil, quality: 0, candidates: [])
            result.microseconds = Int(time / .microseconds(1))
            return result
        }
        return Explanation(
            width: picture.width, height: picture.height, threshold: Self.furthest,
            stages: findings)
    }
}

/// What every stage says about one picture.
public struct Explanation: Hashable, Sendable, Codable {
    /// Columns of the picture.
    public let width: Int
    /// Rows of the picture.
    public let height: Int
    /// The distance up to which a candidate is a match.
    public let threshold: Int
    /// What each stage found, in the order they were asked.
    public let stages: [StageFindings]
}
