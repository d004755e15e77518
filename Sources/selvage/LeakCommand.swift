// `selvage leak`: whether pictures that a model made reuse marked assets of a licensor.

import ArgumentParser
import Foundation
import Imaging
import Persistence
import SelvageTypes
import Watermarking

struct LeakCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "leak",
        abstract: "Evidence that a model reuses what a licensor's marked assets look like.",
        subcommands: [LeakMarkCommand.self, LeakTestCommand.self])
}

struct LeakTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Test pictures together for the frequencies that a licensor's assets share.",
        discussion: """
            The licensor's secret watermark key is compared with many random keys over all pictures \
            together. The chance is that of a random key doing as well as the secret one.

            Exit status: 0 tested, whatever the chance is; 1 no key, or no picture that can be \
            tested; 2 wrong usage; 3 the chance is below the one that --fail-below names.

            Examples:
              selvage leak test generated/ --licensor https://parties.example/studio-marlow
              selvage leak test list.txt --licensor https://parties.example/studio-marlow \\
                --random-keys 10000000 --fail-below 1e-6
            """)

    @Argument(
        help: ArgumentHelp(
            "A folder of pictures, or a text file with the path of one in each line.",
            valueName: "folder|list"))
    var pictures: String

    @Option(help: ArgumentHelp("Whose key, an address.", valueName: "party"))
    var licensor: String

    @Option(help: ArgumentHelp("The key's name; without it the present one.", valueName: "key"))
    var key: String?

    @Option(
        help: ArgumentHelp(
            "Random keys to compare with: no chance is below one in as many.", valueName: "number"))
    var randomKeys = 20_000

    @Option(
        help: ArgumentHelp(
            "End with status 3 when the chance is below this.", valueName: "chance"))
    var failBelow: Double?

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1_000...100_000_000).contains(randomKeys) else {
            throw ValidationError("--random-keys has to be from 1000 to 100000000.")
        }
        guard let failBelow else { return }
        guard failBelow > 0, failBelow <= 1 else {
            throw ValidationError("--fail-below has to be above 0 and not above 1.")
        }
        let least = 1 / Double(randomKeys + 1)
        guard failBelow > least else {
            throw ValidationError(
                "--fail-below \(failBelow) cannot be reached with \(randomKeys) random keys; give more with --random-keys."
            )
        }
    }

    func run() async throws {
        let secret = try LeakKey(licensor: licensor, name: key, folder: try data.folder())
        let files = try LeakPictures.files(pictures)
        let decoders = Preparation.decoders()
        defer { decoders.shutDown() }
        let taken = try await LeakPictures(files: files, decoder: decoders).test(with: secret.key)
        Terminal.endProgress()
        for problem in taken.unreadable.prefix(5) { Terminal.note("note: \(problem)") }
        guard let result = taken.test.result(keys: randomKeys) else {
            throw Failure(
                "\(pictures): no picture can be tested; each has to be readable, at least 64 pixels wide and high, and not of one colour"
            )
        }
        let answer = LeakAnswer(result, secret, taken, licensor: licensor)
        if output.json { try Terminal.json(answer) } else { answer.show() }
        if let failBelow, result.chance < failBelow {
            throw Failure(
                "the chance \(LeakAnswer.text(result.chance)) is below \(failBelow)", status: 3)
        }
    }
}

/// The secret key of a leakage test.
struct LeakKey {
    let key: WatermarkKey
    /// When it was made: pictures that are older cannot carry its trace.
    let created: Instant

    init(licensor: String, name: String?, folder: String) throws {
        let folder = "\(folder)/keys"
        // Opening makes what is missing; a test makes nothing.
        let ring =
            FileManager.default.fileExists(atPath: folder)
            ? try KeyFolder(folder).ring(.watermark, of: licensor) : nil
        guard let ring else {
            throw Failure(
                "\(licensor): the data folder has no watermark key of this licensor; see `selvage keys --help`"
            )
        }
        guard let kept = name.map({ name in ring.keys.first { $0.name == name } }) ?? ring.current
        else {
            let known = ring.keys.map(\.name).joined(separator: ", ")
            throw Failure("\(licensor): there is no key \(name ?? ""); known: \(known)")
        }
        guard kept.secret.count == 32 else {
            throw Failure("\(licensor): the key \(kept.name) is damaged; restore it from a backup")
        }
        key = WatermarkKey(id: kept.name, secret: kept.secret)
        created = kept.created
    }
}

/// The pictures of a leakage test.
private struct LeakPictures {
    let files: [String]
    let decoder: any PictureDecoder

    /// More pictures would not make the test surer; a list of more is a mistake.
    static let most = 100_000
    /// A list is a list of paths: more bytes are something else.
    static let listLimitInBytes = 64 << 20

    /// What became of the pictures.
    struct Taken {
        var test: LeakageTest
        var tooSmall = 0
        var unreadable: [String] = []
    }

