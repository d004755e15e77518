// From a picture to the assets it shows: the stages in order, and what they say together.

internal import Recognition
public import SelvageTypes

/// Recognises a catalogue's assets in pictures.
///
/// The hash of the whole picture is asked first: it costs a few milliseconds. Where it matches, the
/// picture is a copy of the whole licensed image, nothing else has room in it, and the features of
/// the repeat, which cost ten times as much, would only say it again: they are asked for all other
/// pictures, and for these too when the matcher is `thorough`.
public struct Matcher: Sendable {
    /// Hashes within this many bits are of the same picture.
    ///
    /// - Source: the PDQ paper's recommended threshold, 31 of 256.
    public static let furthest = 31

    private let stages: [any RecognitionStage]
    private let isThorough: Bool

    /// A matcher for a catalogue: the whole-picture stage, then the repeat's where the catalogue
    /// keeps features.
    ///
    /// - Throws: `CatalogueError` when features that the catalogue names are missing or damaged.
    public init(_ catalogue: Catalogue, thorough: Bool = false) throws(CatalogueError) {
        let repeats = try RepeatStage(catalogue)
        self.init(
            stages: [HashStage(catalogue)] + (repeats.map { [$0] as [any RecognitionStage] } ?? []),
            thorough: thorough)
    }

    /// A matcher of given stages, the cheapest first.
    ///
    /// - Parameter thorough: Whether every stage looks at every picture; otherwise a stage is asked
    ///   only when none before it had a match.
    public init(stages: [any RecognitionStage], thorough: Bool = false) {
        self.stages = stages
        isThorough = thorough
    }

    /// The assets that a picture shows, the surest first; several are possible.
    ///
    /// A picture too flat for every stage matches nothing.
    public func recognise(_ picture: Picture) -> ImageRecognition {
        recognise(picture, nearest: 0).recognition
    }

    /// The assets that a picture shows, and what the stages that were asked proposed.
    ///
    /// - Parameter nearest: How many candidates by features to list even when they do not match.
    public func recognise(
        _ picture: Picture, nearest: Int
    ) -> (recognition: ImageRecognition, candidates: [StageCandidate]) {
        let findings = findings(on: picture, nearest: nearest)
        return (recognition(of: picture, from: findings), findings.flatMap(\.candidates))
    }

    /// What the stages say of a picture, in their order; those that need not be asked are left out.
    ///
    /// - Parameter nearest: How many candidates by features to list even when they do not match.
    public func findings(on picture: Picture, nearest: Int) -> [StageFindings] {
        var findings: [StageFindings] = []
        for stage in stages {
            let isHash = stage.method == .perceptualHash
            findings.append(Self.look(of: stage, at: picture, nearest: isHash ? 0 : nearest))
            if !isThorough, Self.isSettled(findings) { break }
        }
        return findings
    }

    /// The assets that a picture shows, by what the stages said of it.
    ///
    /// What stages said that were asked only to explain the picture does not count.
    ///
    /// - Parameter findings: Of the stages in their order, as `findings` or `explain` gives them.
    public func recognition(
        of picture: Picture, from findings: [StageFindings]
    ) -> ImageRecognition {
        var counted: [StageFindings] = []
        for found in findings where isThorough || !Self.isSettled(counted) { counted.append(found) }
        return ImageRecognition(
            width: picture.width, height: picture.height,
            hash: counted.lazy.compactMap(\.hash).first,
            quality: counted.map(\.quality).max() ?? 0,
            matches: Self.merged(counted.flatMap(\.candidates)))
    }

    /// Whether a match was found already, so that no further stage is asked.
    private static func isSettled(_ findings: [StageFindings]) -> Bool {
        findings.contains { $0.candidates.contains(where: \.isMatch) }
    }

    private static func look(
        of stage: any RecognitionStage, at picture: Picture, nearest: Int
    ) -> StageFindings {
        let clock = ContinuousClock()
        let start = clock.now
        var found = stage.look(at: picture, nearest: nearest)
        found.microseconds = Int((clock.now - start) / .microseconds(1))
        return found
    }

    /// One match for each asset: the surest, where a match of the whole asset stands before one of a
    /// part, and any match before what only shares the geometry.
    private static func merged(_ candidates: [StageCandidate]) -> [Match] {
        var matches: [String: Match] = [:]
        for candidate in candidates {
            guard let grade = candidate.grade else { continue }
            var match = candidate.match
            match.grade = grade
            if let known = matches[match.asset], !isSurer(match, than: known) { continue }
            matches[match.asset] = match
        }
        return matches.values.sorted { isSurer($0, than: $1) }
    }

    /// Whether one match stands before another; equals stand by their assets' names.
    private static func isSurer(_ one: Match, than other: Match) -> Bool {
        if one.grade != other.grade { return one.grade == .match }
        if one.asset == other.asset, (one.component == nil) != (other.component == nil) {
            return one.component == nil
        }
        if one.falseMatchProbability != other.falseMatchProbability {
            return one.falseMatchProbability < other.falseMatchProbability
        }
        return (-(one.score ?? 0), one.asset, one.component ?? "")
            < (-(other.score ?? 0), other.asset, other.component ?? "")
    }

    /// What every stage says about a picture, with the assets nearest to it, for `match --explain`.
    ///
    /// All stages are asked, whatever the earlier ones say.
    public func explain(_ picture: Picture, nearest: Int = 10) -> Explanation {
        let findings = stages.map { Self.look(of: $0, at: picture, nearest: nearest) }
        return Explanation(
            width: picture.width, height: picture.height, threshold: Self.furthest,
            iscc: ISCCImageCode(of: picture).description, stages: findings)
    }
}

/// What every stage says about one picture.
public struct Explanation: Hashable, Sendable, Codable {
    /// Columns of the picture.
    public let width: Int
    /// Rows of the picture.
    public let height: Int
    /// The distance up to which a candidate of the hash stage is a match.
    public let threshold: Int
    /// The picture's ISCC Image-Code, for exchange with others (ISO 24138).
    public let iscc: String
    /// What each stage found, in the order they were asked.
    public let stages: [StageFindings]
}
