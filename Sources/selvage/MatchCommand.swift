// `selvage match`: what each stage says about one picture.

import ArgumentParser
import Foundation
import Imaging
import Matching
import SelvageTypes

struct MatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "match",
        abstract: "Say which licensed patterns pictures show, and how sure that is.",
        discussion: """
            Example:
              selvage match swatch.jpg --catalogue Signatures/Catalogues/demo --explain
            """)

    @Argument(help: ArgumentHelp("PNG, JPEG or WebP files.", valueName: "image"))
    var images: [String]

    @Option(help: ArgumentHelp("The catalogue's folder.", valueName: "folder"))
    var catalogue: String

    @Flag(help: "Also the nearest assets that are no match, with distances and times.")
    var explain = false

    @OptionGroup var output: OutputOptions

    private struct Row: Encodable {
        let image: String
        let recognition: ImageRecognition?
        let explanation: Explanation?
        let error: String?
    }

    func run() async throws {
        let matcher = Matcher(try Preparation.catalogue(catalogue))
        let decoders = Preparation.decoders()
        defer { decoders.shutDown() }
        var rows: [Row] = []
        for image in images {
            let row = await look(at: image, matcher, decoders)
            if !output.json { show(row) }
            rows.append(row)
        }
        if output.json { try Terminal.json(rows) }
        let broken = rows.count { $0.error != nil }
        if broken > 0 { throw Failure("\(broken) of \(rows.count) images could not be read") }
    }

    private func look(at image: String, _ matcher: Matcher, _ decoder: any PictureDecoder) async
        -> Row
    {
        guard let content = FileManager.default.contents(atPath: image) else {
            return Row(
                image: image, recognition: nil, explanation: nil,
                error: "\(image): cannot be read; check the path")
        }
        do {
            let picture = try await decoder.decode(Array(content))
            return Row(
                image: image, recognition: matcher.recognise(picture),
                explanation: explain ? matcher.explain(picture) : nil, error: nil)
        } catch {
            return Row(
                image: image, recognition: nil, explanation: nil, error: "\(image): \(error.detail)"
            )
        }
    }

    private func show(_ row: Row) {
        guard let recognition = row.recognition else {
            return Terminal.line(row.error ?? "")
        }
        let quality = "\(recognition.width) × \(recognition.height), quality \(recognition.quality)"
        if recognition.matches.isEmpty { Terminal.line("\(row.image): no match (\(quality))") }
        for match in recognition.matches {
            Terminal.line(
                "\(row.image): \(match.asset), \(match.symmetry.rawValue), distance \(match.distance) of 256, false-match probability at most \(match.falseMatchProbability.formatted(.number.notation(.scientific).precision(.significantDigits(2)))) (\(quality))"
            )
        }
        for stage in row.explanation?.stages ?? [] {
            Terminal.line(
                "  \(stage.stage): \(stage.microseconds) µs\(stage.note.map { "; \($0)" } ?? "")")
            for candidate in stage.candidates {
                Terminal.line(
                    "    \(candidate.isMatch ? "match" : "     ")  \(candidate.distance)  \(candidate.symmetry.rawValue)  \(candidate.asset)"
                )
            }
        }
    }
}
