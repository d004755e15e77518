// Evidence is written once, read back exactly, and its alteration is always noticed.

import Foundation
import SelvageTypes
import Testing

@testable import Persistence

@Suite struct EvidenceFolderTests {
    let folder = TemporaryFolder()
    private let bytes = Array("WARC/1.1\r\n".utf8) + [UInt8](repeating: 7, count: 3_000_000)

    @Test("Evidence reads back exactly, under its digest, and can no longer be written")
    func roundTrip() throws {
        let evidence = try EvidenceFolder(folder.path)
        let digest = try evidence.put(bytes)
        #expect(digest == Digest(of: bytes))
        #expect(try evidence.put(bytes) == digest)
        #expect(try evidence.read(digest) == bytes)
        #expect(try evidence.put([]) == Digest(of: [UInt8]()))
        let name = evidence.file(of: digest)
        #expect(DurableFiles.mode(of: name) == 0o400)
        #expect(name.hasSuffix("/\(digest.hex.prefix(2))/\(digest.hex.dropFirst(2)).wacz"))
    }

    @Test("A changed, cut, lengthened or replaced file is not evidence any more", arguments: 0..<4)
    func altered(kind: Int) throws {
        let evidence = try EvidenceFolder(folder.path)
        let digest = try evidence.put(bytes)
        let name = evidence.file(of: digest)
        var changed = bytes
        switch kind {
        case 0: changed[1_234_567] ^= 1
        case 1: changed.removeLast()
        case 2: changed.append(0)
        default: changed = []
        }
        try FileManager.default.removeItem(atPath: name)
        try Data(changed).write(to: URL(fileURLWithPath: name))
        #expect { try evidence.read(digest) } throws: {
            ($0 as? StoreError)?.reason == .altered
        }
        #expect { try evidence.put(bytes) } throws: { ($0 as? StoreError)?.reason == .altered }
    }

    @Test("Evidence that is not there is missing, and a link is not evidence")
    func missing() throws {
        let evidence = try EvidenceFolder(folder.path)
        let digest = Digest(of: "nothing")
        #expect(!evidence.holds(digest))
        #expect { try evidence.read(digest) } throws: { ($0 as? StoreError)?.reason == .missing }
        let real = try evidence.put(bytes)
        try FileManager.default.createDirectory(
            atPath: "\(folder.path)/\(digest.hex.prefix(2))", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: evidence.file(of: digest), withDestinationPath: evidence.file(of: real))
        #expect(throws: StoreError.self) { try evidence.read(digest) }
    }

    @Test("What a crash left half written is removed and never has a name")
    func unfinished() throws {
        let evidence = try EvidenceFolder(folder.path)
        let digest = try evidence.put(bytes)
        try Data("half".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/.new-1-2"))
        _ = try EvidenceFolder(folder.path)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
        #expect(try evidence.read(digest) == bytes)
    }
}
