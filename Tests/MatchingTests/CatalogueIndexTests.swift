// What a catalogue's index promises: the same matches with it and without, and it mends itself.

import Foundation
import Imaging
import SelvageTypes
import Testing

@testable import Matching

@Suite("Catalogue index") struct CatalogueIndexTests {
    private let folder: TemporaryFolder
    private let decode: Catalogue.Decode = { bytes throws(DecodeError) in
        try decodePicture(bytes)
    }

    init() throws { folder = try TemporaryFolder() }

    private var path: String { folder.file("demo").path }

    private func submission(_ name: String, _ seed: Int) throws -> Catalogue.Submission {
        let file = folder.file("\(name).png")
        try Data(try PictureEncoder.png(pattern(seed))).write(to: file)
        return Catalogue.Submission(asset: asset(name), file: file.path)
    }

    private func build() async throws -> Catalogue {
        try await Catalogue.build(
            folder: path, licensor: studio,
            assets: [try submission("fern", 1), try submission("rose", 2)], created: noon,
            calibration: Calibration(pictures: 0), decode: decode
        ).catalogue
    }

    private func indices() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path + "/index").sorted()
    }

    /// What the repeat's stage says of two patterns, without the times.
    private func findings(_ catalogue: Catalogue) throws -> [[StageCandidate]] {
        let stage = try #require(try RepeatStage(catalogue))
        return [1, 2].map { stage.look(at: pattern($0), nearest: 5).candidates }
    }

    @Test("The index is written when it is asked for, and the matches are the same with it")
    func same() async throws {
        let catalogue = try await build()
        #expect(!FileManager.default.fileExists(atPath: path + "/index"))
        let without = try findings(catalogue)
        #expect(!without.joined().isEmpty)
        #expect(try catalogue.makeIndex() > 4096)
        let first = try indices()
        #expect(first.count == 1 && first[0].hasSuffix(".sxi"))
        #expect(try findings(try Catalogue(folder: path)) == without)
        #expect(try catalogue.makeIndex() > 4096 && indices() == first)
    }

    @Test("With an index the files of features are not read; verifying still reads them")
    func unread() async throws {
        let catalogue = try await build()
        let without = try findings(catalogue)
        try catalogue.makeIndex()
        try FileManager.default.removeItem(atPath: path + "/signatures")
        #expect(try findings(catalogue) == without)
        #expect(Catalogue.verify(folder: path).count == 2)
        try FileManager.default.removeItem(atPath: path + "/index")
        #expect(throws: CatalogueError.self) { _ = try Matcher(catalogue) }
    }

    @Test("The next generation has an index of its own, and the old one is removed")
    func next() async throws {
        let catalogue = try await build()
        try catalogue.makeIndex()
        let first = try indices()
        let next = try await catalogue.adding(
            [try submission("leaf", 3)], folder: path, created: noon,
            calibration: Calibration(pictures: 0), decode: decode
        ).catalogue
        try next.makeIndex()
        #expect(try indices().count == 1 && indices() != first)
        #expect(try RepeatStage(next)?.recogniser.index.entries.count == 3)
    }

    @Test("A damaged index is made again, when it is opened or while it is in use")
    func mended() async throws {
        let catalogue = try await build()
        let without = try findings(catalogue)
        try catalogue.makeIndex()
        let file = folder.file("demo/index/\(try indices()[0])")
        let sound = try Data(contentsOf: file)
        let form = try #require(try RepeatStage(catalogue)).recogniser.index.form
        for section in RepeatIndexForm.Section.allCases where !form[section].isEmpty {
            var damaged = sound
            for place in stride(
                from: form[section].lowerBound, to: form[section].upperBound, by: 500)
            {
                damaged[place] ^= 0x10
            }
            try damaged.write(to: file)
            #expect(try findings(catalogue) == without, "\(section)")
        }
        try sound.prefix(5000).write(to: file)
        #expect(try findings(catalogue) == without)
        #expect(try Data(contentsOf: file) == sound)
    }

    @Test("An index that is cut short while it is in use is made again", arguments: [true, false])
    func cutShort(isUsedBefore: Bool) async throws {
        let catalogue = try await build()
        let without = try findings(catalogue)
        try catalogue.makeIndex()
        let file = folder.file("demo/index/\(try indices()[0])")
        let sound = try Data(contentsOf: file)
        let stage = try #require(try RepeatStage(catalogue))
        func found() -> [[StageCandidate]] {
            [1, 2].map { stage.look(at: pattern($0), nearest: 5).candidates }
        }
        if isUsedBefore { #expect(found() == without) }
        #expect(truncate(file.path, 5000) == 0)
        #expect(found() == without)
        #expect(try Data(contentsOf: file) == sound)
    }

    @Test("Where the index cannot be written it is made in memory")
    func readOnly() async throws {
        let catalogue = try await build()
        let without = try findings(catalogue)
        // A file in place of the folder: nobody, not even root, can write into it.
        try Data().write(to: folder.file("demo/index"))
        #expect(try findings(catalogue) == without)
        #expect(throws: CatalogueError.self) { try catalogue.makeIndex() }
    }
}
