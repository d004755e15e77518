// Proofs in files: the given ones, our own, and what becomes of them when a byte is changed.

import Foundation
import SelvageTypes
import Testing

@testable import Provenance

@Suite("Ledger proofs") struct LedgerProofTests {
    @Test(
        "The given log is read and checked, and its proofs are the ones we make",
        .enabled(if: LedgerSamples.areThere, "needs ../shared/samples/tlog"))
    func givenLog() throws {
        let folder = try #require(LedgerSamples.url("tlog"))
        let policy = try CheckpointPolicy(log: NoteKey(LedgerSamples.line("tlog/vkey.txt")))
        let reader = try LedgerReader(LedgerSampleFiles(folder: folder), policy: policy)
        try reader.checkAll()
        let given = try LedgerProof(LedgerSamples.bytes("tlog/entry-271.tlog-proof"))
        let entry = try LedgerSamples.bytes("tlog/entry-271.json")
        #expect(try given.verify(entry: entry, policy: policy).checkpoint.size == 300)
        #expect(given.bytes == (try LedgerSamples.bytes("tlog/entry-271.tlog-proof")))
        let own = try reader.proof(ofEntryAt: 271)
        #expect(own.extra == entry)
        #expect(own.path == given.path)
        #expect(own.note == given.note)
        let older = try policy.verify(
            SignedNote(LedgerSamples.bytes("tlog/checkpoint.256"))
        ).checkpoint
        #expect(
            try reader.consistency(from: (older.size, older.root)).map(\.base64)
                == ["Wr6CNblU0Bw+boZN8vcAg7yl78vjH5nzxHkSC0Chm88="])
    }

    @Test(
        "The given entries make the given tiles and the given root",
        .enabled(if: LedgerSamples.areThere, "needs ../shared/samples/tlog"))
    func givenTiles() throws {
        let folder = try #require(LedgerSamples.url("tlog"))
        let policy = try CheckpointPolicy(log: NoteKey(LedgerSamples.line("tlog/vkey.txt")))
        let reader = try LedgerReader(LedgerSampleFiles(folder: folder), policy: policy)
        var tree = LedgerTree()
        let change = tree.append(try (0..<300).map { try reader.entry(at: $0) })
        #expect(tree.root == reader.checkpoint.root)
        #expect(change.files.count == 5)
        for file in change.files {
            #expect(file.bytes == (try LedgerSamples.bytes("tlog/\(file.tile.path)")))
        }
    }

    @Test("A proof comes back byte for byte, and any changed byte is refused")
    func everyByte() async throws {
        let files = LedgerMemory()
        let ledger = try testLedger(in: files)
        _ = try await ledger.append(entries: ledgerEntries(0..<300))
        let proof = try await ledger.reader().proof(ofEntryAt: 271)
        let policy = try ledgerPolicy()
        #expect(try LedgerProof(proof.bytes) == proof)
        #expect(try proof.verify(policy: policy).checkpoint.size == 300)
        for place in proof.bytes.indices {
            for change in [UInt8(1), 0x20, 0x80] {
                var changed = proof.bytes
                changed[place] ^= change
                #expect(throws: LedgerError.self, "byte \(place) ^ \(change)") {
                    try LedgerProof(changed).verify(policy: policy)
                }
            }
        }
    }

    @Test("A proof is of its own entry and of no other")
    func otherEntry() async throws {
        let files = LedgerMemory()
        let ledger = try testLedger(in: files)
        _ = try await ledger.append(entries: ledgerEntries(0..<5))
        let proof = try await ledger.reader().proof(ofEntryAt: 2)
        let policy = try ledgerPolicy()
        #expect { try proof.verify(entry: ledgerEntries(3..<4)[0], policy: policy) } throws: {
            ($0 as? LedgerError)?.reason == .notIncluded
        }
        #expect(proof.extra == ledgerEntries(2..<3)[0])
        await #expect { try await ledger.reader().proof(ofEntryAt: 5) } throws: {
            ($0 as? LedgerError)?.reason == .outOfRange
        }
    }

    @Test(
        "What is no proof is refused",
        arguments: [
            "", "c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v1\nindex 0\n",
            "c2sp.org/tlog-proof@v2\nindex 0\n\n\(note)", "c2sp.org/tlog-proof@v1\n\n\(note)",
            "c2sp.org/tlog-proof@v1\nindex 00\n\n\(note)",
            "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\n\(note)",
            "c2sp.org/tlog-proof@v1\nextra A\nindex 0\n\n\(note)",
        ])
    func malformed(text: String) {
        #expect(throws: LedgerError.self) { try LedgerProof(Array(text.utf8)) }
        #expect(throws: Never.self) {
            try LedgerProof(Array("c2sp.org/tlog-proof@v1\nindex 0\n\n\(note)".utf8))
        }
    }
}

private let note = "text\n\n\u{2014} a AAAAAAA=\n"
