// The ledger's files on a disk: whole or not at all, one writer, nothing outside of the folder.

import Foundation
import SelvageTypes
import Testing

@testable import Persistence

@Suite struct LedgerFolderTests {
    let folder = TemporaryFolder()
    private var path: String { "\(folder.path)/ledger" }

    @Test("A file is read back, renamed and removed, and its folders are made on the way")
    func files() throws {
        let files = try LedgerFolder(writing: path)
        #expect(try files.isEmpty())
        #expect(try files.read("checkpoint", limitInBytes: 10) == nil)
        try files.write([1, 2, 3], to: "tile/0/x001/234.p/5")
        #expect(try !files.isEmpty())
        #expect(try files.read("tile/0/x001/234.p/5", limitInBytes: 3) == [1, 2, 3])
        try files.write([4], to: "tile/0/x001/234.p/5")
        #expect(try files.read("tile/0/x001/234.p/5", limitInBytes: 3) == [4])
        try files.write([7, 8], to: "checkpoint.pending")
        try files.write([6], to: "checkpoint")
        try files.rename("checkpoint.pending", to: "checkpoint")
        #expect(try files.read("checkpoint", limitInBytes: 3) == [7, 8])
        #expect(try files.read("checkpoint.pending", limitInBytes: 3) == nil)
        try files.remove("tile/0/x001/234.p")
        try files.remove("tile/0/x001/234.p")
        #expect(try files.read("tile/0/x001/234.p/5", limitInBytes: 3) == nil)
        #expect(try files.read("checkpoint/none", limitInBytes: 3) == nil)
    }

    @Test("A file that is longer than it can be is refused before it is read, by its name")
    func limit() throws {
        let files = try LedgerFolder(writing: path)
        try files.write([UInt8](repeating: 0, count: 100), to: "tile/0/000")
        #expect { try files.read("tile/0/000", limitInBytes: 99) } throws: {
            ($0 as? StoreError)?.reason == .damaged
                && ($0 as? StoreError)?.place.hasSuffix("tile/0/000") == true
        }
    }

    @Test(
        "No name leads out of the folder",
        arguments: [
            "", "/", "..", "../x", "tile/../../x", "tile//0", "/etc/passwd", ".new-1", "tile/.x",
            "tile/0/\u{0}", "Tile", "lock", "tile\\x",
        ])
    func names(name: String) throws {
        let files = try LedgerFolder(writing: path)
        #expect(throws: StoreError.self) { try files.read(name, limitInBytes: 10) }
        #expect(throws: StoreError.self) { try files.write([1], to: name) }
        #expect(throws: StoreError.self) { try files.remove(name) }
    }

    @Test("There is one writer; readers come and go beside it and write nothing")
    func oneWriter() throws {
        let writer = try LedgerFolder(writing: path)
        try writer.write([1], to: "checkpoint")
        #expect { _ = try LedgerFolder(writing: path) } throws: {
            ($0 as? StoreError)?.reason == .locked(pid: getpid(), purpose: "ledger")
        }
        let reader = LedgerFolder(reading: path)
        #expect(try reader.read("checkpoint", limitInBytes: 1) == [1])
        #expect { try reader.write([2], to: "checkpoint") } throws: {
            ($0 as? StoreError)?.reason == .readOnly
        }
        #expect(throws: StoreError.self) { try reader.remove("checkpoint") }
        #expect(throws: StoreError.self) { try reader.rename("checkpoint", to: "x") }
        withExtendedLifetime(writer) {}
    }

    @Test("What a crash left half written is removed by the next writer")
    func unfinished() throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        #expect(FileManager.default.createFile(atPath: "\(path)/.new-1-2", contents: Data([1])))
        let files = try LedgerFolder(writing: path)
        #expect(try files.isEmpty())
        #expect(!FileManager.default.fileExists(atPath: "\(path)/.new-1-2"))
    }

    @Test("A salt is made once, differs for every subject, and is gone when erased")
    func salts() throws {
        let salts = try LedgerSalts("\(folder.path)/salts")
        #expect(try salts.kept(for: "finding 1") == nil)
        let salt = try salts.salt(for: "finding 1")
        #expect(salt.count == 32)
        #expect(try salts.salt(for: "finding 1") == salt)
        #expect(try LedgerSalts("\(folder.path)/salts").kept(for: "finding 1") == salt)
        #expect(try salts.salt(for: "finding 2") != salt)
        try salts.erase("finding 1")
        try salts.erase("finding 1")
        #expect(try salts.kept(for: "finding 1") == nil)
        #expect(try salts.kept(for: "finding 2") != nil)
        #expect(try salts.salt(for: "finding 1") != salt)
    }

    @Test("The last checkpoint is kept whole, beside the ledger")
    func lastCheckpoint() throws {
        let file = try LedgerCheckpointFile(in: "\(folder.path)/private")
        #expect(try file.remembered() == nil)
        try file.remember([1, 2])
        try file.remember([3])
        #expect(try LedgerCheckpointFile(in: "\(folder.path)/private").remembered() == [3])
        try FileManager.default.removeItem(atPath: file.place)
        #expect(try file.remembered() == nil)
    }

    @Test("A mark is kept by licensor, and a damaged one counts as none")
    func marks() throws {
        let marks = try LedgerMarks("\(folder.path)/marks")
        #expect(marks.mark(of: "https://a.example/", in: 9) == 0)
        try marks.set(12, of: "https://a.example/", in: 9)
        try marks.set(3, of: "https://b.example/", in: 9)
        #expect(try LedgerMarks("\(folder.path)/marks").mark(of: "https://a.example/", in: 9) == 12)
        #expect(marks.mark(of: "https://b.example/", in: 9) == 3)
        // A ledger with fewer entries than it had was put back: it has not been told.
        #expect(marks.mark(of: "https://b.example/", in: 8) == 0)
        #expect(marks.mark(of: "https://b.example/", in: 10) == 3)
        for name in try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/marks") {
            try Data("no number".utf8).write(
                to: URL(fileURLWithPath: "\(folder.path)/marks/\(name)"))
        }
        #expect(marks.mark(of: "https://a.example/", in: 9) == 0)
    }

    @Test("The history of findings is read onwards from a place, in steps")
    func history() async throws {
        let store = try SelvageStore(folder: folder.path)
        let licensor = "https://studio.example/"
        for number in 1...5 {
            try await store.store(
                .about("asset-\(number)", evidence: Digest(of: "evidence \(number)")), messages: [],
                at: at(Int64(number)))
        }
        try await store.store(
            .about("other", licensor: "https://b.example/"), messages: [], at: at(9))
        let first = try await store.history(of: licensor, after: 0, limit: 3)
        #expect(first.map(\.sequence) == [1, 2, 3])
        let rest = try await store.history(of: licensor, after: 3, limit: 3)
        #expect(rest.map(\.sequence) == [4, 5])
        #expect(rest.last?.at == at(5))
        #expect(rest.last?.evidence == Digest(of: "evidence 5"))
        #expect(try await store.history(of: licensor, after: 5, limit: 3).isEmpty)
    }
}
