// `selvage leak mark`: the catalogue's shared frequencies laid over a master, before it is sealed.

import ArgumentParser
import Foundation
import Imaging
import SelvageTypes
import Watermarking

struct LeakMarkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mark",
        abstract: "Lay the frequencies that a licensor's assets share over a master.",
        discussion: """
            What `leak test` looks for. It comes before `asset seal`, whose mark is then tried with \
            these beside it. The repeat still closes without a seam.

            Example:
              selvage leak mark fern.png --licensor https://parties.example/studio-marlow \\
                --asset https://parties.example/studio-marlow/patterns/fern --out fern.traced.png
            """)

    @Argument(help: ArgumentHelp("The master: PNG, JPEG, WebP or TIFF.", valueName: "image"))
    var image: String

    @Option(help: ArgumentHelp("Whose key, an address.", valueName: "party"))
    var licensor: String

    @Option(help: ArgumentHelp("The key's name; without it the present one.", valueName: "key"))
    var key: String?

    @Option(
        help: ArgumentHelp(
            "What tells the asset apart from others: each gets phases of its own.",
            valueName: "asset"))
    var asset: String

    @Option(
        help: ArgumentHelp(
            "The peak signal-to-noise ratio: 46, or 42 for a stronger trace.", valueName: "dB"))
    var decibels = 46.0

    @Option(
        name: .customLong("repeat"),
        help: ArgumentHelp(
            "How the file repeats: full, half-drop or brick.", valueName: "shape"))
    var shape = "full"

    @Option(help: ArgumentHelp("The marked file; never one that is there.", valueName: "file"))
    var out: String

    @OptionGroup var data: DataOptions

    /// Shapes by the words that `asset seal` has for them.
    private static let shapes: [String: RepeatShape] = [
        "full": .rectangular, "half-drop": .halfDrop, "brick": .brick,
    ]

    func validate() throws {
        guard (30...60).contains(decibels) else {
            throw ValidationError("--decibels has to be from 30 to 60.")
        }
        guard Self.shapes[shape] != nil else {
            throw ValidationError("--repeat \(shape): has to be full, half-drop or brick.")
        }
    }

    func run() async throws {
        guard !FileManager.default.fileExists(atPath: out) else {
            throw Failure("\(out): there is a file already; move it away or choose another name")
        }
        let secret = try LeakKey(licensor: licensor, name: key, folder: try data.folder())
        guard let content = FileManager.default.contents(atPath: image) else {
            throw Failure("\(image): cannot be read; check the path and its permissions")
        }
        let decoders = DecoderPool(
            executable: Preparation.executable, arguments: ["decode-worker"], workers: 1,
            limits: .masters)
        defer { decoders.shutDown() }
        do {
            let master = try await decoders.master(Array(content))
            let traced = LeakageMarker(catalogue: secret.key).mark(
                master.picture, repeating: Self.shapes[shape] ?? .rectangular,
                asset: asset, decibels: decibels)
            try Data(try master.encoded(with: traced)).write(
                to: URL(fileURLWithPath: out), options: .withoutOverwriting)
        } catch let error as DecodeError {
            throw Failure("\(image): \(error.detail)")
        } catch let error as EncodeError {
            throw Failure("\(image): \(error.detail)")
        } catch let error as CocoaError {
            throw Failure("\(out): cannot be written (\(error.localizedDescription))")
        }
        Terminal.line("\(out): carries the shared frequencies of \(secret.key.id)")
    }
}
