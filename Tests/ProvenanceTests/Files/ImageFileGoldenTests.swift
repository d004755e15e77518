// Small files that c2pa-rs signed, one of each format, against our reading and writing.

import Foundation
import Testing

@testable import Provenance

/// What a signer excluded from the hash over the file.
enum SignedExclusions {
    /// The exclusions of the last `c2pa.hash.data` in a store, which is the active manifest's.
    static func ranges(in store: [UInt8]) throws -> [Range<Int>] {
        let source = FileBytes(store)
        // CBOR: the text "exclusions", then an array of maps of "start" and "length".
        var offset = try #require(
            store.indices.last { source.has("exclusions", at: $0) }, "no exclusions in the store")
        offset += 10
        let count = Int(store[offset]) - 0x80
        var numbers: [Int] = []
        for _ in 0..<count {
            for key in ["start", "length"] {
                offset =
                    try #require(
                        store[offset...].indices.first { store[$0...].starts(with: key.utf8) })
                    + key.utf8.count
                let width = [0x18: 1, 0x19: 2, 0x1A: 4][Int(store[offset])]
                numbers.append(
                    try width.map { try source.number($0, at: offset + 1, .bigEndian) }
                        ?? Int(store[offset]))
            }
        }
        return stride(from: 0, to: numbers.count, by: 2).map {
            numbers[$0]..<numbers[$0] + numbers[$0 + 1]
        }
    }
}

/// The files were signed by c2pa-python 0.38.1 (c2pa-rs 0.91.3) without thumbnail, with a key that
/// was thrown away, and read as *Valid* by it.
@Suite("Image files signed by c2pa-rs") struct ImageFileGoldenTests {
    private func read(_ suffix: String) throws -> [UInt8] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/signed-by-c2pa-rs.\(suffix)")
        return [UInt8](try Data(contentsOf: file))
    }

    @Test(
        "The store's ranges are those that c2pa-rs excluded",
        arguments: ["jpg", "png", "webp", "tif"])
    func ranges(suffix: String) throws {
        let store = try #require(try ImageFile(try read(suffix)).manifestStore())
        #expect(try SignedExclusions.ranges(in: store.bytes) == store.ranges)
    }

    @Test("The store is put where c2pa-rs put it, byte for byte", arguments: ["jpg", "png", "tif"])
    func places(suffix: String) throws {
        let file = try ImageFile(try read(suffix))
        let store = try #require(try file.manifestStore()).bytes
        let bare = try ImageFile(file.replacingManifestStore(with: nil).bytes)
        #expect(try bare.manifestStore() == nil)
        #expect(try bare.replacingManifestStore(with: store).bytes == file.bytes)
    }

    @Test("A simple WebP gets the header that the format asks for, and is else as of c2pa-rs")
    func webp() throws {
        let file = try ImageFile(try read("webp"))
        let store = try #require(try file.manifestStore()).bytes
        let bare = try ImageFile(file.replacingManifestStore(with: nil).bytes)
        let again = try bare.replacingManifestStore(with: store).bytes
        // Behind RIFF, size and WEBP stand 18 bytes of VP8X.
        #expect(again[30...].elementsEqual(file.bytes[12...]))
        #expect(again[12..<16].elementsEqual("VP8X".utf8))
    }
}
