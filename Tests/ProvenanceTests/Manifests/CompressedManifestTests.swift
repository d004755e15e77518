// Manifests that are stored compressed, and box hashes that leave out parts of metadata.

import Foundation
import SelvageTypes
import Testing

@testable import Provenance

/// Files that c2pa-rs 0.91 signed, and what it says of them.
private enum SignedElsewhere {
    /// Two weeks after they were signed.
    static let moment = Instant(seconds: 1_797_300_000)

    static func bytes(_ name: String) throws -> [UInt8] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures")
        return try Array(Data(contentsOf: folder.appending(path: name)))
    }

    static func report(_ bytes: [UInt8]) throws -> ManifestReport {
        try #require(try ManifestFixtures.read(bytes, at: moment))
    }
}

@Suite("Manifests that are stored compressed")
struct CompressedManifestTests {
    @Test(
        "A compressed manifest is read as the one it unpacks to",
        arguments: ["compressed.png", "compressed.jpg"])
    func read(name: String) throws {
        let report = try SignedElsewhere.report(SignedElsewhere.bytes(name))
        #expect(report.state == .validUnknownSigner, "\(report.active.results.failures)")
        #expect(report.active.title == "x" && report.active.claimVersion == 2)
        #expect(report.active.results.contains("assertion.boxesHash.match"))
    }

    @Test("References to a compressed parent are hashes of what it unpacks to")
    func parent() throws {
        let report = try SignedElsewhere.report(SignedElsewhere.bytes("compressed-parent.png"))
        #expect(report.state == .validUnknownSigner, "\(report.active.results.failures)")
        #expect(report.active.ingredients.count == 1)
        #expect(report.active.ingredients.first?.state == .validUnknownSigner)
    }

    /// The store of a file with a compressed manifest.
    private func store() throws -> [UInt8] {
        try #require(try ImageFile(SignedElsewhere.bytes("compressed.png")).manifestStore()).bytes
    }

    /// All that a store's first manifest says, without its signature.
    private func content(_ store: [UInt8]) throws -> [JUMBFBox] {
        var room = 1 << 20
        let box = try #require(JUMBFBox(reading: store).superboxes.first)
        return try box.unpackedManifest(room: &room).superboxes.filter {
            $0.label != "c2pa.signature"
        }
    }

    @Test(
        "Whatever byte of it is changed, it is refused, its signature does not hold, or it says the same"
    )
    func changed() throws {
        let store = try store()
        let content = try content(store)
        let file = try SignedElsewhere.bytes("compressed.png")
        for place in store.indices {
            var damaged = store
            damaged[place] ^= 0x10
            // What is not even a store cannot be embedded.
            guard let changed = try? ImageFile(file).replacingManifestStore(with: damaged).bytes
            else {
                #expect(place < 60, "byte \(place)")
                continue
            }
            let report = try? ManifestFixtures.read(changed, at: SignedElsewhere.moment)
            guard let report, report.state != .invalid else { continue }
            // The room that a signer leaves beside its signature is covered by nothing.
            #expect(try self.content(damaged) == content, "byte \(place)")
        }
    }

    @Test("Cut off, or larger than is read, it is refused before it takes memory")
    func limits() throws {
        let box = try #require(JUMBFBox(reading: store()).superboxes.first)
        var enough = 1 << 20, little = 1_000
        #expect(try box.unpackedManifest(room: &enough).label == box.label)
        #expect(enough < 1 << 20)
        #expect(throws: ManifestError.self) { try box.unpackedManifest(room: &little) }
        let packed = try #require(box.onlyBox("brob"))
        for length in [0, 1, packed.count / 2, packed.count - 1] {
            var cut = box
            cut.contents = [.box("brob", Array(packed.prefix(length)))]
            var room = 1 << 20
            #expect(throws: ManifestError.self, "\(length)") {
                try cut.unpackedManifest(room: &room)
            }
        }
        var followed = box
        followed.contents = [.box("brob", packed + [0])]
        #expect(throws: ManifestError.self) { try followed.unpackedManifest(room: &enough) }
    }

    @Test("What unpacks to the manifest of another name is refused")
    func renamed() throws {
        var box = try #require(JUMBFBox(reading: store()).superboxes.first)
        box.label += "0"
        var room = 1 << 20
        #expect(throws: ManifestError.self) { try box.unpackedManifest(room: &room) }
        box.contents = [.box("jumb", [])]
        #expect(throws: ManifestError.self) { try box.unpackedManifest(room: &room) }
    }
}

@Suite("Box hashes that leave out a part")
struct PartialBoxHashTests {
    @Test(
        "A part of a text or comment may be left out, and it is said",
        arguments: ["left-out.png", "left-out.jpg"])
    func metadata(name: String) throws {
        let bytes = try SignedElsewhere.bytes(name)
        let report = try SignedElsewhere.report(bytes)
        #expect(report.state == .validUnknownSigner, "\(report.active.results.failures)")
        #expect(report.active.results.contains("assertion.boxesHash.match"))
        #expect(report.active.results.contains("assertion.boxesHash.additionalExclusionsPresent"))
    }

    @Test("What is left out may change, what is beside it may not")
    func changed() throws {
        let bytes = try SignedElsewhere.bytes("left-out.jpg")
        let text = Array("a comment".utf8)
        let place = try #require(
            bytes.indices.first { bytes[$0...].starts(with: text) })
        for offset in text.indices {
            var changed = bytes
            changed[place + offset] ^= 1
            // Bytes 6 to 10 of the segment, whose text begins at the fourth.
            let isLeftOut = (2..<7).contains(offset)
            let state = try SignedElsewhere.report(changed).state
            #expect(state == (isLeftOut ? .validUnknownSigner : .invalid), "byte \(offset)")
        }
    }

    @Test(
        "A part of the pixels, or of a box's head, may not be left out",
        arguments: ["left-out-of-pixels.png", "left-out-of-head.png"])
    func refused(name: String) throws {
        let report = try SignedElsewhere.report(SignedElsewhere.bytes(name))
        #expect(report.state == .invalid)
        #expect(report.active.results.failures.map(\.code).contains("assertion.boxesHash.mismatch"))
    }
}
