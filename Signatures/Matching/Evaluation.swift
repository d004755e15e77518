// A catalogue tried on pictures of which the truth is known: what is found, missed and mistaken.

public import SelvageTypes

/// One picture of a test set, with what it shows.
///
/// `truth.jsonl` holds one as a JSON object a line; other members are ignored.
public struct EvaluationQuery: Hashable, Sendable, Codable {
    /// What a right answer would be.
    public enum Kind: String, Hashable, Sendable, Codable {
        /// The picture shows the asset.
        case positive
        /// The picture shows none.
        case negative
        /// The picture shows something made after the asset; finding it is right, missing it no
        /// fault.
        case derivative
    }

    /// The picture's file, relative to the folder of the test set.
    public var file: String
    /// The asset: its id, the last part of its id, its title, or its file's name; nil for none.
    public var label: String?
    /// What was done to the picture.
    public var family: String
    /// What a right answer would be.
    public var kind: Kind
}

/// What was said of one picture of a test set.
public struct EvaluationAnswer: Hashable, Sendable {
    /// What was recognised; nil for a picture that could not be decoded.
    public var recognition: ImageRecognition?
    /// Assets with their scores, the best first; each asset once.
    public var scores: [(asset: String, score: Double)]
    /// The smallest false-match probability that was stated; 1 when nothing was proposed.
    public var probability: Double
    /// Milliseconds for decoding.
    public var decoding: Double
    /// Milliseconds for matching.
    public var matching: Double
    /// What the stages said, in the order they were asked; empty where nothing was.
    public var findings: [StageFindings]

    /// An answer, with what the stages said.
    public init(
        recognition: ImageRecognition?, findings: [StageFindings], decoding: Double,
        matching: Double
    ) {
        let candidates = findings.flatMap(\.candidates)
        self.recognition = recognition
        self.findings = findings
        self.decoding = decoding
        self.matching = matching
        probability = candidates.map(\.match.falseMatchProbability).min() ?? 1
        var best: [String: Double] = [:]
        for candidate in candidates {
            guard let score = Self.score(candidate) else { continue }
            best[candidate.match.asset] = max(best[candidate.match.asset] ?? 0, score)
        }
        scores = best.map { (asset: $0.key, score: $0.value) }.sorted {
            ($1.score, $0.asset) < ($0.score, $1.asset)
        }
    }

    public static func == (left: Self, right: Self) -> Bool {
        left.recognition == right.recognition && left.decoding == right.decoding
            && left.matching == right.matching
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(recognition) }

    /// One scale for both stages: a copy of the whole picture stands well above a match.
    private static func score(_ candidate: StageCandidate) -> Double? {
        if let score = candidate.match.score { return score }
        guard candidate.isMatch, let distance = candidate.match.distance else { return nil }
        return 3 + Double(Matcher.furthest - distance) / 10
    }
}

/// The names by which a test set may call a catalogue's assets.
public struct AssetNames: Sendable {
    private var ids: [String: String] = [:]

    /// The names of a catalogue's assets: ids, their last parts, titles and file names.
    ///
    /// A name that two assets share is none; ids always are.
    public init(_ catalogue: Catalogue) {
        var shared: Set<String> = []
        let own = Set(catalogue.entries.map(\.asset.id))
        for entry in catalogue.entries {
            let asset = entry.asset
            let last = asset.id.split(separator: "/").last.map(String.init)
            // An image is kept as NAME-DIGEST.KIND.
            let file = asset.image?.split(separator: "/").last.map { name in
                name.split(separator: "-").dropLast().joined(separator: "-")
            }
            for name in Set([last, asset.title, file].compactMap { $0 }.map(Self.key)) {
                if let known = ids[name], known != asset.id { shared.insert(name) }
                ids[name] = asset.id
            }
        }
        for name in shared { ids[name] = nil }
        for id in own { ids[Self.key(id)] = id }
    }

    /// The id of the asset with a name, with or without a file's ending; nil for none or several.
    public func id(_ name: String) -> String? {
        ids[Self.key(name)] ?? ids[Self.key(Self.stem(name))]
    }

    private static func stem(_ name: String) -> String {
        let last = name.split(separator: "/").last.map(String.init) ?? name
        guard let dot = last.lastIndex(of: "."), dot > last.startIndex else { return last }
        return String(last[..<dot])
    }

    /// Letters and digits, as ids are made from file names.
    private static func key(_ name: String) -> String {
        String(name.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "-" })
    }
}
