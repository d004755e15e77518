// An older copy of the log that is put in its place is noticed, whatever a backup brought back.

import SelvageTypes
import Synchronization
import Testing

@testable import Provenance

/// What is remembered of a log, in memory.
private final class Remembered: CheckpointMemory {
    private let note = Mutex<[UInt8]?>(nil)
    let place = "the last checkpoint"

    func remembered() -> [UInt8]? { note.withLock { $0 } }
    func remember(_ checkpoint: [UInt8]) { note.withLock { $0 = checkpoint } }
    func forget() { note.withLock { $0 = nil } }
}

@Suite("A log that was put back") struct LedgerRollbackTests {
    private let files = LedgerMemory()
    private let memory = Remembered()

    private func ledger(_ files: LedgerMemory? = nil) throws -> Ledger {
        Ledger(
            files ?? self.files, identity: LedgerIdentity(try ledgerKey(1)),
            origin: "studio.example/ledger", memory: memory)
    }

    private func reason(_ body: () async throws -> Void) async -> LedgerError.Reason? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? LedgerError)?.reason
        }
    }

    @Test("A shorter log, another one, and an empty one are refused, and nothing is written")
    func refused() async throws {
        _ = try await ledger().append(entries: ledgerEntries(0..<5))
        let older = files.copy()
        let content = older.content
        _ = try await ledger().append(entries: ledgerEntries(5..<400))
        #expect(
            await reason { _ = try await ledger(older).append(entries: [[1]]) } == .rolledBack)
        #expect(older.content == content)

        let other = LedgerMemory()
        _ = try await testLedger(in: other).append(entries: ledgerEntries(1..<500))
        #expect(await reason { _ = try await ledger(other).reader() } == .rolledBack)
        let empty = LedgerMemory()
        #expect(await reason { _ = try await ledger(empty).reader() } == .rolledBack)
        #expect(empty.content.isEmpty)

        _ = try await ledger().append(entries: [[2]])
    }

    @Test("What was published before a stop and not yet remembered is no rollback")
    func stopped() async throws {
        _ = try await ledger().append(entries: ledgerEntries(0..<5))
        let early = memory.remembered()
        _ = try await ledger().append(entries: ledgerEntries(5..<9))
        let late = memory.remembered()
        #expect(early != late)
        memory.remember(try #require(early))
        #expect(try await ledger().reader().checkpoint.size == 9)
        #expect(memory.remembered() == late)
    }

    @Test("Once a person has said that the loss is known, the log goes on from what is there")
    func accepted() async throws {
        _ = try await ledger().append(entries: ledgerEntries(0..<5))
        let old = files.copy()
        _ = try await ledger().append(entries: ledgerEntries(5..<20))
        #expect(await reason { _ = try await ledger(old).reader() } == .rolledBack)
        memory.forget()
        #expect(try await ledger(old).append(entries: ledgerEntries(5..<6)).map(\.index) == [5])
    }

    @Test("What cannot be read as a checkpoint of this log is not passed over")
    func foreign() async throws {
        _ = try await ledger().append(entries: ledgerEntries(0..<5))
        memory.remember([1, 2, 3])
        #expect(await reason { _ = try await ledger().reader() } == .rolledBack)
        let signer = try NoteSigner(
            name: "studio.example/ledger", kind: .signature, privateKey: ledgerKey(2))
        let forged = try Checkpoint(
            origin: "studio.example/ledger", size: 0, root: MerkleTree.emptyRoot)
        memory.remember(try SignedNote(signing: forged.text, by: signer).bytes)
        #expect(await reason { _ = try await ledger().reader() } == .rolledBack)
    }
}
