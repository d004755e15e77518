// Small named values that the tests of the ledger share: files in memory, keys, given samples.

import Crypto
import Foundation
import SelvageTypes
import Testing

@testable import Provenance

/// Files in memory that can be made to stop at a step, as a loss of power would.
final class LedgerMemory: LedgerFiles, @unchecked Sendable {
    struct Stopped: Error {}
    struct TooLong: Error {}

    /// When the next stop comes; the step itself is still done in half of the cases.
    enum Stop {
        case before(step: Int)
        case after(step: Int)
    }

    // Sound because each test hands the files to one ledger at a time.
    private(set) var content: [String: [UInt8]] = [:]
    private(set) var steps = 0
    private var stop: Stop?

    func stop(_ stop: Stop?) {
        self.stop = stop
        steps = 0
    }

    func set(_ bytes: [UInt8]?, _ name: String) { content[name] = bytes }

    func copy() -> LedgerMemory {
        let copy = LedgerMemory()
        copy.content = content
        return copy
    }

    func read(_ name: String, limitInBytes: Int) throws -> [UInt8]? {
        let bytes = content[name]
        guard (bytes?.count ?? 0) <= limitInBytes else { throw TooLong() }
        return bytes
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try step { content[name] = bytes }
    }

    func rename(_ name: String, to newName: String) throws {
        try step { content[newName] = content.removeValue(forKey: name) }
    }

    func remove(_ name: String) throws {
        guard content.keys.contains(where: { $0 == name || $0.hasPrefix("\(name)/") }) else {
            return
        }
        try step {
            content = content.filter { $0.key != name && !$0.key.hasPrefix("\(name)/") }
        }
    }

    func isEmpty() throws -> Bool { content.isEmpty }

    private func step(_ effect: () -> Void) throws {
        if case .before(let last)? = stop, last == steps { throw Stopped() }
        effect()
        if case .after(let last)? = stop, last == steps { throw Stopped() }
        steps += 1
    }
}

/// Files that lie in a folder and are only read.
struct LedgerSampleFiles: LedgerFiles {
    let folder: URL

    func read(_ name: String, limitInBytes: Int) throws -> [UInt8]? {
        let file = folder.appendingPathComponent(name)
        return FileManager.default.contents(atPath: file.path).map(Array.init)
    }

    func write(_ bytes: [UInt8], to name: String) throws { throw LedgerMemory.Stopped() }
    func rename(_ name: String, to newName: String) throws { throw LedgerMemory.Stopped() }
    func remove(_ name: String) throws { throw LedgerMemory.Stopped() }
    func isEmpty() throws -> Bool { false }
}

/// Material shared by the projects of the house, beside the project's own folder.
enum LedgerSamples {
    /// A file or folder under `shared/samples`; nil when it is not there.
    static func url(_ path: String, from source: String = #filePath) -> URL? {
        var folder = URL(fileURLWithPath: source).resolvingSymlinksInPath()
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            let file = folder.appendingPathComponent("shared/samples/\(path)")
            if FileManager.default.fileExists(atPath: file.path) { return file }
        }
        return nil
    }

    static var areThere: Bool { url("tlog") != nil && url("merkle") != nil }

    static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: #require(url(path))))
    }

    static func line(_ path: String) throws -> String {
        String(decoding: try bytes(path), as: UTF8.self).trimmingCharacters(in: .newlines)
    }
}

/// A key that is the same in every run.
func ledgerKey(_ seed: UInt8) throws -> Curve25519.Signing.PrivateKey {
    try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: seed, count: 32))
}

func testLedger(in files: any LedgerFiles, origin: String? = "studio.example/ledger") throws
    -> Ledger
{
    Ledger(files, identity: LedgerIdentity(try ledgerKey(1)), origin: origin)
}

func ledgerPolicy(
    witnesses: [NoteKey] = [], quorum: Int? = nil
) throws -> CheckpointPolicy {
    let signer = try NoteSigner(
        name: "studio.example/ledger", kind: .signature, privateKey: ledgerKey(1))
    return try CheckpointPolicy(log: signer.key, witnesses: witnesses, quorum: quorum)
}

func ledgerWitness(_ name: String, _ seed: UInt8) throws -> NoteSigner {
    try NoteSigner(name: name, kind: .cosignature, privateKey: ledgerKey(seed))
}

/// Short entries that differ.
func ledgerEntries(_ range: Range<Int>) -> [[UInt8]] {
    range.map { Array("{\"n\":\($0),\"type\":\"test\"}".utf8) }
}
