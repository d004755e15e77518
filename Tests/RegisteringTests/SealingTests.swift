// An asset is sealed with one call, and found again from a copy that lost everything but its pixels.

import Foundation
import Imaging
import Matching
import Provenance
import Registering
import SelvageTypes
import Testing

@Suite("Sealing and verifying")
struct SealingTests {
    private let house: SealedHouse
    private let master: String

    init() throws {
        house = try SealedHouse()
        master = try house.folder.write(
            try PictureEncoder.png(DrawnPattern.leaves(side: 512, seed: 3)), to: "fern.png")
    }

    private var out: String { "\(house.folder.path)/fern.sealed.png" }

    @Test("A cropped JPEG copy is traced to its asset and licence by its mark and its repeat")
    func cropped() async throws {
        let outcome = try await house.registrar().seal(
            master, as: try SealedHouse.definition(), to: out)
        #expect(!outcome.wasSealed)
        #expect(outcome.report.marking == .marked)
        let survived = outcome.report.trials.filter(\.isRead).map(\.handling)
        #expect(Set(survived).isSuperset(of: ["JPEG 50", "half size", "quarter crop"]))
        #expect((outcome.report.markDecibels ?? 0) >= 36)
        let sealed = try decodePicture(try house.folder.read("fern.sealed.png"))
        let copy = try PictureEncoder.jpeg(
            sealed.cut(left: 90, top: 130, width: 340, height: 300), quality: 60)
        let answer = try house.verifier().verify(copy, showing: try decodePicture(copy))
        let found = try #require(answer.conclusions.first)
        #expect(found.asset == outcome.asset)
        #expect(found.licence == "https://licences.example/agreements/001")
        #expect(found.grounds.contains(.watermark) && found.grounds.contains(.repeat))
        #expect(answer.marks.first?.number == 1)
        #expect((answer.marks.first?.falseHitBound ?? 1) <= 1e-9)
        #expect(answer.disagreements.map(\.kind) == [.strippedCredentials])
    }

    @Test("The sealed file itself is told by all it carries, and nothing disagrees")
    func whole() async throws {
        let outcome = try await house.registrar().seal(
            master, as: try SealedHouse.definition(), to: out)
        let bytes = try house.folder.read("fern.sealed.png")
        let answer = try house.verifier().verify(bytes, showing: try decodePicture(bytes))
        let grounds = Set(answer.conclusions.first?.grounds ?? [])
        #expect(grounds.isSuperset(of: [.file, .credentials, .watermark, .hash]))
        #expect(answer.credentials.state == .validUnknownSigner)
        #expect(answer.rights?.copyrightNotice == "© 2026 Studio Marlow")
        #expect(answer.disagreements.isEmpty)
        let stored = try Catalogue(folder: house.catalogueFolder).asset(outcome.asset)
        #expect(stored?.seal == outcome.seal)
        // What an agreement may require of the manifest.
        let statements = try #require(outcome.seal.statements)
        #expect(statements.contains("rights") && statements.contains("softBinding"))
        #expect(Set(statements).isSubset(of: ManifestRule.Requirement.allCases.map(\.rawValue)))
    }

    @Test("The same command again seals nothing, says so, and gives a lost file back")
    func repeated() async throws {
        let definition = try SealedHouse.definition()
        let first = try await house.registrar().seal(master, as: definition, to: out)
        let bytes = try house.folder.read("fern.sealed.png")
        let second = try await house.registrar().seal(master, as: definition, to: out)
        #expect(second.wasSealed && second.seal == first.seal)
        #expect(try Catalogue(folder: house.catalogueFolder).generation == 1)
        try FileManager.default.removeItem(atPath: out)
        let third = try await house.registrar().seal(master, as: definition, to: out)
        #expect(third.wasSealed)
        #expect(try house.folder.read("fern.sealed.png") == bytes)
        let same = try await house.registrar().seal(
            out, as: definition, to: "\(house.folder.path)/other.png")
        #expect(same.wasSealed && same.file == out)
        let entries = try await house.ledger.reader().checkpoint.size
        #expect(entries == 1)
        var other = definition
        other.title = "Another name"
        await #expect(throws: RegisteringError.self) {
            try await house.registrar().seal(master, as: other, to: out)
        }
    }
}
