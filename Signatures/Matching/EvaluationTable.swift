// The table of an evaluation: for each family what was found at each grade, mistaken, and how fast.

internal import SelvageTypes

/// The table of an evaluation.
public struct EvaluationTable: Hashable, Sendable, Codable {
    /// One family of pictures.
    public struct Row: Hashable, Sendable, Codable {
        /// What was done to the pictures.
        public let family: String
        /// Pictures of the family.
        public internal(set) var pictures = 0
        /// Pictures that show an asset, or something made after one.
        public internal(set) var shown = 0
        /// Of these, found at match grade.
        public internal(set) var found = 0
        /// Of these, found at match grade or for review.
        public internal(set) var foundForReview = 0
        /// Of these, the surest match is of another asset.
        public internal(set) var wrongAsset = 0
        /// Of these, the surest proposal for review is of another asset, and there is no match.
        public internal(set) var wrongForReview = 0
        /// Pictures that show nothing but were matched.
        public internal(set) var falsePositives = 0
        /// Pictures that show nothing but were matched or proposed for review.
        public internal(set) var falseForReview = 0
        /// Pictures that could not be decoded.
        public internal(set) var unreadable = 0
        /// The median of the milliseconds for decoding and matching.
        public internal(set) var milliseconds = 0.0
    }

    /// The rows: families with assets by name, derivatives, families without assets, then all.
    public let rows: [Row]
    /// How often pictures that show no asset were given a small probability of a false match.
    public let falseMatches: [FalseMatchCheck]
    /// After which stage the pictures were done with, and what each step cost.
    public let stages: EvaluationStages
    /// Labels that no asset of the catalogue has, sorted; their pictures are left out.
    public let unknownLabels: [String]

    /// The table of answers.
    public init(_ answers: [(query: EvaluationQuery, answer: EvaluationAnswer)], names: AssetNames)
    {
        var tallies: [Key: Tally] = [:]
        var unknown: Set<String> = []
        for (query, answer) in answers {
            var id: String?
            if let label = query.label, query.kind != .negative {
                id = names.id(label)
                guard id != nil else {
                    unknown.insert(label)
                    continue
                }
            }
            let key = Key(kind: query.kind, family: query.family)
            tallies[key, default: Tally(family: key.name)].add(answer, shows: id)
            let all = Key(kind: query.kind, family: "")
            tallies[all, default: Tally(family: all.name)].add(answer, shows: id)
        }
        rows = tallies.sorted { $0.key < $1.key }.map(\.value.row)
        falseMatches = FalseMatchCheck.checks(
            of: answers.filter { $0.query.kind == .negative && $0.answer.recognition != nil }
                .map(\.answer.probability))
        stages = EvaluationStages(answers.map(\.answer))
        unknownLabels = unknown.sorted()
    }

    private struct Key: Hashable, Comparable {
        let kind: EvaluationQuery.Kind
        let family: String

        var name: String {
            let group =
                switch kind {
                case .positive: "ALL POSITIVES"
                case .derivative: "ALL DERIVATIVES"
                case .negative: "ALL NEGATIVES"
                }
            return family.isEmpty ? group : family
        }

        private var rank: Int { kind == .positive ? 0 : kind == .derivative ? 1 : 2 }

        static func < (left: Self, right: Self) -> Bool {
            (left.rank, left.family.isEmpty ? 1 : 0, left.family)
                < (right.rank, right.family.isEmpty ? 1 : 0, right.family)
        }
    }

    private struct Tally {
        private var counted: Row
        private var times: [Double] = []

        init(family: String) { counted = Row(family: family) }

        var row: Row {
            var row = counted
            row.milliseconds = times.isEmpty ? 0 : times.sorted()[times.count / 2]
            return row
        }

        mutating func add(_ answer: EvaluationAnswer, shows asset: String?) {
            counted.pictures += 1
            if asset != nil { counted.shown += 1 }
            guard let recognition = answer.recognition else {
                counted.unreadable += 1
                return
            }
            times.append(((answer.decoding + answer.matching) * 100).rounded() / 100)
            let surest = recognition.matches.first
            guard let asset else {
                if surest?.grade == .match { counted.falsePositives += 1 }
                if surest != nil { counted.falseForReview += 1 }
                return
            }
            guard let surest else { return }
            let isRight = surest.asset == asset
            if surest.grade == .match {
                if isRight { counted.found += 1 } else { counted.wrongAsset += 1 }
            } else if !isRight {
                counted.wrongForReview += 1
            }
            if isRight { counted.foundForReview += 1 }
        }
    }
}

/// A stated probability of a false match, held against what was observed.
///
/// Where the probabilities are right, no more than that share of the pictures that show no asset is
/// given so small a one.
public struct FalseMatchCheck: Hashable, Sendable, Codable {
    /// The stated probability.
    public let stated: Double
    /// Pictures that show no asset.
    public let pictures: Int
    /// Of these, those of which a probability as small was stated.
    public let observed: Int

    /// The most pictures that the stated probability allows, on average.
    public var expected: Double { stated * Double(pictures) }

    /// The checks of the probabilities that were stated of pictures without assets.
    static func checks(of probabilities: [Double]) -> [FalseMatchCheck] {
        guard !probabilities.isEmpty else { return [] }
        return [0.1, 0.01, 0.001, 0.0001, 0.00001].map { stated in
            FalseMatchCheck(
                stated: stated, pictures: probabilities.count,
                observed: probabilities.count { $0 <= stated })
        }
    }
}
