// `selvage catalogue`: build and verify signature catalogues.

import ArgumentParser
import Foundation
import Imaging
import Matching
import SelvageTypes

struct CatalogueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalogue", abstract: "Build and verify signature catalogues.",
        subcommands: [CatalogueBuildCommand.self, CatalogueVerifyCommand.self])
}

struct CatalogueBuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build", abstract: "Build a catalogue from a folder of images.",
        discussion: """
            Example:
              selvage catalogue build patterns/ --out catalogue --licensor https://parties.example/studio-marlow
            """)

    @Argument(help: ArgumentHelp("A folder of PNG, JPEG and WebP files.", valueName: "folder"))
    var images: String

    @Option(help: ArgumentHelp("The catalogue's folder; it is made.", valueName: "folder"))
    var out: String

    @Option(help: ArgumentHelp("Who licenses the patterns, an address.", valueName: "party"))
    var licensor: String

    @OptionGroup var intake: IntakeOptions

    func run() async throws {
        let submissions = try intake.submissions(
            try imageFiles(in: images), licensor: licensor, title: nil)
        let decoders = Preparation.decoders()
        defer { decoders.shutDown() }
        let (catalogue, advice) = try await Catalogue.build(
            folder: out, licensor: licensor, assets: submissions,
            created: SystemTimekeeper().now(), seal: try intake.sealing()
        ) { bytes throws(DecodeError) in try await decoders.decode(bytes) }
        Terminal.line(
            "\(out): \(catalogue.entries.count) assets, generation \(catalogue.generation), digest \(catalogue.digest)"
        )
        printAdvice(advice)
    }
}

struct CatalogueVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check a catalogue's digests, images and seal.",
        discussion: "Example:\n  selvage catalogue verify Signatures/Catalogues/demo")

    @Argument(help: ArgumentHelp("The catalogue's folder.", valueName: "folder"))
    var folder: String

    @Option(
        help: ArgumentHelp(
            "Demand a seal by this public key, base64; may be repeated.", valueName: "key"))
    var trust: [String] = []

    @OptionGroup var output: OutputOptions

    mutating func run() throws {
        let problems = Catalogue.verify(
            folder: folder, trustedKeys: trust.isEmpty ? nil : Set(trust))
        if output.json {
            try Terminal.json(problems)
        } else {
            for problem in problems {
                Terminal.line("\(folder)/\(problem.file): \(problem.what) \(problem.remedy)")
            }
        }
        guard problems.isEmpty else {
            throw Failure("\(folder): \(problems.count) problem\(problems.count == 1 ? "" : "s")")
        }
        let catalogue = try Preparation.catalogue(folder)
        if !output.json {
            let seal = catalogue.seal.map { "sealed by \($0.publicKey)" } ?? "not sealed"
            Terminal.line(
                "\(folder): good; \(catalogue.entries.count) assets, generation \(catalogue.generation), \(seal)"
            )
        }
    }
}
