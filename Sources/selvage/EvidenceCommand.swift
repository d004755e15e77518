// `selvage evidence`: is an evidence file what was stored?

import ArgumentParser
import Casework
import Foundation
import SelvageTypes

struct EvidenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evidence", abstract: "Evidence files.",
        subcommands: [EvidenceVerifyCommand.self])
}

struct EvidenceVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check that an evidence file is unaltered.",
        discussion: """
            The digest is the one that the finding and the report to the licensing server name. \
            Without --digest the file's name is taken for it, as the data folder names files.

            Example:
              selvage evidence verify case.warc.gz --digest 9f86d081…
            """)

    @Argument(help: ArgumentHelp("The evidence file.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("The SHA-256 that the finding names.", valueName: "sha256"))
    var digest: String?

    @OptionGroup var output: OutputOptions

    mutating func run() throws {
        guard let content = FileManager.default.contents(atPath: file) else {
            throw Failure("\(file): cannot be read; check the path")
        }
        guard let expected = try expectedDigest() else {
            throw Failure.usage(
                "\(file): the name is not a digest; give the finding's with --digest")
        }
        let report: EvidenceBundle.Report
        do {
            report = try EvidenceBundle.verify(Array(content), expecting: expected)
        } catch {
            throw Failure("\(file): altered or damaged: \(error.detail)")
        }
        if output.json { return try Terminal.json(report) }
        Terminal.line("\(file): unaltered, sha256 \(report.digest)")
        var table = TextTable("record", "kind", "bytes", "address")
        for record in report.records {
            table.add(
                String(record.number), record.kind, String(record.payloadInBytes),
                record.address ?? "")
        }
        Terminal.line(table.text)
    }

    private func expectedDigest() throws -> Digest? {
        if let digest {
            guard let expected = Digest(hex: digest) else {
                throw Failure.usage("--digest has to be 64 hexadecimal digits")
            }
            return expected
        }
        let path = URL(fileURLWithPath: file)
        let name = path.lastPathComponent.prefix { $0 != "." }
        return Digest(hex: String(name))
            ?? Digest(hex: path.deletingLastPathComponent().lastPathComponent + name)
    }
}
