// `selvage catalogue`: signature catalogues built, grown, compared, verified and tried.

import ArgumentParser
import Foundation
import Matching
import SelvageTypes

struct CatalogueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalogue",
        abstract: "Build, grow, compare, verify and try signature catalogues.",
        subcommands: [
            CatalogueBuildCommand.self, CatalogueAddCommand.self, CatalogueRefreshCommand.self,
            CatalogueVerifyCommand.self, CatalogueDiffCommand.self, CatalogueImportCommand.self,
            CatalogueExportCommand.self, CatalogueEvalCommand.self,
        ])
}

struct CatalogueVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check a catalogue's digests, features, images and seal.",
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
        noteMissingFeatures(of: catalogue, in: folder)
    }
}

struct CatalogueDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Say what changed from one generation to another.",
        discussion: "Example:\n  selvage catalogue diff catalogue-2025 catalogue")

    @Argument(help: ArgumentHelp("The older catalogue's folder.", valueName: "older"))
    var older: String

    @Argument(help: ArgumentHelp("The newer catalogue's folder.", valueName: "newer"))
    var newer: String

    @OptionGroup var output: OutputOptions

    mutating func run() throws {
        let old = try Preparation.catalogue(older)
        let new = try Preparation.catalogue(newer)
        let changes = CatalogueChanges(from: old, to: new)
        if output.json { return try Terminal.json(changes) }
        Terminal.line(
            "generation \(old.generation) to \(new.generation): \(changes.added.count) added, \(changes.removed.count) removed, \(changes.changed.count) changed"
        )
        for id in changes.added { Terminal.line("  added    \(id)") }
        for id in changes.removed { Terminal.line("  removed  \(id)") }
        for (id, what) in changes.changed.sorted(by: { $0.key < $1.key }) {
            Terminal.line("  changed  \(id): \(what.joined(separator: ", "))")
        }
        if !changes.whole.isEmpty {
            Terminal.line("  of the whole: \(changes.whole.joined(separator: ", "))")
        }
    }
}

/// Says on standard error which assets are only recognised as whole pictures, and whose certainty
/// is that of an older version.
func noteMissingFeatures(of catalogue: Catalogue, in folder: String) {
    let all = catalogue.entries.count
    let missing = catalogue.withoutFeatures.count
    if missing > 0 {
        Terminal.note(
            "note: \(missing) of \(all) assets have no features of this version, so only whole pictures of them are found; `selvage catalogue refresh \(folder)` makes them from the images"
        )
    }
    let old = catalogue.withOldBackground.count
    if old > 0 {
        Terminal.note(
            "note: the backgrounds of \(old) of \(all) assets are of another version, so that matches may be called too certain; `selvage catalogue refresh \(folder)` makes them anew"
        )
    }
}
