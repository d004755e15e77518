// `selvage catalogue import` and `export`: PDQ hash lists as others exchange them.

import ArgumentParser
import Foundation
import Matching
import SelvageTypes

struct CatalogueImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take in a PDQ hash list, as the next generation.",
        discussion: """
            A line of the list is `hash[,quality[,name]]`. Its assets have no image and no features, \
            so whole pictures of them are found and nothing else. A folder without a catalogue \
            becomes one when --licensor is given.

            Example:
              selvage catalogue import partner-hashes.txt --catalogue partner --licensor https://parties.example/partner
            """)

    @Argument(help: ArgumentHelp("The list's file.", valueName: "file"))
    var list: String

    @Option(help: ArgumentHelp("The catalogue's folder.", valueName: "folder"))
    var catalogue: String

    @Option(help: ArgumentHelp("Who licenses the patterns, an address.", valueName: "party"))
    var licensor: String?

    @OptionGroup var intake: IntakeOptions

    mutating func run() throws {
        guard let content = FileManager.default.contents(atPath: list),
            let text = String(data: content, encoding: .utf8)
        else { throw Failure("\(list): cannot be read as text; check the path") }
        let isThere = FileManager.default.fileExists(atPath: "\(catalogue)/catalogue.json")
        let existing: Catalogue?
        if isThere {
            existing = try Preparation.catalogue(catalogue)
        } else {
            existing = nil
        }
        guard let owner = existing?.licensor ?? licensor else {
            throw Failure.usage("\(catalogue): no catalogue yet; --licensor makes one")
        }
        if let licensor, licensor != owner {
            throw Failure("\(catalogue): its licensor is \(owner), not \(licensor)")
        }
        let entries = try entries(try HashListFile.lines(in: text, file: list), owner)
        let now = SystemTimekeeper().now()
        let next =
            try existing.map { try $0.adding(entries, created: now) }
            ?? Catalogue(licensor: owner, generation: 1, created: now, entries: entries)
        let finished = try intake.sealing().map { try next.sealed(by: $0) } ?? next
        try finished.write(to: catalogue)
        Terminal.line(
            "\(catalogue): \(entries.count) hashes taken in, \(finished.entries.count) assets, generation \(finished.generation)"
        )
    }

    private func entries(_ lines: [HashListFile.Line], _ owner: String) throws -> [Catalogue.Entry]
    {
        let rights = try intake.rights()
        let start = intake.prefix ?? owner + "/patterns/"
        return lines.map { line in
            // Our own lists carry the ids; others carry file names or nothing.
            let isID = line.name.contains("://")
            let name = line.name.isEmpty ? line.hash.hex : line.name
            let id = isID ? name : start + IntakeOptions.slug(name)
            return Catalogue.Entry(
                asset: Asset(id: id, licensor: owner, title: name, rights: rights),
                signatures: .init(pdq: PDQSignature(hash: line.hash, quality: line.quality)))
        }
    }
}

struct CatalogueExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the PDQ hashes as a list, `hash,quality,id`.",
        discussion: """
            Example:
              selvage catalogue export catalogue > hashes.txt
            """)

    @Argument(help: ArgumentHelp("The catalogue's folder.", valueName: "folder"))
    var folder: String

    @Option(help: ArgumentHelp("A file instead of standard output.", valueName: "file"))
    var out: String?

    mutating func run() throws {
        let catalogue = try Preparation.catalogue(folder)
        let text = HashListFile.text(of: catalogue)
        guard let out else {
            Terminal.line(String(text.dropLast()))
            return
        }
        do {
            try text.write(toFile: out, atomically: true, encoding: .utf8)
        } catch {
            throw Failure("\(out): cannot be written; check permissions and free space")
        }
        Terminal.line("\(out): \(catalogue.entries.count) hashes")
    }
}
