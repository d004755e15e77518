// `selvage asset`: licensed patterns of a catalogue.

import ArgumentParser
import Foundation
import Imaging
import Matching
import SelvageTypes

struct AssetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "asset", abstract: "Licensed patterns of a catalogue.",
        subcommands: [
            AssetSealCommand.self, AssetAddCommand.self, AssetListCommand.self,
            AssetShowCommand.self, AssetVerifyCommand.self, AssetAuditCommand.self,
        ])
}

struct AssetAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add image files to a catalogue.",
        discussion: """
            Example:
              selvage asset add fern-trellis.png --catalogue catalogue \\
                --right "copyright:FR:drawn by A. Marlow, 2026"
            """)

    @Argument(help: ArgumentHelp("Image files.", valueName: "image"))
    var files: [String]

    @Option(help: ArgumentHelp("The catalogue's folder.", valueName: "folder"))
    var catalogue: String

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

struct AssetListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List a catalogue's assets.",
        discussion: "Example:\n  selvage asset list --catalogue Signatures/Catalogues/demo")

    @Option(help: ArgumentHelp("The catalogue's folder.", valueName: "folder"))
    var catalogue: String

    @OptionGroup var output: OutputOptions

    mutating func run() throws {
        let catalogue = try Preparation.catalogue(catalogue)
        if output.json { return try Terminal.json(catalogue.entries.map(\.asset)) }
        var table = TextTable("id", "title", "quality", "distinctive", "right relied on")
        for entry in catalogue.entries {
            let rights = entry.asset.rights.map { "\($0.kind.rawValue) (\($0.jurisdiction))" }
            table.add(
                entry.asset.id, entry.asset.title, String(entry.signatures.pdq.quality),
                entry.signatures.repeat.map { $0.isDistinctive ? "yes" : "no, for review" }
                    ?? "no features",
                rights.isEmpty ? "contract only" : rights.joined(separator: ", "))
        }
        Terminal.line(table.text)
    }
}

struct AssetShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one asset with its signatures.",
        discussion:
            "Example:\n  selvage asset show fern-trellis --catalogue Signatures/Catalogues/demo")

    @Argument(help: ArgumentHelp("The asset's id, or how it ends.", valueName: "asset"))
    var id: String

    @Option(help: ArgumentHelp("The catalogue's folder.", valueName: "folder"))
    var catalogue: String

    @OptionGroup var output: OutputOptions

    mutating func run() throws {
        let found = try Preparation.catalogue(catalogue).entries.filter {
            $0.asset.id == id || $0.asset.id.hasSuffix("/\(id)")
        }
        guard let entry = found.first else {
            throw Failure("\(catalogue): no asset \(id); `selvage asset list` lists them")
        }
        if output.json { return try Terminal.json(entry.asset) }
        Terminal.line("\(entry.asset.id)")
        Terminal.line("  title      \(entry.asset.title)")
        Terminal.line("  licensor   \(entry.asset.licensor)")
        Terminal.line(
            "  image      \(entry.asset.image ?? "not kept") \(entry.asset.imageDigest?.hex ?? "")")
        Terminal.line(
            "  PDQ        \(entry.signatures.pdq.hash) quality \(entry.signatures.pdq.quality)")
        if let features = entry.signatures.repeat {
            let background = features.background.map {
                "background \($0.level) over \($0.pictures) pictures"
            }
            Terminal.line(
                "  features   \(features.keypoints) keypoints, \(background ?? "not calibrated"), sha256 \(features.features)"
            )
        }
        if let seal = entry.asset.seal {
            let mark = seal.mark.map { "payload \($0.payload) with \($0.key)" } ?? "not marked"
            Terminal.line("  sealed     \(seal.at), \(mark)")
            Terminal.line("  manifest   \(seal.manifestLabel), licence \(seal.licence ?? "none")")
        }
        for component in entry.asset.components {
            Terminal.line(
                "  component  \(component.role): \(component.id), owner \(component.owner)")
        }
        for right in entry.asset.rights {
            Terminal.line(
                "  right      \(right.kind.rawValue) in \(right.jurisdiction): \(right.basis)")
        }
    }
}
