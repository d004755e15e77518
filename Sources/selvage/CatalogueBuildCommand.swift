// `selvage catalogue build`, `add` and `refresh`: signatures computed from image files.

import ArgumentParser
import Foundation
import Imaging
import Matching
import SelvageTypes

struct CatalogueBuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build", abstract: "Build a catalogue from a folder of images.",
        discussion: """
            Example:
              selvage catalogue build patterns/ --out catalogue --licensor https://parties.example/studio-marlow
            """)

    @Argument(help: ArgumentHelp("A folder of image files.", valueName: "folder"))
    var images: String

    @Option(help: ArgumentHelp("The catalogue's folder; it is made.", valueName: "folder"))
    var out: String

    @Option(help: ArgumentHelp("Who licenses the patterns, an address.", valueName: "party"))
    var licensor: String

    @OptionGroup var intake: IntakeOptions
    @OptionGroup var background: BackgroundOptions

    func run() async throws {
        let submissions = try intake.submissions(
            try imageFiles(in: images), licensor: licensor, title: nil)
        let decoders = Preparation.decoders()
        defer { decoders.shutDown() }
        let (catalogue, advice) = try await Catalogue.build(
            folder: out, licensor: licensor, assets: submissions,
            created: SystemTimekeeper().now(), calibration: background.calibration,
            seal: try intake.sealing()
        ) { bytes throws(DecodeError) in try await decoders.decode(bytes) }
        Terminal.endProgress()
        Terminal.line(
            "\(out): \(catalogue.entries.count) assets, generation \(catalogue.generation), digest \(catalogue.digest)"
        )
        makeIndex(of: catalogue)
        printAdvice(advice)
    }
}

struct CatalogueAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add image files, as the next generation.",
        discussion: """
            Only the signatures of the new assets are computed. `selvage asset add` is the same.

            Examples:
              selvage catalogue add catalogue fern-trellis.png oak.svg
              selvage catalogue add catalogue hybrid.png \\
                --part "motif:https://parties.example/a-marlow:fern.png" \\
                --part "texture:https://parties.example/model-house:linen.png"
            """)

    @Argument(help: ArgumentHelp("The catalogue's folder.", valueName: "folder"))
    var catalogue: String

    @Argument(help: ArgumentHelp("Image files.", valueName: "image"))
    var files: [String]

    @Option(help: ArgumentHelp("The name people use; without it the file's.", valueName: "title"))
    var title: String?

    @OptionGroup var intake: IntakeOptions
    @OptionGroup var parts: PartOptions
    @OptionGroup var background: BackgroundOptions

    func run() async throws {
        try await addAssets(
            files, to: catalogue, title: title, intake: intake, parts: parts,
            background: background)
    }
}

struct CatalogueRefreshCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refresh",
        abstract: "Make signatures that are missing or of another version, from the images.",
        discussion: """
            The next generation has them; assets without an image file stay as they are.

            Example:
              selvage catalogue refresh catalogue
            """)

    @Argument(help: ArgumentHelp("The catalogue's folder.", valueName: "folder"))
    var folder: String

    @Flag(help: "Also those that seem in order: all signatures and background scores.")
    var all = false

    @OptionGroup var seals: SealOptions
    @OptionGroup var background: BackgroundOptions

    func run() async throws {
        let catalogue = try Preparation.catalogue(folder)
        let decoders = Preparation.decoders()
        defer { decoders.shutDown() }
        let (next, done, advice) = try await catalogue.refreshed(
            folder: folder, all: all, created: SystemTimekeeper().now(),
            calibration: background.calibration, seal: try seals.sealing()
        ) { bytes throws(DecodeError) in try await decoders.decode(bytes) }
        Terminal.endProgress()
        Terminal.line(
            "\(folder): \(done.count) assets refreshed, \(next.entries.count) assets, generation \(next.generation)"
        )
        makeIndex(of: next)
        noteMissingFeatures(of: next, in: folder)
        printAdvice(advice)
    }
}

