// After which stage pictures were done with, and what each step of the search for repeats cost.

internal import SelvageTypes

/// After which stage the pictures of an evaluation were done with, and what each step cost.
///
/// Times are processor time, so they say the same on a busy machine. Decoding and the hash of the
/// whole picture are not among them.
public struct EvaluationStages: Hashable, Sendable, Codable {
    /// The last stage that a picture was looked at by, in rising order of cost.
    public enum Last: String, Hashable, Sendable, Codable, CaseIterable {
        /// The hash of the whole picture recognised it, or there was nothing else to ask.
        case hash
        /// No repeat had enough of its keypoints in common with it.
        case votes
        /// Repeats were fitted to it, and no fit was worth a comparison.
        case fits
        /// It was compared with a repeat, pixel by pixel.
        case comparison
    }

    /// The pictures that were done with after one stage.
    public struct Exit: Hashable, Sendable, Codable {
        /// The stage.
        public let after: Last
        /// How many pictures.
        public let pictures: Int
        /// The mean of their processor time, in milliseconds.
        public let milliseconds: Double
    }

    /// One step of the search for repeats.
    public struct Step: Hashable, Sendable, Codable {
        /// The step, with the look that it belongs to.
        public let name: String
        /// Pictures that came to it.
        public let pictures: Int
        /// The median of these pictures' processor time for it, in milliseconds.
        public let median: Double
        /// The mean over all pictures, also those that did not come to it.
        public let mean: Double
    }

    /// Pictures that could be decoded.
    public let pictures: Int
    /// The mean of their processor time, in milliseconds.
    public let milliseconds: Double
    /// The median of their processor time, in milliseconds.
    public let median: Double
    /// By the last stage, in the order of the stages.
    public let exits: [Exit]
    /// The steps, in the order in which they are first taken.
    public let steps: [Step]

    /// The stages of some answers.
    init(_ answers: [EvaluationAnswer]) {
        let taken = answers.filter { $0.recognition != nil }.map {
            $0.findings.flatMap(\.steps)
        }
        pictures = taken.count
        var names: [String] = []
        var times: [String: [Double]] = [:]
        var exits: [Last: [Double]] = [:]
        for steps in taken {
            for step in steps {
                if times[step.name] == nil { names.append(step.name) }
                times[step.name, default: []].append(Double(step.microseconds) / 1000)
            }
            let whole = steps.reduce(0) { $0 + Double($1.microseconds) / 1000 }
            exits[Self.last(of: steps), default: []].append(whole)
        }
        let count = Double(max(1, taken.count))
        let all = exits.values.joined().sorted()
        milliseconds = all.reduce(0, +) / count
        median = all.isEmpty ? 0 : all[all.count / 2]
        self.exits = Last.allCases.map { last in
            let own = exits[last] ?? []
            return Exit(
                after: last, pictures: own.count,
                milliseconds: own.reduce(0, +) / Double(max(1, own.count)))
        }
        self.steps = names.map { name in
            let own = (times[name] ?? []).sorted()
            return Step(
                name: name, pictures: own.count, median: own[own.count / 2],
                mean: own.reduce(0, +) / count)
        }
    }

    /// How far a picture came in any of its looks.
    private static func last(of steps: [StageFindings.Step]) -> Last {
        func took(_ step: RepeatRecogniser.Stage) -> Bool {
            steps.contains { $0.name.hasSuffix(step.rawValue) }
        }
        if took(.comparison) { return .comparison }
        if took(.fit) { return .fits }
        return took(.votes) ? .votes : .hash
    }
}
