// What features in a catalogue promise: verified before use, added by themselves, made when missing.

import Foundation
import Imaging
import Matching
import SelvageTypes
import Testing

@Suite("Catalogue features") struct CatalogueFeatureTests {
    private let folder: TemporaryFolder
    private let decode: Catalogue.Decode = { bytes throws(DecodeError) in
        try decodePicture(bytes)
    }
    private let none = Calibration(pictures: 0)

    init() throws { folder = try TemporaryFolder() }

    private var path: String { folder.file("demo").path }

    private func file(_ name: String, _ picture: Picture) throws -> String {
        let file = folder.file("\(name).png")
        try Data(try PictureEncoder.png(picture)).write(to: file)
        return file.path
    }

    private func submission(_ name: String, _ picture: Picture) throws -> Catalogue.Submission {
        Catalogue.Submission(asset: asset(name), file: try file(name, picture))
    }

    private func build(_ submissions: [Catalogue.Submission]) async throws -> Catalogue {
        try await Catalogue.build(
            folder: path, licensor: studio, assets: submissions, created: noon, calibration: none,
            decode: decode
        ).catalogue
    }

    private func sideFiles() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path + "/signatures").sorted()
    }

    @Test("Each asset's features lie in a file that its line names by SHA-256")
    func named() async throws {
        let catalogue = try await build([
            try submission("fern", pattern(1)), try submission("rose", pattern(2)),
        ])
        #expect(catalogue.withoutFeatures.isEmpty)
        for file in try sideFiles() {
            let bytes = try Data(contentsOf: folder.file("demo/signatures/\(file)"))
            #expect(Digest(of: bytes).hex + ".features" == file)
        }
        let read = try Catalogue(folder: path)
        #expect(try read.repeatTargets().map(\.asset) == catalogue.entries.map(\.asset.id))
        #expect(read.algorithms["repeat"] == "repeat-features-2")
    }

    @Test("A changed, missing or swapped file of features is refused and named")
    func tampered() async throws {
        let catalogue = try await build([
            try submission("fern", pattern(1)), try submission("rose", pattern(2)),
        ])
        let files = try sideFiles().map { folder.file("demo/signatures/\($0)") }
        let first = try Data(contentsOf: files[0])
        try Data(contentsOf: files[1]).write(to: files[0])
        #expect(reason(catalogue) == .digestMismatch)
        #expect(
            Catalogue.verify(folder: path).map(\.file) == [
                "signatures/" + files[0].lastPathComponent
            ])
        try FileManager.default.removeItem(at: files[0])
        #expect(reason(catalogue) == .unreadable)
        try first.write(to: files[0])
        #expect(reason(catalogue) == nil && Catalogue.verify(folder: path).isEmpty)
    }

    private func reason(_ catalogue: Catalogue) -> CatalogueError.Reason? {
        do throws(CatalogueError) {
            _ = try Matcher(catalogue)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test("An added asset leaves the files of the others as they are")
    func incremental() async throws {
        let first = try await build([try submission("fern", pattern(1))])
        let before = try sideFiles()
        let changed =
            try FileManager.default.attributesOfItem(
                atPath: path + "/signatures/" + before[0])[.modificationDate] as? Date
        let next = try await first.adding(
            [try submission("rose", pattern(2))], folder: path, created: noon, calibration: none,
            decode: decode
        ).catalogue
        #expect(Set(try sideFiles()).isSuperset(of: before) && next.generation == 2)
        let after =
            try FileManager.default.attributesOfItem(
                atPath: path + "/signatures/" + before[0])[.modificationDate] as? Date
        #expect(changed == after)
        let changes = CatalogueChanges(from: first, to: next)
        #expect(changes.added == [asset("rose").id] && changes.removed.isEmpty)
        #expect(changes.changed.isEmpty && changes.whole.isEmpty)
    }

    @Test("Backgrounds of another version stay known as such when assets are added")
    func oldBackgrounds() async throws {
        func measured(_ name: String, _ seed: Int) throws -> Catalogue.Submission {
            var submission = try submission(name, pattern(seed))
            submission.background = .init(level: 0.2, pictures: 4)
            return submission
        }
        let built = try await build([try measured("fern", 1)])
        #expect(built.withOldBackground.isEmpty)
        let head = folder.file("demo/catalogue.json")
        let text = try String(contentsOf: head, encoding: .utf8)
        try text.replacingOccurrences(of: BackgroundPicture.version, with: "background-0")
            .write(to: head, atomically: true, encoding: .utf8)
        let old = try Catalogue(folder: path)
        #expect(old.withOldBackground == [asset("fern").id] && old.withoutFeatures.isEmpty)
        _ = try await old.adding(
            [try measured("rose", 2)], folder: path, created: noon, calibration: none,
            decode: decode)
        let grown = try Catalogue(folder: path)
        #expect(grown.generation == 2 && grown.withOldBackground.contains(asset("fern").id))
        let refreshed = try await grown.refreshed(
            folder: path, created: noon, calibration: Calibration(pictures: 4), decode: decode)
        #expect(refreshed.done.contains(asset("fern").id))
        let read = try Catalogue(folder: path)
        #expect(read.withOldBackground.isEmpty)
        #expect(read.algorithms["background"] == BackgroundPicture.version)
    }

    @Test(
        "A catalogue of hashes alone is read, matches whole pictures, and is refreshed from images")
    func hashesAlone() async throws {
        let built = try await build([try submission("fern", pattern(1))])
        let old = try Catalogue(
            licensor: studio, generation: 1, created: noon,
            entries: built.entries.map {
                Catalogue.Entry(asset: $0.asset, signatures: .init(pdq: $0.signatures.pdq))
            })
        try old.write(to: path)
        let read = try Catalogue(folder: path)
        #expect(read.withoutFeatures == [asset("fern").id] && read.algorithms["repeat"] == nil)
        #expect(Catalogue.verify(folder: path).isEmpty)
        #expect(try Matcher(read).recognise(pattern(1)).matches.count == 1)
        #expect(try Matcher(read).explain(pattern(1)).stages.count == 1)
        let refreshed = try await read.refreshed(
            folder: path, created: noon, calibration: none, decode: decode)
        #expect(refreshed.done == [asset("fern").id] && refreshed.catalogue.generation == 2)
        #expect(refreshed.catalogue.withoutFeatures.isEmpty)
        #expect(refreshed.catalogue.entries == built.entries)
        #expect(CatalogueChanges(from: read, to: refreshed.catalogue).changed.count == 1)
        let again = try await refreshed.catalogue.refreshed(
            folder: path, created: noon, calibration: none, decode: decode)
        #expect(again.done.isEmpty && again.catalogue.generation == 2)
    }

    @Test(
        "A part with an image of its own has features of its own, and a colourway only its colours")
    func parts() async throws {
        var hybrid = try submission("hybrid", pattern(1))
        for (role, seed) in [("motif", 7), ("colourway", 8)] {
            let id = hybrid.asset.id + "#" + role
            hybrid.asset.components.append(
                Asset.Component(id: id, role: role, owner: studio))
            hybrid.parts[id] = try file(role, pattern(seed))
        }
        let catalogue = try await build([hybrid])
        let targets = try Catalogue(folder: path).repeatTargets()
        #expect(targets.map(\.component) == [nil, hybrid.asset.id + "#motif"])
        #expect(targets[0].colourways.keys.sorted() == [hybrid.asset.id + "#colourway"])
        let images = catalogue.entries[0].asset.components.compactMap(\.image)
        #expect(images.count == 2 && Catalogue.verify(folder: path).isEmpty)
        try FileManager.default.removeItem(at: folder.file("demo/\(images[0])"))
        #expect(Catalogue.verify(folder: path).map(\.file) == [images[0]])
    }

    @Test("A plain stripe is named when it is added: found perhaps, but never alerting by itself")
    func plain() async throws {
        var stripe = Picture(width: 240, height: 240, red: 250, green: 250, blue: 240)
        for place in 0..<240 * 240 where place % 240 % 40 < 20 {
            for channel in 0..<3 { stripe.pixels[place * 3 + channel] = 40 }
        }
        let built = try await Catalogue.build(
            folder: path, licensor: studio,
            assets: [try submission("stripe", stripe), try submission("fern", pattern(1))],
            created: noon, calibration: none, decode: decode)
        let plain = built.advice.filter { $0.kind == .plain }
        #expect(plain.map(\.asset) == [asset("stripe").id])
        #expect(plain.first?.detail.contains("never alerts by itself") == true)
    }
}
