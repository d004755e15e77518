// `selvage catalogue eval`: a catalogue tried on pictures of which the truth is known.

import ArgumentParser
import Foundation
import Imaging
import Matching
import SelvageTypes

struct CatalogueEvalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Try a catalogue on pictures of which the truth is known.",
        discussion: """
            The folder has a truth.jsonl with one picture a line: {"file": "q/1.jpg", "label": \
            "fern-trellis", "family": "crop", "kind": "positive"}; kind is positive, negative or \
            derivative (made after an asset), label is null for negatives. A label is an asset's \
            id, the last part of its id, its title, or the name of its image file; a name that two \
            assets share is none. Other members are ignored.

            The table has a line for each family: pictures, found as matches, found as matches or \
            for review, pictures taken for another asset, and for pictures without an asset the \
            false positives; and the median time of decoding and matching. A second table holds the \
            false-match probabilities that were stated of pictures without an asset against how often \
            they were. Two more say after which stage pictures were done with, and what each step of \
            the search for repeats costs in processor time.

            Example:
              selvage catalogue eval test-set/ --catalogue catalogue --results results.jsonl
            """)

    @Argument(help: ArgumentHelp("A folder with truth.jsonl.", valueName: "folder"))
    var folder: String

    @Option(help: ArgumentHelp("The catalogue's folder.", valueName: "folder"))
    var catalogue: String

    @Option(
        help: ArgumentHelp(
            "Also write each picture's assets with scores, a JSON object a line.",
            valueName: "file"))
    var results: String?

    @Option(help: ArgumentHelp("Only the first pictures of truth.jsonl.", valueName: "count"))
    var limit: Int?

    @Flag(help: "Ask every stage, also when the hash of the whole picture matched.")
    var thorough = false

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let catalogue = try Preparation.catalogue(catalogue)
        noteMissingFeatures(of: catalogue, in: self.catalogue)
        let queries = try Self.queries(in: folder).prefix(limit ?? .max)
        let matcher = try Matcher(catalogue, thorough: thorough)
        let decoders = Preparation.decoders()
        defer { decoders.shutDown() }
        let folder = folder
        let answers = try await stoppable {
            var answers: [(query: EvaluationQuery, answer: EvaluationAnswer)] = []
            for query in queries {
                try Task.checkCancellation()
                let answer = await Self.answer(
                    "\(folder)/\(query.file)", matcher: matcher, decoder: decoders)
                answers.append((query, answer))
                Terminal.progress("\(answers.count) of \(queries.count) pictures")
            }
            return answers
        }
        Terminal.endProgress()
        let names = AssetNames(catalogue)
        if let results { try write(answers, names, to: results) }
        let table = EvaluationTable(answers, names: names)
        if output.json { return try Terminal.json(table) }
        show(table)
    }

    private static func queries(in folder: String) throws -> [EvaluationQuery] {
        let file = "\(folder)/truth.jsonl"
        guard let content = FileManager.default.contents(atPath: file) else {
            throw Failure("\(file): cannot be read; check the path")
        }
        let decoder = JSONDecoder()
        return try content.split(separator: UInt8(ascii: "\n")).enumerated().map { number, line in
            do {
                return try decoder.decode(EvaluationQuery.self, from: Data(line))
            } catch {
                throw Failure(
                    "\(file):\(number + 1): not a picture with file, label, family and kind; see `selvage catalogue eval --help`"
                )
            }
        }
    }

    private static func answer(
        _ file: String, matcher: Matcher, decoder: any PictureDecoder
    ) async -> EvaluationAnswer {
        let clock = ContinuousClock()
        let start = clock.now
        guard let content = FileManager.default.contents(atPath: file),
            let picture = try? await decoder.decode(Array(content))
        else {
            return EvaluationAnswer(recognition: nil, findings: [], decoding: 0, matching: 0)
        }
        let decoded = clock.now
        let findings = matcher.findings(on: picture, nearest: 10)
        return EvaluationAnswer(
            recognition: matcher.recognition(of: picture, from: findings), findings: findings,
            decoding: (decoded - start) / .milliseconds(1),
            matching: (clock.now - decoded) / .milliseconds(1))
    }

    private struct Result: Encodable {
        let file: String
        let matches: [[Cell]]
        let ms: Double

        enum Cell: Encodable {
            case name(String)
            case score(Double)

            func encode(to encoder: any Encoder) throws {
                var container = encoder.singleValueContainer()
                switch self {
                case .name(let name): try container.encode(name)
                case .score(let score): try container.encode(score)
                }
            }
        }
    }

    /// Assets are named as the truth names them, where it does.
    private func write(
        _ answers: [(query: EvaluationQuery, answer: EvaluationAnswer)], _ names: AssetNames,
        to file: String
    ) throws {
        var labels: [String: String] = [:]
        for label in answers.compactMap(\.query.label) {
            if let id = names.id(label) { labels[id] = label }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        var text = Data()
        for (query, answer) in answers {
            let matches = answer.scores.map { one -> [Result.Cell] in
                let name =
                    labels[one.asset] ?? one.asset.split(separator: "/").last.map(String.init)
                    ?? one.asset
                return [.name(name), .score((one.score * 1000).rounded() / 1000)]
            }
            let total = ((answer.decoding + answer.matching) * 100).rounded() / 100
            text += try encoder.encode(Result(file: query.file, matches: matches, ms: total))
            text.append(UInt8(ascii: "\n"))
        }
        do {
            try text.write(to: URL(fileURLWithPath: file))
        } catch {
            throw Failure("\(file): cannot be written; check permissions and free space")
        }
    }

    private func show(_ table: EvaluationTable) {
        var text = TextTable(
            "family", "pictures", "match", "match or review", "wrong asset", "wrong for review",
            "false match", "false for review", "unreadable", "ms")
        for row in table.rows {
            func share(_ part: Int) -> String {
                row.shown == 0
                    ? "-" : "\(part) (\(Int((100 * Double(part) / Double(row.shown)).rounded())) %)"
            }
            let shows = row.shown > 0
            text.add(
                row.family, String(row.pictures), share(row.found), share(row.foundForReview),
                shows ? String(row.wrongAsset) : "-", shows ? String(row.wrongForReview) : "-",
                String(row.falsePositives), String(row.falseForReview), String(row.unreadable),
                String(row.milliseconds))
        }
        Terminal.line(text.text)
        show(table.falseMatches)
        show(table.stages)
        guard !table.unknownLabels.isEmpty else { return }
        let named = table.unknownLabels.prefix(5).joined(separator: ", ")
        Terminal.note(
            "note: \(table.unknownLabels.count) labels are no asset of the catalogue and were left out: \(named)\(table.unknownLabels.count > 5 ? " …" : "")"
        )
    }

    private func show(_ stages: EvaluationStages) {
        guard stages.pictures > 0 else { return }
        func rounded(_ milliseconds: Double) -> String {
            String((milliseconds * 100).rounded() / 100)
        }
        var exits = TextTable("done with after", "pictures", "share", "processor ms each")
        for exit in stages.exits {
            exits.add(
                exit.after.rawValue, String(exit.pictures),
                "\(rounded(100 * Double(exit.pictures) / Double(stages.pictures))) %",
                rounded(exit.milliseconds))
        }
        exits.add(
            "all", String(stages.pictures), "",
            "\(rounded(stages.milliseconds)), median \(rounded(stages.median))")
        var steps = TextTable("step", "pictures", "processor ms, median of these", "mean of all")
        for step in stages.steps {
            steps.add(
                step.name, String(step.pictures), rounded(step.median), rounded(step.mean))
        }
        Terminal.line("")
        Terminal.line(exits.text)
        Terminal.line("")
        Terminal.line(steps.text)
    }

    private func show(_ checks: [FalseMatchCheck]) {
        guard !checks.isEmpty else { return }
        var text = TextTable(
            "stated false-match probability", "pictures without asset", "allowed", "observed")
        for check in checks {
            text.add(
                "at most \(check.stated)", String(check.pictures),
                String((check.expected * 10).rounded() / 10), String(check.observed))
        }
        Terminal.line("")
        Terminal.line(text.text)
    }
}
