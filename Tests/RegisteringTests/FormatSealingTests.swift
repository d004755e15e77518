// Masters of every format, kept as they are but for the mark; and what cannot be marked.

import Foundation
import Imaging
import Matching
import Provenance
import Registering
import SelvageTypes
import Testing

@Suite("Masters of every format")
struct FormatSealingTests {
    private let house: SealedHouse
    private let pattern = DrawnPattern.leaves(side: 512, seed: 11)

    init() throws { house = try SealedHouse() }

    private func file(_ ending: String) throws -> [UInt8] {
        switch ending {
        case "jpg": try PictureEncoder.jpeg(pattern, quality: 92)
        case "webp": try PictureEncoder.webp(pattern, quality: 92)
        case "tif": try PictureEncoder.tiff(pattern)
        default: try PictureEncoder.png(pattern)
        }
    }

    @Test(
        "A sealed file of each format holds mark, credentials and rights",
        arguments: ["png", "jpg", "webp", "tif"])
    func sealed(ending: String) async throws {
        let master = try house.folder.write(try file(ending), to: "fern.\(ending)")
        let out = "\(house.folder.path)/fern.sealed.\(ending)"
        let outcome = try await house.registrar().seal(
            master, as: try SealedHouse.definition(), to: out)
        #expect(outcome.report.marking == .marked)
        let bytes = try house.folder.read("fern.sealed.\(ending)")
        let sealed = try decodePicture(bytes)
        #expect(sealed.width == 512 && sealed.height == 512)
        let answer = try house.verifier().verify(bytes, showing: sealed)
        #expect(answer.credentials.state == .validUnknownSigner)
        #expect(answer.marks.first?.counts == true)
        #expect(answer.disagreements.isEmpty)
        #expect(answer.rights?.creators == ["A. Marlow"])
        #expect(answer.rights?.dataMining == .prohibitedForTraining)
        let audit = ManifestAudit.audits(
            of: try Catalogue(folder: house.catalogueFolder), by: ManifestRule(),
            at: SealedHouse.moment)
        #expect(audit.first?.findings == [])
    }

    @Test("A flat picture is unmarkable, and is sealed by its hash alone")
    func flat() async throws {
        let master = try house.folder.write(
            try PictureEncoder.png(Picture(width: 60, height: 48, red: 200, green: 180, blue: 90)),
            to: "plain.png")
        let outcome = try await house.registrar().seal(
            master, as: SealDefinition(), to: "\(house.folder.path)/plain.sealed.png")
        #expect(outcome.report.marking == .unmarkable)
        #expect(outcome.report.sentence.hasPrefix("Unmarkable, hash only"))
        #expect(outcome.seal.mark == nil)
        #expect(try decodePicture(try house.folder.read("plain.sealed.png")).width == 60)
    }

    @Test("A master that is not to be marked keeps every pixel, and is traced by its hash")
    func unmarked() async throws {
        let master = try house.folder.write(try file("png"), to: "fern.png")
        var definition = SealDefinition()
        definition.isMarked = false
        let outcome = try await house.registrar().seal(
            master, as: definition, to: "\(house.folder.path)/fern.sealed.png")
        #expect(outcome.report.marking == .unmarked && outcome.seal.mark == nil)
        let sealed = try decodePicture(try house.folder.read("fern.sealed.png"))
        #expect(sealed == pattern)
        let copy = try PictureEncoder.jpeg(sealed, quality: 40)
        let answer = try house.verifier().verify(copy, showing: try decodePicture(copy))
        #expect(answer.conclusions.first?.grounds.contains(.hash) == true)
        #expect(answer.marks.isEmpty)
    }

    @Test("A master with credentials keeps them as what it was made from")
    func credentials() async throws {
        let first = try house.folder.write(try file("png"), to: "fern.png")
        let once = "\(house.folder.path)/fern.once.png"
        _ = try await house.registrar().seal(first, as: SealDefinition(), to: once)
        let other = try SealedHouse()
        let master = try other.folder.write(try house.folder.read("fern.once.png"), to: "fern.png")
        let out = "\(other.folder.path)/fern.sealed.png"
        _ = try await other.registrar().seal(master, as: try SealedHouse.definition(), to: out)
        let report = try #require(
            try ManifestReader(at: SealedHouse.moment).read(
                try ImageFile(try other.folder.read("fern.sealed.png"))))
        #expect(report.state == .validUnknownSigner)
        #expect(report.manifestCount == 2)
        #expect(report.active.actions.first?.action == "c2pa.opened")
    }
}
