// `selvage match`: which licensed patterns pictures show, and on request what each stage says.

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
            With --explain every stage looks at every picture; its candidates are listed with \
            scores and times, and each one with a known place is drawn into the folder: the \
            picture with region and repeat, the licensed image laid the same way, the difference.

            Examples:
              selvage match swatch.jpg --catalogue Signatures/Catalogues/demo
              selvage match cushion.jpg --catalogue catalogue --explain why/
            """)

    @Argument(
        help: ArgumentHelp(
            "PNG, JPEG, WebP, GIF, TIFF, AVIF or SVG files.", valueName: "image"))
    var images: [String]

    @Option(help: ArgumentHelp("The catalogue's folder.", valueName: "folder"))
    var catalogue: String

    @Option(
        help: ArgumentHelp(
            "Explain: list every stage's candidates, and write overlay pictures to this folder.",
            valueName: "folder"))
    var explain: String?

    @Flag(help: "Ask every stage, also when the hash of the whole picture matched.")
    var thorough = false

    @OptionGroup var output: OutputOptions

    private struct Row: Encodable {
        let image: String
        let recognition: ImageRecognition?
        let explanation: Explanation?
        var overlays: [String]?
        let error: String?
    }

    func run() async throws {
        let catalogue = try Preparation.catalogue(catalogue)
        let matcher = try Matcher(catalogue, thorough: thorough)
        noteMissingFeatures(of: catalogue, in: self.catalogue)
        let decoders = Preparation.decoders()
        defer { decoders.shutDown() }
        var rows: [Row] = []
        for image in images {
            let row = try await look(at: image, matcher, catalogue, decoders)
            if !output.json { show(row) }
            rows.append(row)
        }
        if output.json { try Terminal.json(rows) }
        let broken = rows.count { $0.error != nil }
        if broken > 0 { throw Failure("\(broken) of \(rows.count) images could not be read") }
    }

    private func look(
        at image: String, _ matcher: Matcher, _ catalogue: Catalogue, _ decoder: any PictureDecoder
    ) async throws -> Row {
        guard let content = FileManager.default.contents(atPath: image) else {
            return Row(
                image: image, recognition: nil, explanation: nil,
                error: "\(image): cannot be read; check the path")
        }
        let picture: Picture
        do {
            picture = try await decoder.decode(Array(content))
        } catch {
            return Row(
                image: image, recognition: nil, explanation: nil, error: "\(image): \(error.detail)"
            )
        }
        guard let explain else {
            return Row(
                image: image, recognition: matcher.recognise(picture), explanation: nil, error: nil)
        }
        let explanation = matcher.explain(picture)
        let writer = OverlayWriter(folder: explain, catalogue: catalogue, decoder: decoder)
        let overlays = try await writer.write(explanation, of: picture, named: image)
        return Row(
            image: image,
            recognition: matcher.recognition(of: picture, from: explanation.stages),
            explanation: explanation, overlays: overlays, error: nil)
    }

    private func show(_ row: Row) {
        guard let recognition = row.recognition else {
            return Terminal.line(row.error ?? "")
        }
        let size = "\(recognition.width) × \(recognition.height)"
        if recognition.matches.isEmpty {
            Terminal.line("\(row.image): no match (\(size), quality \(recognition.quality))")
        }
        for match in recognition.matches {
            Terminal.line(
                "\(row.image): \(match.asset): \(CaseShowCommand.words(match)); \(Self.chance(match)) (\(size))"
            )
        }
        if let explanation = row.explanation { Terminal.line("  \(explanation.iscc)") }
        for stage in row.explanation?.stages ?? [] { show(stage) }
        for overlay in row.overlays ?? [] { Terminal.line("  drawn: \(overlay)") }
    }

    private func show(_ stage: StageFindings) {
        let note = stage.note.map { "; \($0)" } ?? ""
        Terminal.line("  \(stage.stage): \(stage.microseconds) µs\(note)")
        if !stage.steps.isEmpty {
            let steps = stage.steps.map { "\($0.name) \($0.microseconds)" }
            Terminal.line("    processor time: \(steps.joined(separator: ", ")) µs")
        }
        guard !stage.candidates.isEmpty else { return }
        var table = TextTable("grade", "closeness", "orientation", "asset")
        for candidate in stage.candidates {
            let match = candidate.match
            let small = candidate.readability.map {
                ", for its size only \($0.formatted(.percent.precision(.fractionLength(0))))"
            }
            table.add(
                candidate.grade?.rawValue ?? "-", match.closenessWords + (small ?? ""),
                match.orientationWords, match.component ?? match.asset)
        }
        Terminal.line(table.text)
    }

    private static func chance(_ match: Match) -> String {
        let number = match.falseMatchProbability.formatted(
            .number.notation(.scientific).precision(.significantDigits(2)))
        return match.method == .perceptualHash
            ? "false-match probability at most \(number)"
            : "false-match probability about \(number)"
    }
}

/// Writes the overlay pictures of one explanation.
struct OverlayWriter {
    let folder: String
    let catalogue: Catalogue
    let decoder: any PictureDecoder

    /// The most overlays for one picture.
    static let most = 8

    /// Draws the candidates that have a place, the surest first.
    ///
    /// - Returns: The files, in the order of the candidates.
    func write(
        _ explanation: Explanation, of picture: Picture, named name: String
    ) async throws -> [String] {
        let placed = explanation.stages.flatMap(\.candidates).filter { $0.match.placement != nil }
        guard !placed.isEmpty else { return [] }
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw Failure("\(folder): cannot be made; check the path and its permissions")
        }
        let stem = URL(fileURLWithPath: name).deletingPathExtension().lastPathComponent
        var files: [String] = []
        for (number, candidate) in placed.prefix(Self.most).enumerated() {
            guard let placement = candidate.match.placement,
                let licensed = await licensed(candidate.match)
            else { continue }
            let overlay = MatchOverlay(picture: picture, placement: placement, licensed: licensed)
            let file =
                "\(folder)/\(stem)-\(number + 1)-\(candidate.grade?.rawValue ?? "no-match").png"
            do {
                try Data(PictureEncoder.png(overlay.panels)).write(to: URL(fileURLWithPath: file))
            } catch {
                throw Failure("\(file): cannot be written; check permissions and free space")
            }
            files.append(file)
        }
        return files
    }

    /// The licensed image from the catalogue's folder; else the luma that its signature keeps.
    private func licensed(_ match: Match) async -> Picture? {
        guard let asset = catalogue.asset(match.asset) else { return nil }
        let part = asset.components.first { $0.id == match.component && $0.role != "colourway" }
        if let image = part?.image ?? asset.image, let folder = catalogue.folder,
            let bytes = FileManager.default.contents(atPath: "\(folder)/\(image)"),
            let picture = try? await decoder.decode(Array(bytes))
        {
            return picture
        }
        return try? catalogue.repeatTargets().first {
            $0.asset == match.asset && $0.component == part?.id
        }?.signature.lumaPicture
    }
}
