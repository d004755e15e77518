// The ledger as a user keeps it: named, witnessed, proven, and checked by somebody else.

import Foundation
import Testing

@Suite("The ledger command")
struct LedgerCommandTests {
    private let folder = Temporary()

    @discardableResult
    private func run(_ words: String..., status: Int32 = 0) throws -> Command {
        let run = try Command.run(["ledger"] + words, in: folder.path)
        #expect(run.status == status, "\(words): \(run.output) \(run.errors)")
        return run
    }

    @Test("A log is named, witnessed, and its checkpoint checked with nothing but keys")
    func witnessed() throws {
        #expect(try run("list", status: 1).errors.contains("there is no ledger yet"))
        let first = try run("checkpoint", "--origin", "studio.example/ledger")
        #expect(first.output.hasPrefix("studio.example/ledger\n0\n47DEQpj8HBSa"))
        #expect(try run("checkpoint").output == first.output)
        let key = try run("key").output.trimmingCharacters(in: .newlines)
        #expect(key.hasPrefix("studio.example/ledger+"))
        let witness = try run("witness", "archive.example/w1", "w1.key").output
        _ = folder.write(witness, to: "w1.vkey")
        try run("witness", "archive.example/w1", "w1.key", status: 1)
        _ = folder.write(first.output, to: "unwitnessed")
        _ = folder.write(try run("checkpoint", "--cosign", "w1.key").output, to: "witnessed")
        let good = try run("verify", "witnessed", "--key", key, "--witness", "w1.vkey")
        #expect(good.output.contains("cosigned by archive.example/w1"))
        try run("verify", "witnessed", "--log", "selvage-data/ledger")
        try run("verify", "--log", "selvage-data/ledger", "--key", key)
        let bad = try run("verify", "unwitnessed", "--key", key, "--witness", "w1.vkey", status: 1)
        #expect(bad.errors.contains("refused: 0 of the 1 demanded witnesses"))
        try run("verify", "witnessed", "--key", "other.example+00000000+AAAA", status: 1)
        try run("checkpoint", "--origin", "other.example", status: 1)
        #expect(try run("checkpoint", "--request", "0").output.hasPrefix("old 0\n\nstudio"))
    }

    @Test("A witness that has seen more, or another history, does not cosign")
    func unwilling() throws {
        try run("checkpoint", "--origin", "studio.example/ledger")
        try run("witness", "w.example", "w.key")
        let root = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
        _ = folder.write(
            "other.example\n7\n\(root)\n\n\u{2014} other.example AAAAAAA=\n", to: "w.key.seen")
        let refused = try run("checkpoint", "--cosign", "w.key", status: 1)
        #expect(refused.errors.contains("it is the witness of other.example"))
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644], ofItemAtPath: folder.path + "/w.key")
        #expect(try run("checkpoint", "--cosign", "w.key", status: 1).errors.contains("chmod 600"))
    }

    @Test(
        "The given log and its proof are checked; a changed one is refused with a sentence",
        .enabled(if: samples != nil, "needs ../shared/samples/tlog"))
    func givenProof() throws {
        let samples = try #require(Self.samples)
        let proof = "\(samples)/entry-271.tlog-proof", entry = "\(samples)/entry-271.json"
        let key = "\(samples)/vkey.txt"
        let good = try run("verify", proof, "--key", key, "--entry", entry, "--log", samples)
        #expect(good.output.contains("entry 271 is in the log; monitor.example/ledger, 300"))
        try run("verify", "--log", samples, "--key", key)
        let bad = try run("verify", "\(samples)/checkpoint.bad-size", "--key", key, status: 1)
        #expect(bad.errors.contains("refused: The signature of monitor.example/ledger"))
        try run("verify", proof, "--key", key, status: 1)
        try run("verify", proof, "--key", key, "--entry", key, status: 1)
        try run("verify", proof, "--key", key, "--entry", entry, "--file", entry, status: 1)
        try run("verify", status: 2)
        try run("prove", status: 2)
    }

    /// The folder of the given log; nil when it is not beside the project.
    private static let samples: String? = {
        var folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            let log = folder.appendingPathComponent("shared/samples/tlog").path
            if FileManager.default.fileExists(atPath: log) { return log }
        }
        return nil
    }()
}