    /// The files that are named by a folder or a list.
    static func files(_ path: String) throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw Failure("\(path): cannot be read; give a folder of pictures or a list of paths")
        }
        let files = isFolder.boolValue ? try imageFiles(in: path) : try listed(path)
        guard files.count <= most else {
            throw Failure("\(path): \(files.count) pictures; \(most) are the most in one test")
        }
        return files
    }

    private static func listed(_ path: String) throws -> [String] {
        let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        guard let size, size <= listLimitInBytes,
            let text = try? String(contentsOfFile: path, encoding: .utf8)
        else {
            throw Failure("\(path): this is no list; it has to be a text with a path in each line")
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let files = text.split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
            .map { $0.hasPrefix("/") ? $0 : "\(folder)/\($0)" }
        guard !files.isEmpty else { throw Failure("\(path): the list names no picture") }
        return files
    }

    /// Takes all pictures together, in an order that does not depend on how many cores there are.
    func test(with key: WatermarkKey) async throws -> Taken {
        let slices = stride(from: 0, to: files.count, by: 16).map {
            Array(files[$0..<min($0 + 16, files.count)])
        }
        let width = max(1, ProcessInfo.processInfo.activeProcessorCount)
        var all = Taken(test: LeakageTest(catalogue: key))
        for start in stride(from: 0, to: slices.count, by: width) {
            try Task.checkCancellation()
            let batch = slices[start..<min(start + width, slices.count)]
            let taken = await withTaskGroup(of: (Int, Taken).self) { group in
                for (number, slice) in batch.enumerated() {
                    group.addTask { (number, await take(slice, key)) }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            for (_, part) in taken.sorted(by: { $0.0 < $1.0 }) {
                all.test.merge(part.test)
                all.tooSmall += part.tooSmall
                all.unreadable += part.unreadable
            }
            Terminal.progress(
                "\(min((start + width) * 16, files.count)) of \(files.count) pictures")
        }
        return all
    }

    private func take(_ files: [String], _ key: WatermarkKey) async -> Taken {
        var taken = Taken(test: LeakageTest(catalogue: key))
        for file in files {
            guard let bytes = FileManager.default.contents(atPath: file) else {
                taken.unreadable.append("\(file): cannot be read")
                continue
            }
            do {
                let picture = try await decoder.decode(Array(bytes))
                if !taken.test.add(picture) { taken.tooSmall += 1 }
            } catch {
                taken.unreadable.append("\(file): \(error.detail)")
            }
        }
        return taken
    }
}

/// What a leakage test says, with what it proves and what not.
private struct LeakAnswer: Encodable {
    let licensor: String
    let key: String
    let keyCreated: Instant
    let pictures: Int
    let tooSmall: Int
    let unreadable: [String]
    let statistic: Double
    let chance: Double
    let randomKeys: Int
    let asGood: Int
    let proves: String
    let provesNot: String

    init(
        _ result: LeakageResult, _ secret: LeakKey, _ taken: LeakPictures.Taken, licensor: String
    ) {
        self.licensor = licensor
        key = secret.key.id
        keyCreated = secret.created
        pictures = result.pictures
        tooSmall = taken.tooSmall
        unreadable = taken.unreadable
        statistic = result.statistic
        chance = result.chance
        randomKeys = result.keys
        asGood = result.asGood
        proves =
            "If these pictures owe nothing to assets marked with this key, and the key was secret and settled before they were chosen, a chance this small or smaller comes up at most \(Self.text(result.chance)) of the time, whatever the pictures look like. A small chance is evidence that marked assets were reused nearly as they are, as by copying or memorising. Each further set or key that is tried is a further test and has to be counted."
        provesNot =
            "A large chance proves nothing, least of all training without these assets: few marked assets in the training, few pictures or a model that compresses strongly leave no trace. A small one does not say which assets were used, nor by whom, nor that a use was not permitted."
    }

    func show() {
        let left = tooSmall + unreadable.count
        Terminal.line(
            "\(pictures == 1 ? "1 picture" : "\(pictures) pictures") tested together with \(key) of \(licensor), made \(keyCreated)"
                + (left > 0
                    ? "; left out: \(tooSmall) too small or plain, \(unreadable.count) unreadable"
                    : ""))
        Terminal.line(
            String(
                format: "  statistic  %.2f standard deviations from the mean of random keys",
                statistic))
        Terminal.line(
            "  chance     \(Self.text(chance)), calibrated: \(asGood) of \(randomKeys) random keys did as well"
        )
        Terminal.line("What it proves: \(proves)")
        Terminal.line("What it does not prove: \(provesNot)")
    }

    /// A chance in two digits: `5.0e-05`, `0.43`.
    static func text(_ chance: Double) -> String {
        String(format: chance < 0.01 ? "%.1e" : "%.2f", chance)
    }
}
