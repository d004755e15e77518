// The log as a whole: entries go in, stops and tampering happen, and proofs come out.

import Foundation
import SelvageTypes
import Testing

@testable import Provenance

@Suite("Ledger") struct LedgerTests {
    let files = LedgerMemory()

    @Test("Entries are numbered in their order, and one that is there already is not added again")
    func append() async throws {
        let ledger = try testLedger(in: files)
        let entries = ledgerEntries(0..<300)
        #expect(
            try await ledger.append(entries: Array(entries[..<10])).map(\.index) == Array(0..<10))
        let again = try await ledger.append(entries: [entries[3], entries[10], entries[10]])
        #expect(again.map(\.index) == [3, 10, 10])
        #expect(again.map(\.isNew) == [false, true, false])
        _ = try await ledger.append(entries: entries)
        let reader = try await ledger.reader()
        #expect(reader.checkpoint.size == 300)
        for index in [0, 10, 255, 256, 299] {
            #expect(try reader.entry(at: UInt64(index)) == entries[index])
            _ = try reader.proof(ofEntryAt: UInt64(index)).verify(policy: ledgerPolicy())
        }
        #expect(try await ledger.append(entries: []).isEmpty)
    }

    @Test("Every checkpoint continues every earlier one")
    func continuation() async throws {
        let ledger = try testLedger(in: files)
        var older: [Checkpoint] = []
        for step in [1, 2, 61, 191, 1, 1, 255, 300] {
            let start = Int(older.last?.size ?? 0)
            _ = try await ledger.append(entries: ledgerEntries(start..<(start + step)))
            let reader = try await ledger.reader()
            for old in older {
                let path = try reader.consistency(from: (old.size, old.root))
                try MerkleProof.checkConsistency(
                    from: (old.size, old.root),
                    to: (reader.checkpoint.size, reader.checkpoint.root), path: path)
            }
            older.append(reader.checkpoint)
        }
    }

    @Test("Partial files go once the full one is published; those of the edge stay")
    func partials() async throws {
        let ledger = try testLedger(in: files)
        for size in [250, 255, 256, 260] {
            let start = Int(try await ledger.reader().checkpoint.size)
            _ = try await ledger.append(entries: ledgerEntries(start..<size))
        }
        #expect(
            files.content.keys.sorted() == [
                "checkpoint", "tile/0/000", "tile/0/001.p/4", "tile/1/000.p/1",
                "tile/entries/000", "tile/entries/001.p/4",
            ])
    }

    @Test("Stopped at any step, nothing acknowledged is lost and the log goes on")
    func stops() async throws {
        let begun = try testLedger(in: files)
        _ = try await begun.append(entries: ledgerEntries(0..<250))
        let older = try await begun.reader().checkpoint
        let undisturbed = files.copy()
        _ = try await testLedger(in: undisturbed).append(entries: ledgerEntries(250..<520))
        let whole = try LedgerReader(undisturbed, policy: ledgerPolicy()).checkpoint
        let everyName = Set(undisturbed.content.keys).union(files.content.keys)
        var stopped = 0
        for step in 0..<14 {
            for stop in [LedgerMemory.Stop.before(step: step), .after(step: step)] {
                let disk = files.copy()
                let ledger = try testLedger(in: disk)
                disk.stop(stop)
                let result = try? await ledger.append(entries: ledgerEntries(250..<520))
                disk.stop(nil)
                if result == nil { stopped += 1 }
                let seen = try LedgerReader(disk, policy: ledgerPolicy()).checkpoint
                #expect(seen == older || seen == whole)
                // The same process goes on, and so does one that starts anew.
                for again in [ledger, try testLedger(in: disk)] {
                    let receipts = try await again.append(entries: ledgerEntries(250..<520))
                    #expect(receipts.map(\.index) == Array(250..<520))
                    let reader = try await again.reader()
                    #expect(reader.checkpoint == whole)
                    try reader.checkAll()
                    #expect(Set(disk.content.keys).isSubset(of: everyName))
                }
            }
        }
        #expect(stopped > 10)
    }

    @Test("What was written for a checkpoint that never came is gone at the next start")
    func leftovers() async throws {
        _ = try await testLedger(in: files).append(entries: ledgerEntries(0..<300))
        let before = Set(files.content.keys)
        for size in [305, 511, 512, 520, 1100] {
            let disk = files.copy()
            let ledger = try testLedger(in: disk)
            _ = try await ledger.reader()
            var steps = 0
            while true {
                disk.stop(.before(step: steps))
                guard (try? await ledger.append(entries: ledgerEntries(300..<size))) == nil else {
                    break
                }
                disk.stop(nil)
                if disk.content["checkpoint.pending"] == nil {
                    _ = try await testLedger(in: disk).reader()
                    #expect(Set(disk.content.keys) == before, "\(size), step \(steps)")
                }
                steps += 1
            }
            #expect(steps >= 4)
        }
    }

    @Test("Stopped at any step of its very first use, a log begins all the same")
    func firstUse() async throws {
        for step in 0..<4 {
            for stop in [LedgerMemory.Stop.before(step: step), .after(step: step)] {
                let disk = LedgerMemory()
                disk.stop(stop)
                _ = try? await testLedger(in: disk).reader()
                disk.stop(nil)
                _ = try await testLedger(in: disk).append(entries: ledgerEntries(0..<3))
                #expect(try LedgerReader(disk, policy: ledgerPolicy()).checkpoint.size == 3)
            }
        }
    }

    @Test("A changed byte in any tile stops the log at the start, and the error names the file")
    func tamperedTiles() async throws {
        let ledger = try testLedger(in: files)
        _ = try await ledger.append(entries: ledgerEntries(0..<600))
        let tiles = files.content.keys.filter { $0.hasPrefix("tile/") && !$0.contains("entries") }
        #expect(tiles.count == 4)
        for name in tiles {
            let good = try #require(files.content[name])
            let places =
                good.count > 64 ? [0, 31, good.count / 2, good.count - 1] : good.indices.map { $0 }
            for place in places {
                var bad = good
                bad[place] ^= 1
                files.set(bad, name)
                await expectDamage(name)
            }
            files.set(nil, name)
            await expectDamage(name)
            files.set(good.dropLast(), name)
            await expectDamage(name)
            files.set(good + [0], name)
            await #expect(throws: (any Error).self) { try await testLedger(in: files).reader() }
            files.set(good, name)
        }
        _ = try await testLedger(in: files).reader()
    }

    @Test("Every single changed byte of a whole small log is found, entries included")
    func everyByte() async throws {
        let ledger = try testLedger(in: files)
        _ = try await ledger.append(entries: ledgerEntries(0..<5))
        for (name, good) in files.content where name.hasPrefix("tile/") {
            for place in good.indices {
                var bad = good
                bad[place] ^= 0x10
                files.set(bad, name)
                #expect { try LedgerReader(files, policy: ledgerPolicy()).checkAll() } throws: {
                    ($0 as? LedgerError)?.reason == .damaged(name)
                }
            }
            files.set(good, name)
        }
        try LedgerReader(files, policy: ledgerPolicy()).checkAll()
    }

    @Test("A changed entry is found by the full check and by the proof of it")
    func tamperedEntries() async throws {
        _ = try await testLedger(in: files).append(entries: ledgerEntries(0..<600))
        let name = "tile/entries/001"
        var bad = try #require(files.content[name])
        bad[100] ^= 1
        files.set(bad, name)
        let reader = try LedgerReader(files, policy: ledgerPolicy())
        #expect { try reader.checkAll() } throws: {
            ($0 as? LedgerError)?.reason == .damaged(name)
        }
        let place = try #require(
            (256..<512).first {
                (try? reader.entry(at: UInt64($0))) != ledgerEntries($0..<$0 + 1)[0]
            })
        #expect { try reader.proof(ofEntryAt: UInt64(place)) } throws: {
            ($0 as? LedgerError)?.reason == .damaged(name)
        }
    }

    private func expectDamage(_ name: String) async {
        await #expect {
            _ = try await testLedger(in: files).append(entries: ledgerEntries(0..<1))
        } throws: {
            ($0 as? LedgerError)?.reason == .damaged(name)
                && ($0 as? LedgerError)?.detail.contains(name) == true
        }
    }

    @Test("A checkpoint that is missing, changed, or of another key stops the log")
    func checkpoints() async throws {
        _ = try await testLedger(in: files).append(entries: ledgerEntries(0..<3))
        let good = try #require(files.content["checkpoint"])
        files.set(nil, "checkpoint")
        await expectDamage("checkpoint")
        for place in good.indices {
            var bad = good
            bad[place] ^= 1
            files.set(bad, "checkpoint")
            await #expect(throws: LedgerError.self) { try await testLedger(in: files).reader() }
        }
        files.set(good, "checkpoint")
        let other = Ledger(files, identity: LedgerIdentity(try ledgerKey(5)))
        await #expect(throws: LedgerError.self) { try await other.reader() }
        let renamed = try testLedger(in: files, origin: "other.example")
        await #expect { try await renamed.reader() } throws: {
            ($0 as? LedgerError)?.reason == .otherLog
        }
    }

    @Test("A pending checkpoint that would rewrite history is not published")
    func forkedPending() async throws {
        _ = try await testLedger(in: files).append(entries: ledgerEntries(0..<3))
        let fork = LedgerMemory()
        _ = try await testLedger(in: fork).append(entries: ledgerEntries(10..<20))
        for (name, bytes) in fork.content where name.hasPrefix("tile/") { files.set(bytes, name) }
        files.set(fork.content["checkpoint"], "checkpoint.pending")
        await #expect { try await testLedger(in: files).reader() } throws: {
            ($0 as? LedgerError)?.reason == .inconsistent
        }
    }

    @Test("Entries that are too long or too many are refused and change nothing")
    func limits() async throws {
        let ledger = try testLedger(in: files)
        let longest = [UInt8](repeating: 1, count: 65_535)
        #expect(try await ledger.append(entries: [longest]).map(\.index) == [0])
        await #expect { try await ledger.append(entries: [longest + [1]]) } throws: {
            ($0 as? LedgerError)?.reason == .tooLarge
        }
        let many = [[UInt8]](repeating: [], count: Ledger.batchLimit + 1)
        await #expect { try await ledger.append(entries: many) } throws: {
            ($0 as? LedgerError)?.reason == .tooLarge
        }
        #expect(try await ledger.reader().checkpoint.size == 1)
    }

    @Test("A log without a given name is named after its key and keeps that name")
    func defaultName() async throws {
        let unnamed = try testLedger(in: files, origin: nil)
        let name = try await unnamed.reader().checkpoint.origin
        #expect(name.hasPrefix("selvage-ledger/"))
        #expect(try await testLedger(in: files, origin: nil).key().name == name)
    }
}
