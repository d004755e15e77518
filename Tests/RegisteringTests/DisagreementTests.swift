// Copied marks, foreign and stripped credentials: what does not fit together is said.

import Foundation
import Imaging
import Matching
import Persistence
import Provenance
import Registering
import SelvageTypes
import Testing
import Watermarking

@Suite("What disagrees")
struct DisagreementTests {
    private let house: SealedHouse

    init() throws { house = try SealedHouse() }

    private func seal(_ seed: UInt64, _ name: String) async throws -> SealOutcome {
        let master = try house.folder.write(
            try PictureEncoder.png(DrawnPattern.leaves(side: 512, seed: seed)), to: "\(name).png")
        return try await house.registrar().seal(
            master, as: SealDefinition(), to: "\(house.folder.path)/\(name).sealed.png")
    }

    private func verify(_ picture: Picture) throws -> Verification {
        let bytes = try PictureEncoder.png(picture)
        return try house.verifier().verify(bytes, showing: picture)
    }

    @Test("A mark that was copied onto another asset does not count")
    func copied() async throws {
        let fern = try await seal(3, "fern")
        let oak = try await seal(4, "oak")
        let key = try #require(
            try MarkingKey.keys(of: SealedHouse.licensor, in: house.keyFolder).first)
        let stolen = try #require(fern.seal.mark.flatMap { UInt64($0.payload, radix: 16) })
        let forged = try Watermarker(key: key.key).mark(
            DrawnPattern.leaves(side: 512, seed: 4), payload: WatermarkPayload(stolen)
        ).picture
        let answer = try verify(forged)
        #expect(answer.marks.first?.asset == fern.asset)
        #expect(answer.marks.first?.counts == false)
        #expect(answer.conclusions.map(\.asset) == [oak.asset])
        #expect(answer.conclusions.first?.grounds.contains(.watermark) == false)
        #expect(answer.disagreements.map(\.kind).contains(.copiedMark))
    }

    @Test("A mark on a picture that nobody knows is told, and does not count")
    func unconfirmed() async throws {
        let fern = try await seal(3, "fern")
        let key = try #require(
            try MarkingKey.keys(of: SealedHouse.licensor, in: house.keyFolder).first)
        let foreign = DrawnPattern.leaves(side: 512, seed: 99)
        let marked = try Watermarker(key: key.key).mark(
            foreign, payload: key.issue.payload(number: fern.number))
        var answer = try verify(marked.picture)
        #expect(answer.conclusions.isEmpty)
        #expect(answer.disagreements.map(\.kind) == [.unconfirmedMark])
        let verifier = try house.verifier()
        let asset = try #require(verifier.unconfirmed(in: answer).first)
        verifier.confirm(
            &answer, showing: marked.picture, as: asset,
            registered: try decodePicture(try house.folder.read("fern.sealed.png")))
        #expect(asset.id == fern.asset && answer.conclusions.isEmpty)
        #expect(answer.disagreements.map(\.kind) == [.unconfirmedMark])
        let unissued = try Watermarker(key: key.key).mark(
            foreign, payload: WatermarkPayload(0x0000_0001_0bad_cafe))
        #expect(try verify(unissued.picture).disagreements.map(\.kind) == [.forgedPayload])
        let unknown = try Watermarker(key: key.key).mark(
            foreign, payload: key.issue.payload(number: 77))
        #expect(try verify(unknown.picture).disagreements.map(\.kind) == [.unknownPayload])
    }

    @Test("Where hash and repeat say nothing, the registered picture itself confirms the mark")
    func confirmed() async throws {
        let fern = try await seal(3, "fern")
        let sealed = try decodePicture(try house.folder.read("fern.sealed.png"))
        let copy = try decodePicture(
            try PictureEncoder.jpeg(
                sealed.cut(left: 60, top: 40, width: 300, height: 280), quality: 50))
        // As if the picture had no features: what was recognised is forgotten.
        var answer = try verify(copy)
        answer.recognised = []
        answer.marks[0].counts = false
        let verifier = try house.verifier()
        let asset = try #require(verifier.unconfirmed(in: answer).first)
        verifier.confirm(&answer, showing: copy, as: asset, registered: sealed)
        #expect(answer.conclusions.map(\.asset) == [fern.asset])
        #expect(answer.conclusions.first?.grounds == [.watermark, .comparison])
        #expect((answer.marks.first?.agreement ?? 0) > 0.8)
    }

    @Test("Another's credentials over our pixels are told, with who signed them")
    func foreignCredentials() async throws {
        let fern = try await seal(3, "fern")
        let sealed = try ImageFile(try house.folder.read("fern.sealed.png"))
        let bare = try sealed.replacingManifestStore(with: nil).bytes
        let thief = try SealedHouse()
        let identity = try LicensorKeys.opened(
            of: "https://parties.example/other", in: thief.keyFolder, at: SealedHouse.moment
        ).identity
        var random = SystemRandomNumberGenerator()
        let signed = try ManifestWriter(
            ManifestDefinition(
                title: "Mine", generator: .init(name: "Thief"),
                actions: [.init("c2pa.created", digitalSourceType: .digitalCreation)]),
            signer: identity.signer
        ).sign(try ImageFile(bare), at: SealedHouse.moment, using: &random)
        let answer = try house.verifier().verify(
            signed.file, showing: try decodePicture(signed.file))
        #expect(answer.conclusions.map(\.asset) == [fern.asset])
        #expect(answer.disagreements.map(\.kind) == [.foreignCredentials])
        #expect(answer.disagreements.first?.sentence.contains("other") == true)
    }

    @Test("Credentials that were taken along to other pixels do not hold")
    func moved() async throws {
        _ = try await seal(3, "fern")
        let store = try #require(
            try ImageFile(try house.folder.read("fern.sealed.png")).manifestStore()?.bytes)
        let other = DrawnPattern.leaves(side: 512, seed: 50)
        let file = try ImageFile(try PictureEncoder.png(other)).replacingManifestStore(with: store)
        let answer = try house.verifier().verify(file.bytes, showing: other)
        #expect(answer.credentials.state == .invalid)
        #expect(answer.conclusions.isEmpty)
        #expect(answer.disagreements.map(\.kind) == [.brokenCredentials])
    }

    @Test("A mark of a former key is still found after the key was rotated")
    func rotated() async throws {
        let fern = try await seal(3, "fern")
        var random = SystemRandomNumberGenerator()
        let name = try MarkingKey.rotate(
            of: SealedHouse.licensor, in: house.keyFolder, at: SealedHouse.moment, using: &random)
        #expect(name == "watermark-2")
        let oak = try await seal(4, "oak")
        #expect(oak.seal.mark?.key == "watermark-2")
        let found = try verify(try decodePicture(try house.folder.read("fern.sealed.png")))
        #expect(found.marks.first?.key == "watermark-1")
        #expect(found.marks.first?.asset == fern.asset && found.marks.first?.counts == true)
    }
}
