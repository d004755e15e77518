// What a catalogue promises: what was written is read, and nothing altered is believed.

import Crypto
import Foundation
import Imaging
import Matching
import SelvageTypes
import Testing

/// Patches of colour that differ by seed.
func pattern(_ seed: Int, width: Int = 320, height: Int = 280) -> Picture {
    let cell = 24
    let across = width / cell + 1
    let colours = (0..<across * (height / cell + 1) * 3).map { index in
        let mixed = (UInt64(index) &+ UInt64(seed) &* 7919 &+ 1) &* 0x9e37_79b9_7f4a_7c15
        return UInt8(truncatingIfNeeded: (mixed ^ mixed >> 31) &* 0xbf58_476d_1ce4_e5b9 >> 40)
    }
    var pixels: [UInt8] = []
    for y in 0..<height {
        for x in 0..<width {
            let start = (y / cell * across + x / cell) * 3
            pixels += colours[start..<start + 3]
        }
    }
    return Picture(width: width, height: height, pixels: pixels)
}

/// A folder that is removed with its owner.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path =
            FileManager.default.temporaryDirectory
            .appending(path: "selvage-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> URL { URL(filePath: path).appending(path: name) }
}

let studio = "https://studio.example/"
let noon = Instant(microseconds: 1_790_000_000_000_000)

/// A calibration that costs a test little.
let few = Calibration(pictures: 1)

func asset(_ name: String) -> Asset {
    Asset(id: "https://assets.example/patterns/\(name)", licensor: studio, title: name)
}

@Suite("Catalogue") struct CatalogueTests {
    private let folder: TemporaryFolder
    private let decode: Catalogue.Decode = { bytes throws(DecodeError) in
        try decodePicture(bytes)
    }

    init() throws { folder = try TemporaryFolder() }

    private func submission(_ name: String, _ picture: Picture) throws -> Catalogue.Submission {
        let file = folder.file("\(name).png")
        try Data(try PictureEncoder.png(picture)).write(to: file)
        return Catalogue.Submission(asset: asset(name), file: file.path)
    }

    private func build(
        seal: (([UInt8]) throws -> Seal)? = nil
    ) async throws -> (catalogue: Catalogue, advice: [Catalogue.Advice]) {
        try await Catalogue.build(
            folder: folder.file("demo").path, licensor: studio,
            assets: [try submission("fern", pattern(1)), try submission("rose", pattern(2))],
            created: noon, calibration: few, seal: seal, decode: decode)
    }

    private func reason(trustedKeys: Set<String>? = nil) -> CatalogueError? {
        do throws(CatalogueError) {
            _ = try Catalogue(folder: folder.file("demo").path, trustedKeys: trustedKeys)
            return nil
        } catch {
            return error
        }
    }

    @Test("What was built is what is read")
    func roundTrip() async throws {
        let built = try await build().catalogue
        let read = try Catalogue(folder: folder.file("demo").path)
        #expect(read == built)
        #expect(read.entries.map(\.asset.title) == ["fern", "rose"])
        #expect(read.entries.allSatisfy { $0.signatures.pdq.dihedral.count == 8 })
        #expect(read.generation == 1 && read.created == noon && read.licensor == studio)
        #expect(Catalogue.verify(folder: folder.file("demo").path).isEmpty)
    }

    @Test("The same assets give the same bytes, whenever they are built")
    func deterministic() async throws {
        let once = try await build().catalogue
        let bytes = try Data(contentsOf: folder.file("demo/assets.jsonl"))
        let again = try await build().catalogue
        #expect(once.digest == again.digest)
        #expect(try Data(contentsOf: folder.file("demo/assets.jsonl")) == bytes)
        #expect(Digest(of: bytes) == once.digest)
    }

    @Test("An added asset makes the next generation; an id cannot be added twice")
    func adding() async throws {
        let first = try await build().catalogue
        let path = folder.file("demo").path
        let more = try submission("oak", pattern(3))
        let next = try await first.adding(
            [more], folder: path, created: noon, calibration: few, decode: decode
        ).catalogue
        #expect(next.generation == 2 && next.entries.count == 3)
        #expect(try Catalogue(folder: path) == next)
        do throws(CatalogueError) {
            _ = try await next.adding(
                [more], folder: path, created: noon, calibration: few, decode: decode)
            Issue.record("An asset was added twice.")
        } catch {
            #expect(error.reason == .duplicateAsset)
        }
        #expect(try Catalogue(folder: path) == next)
    }

    @Test("A seal is verified, and only a trusted key's counts when keys are named")
    func sealed() async throws {
        let key = Curve25519.Signing.PrivateKey()
        let built = try await build(seal: { try Seal(of: $0, with: key) }).catalogue
        let publicKey = try #require(built.seal?.publicKey)
        #expect(reason(trustedKeys: [publicKey]) == nil)
        #expect(reason(trustedKeys: ["another"])?.reason == .brokenSeal)
        let head = folder.file("demo/catalogue.json")
        let text = try String(contentsOf: head, encoding: .utf8)
        try text.replacing("\"generation\":1", with: "\"generation\":7")
            .write(to: head, atomically: true, encoding: .utf8)
        #expect(reason()?.reason == .brokenSeal)
    }

