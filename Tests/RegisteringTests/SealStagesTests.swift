// What sealing does and how often: its stages, its decodings, and trials on the part that decides.

import Foundation
import Imaging
import Matching
import Provenance
import SelvageTypes
import Synchronization
import Testing

@testable import Registering

@Suite("Stages of sealing")
struct SealStagesTests {
    private let house: SealedHouse

    init() throws { house = try SealedHouse() }

    /// Decoders that note what they are asked for.
    private final class Count: Sendable {
        private let counts = Mutex((plain: 0, master: 0))
        private let seen = Mutex<[SealStage]>([])

        var plain: Int { counts.withLock(\.plain) }
        var master: Int { counts.withLock(\.master) }
        var stages: [SealStage] { seen.withLock { $0 } }

        func note(_ stage: SealStage) { seen.withLock { $0.append(stage) } }

        var decoders: SealingDecoders {
            SealingDecoders(
                plain: { [self] bytes throws(DecodeError) in
                    counts.withLock { $0.plain += 1 }
                    return try decodePicture(bytes)
                },
                master: { [self] bytes in
                    counts.withLock { $0.master += 1 }
                    return try decodeMaster(bytes)
                })
        }
    }

    private func sealed(
        _ master: [UInt8], _ count: Count, as definition: SealDefinition = SealDefinition()
    ) async throws -> SealedFile {
        let keys = try LicensorKeys.opened(
            of: SealedHouse.licensor, in: house.keyFolder, at: SealedHouse.moment)
        let sealer = Sealer(
            keys: keys, decoders: count.decoders, observer: { count.note($0) })
        return try await sealer.seal(
            Sealer.Order(master: master, definition: definition, title: "fern", number: 1),
            at: SealedHouse.moment)
    }

    @Test("A master and its sealed file are decoded once each, and every stage is told")
    func once() async throws {
        let picture = DrawnPattern.leaves(side: 512, seed: 3)
        let count = Count()
        let file = try await sealed(try PictureEncoder.png(picture), count)
        #expect(file.report.marking == .marked)
        #expect(count.master == 1)
        // The five trials are files of their own.
        #expect(count.plain == 1 + RecoveryHandling.allCases.count)
        #expect(
            count.stages == [.decoding, .marking, .writing, .checking, .signing, .trying])
        let shown = try decodePicture(file.bytes)
        #expect(file.shown.take() == shown)
        #expect(file.shown.take() == nil)
        let apart = try #require(picture.decibels(to: shown))
        #expect(abs(try #require(file.report.fileDecibels) - apart) < 1e-9)
        #expect(file.report.fileDecibels == file.report.markDecibels)
    }

    @Test("What a JPEG loses beside the mark is measured on what is shown")
    func lossy() async throws {
        let master = try PictureEncoder.jpeg(DrawnPattern.leaves(side: 512, seed: 3), quality: 92)
        let count = Count()
        let file = try await sealed(master, count)
        #expect(count.plain == 2 + RecoveryHandling.allCases.count)
        let apart = try #require(decodePicture(master).decibels(to: decodePicture(file.bytes)))
        #expect(abs(try #require(file.report.fileDecibels) - apart) < 1e-9)
        #expect(file.report.fileDecibels != file.report.markDecibels)
    }

    @Test("What is not to be marked is decoded for its hashes only")
    func unmarked() async throws {
        var definition = SealDefinition()
        definition.isMarked = false
        let count = Count()
        let file = try await sealed(
            try PictureEncoder.png(DrawnPattern.leaves(side: 128, seed: 3)), count, as: definition)
        #expect(file.report.marking == .unmarked && file.report.fileDecibels == nil)
        #expect(count.master == 0 && count.stages == [.checking, .signing])
    }

    @Test("The part that is tried comes back from a coder as it would within the whole")
    func part() throws {
        let picture = DrawnPattern.leaves(side: 611, seed: 5)
        let whole = picture.cut(left: 0, top: 0, width: 611, height: 597)
        let side = 200
        func middle(_ picture: Picture) -> Picture {
            picture.cut(
                left: (picture.width - side) / 2, top: (picture.height - side) / 2, width: side,
                height: side)
        }
        for handling in [RecoveryHandling.jpeg50, .jpeg30, .quarterCrop] {
            let kept = handling.kept(width: whole.width, height: whole.height)
            let part = handling.lookedAt(width: whole.width, height: whole.height, side: side)
            #expect(part.width < kept.width && part.height < kept.height)
            let all = whole.cut(
                left: kept.left, top: kept.top, width: kept.width, height: kept.height)
            let some = whole.cut(
                left: part.left, top: part.top, width: part.width, height: part.height)
            let expected = middle(try decodePicture(try handling.file(of: all)))
            #expect(middle(try decodePicture(try handling.file(of: some))) == expected)
        }
        // Halved, sides have to be even for places to fall on each other.
        let even = whole.cut(left: 0, top: 0, width: 610, height: 596)
        let part = RecoveryHandling.halfSize.lookedAt(width: 610, height: 596, side: side)
        let some = even.cut(left: part.left, top: part.top, width: part.width, height: part.height)
        #expect(
            middle(try decodePicture(try RecoveryHandling.halfSize.file(of: some)))
                == middle(try decodePicture(try RecoveryHandling.halfSize.file(of: even))))
    }

    @Test(
        "A picture that is no larger than what is looked at is tried whole", arguments: [200, 260])
    func small(side: Int) {
        for handling in RecoveryHandling.allCases {
            #expect(
                handling.lookedAt(width: side, height: side, side: 200)
                    == handling.kept(width: side, height: side))
        }
    }
}
