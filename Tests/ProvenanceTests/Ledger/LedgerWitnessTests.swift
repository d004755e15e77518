// A conversation between a log and a witness, with the witness's memory written out.

import Foundation
import SelvageTypes
import Testing

@testable import Provenance

/// C2SP tlog-witness, "add-checkpoint".
@Suite("Ledger witness") struct LedgerWitnessTests {
    let files = LedgerMemory()
    let moment = Instant(microseconds: 1_700_000_000_000_000)

    private func request(since old: UInt64) throws -> WitnessRequest {
        try WitnessRequest(LedgerReader(files, policy: ledgerPolicy()), since: old)
    }

    private func witness() async throws -> LedgerWitness {
        try LedgerWitness(ledgerWitness("w.example", 2), of: await testLedger(in: files).key())
    }

    @Test("A witness cosigns what continues the checkpoint that it saw last")
    func cosigns() async throws {
        let log = try testLedger(in: files)
        let key = try ledgerWitness("w.example", 2).key
        var last: Checkpoint?
        for end in [1, 7, 256, 300] {
            let start = Int(last?.size ?? 0)
            _ = try await log.append(entries: ledgerEntries(start..<end))
            let sent = try request(since: UInt64(start))
            let received = try WitnessRequest(sent.bytes)
            #expect(received == sent)
            let answer = try await witness().answer(received, last: last, at: moment)
            guard case .cosigned(let signature, let seen) = answer else {
                Issue.record("not cosigned: \(answer)")
                return
            }
            last = seen
            let note = try await log.addCosignatures(Array(signature.line.utf8), of: [key])
            let policy = try ledgerPolicy(witnesses: [key])
            #expect(try policy.verify(note).checkpoint.size == UInt64(end))
            #expect(try LedgerReader(files, policy: policy).note == note)
        }
    }

    @Test("A witness refuses another history, another log, and what it is not shown")
    func refuses() async throws {
        _ = try await testLedger(in: files).append(entries: ledgerEntries(0..<7))
        let witness = try await witness()
        let seen = try LedgerReader(files, policy: ledgerPolicy()).checkpoint
        #expect(
            try witness.answer(request(since: 0), last: seen, at: moment)
                == .conflict(lastSize: 7))
        let forked = try Checkpoint(origin: seen.origin, size: 7, root: MerkleTree.emptyRoot)
        #expect(
            try witness.answer(request(since: 7), last: forked, at: moment)
                == .conflict(lastSize: 7))
        let older = try Checkpoint(origin: seen.origin, size: 3, root: MerkleTree.emptyRoot)
        #expect(try witness.answer(request(since: 3), last: older, at: moment) == .unproven)
        let stranger = try NoteSigner(
            name: "other.example", kind: .signature, privateKey: ledgerKey(1))
        let elsewhere = try LedgerWitness(ledgerWitness("w.example", 2), of: stranger.key)
        #expect(try elsewhere.answer(request(since: 0), last: nil, at: moment) == .unknownLog)
        let impostor = try NoteSigner(
            name: "studio.example/ledger", kind: .signature, privateKey: ledgerKey(8))
        let wary = try LedgerWitness(ledgerWitness("w.example", 2), of: impostor.key)
        #expect(try wary.answer(request(since: 0), last: nil, at: moment) == .untrusted)
        #expect(throws: LedgerError.self) { try LedgerWitness(stranger, of: impostor.key) }
    }

    @Test("Lines of no known witness, or over another checkpoint, are not added")
    func strangeLines() async throws {
        let log = try testLedger(in: files)
        _ = try await log.append(entries: ledgerEntries(0..<7))
        let key = try ledgerWitness("w.example", 2).key
        let answer = try await witness().answer(request(since: 0), last: nil, at: moment)
        guard case .cosigned(let signature, _) = answer else { return #expect(Bool(false)) }
        let line = Array(signature.line.utf8)
        let other = try ledgerWitness("x.example", 3).key
        await #expect { try await log.addCosignatures(line, of: [other]) } throws: {
            ($0 as? LedgerError)?.reason == .untrusted
        }
        _ = try await log.append(entries: ledgerEntries(7..<8))
        await #expect { try await log.addCosignatures(line, of: [key]) } throws: {
            ($0 as? LedgerError)?.reason == .badSignature
        }
    }

    @Test(
        "What is no request is refused",
        arguments: ["", "old 1\n", "old 01\n\na\n", "old 1\nAAAA\n\na\n", "new 1\n\na\n"])
    func malformed(text: String) {
        #expect(throws: LedgerError.self) { try WitnessRequest(Array(text.utf8)) }
    }
}