    @Test("A changed byte anywhere in the assets is noticed")
    func tampered() async throws {
        _ = try await build()
        let file = folder.file("demo/assets.jsonl")
        let bytes = try Data(contentsOf: file)
        for place in stride(from: 0, to: bytes.count, by: 97) {
            var altered = bytes
            altered[place] ^= 1
            try altered.write(to: file)
            #expect(reason()?.reason == .digestMismatch)
        }
        try (bytes + [10]).write(to: file)
        #expect(reason()?.reason == .digestMismatch)
    }

    @Test("A missing or changed image is named with what to do")
    func images() async throws {
        let catalogue = try await build().catalogue
        let path = folder.file("demo").path
        let image = try #require(catalogue.entries[0].asset.image)
        #expect(image.hasPrefix("images/fern-"))
        try Data([1]).write(to: folder.file("demo/\(image)"))
        #expect(Catalogue.verify(folder: path).map(\.file) == [image])
        try FileManager.default.removeItem(at: folder.file("demo/\(image)"))
        #expect(Catalogue.verify(folder: path).first?.what.contains("missing") == true)
    }

    @Test("After a stop between the two files the new generation is read")
    func interrupted() async throws {
        let first = try await build().catalogue
        let path = folder.file("demo").path
        let old = try Data(contentsOf: folder.file("demo/assets.jsonl"))
        let next = try first.adding([], created: noon)
        try next.write(to: path)
        let renamed = try await next.adding(
            [try submission("oak", pattern(3))], folder: path, created: noon, calibration: few,
            decode: decode
        ).catalogue
        // As if the power had failed before the assets took their place.
        try FileManager.default.moveItem(
            at: folder.file("demo/assets.jsonl"), to: folder.file("demo/assets.next.jsonl"))
        try old.write(to: folder.file("demo/assets.jsonl"))
        #expect(try Catalogue(folder: path) == renamed)
    }

    @Test("What is no catalogue is refused with its file and line")
    func malformed() async throws {
        #expect(reason()?.reason == .unreadable)
        let catalogue = try await build().catalogue
        let lines = folder.file("demo/assets.jsonl")
        let head = folder.file("demo/catalogue.json")
        let text = try String(contentsOf: lines, encoding: .utf8)
        let altered = text.replacing("images/rose", with: "images/../rose")
        try altered.write(to: lines, atomically: true, encoding: .utf8)
        let headText = try String(contentsOf: head, encoding: .utf8)
        try headText.replacing(catalogue.digest.hex, with: Digest(of: altered).hex)
            .write(to: head, atomically: true, encoding: .utf8)
        #expect(reason()?.reason == .malformed && reason()?.line == 2)
        try "{}".write(to: head, atomically: true, encoding: .utf8)
        #expect(reason()?.reason == .unknownFormat)
    }

    @Test("Flat assets and assets too much alike are reported when built")
    func advice() async throws {
        let flat = Picture(width: 200, height: 200, red: 200, green: 190, blue: 180)
        let result = try await Catalogue.build(
            folder: folder.file("demo").path, licensor: studio,
            assets: [
                try submission("fern", pattern(1)), try submission("plain", flat),
                try submission("fern-turned", pattern(1).turned90()),
                try submission("rose", pattern(2)),
            ], created: noon, calibration: few, decode: decode)
        #expect(result.advice.map(\.kind) == [.flat, .plain, .alike])
        #expect(result.advice[0].asset.hasSuffix("plain"))
        #expect(result.advice[2].other?.hasSuffix("fern-turned") == true)
    }

    @Test("A picture that cannot be decoded leaves the folder as it was")
    func undecodable() async throws {
        let file = folder.file("broken.png")
        try Data("not a picture".utf8).write(to: file)
        let broken = Catalogue.Submission(asset: asset("broken"), file: file.path)
        do throws(CatalogueError) {
            _ = try await Catalogue.build(
                folder: folder.file("demo").path, licensor: studio, assets: [broken],
                created: noon, calibration: few, decode: decode)
            Issue.record("A broken picture was taken in.")
        } catch {
            #expect(error.reason == .undecodable(.unknownFormat) && error.file == file.path)
        }
        #expect(!FileManager.default.fileExists(atPath: folder.file("demo").path))
    }

    @Test("Hash lists go out and come in")
    func hashLists() async throws {
        let catalogue = try await build().catalogue
        let text = "# a comment\n\n" + HashListFile.text(of: catalogue)
        let lines = try HashListFile.lines(in: text, file: "list.txt")
        #expect(lines.map(\.hash) == catalogue.entries.map(\.signatures.pdq.hash))
        #expect(lines.map(\.name) == catalogue.entries.map(\.asset.id))
        do throws(CatalogueError) {
            _ = try HashListFile.lines(in: text + "beef\n", file: "list.txt")
            Issue.record("Four digits were taken for a hash.")
        } catch {
            #expect(error.line == 5)
        }
    }
}
