// Go's note and tlog packages read what we write: checkpoints, tiles, entries and both kinds of proof.

import Foundation
import SelvageTypes
import Testing

@testable import Provenance

/// Debian's Go and its copy of golang.org/x/mod.
private enum GoTools {
    static let library = "/usr/share/gocode"
    static let program = "/usr/bin/go"

    static var areThere: Bool {
        [program, "\(library)/src/golang.org/x/mod/sumdb/tlog"].allSatisfy {
            FileManager.default.fileExists(atPath: $0)
        }
    }

    static func run(_ source: URL, _ argument: String) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["run", source.path, argument]
        process.environment = [
            "GO111MODULE": "off", "GOPATH": library, "GOCACHE": "\(argument)/cache",
            "GOTMPDIR": argument, "PATH": "/usr/bin:/bin", "GOFLAGS": "", "CGO_ENABLED": "0",
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: said, as: UTF8.self))
    }
}

@Suite("Ledger, seen by Go") struct LedgerGoTests {
    /// What the checking program is asked.
    private struct Job: Encodable {
        struct Older: Encodable {
            var note: String
            var path: [String]
        }

        var key: String
        var older: [Older]
        var proofs: [String]
    }

    @Test(
        "Go's note.Open, CheckRecord and CheckTree accept what we write, over three levels of tiles",
        .enabled(
            if: GoTools.areThere, "needs the Debian packages golang-go, golang-golang-x-mod-dev"))
    func accepted() async throws {
        let files = LedgerMemory()
        let ledger = try testLedger(in: files)
        var older: [(Checkpoint, SignedNote)] = []
        let sizes = [1, 2, 3, 255, 256, 257, 1000, 40_000, 65_537]
        for (start, end) in zip([0] + sizes, sizes) {
            _ = try await ledger.append(entries: ledgerEntries(start..<end))
            let reader = try await ledger.reader()
            older.append((reader.checkpoint, reader.note))
        }
        let reader = try await ledger.reader()
        let job = Job(
            key: try await ledger.key().description,
            older: try older.map { checkpoint, note in
                Job.Older(
                    note: String(decoding: note.bytes, as: UTF8.self),
                    path: try reader.consistency(from: (checkpoint.size, checkpoint.root))
                        .map(\.base64))
            },
            proofs: try [0, 1, 255, 256, 999, 1000, 39_999, 40_000, 65_535, 65_536].map {
                String(decoding: try reader.proof(ofEntryAt: $0).bytes, as: UTF8.self)
            })
        let said = try check(files, job)
        #expect(said.output == "65537 entries, 10 proofs, 9 older checkpoints\n")
        #expect(said.status == 0)
    }

    private func check(_ files: LedgerMemory, _ job: Job) throws -> (status: Int32, output: String)
    {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("selvage-go-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, bytes) in files.content {
            let file = folder.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: file)
        }
        try JSONEncoder().encode(job).write(to: folder.appendingPathComponent("job.json"))
        let program = folder.appendingPathComponent("check.go")
        let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/check.go.txt")
        try Data(contentsOf: fixture).write(to: program)
        return try GoTools.run(program, folder.path)
    }
}
