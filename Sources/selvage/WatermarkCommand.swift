// `selvage watermark`: marks put into pictures and read from them, without any registration.

import ArgumentParser
import Foundation
import Imaging
import Monitoring
import Persistence
import Registering
import SelvageTypes
import Watermarking

struct WatermarkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watermark",
        abstract: "Plain tools for marks; `selvage asset seal` does all at once.",
        subcommands: [WatermarkEmbedCommand.self, WatermarkDetectCommand.self])
}

struct WatermarkEmbedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embed", abstract: "Put a mark into a picture; nothing is registered.",
        discussion: """
            The payload is 64 bits that you choose; `selvage asset verify` says of one that no \
            registry issued that nobody did.

            Example:
              selvage watermark embed fern.png --licensor https://parties.example/studio-marlow \\
                --payload 00000001c0ffee00 --out marked.png
            """)

    @Argument(help: ArgumentHelp("The master: PNG, JPEG, WebP or TIFF.", valueName: "image"))
    var image: String

    @Option(help: ArgumentHelp("Whose key, an address.", valueName: "party"))
    var licensor: String

    @Option(help: ArgumentHelp("The key's name; without it the present one.", valueName: "key"))
    var key: String?

    @Option(help: ArgumentHelp("Sixteen hexadecimal digits.", valueName: "payload"))
    var payload: String

    @Option(help: ArgumentHelp("The marked file; never one that is there.", valueName: "file"))
    var out: String

    @Option(
        name: .customLong("repeat"),
        help: ArgumentHelp("How the file repeats: full, half-drop or brick.", valueName: "shape"))
    var shape = SealWishes.ShapeWish.full

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable {
        let file: String
        let payload: String
        let key: String
        let decibels: Double
        let tileSide: Double
        let tests: [MarkTest]
    }

    func run() async throws {
        guard payload.count == 16, let bits = UInt64(payload, radix: 16) else {
            throw Failure.usage("--payload \(payload): has to be sixteen hexadecimal digits")
        }
        guard !FileManager.default.fileExists(atPath: out) else {
            throw Failure("\(out): there is a file already; move it away or choose another name")
        }
        let keys = try MarkingKeys.keys(of: licensor, in: data.folder())
        guard let marking = key.map({ name in keys.first { $0.key.id == name } }) ?? keys.first
        else { throw Failure("\(licensor): there is no key \(key ?? ""); see `selvage keys list`") }
        let decoders = Preparation.masterDecoders()
        defer { decoders.shutDown() }
        let master = try await MarkingKeys.master(image, decoders)
        do {
            let marked = try Watermarker(key: marking.key).mark(
                master.picture, repeating: shape.shape, payload: WatermarkPayload(bits))
            try Data(try master.encoded(with: marked.picture)).write(
                to: URL(fileURLWithPath: out), options: .withoutOverwriting)
            let answer = Answer(
                file: out, payload: payload, key: marking.key.id, decibels: marked.decibels,
                tileSide: marked.tileSide, tests: marked.tests)
            if output.json { return try Terminal.json(answer) }
            Terminal.line(
                "\(out): marked with \(answer.key), "
                    + String(format: "%.1f dB, tile %.1f pixels", answer.decibels, answer.tileSide))
        } catch let error as MarkError {
            throw Failure("\(image): \(error.detail)")
        } catch let error as EncodeError {
            throw Failure("\(image): \(error.detail)")
        } catch let error as CocoaError {
            throw Failure("\(out): cannot be written (\(error.localizedDescription))")
        }
    }
}

struct WatermarkDetectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "detect", abstract: "Read the marks of a licensor's keys from pictures.",
        discussion: """
            Example:
              selvage watermark detect found.jpg --licensor https://parties.example/studio-marlow
            """)

    @Argument(help: ArgumentHelp("Image files.", valueName: "image"))
    var images: [String]

    @Option(help: ArgumentHelp("Whose keys, an address.", valueName: "party"))
    var licensor: String

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    private struct Row: Encodable {
        let image: String
        let key: String
        let payload: String
        let isIssued: Bool
        let statistic: Double
        let threshold: Double
        let falseHitBound: Double
        let attempts: Int
        let tileSide: Double
        let turn: Double
        let isMirrored: Bool
        let isInverted: Bool
    }

    func run() async throws {
        let keys = try MarkingKeys.keys(of: licensor, in: data.folder())
        let detector = WatermarkDetector(keys: keys.map(\.key))
        let decoders = Preparation.decoders()
        defer { decoders.shutDown() }
        var rows: [Row] = []
        for image in images {
            let picture = try await MarkingKeys.picture(image, decoders)
            let found = detector.detect(picture).map { hit in
                Row(
                    image: image, key: hit.key, payload: hit.payload.description,
                    isIssued: keys.contains { $0.issue.number(of: hit.payload) != nil },
                    statistic: hit.statistic, threshold: hit.threshold,
                    falseHitBound: max(hit.falseHitBound, 1e-100), attempts: hit.attempts,
                    tileSide: hit.tileSide, turn: hit.turn, isMirrored: hit.mirrored,
                    isInverted: hit.inverted)
            }
            if !output.json { show(image, found) }
            rows += found
        }
        if output.json { try Terminal.json(rows) }
    }

    private func show(_ image: String, _ found: [Row]) {
        if found.isEmpty { Terminal.line("\(image): no mark") }
        for row in found {
            Terminal.line(
                "\(image): payload \(row.payload) with \(row.key)"
                    + (row.isIssued ? "" : ", which no registry issued"))
            Terminal.line(
                String(
                    format: "  t %.2f, threshold %.2f, false at most %.1e in %ld attempts",
                    row.statistic, row.threshold, row.falseHitBound, row.attempts))
            Terminal.line(
                String(format: "  tile %.1f pixels, turned %.1f°", row.tileSide, row.turn)
                    + (row.isMirrored ? ", mirrored" : "") + (row.isInverted ? ", inverted" : ""))
        }
    }
}

/// What both tools need: keys and pictures.
enum MarkingKeys {
    /// A licensor's watermark keys, the present one first.
    static func keys(of licensor: String, in folder: String) throws -> [MarkingKey] {
        let keys =
            FileManager.default.fileExists(atPath: "\(folder)/keys")
            ? try MarkingKey.keys(of: licensor, in: try KeyFolder("\(folder)/keys")) : []
        guard !keys.isEmpty else {
            throw Failure(
                "\(licensor): the data folder has no watermark key of this licensor; make one with `selvage keys new --purpose watermark --licensor \(licensor)`"
            )
        }
        return keys
    }

    static func master(_ path: String, _ decoders: DecoderPool) async throws -> MasterImage {
        let bytes = try bytes(path)
        do throws(DecodeError) {
            return try await decoders.master(bytes)
        } catch {
            throw Failure("\(path): \(error.detail)")
        }
    }

    static func picture(_ path: String, _ decoders: DecoderPool) async throws -> Picture {
        let bytes = try bytes(path)
        do throws(DecodeError) {
            return try await decoders.decode(bytes)
        } catch {
            throw Failure("\(path): \(error.detail)")
        }
    }

    private static func bytes(_ path: String) throws -> [UInt8] {
        guard let content = FileManager.default.contents(atPath: path) else {
            throw Failure("\(path): cannot be read; check the path and its permissions")
        }
        return Array(content)
    }
}
