// Marks survive what is done to pictures of cloth, and nothing else is taken for a mark.

import SelvageTypes
import Testing

@testable import Watermarking

@Suite("Watermarks")
struct WatermarkTests {
    @Test("A cloth is marked faintly, and the mark was tried before it left")
    func marking() throws {
        let marked = try Watermarker(key: MarkedCloth.key).mark(
            MarkedCloth.plain, payload: MarkedCloth.payload)
        #expect(marked.decibels > 35.9)
        #expect(marked.tests.map(\.handling) == SimulatedHandling.allCases)
        #expect(marked.tests.filter(\.survives).count == 3)
        #expect(marked.picture.width == 512)
        #expect(marked.picture.height == 480)
    }

    @Test("A hit states its payload and its proof")
    func proof() throws {
        let marked = try #require(MarkedCloth.marked)
        let hit = try #require(MarkedCloth.detector.detect(marked.picture).first)
        #expect(hit.payload == MarkedCloth.payload)
        #expect(hit.key == "tests")
        #expect(hit.statistic >= hit.threshold)
        #expect(hit.falseHitBound <= 1e-9)
        #expect(abs(hit.tileSide - marked.tileSide) < 1)
        #expect(!hit.mirrored && !hit.inverted)
    }

    /// What is done to a picture.
    enum Handling: String, CaseIterable {
        case tiled, mirrored, quarterTurned, recoloured, inverted, grey, jpeg, half, crop

        func applied(to picture: Picture) -> Picture {
            switch self {
            case .tiled: picture.tiled(from: 301, 77, width: 700, height: 620)
            case .mirrored: picture.mirroredAcross
            case .quarterTurned: picture.quarterTurned
            case .recoloured:
                picture.recoloured {
                    SIMD3(
                        0.2 * $0.x + 0.7 * $0.y + 0.1 * $0.z, 0.5 * $0.x + 0.1 * $0.y + 0.4 * $0.z,
                        0.1 * $0.x + 0.3 * $0.y + 0.6 * $0.z)
                }
            case .inverted: picture.recoloured { 255 - $0 }
            case .grey: picture.recoloured { SIMD3(repeating: $0.sum() / 3) }
            case .jpeg: SimulatedHandling.jpeg50.applied(to: picture)
            case .half: SimulatedHandling.halfSize.applied(to: picture)
            case .crop: picture.cut(PixelWindow(left: 90, top: 61, width: 200, height: 200))
            }
        }
    }

    @Test("The payload is read after", arguments: Handling.allCases)
    func survives(handling: Handling) throws {
        let marked = try #require(MarkedCloth.marked)
        let handled = handling.applied(to: marked.picture)
        let hit = try #require(MarkedCloth.detector.detect(handled).first)
        #expect(hit.payload == MarkedCloth.payload)
        #expect(hit.mirrored == (handling == .mirrored))
        #expect(hit.inverted == (handling == .inverted))
    }

    @Test("A picture without a mark gives no hit")
    func unmarked() {
        #expect(MarkedCloth.detector.detect(MarkedCloth.plain).isEmpty)
    }

    @Test("Another key's mark gives no hit")
    func otherKey() throws {
        let marked = try #require(MarkedCloth.marked)
        #expect(WatermarkDetector(keys: [MarkedCloth.stranger]).detect(marked.picture).isEmpty)
    }

    @Test("Several keys are asked at once, and the threshold grows with them")
    func severalKeys() throws {
        let marked = try #require(MarkedCloth.marked)
        let detector = WatermarkDetector(keys: [MarkedCloth.stranger, MarkedCloth.key])
        #expect(detector.detect(marked.picture).map(\.key) == ["tests"])
        #expect(detector.threshold > MarkedCloth.detector.threshold)
    }

    @Test(
        "Pictures of any size are read without harm",
        arguments: [(1, 1), (1, 900), (7, 5), (64, 40)])
    func anySize(size: (Int, Int)) {
        let picture = Picture(width: size.0, height: size.1, red: 90, green: 20, blue: 200)
        #expect(MarkedCloth.detector.detect(picture).isEmpty)
    }

    @Test("A repeat without a lattice is refused in words")
    func noLattice() {
        let small = Picture(width: 60, height: 60, red: 10, green: 20, blue: 30)
        var reason: MarkError.Reason?
        do {
            _ = try Watermarker(key: MarkedCloth.key).mark(small, payload: MarkedCloth.payload)
        } catch {
            reason = error.reason
        }
        #expect(reason == .noLattice)
    }

    @Test("A key's bytes are in no description of it")
    func secrecy() {
        let key = MarkedCloth.stranger
        var dumped = ""
        dump(key, to: &dumped)
        #expect("\(key)" == "WatermarkKey(stranger)")
        #expect(!dumped.contains("255"))
    }
}
