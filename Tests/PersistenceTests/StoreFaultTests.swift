// Files that cannot be used are refused with a reason and a sentence, and are left as they were.

import Foundation
import GRDB
import SelvageTypes
import Testing

@testable import Persistence

@Suite struct StoreFaultTests {
    let folder = TemporaryFolder()
    private var file: String { "\(folder.path)/selvage.sqlite" }

    private func openReason() async -> StoreError.Reason? {
        await reason { _ = try SelvageStore(folder: folder.path) }
    }

    private func makeFolder() throws {
        try FileManager.default.createDirectory(
            atPath: folder.path, withIntermediateDirectories: true)
    }

    @Test("A data folder is its owner's alone, and a second writer is told who the first is")
    func lock() async throws {
        let held = try DataFolder(folder.path, purpose: "scan of high-street-fabric")
        #expect(DurableFiles.mode(of: folder.path) == 0o700)
        let expected = StoreError.Reason.locked(
            pid: getpid(), purpose: "scan of high-street-fabric")
        #expect(await openReason() == expected)
        // The one that was refused must not have taken the lock away on its way out.
        #expect(await openReason() == expected)
        withExtendedLifetime(held) {}
    }

    @Test("A folder is free again when its holder has gone")
    func unlock() throws {
        for _ in 1...3 { _ = try SelvageStore(folder: folder.path) }
    }

    @Test("A file that is no database is refused and not touched")
    func notADatabase() async throws {
        try makeFolder()
        let text = Data("These are my notes, and they are dear to me.\n".utf8)
        try text.write(to: URL(fileURLWithPath: file))
        #expect(await openReason() == .foreign)
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == text)
    }

    @Test("A database of another program is refused and not touched")
    func foreign() async throws {
        try makeFolder()
        do {
            let queue = try DatabaseQueue(path: file)
            try await queue.write { try $0.execute(sql: "CREATE TABLE notes(text)") }
        }
        let before = try Data(contentsOf: URL(fileURLWithPath: file))
        #expect(await openReason() == .foreign)
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == before)
    }

    @Test("A database of a newer version is refused")
    func newer() async throws {
        do {
            let store = try SelvageStore(folder: folder.path)
            try await store.file.write {
                try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('9-from-the-future')")
            }
        }
        #expect(await openReason() == .newerSchema)
    }

    @Test("A cut or overwritten database is reported as damaged, never as empty")
    func damaged() async throws {
        do {
            let store = try SelvageStore(folder: folder.path)
            let scan = try await store.begin(
                plan: "p", digest: planDigest,
                seeds: (0..<500).map { try .page("https://shop.example/\($0)") }, at: at(0))
            _ = try await store.commit(scan, outcomes: [], hosts: [])
        }
        var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        for index in 4096..<bytes.count { bytes[index] = 0x5a }
        try bytes.write(to: URL(fileURLWithPath: file))
        let found = await reason {
            let store = try SelvageStore(folder: folder.path)
            _ = try await store.begin(plan: "p", digest: planDigest, seeds: [], at: at(0))
        }
        #expect(found == .damaged)
    }

    @Test("A store that is full says so, keeps what it had, and goes on when there is space")
    func full() async throws {
        var settings = StoreSettings()
        settings.sizeInBytes = 1 << 20
        var stored = 0
        do {
            let store = try SelvageStore(in: DataFolder(folder.path), settings: settings)
            let scan = try await store.begin(
                plan: "p", digest: planDigest, seeds: [], at: at(0))
            let found = await reason {
                for batch in 0..<1000 {
                    let body = String(repeating: "x", count: 50_000) + String(batch)
                    _ = try await store.commit(
                        scan, outcomes: [.page("https://shop.example/\(batch)", body: body)],
                        hosts: [])
                    stored += 1
                }
            }
            #expect(found == .full)
            #expect(try await store.counts(scan).pagesDone == stored)
        }
        let store = try SelvageStore(folder: folder.path)
        let scan = try await store.begin(plan: "p", digest: planDigest, seeds: [], at: at(0))
        #expect(scan.resumed)
        _ = try await store.commit(scan, outcomes: [.page("https://shop.example/next")], hosts: [])
        #expect(try await store.counts(scan).pagesDone == stored + 1)
        #expect(try await store.checkIntegrity() == [])
    }

    @Test("A backup is whole, and does not overwrite anything")
    func backup() async throws {
        let store = try SelvageStore(folder: folder.path)
        try await store.store(.about("fern"), messages: [], at: at(0))
        let other = TemporaryFolder()
        _ = try DataFolder(other.path)
        try await store.backUp(to: "\(other.path)/selvage.sqlite")
        let copy = try SelvageStore(folder: other.path)
        #expect(try await copy.findings(licensor: nil, includingAuthorised: true).count == 1)
        #expect(try await copy.verifyChain() == nil)
        let again = await reason { try await store.backUp(to: "\(other.path)/selvage.sqlite") }
        #expect(again == .exists)
    }

    @Test("Commits are flushed to the disk unless the settings say otherwise")
    func durability() async throws {
        let store = try SelvageStore(folder: folder.path)
        let levels = try await store.file.write { db in
            try ["synchronous", "journal_mode", "foreign_keys", "secure_delete"].map {
                try String.fetchOne(db, sql: "PRAGMA \($0)") ?? ""
            }
        }
        #expect(levels == ["2", "wal", "1", "0"])
    }
}