/// Adds image files to a catalogue as its next generation.
func addAssets(
    _ files: [String], to folder: String, title: String?, intake: IntakeOptions,
    parts: PartOptions, background: BackgroundOptions
) async throws {
    let existing = try Preparation.catalogue(folder)
    let decoders = Preparation.decoders()
    defer { decoders.shutDown() }
    let submissions = try parts.added(
        to: intake.submissions(files, licensor: existing.licensor, title: title))
    let (grown, advice) = try await existing.adding(
        submissions, folder: folder, created: SystemTimekeeper().now(),
        calibration: background.calibration, seal: try intake.sealing()
    ) { bytes throws(DecodeError) in try await decoders.decode(bytes) }
    Terminal.endProgress()
    Terminal.line(
        "\(folder): \(files.count) added, \(grown.entries.count) assets, generation \(grown.generation)"
    )
    makeIndex(of: grown)
    let new = Set(submissions.map(\.asset.id))
    printAdvice(advice.filter { new.contains($0.asset) || new.contains($0.other ?? "") })
}

/// Writes the search index beside a catalogue, so that those who read it need not make it.
///
/// The catalogue is whole without it: what went wrong is said, and nothing more.
private func makeIndex(of catalogue: Catalogue) {
    do throws(CatalogueError) {
        try catalogue.makeIndex()
    } catch {
        Terminal.note("note: \(error) Until then it is made in memory by each who reads it.")
    }
}

/// Options of the background score.
struct BackgroundOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How many pictures without licensed patterns each new asset is held against; 0 for none.",
            valueName: "count"))
    var background = BackgroundPicture.recommendedCount

    func validate() throws {
        guard (0...100_000).contains(background) else {
            throw ValidationError("--background is 0 to 100000.")
        }
    }

    /// A calibration with that many pictures, as many at a time as there are cores.
    var calibration: Calibration {
        let count = background
        return Calibration(
            pictures: count, workers: max(1, ProcessInfo.processInfo.activeProcessorCount)
        ) { done in
            Terminal.progress("background pictures: \(done) of \(count)")
        }
    }
}

/// Options of an asset's parts.
struct PartOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A part with an owner of its own, ROLE:OWNER[:FILE] with role motif, texture or colourway; the file shows it by itself. For one image only; may be repeated.",
            valueName: "part"))
    var part: [String] = []

    /// Assets with these parts.
    func added(to submissions: [Catalogue.Submission]) throws -> [Catalogue.Submission] {
        guard !part.isEmpty else { return submissions }
        guard var one = submissions.first, submissions.count == 1 else {
            throw Failure.usage("--part belongs to one image; add the others apart")
        }
        for text in part { try add(text, to: &one) }
        return [one]
    }

    private func add(_ text: String, to submission: inout Catalogue.Submission) throws {
        let roles = ["motif", "texture", "colourway"]
        let ends = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard ends.count == 2, roles.contains(ends[0]) else {
            throw Failure.usage(
                "--part \(text): has to be ROLE:OWNER[:FILE]; roles: \(roles.joined(separator: ", "))"
            )
        }
        // An owner is an address and has colons of its own; a file that exists is the last part.
        var owner = ends[1]
        var file: String?
        if let colon = owner.lastIndex(of: ":") {
            let last = String(owner[owner.index(after: colon)...])
            if !last.hasPrefix("//"), owner[..<colon].contains(":") || !last.isEmpty,
                FileManager.default.fileExists(atPath: last)
            {
                file = last
                owner = String(owner[..<colon])
            }
        }
        let same = submission.asset.components.count { $0.role == ends[0] }
        let id = "\(submission.asset.id)#\(ends[0])\(same == 0 ? "" : "-\(same + 1)")"
        submission.asset.components.append(
            Asset.Component(id: id, role: ends[0], owner: owner))
        if let file { submission.parts[id] = file }
    }
}
