// What the comparison pixel by pixel promises: same, moved, inverted and unrelated blocks.

import Recognition
import SelvageTypes
import Testing

@Suite("Luma agreement") struct LumaAgreementTests {
    private static let side = 96

    /// Smooth noise, the same for a seed; its sides meet.
    private static func noise(_ seed: UInt64) -> LumaPlane {
        var state = seed
        var samples = (0..<side * side).map { _ -> Float in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 56)
        }
        for _ in 0..<3 {
            samples = samples.indices.map { place in
                let (x, y) = (place % side, place / side)
                let row = y * side
                return
                    (samples[place] * 2 + samples[row + (x + 1) % side]
                    + samples[row + (x + side - 1) % side] + samples[(y + 1) % side * side + x]
                    + samples[(y + side - 1) % side * side + x]) / 6
            }
        }
        return LumaPlane(
            width: side, height: side, samples: samples.map { ($0 - 127) * 3 + 127 })
    }

    private let plane = noise(1)

    private func block(
        _ x: Float, _ y: Float, movedBy moved: SIMD2<Float> = .zero, step: Float = 1
    ) -> LumaPlane.Block {
        LumaPlane.Block(
            x: x, y: y, step: step, u: x + moved.x, v: y + moved.y, uAcross: step, vAcross: 0,
            uDown: 0, vDown: step)
    }

    private func agreement(
        _ picture: LumaPlane, _ block: LumaPlane.Block, _ licensed: LumaPlane
    ) throws -> LumaPlane.Agreement {
        try #require(picture.agreement(of: [block], with: licensed, reach: 4).first)
    }

    @Test("The same block agrees wholly, and is not moved", arguments: [0, 1, 2])
    func same(place: Int) throws {
        let at = [SIMD2<Float>(40, 50), SIMD2(30.5, 61), SIMD2(55, 33.5)][place]
        let found = try agreement(plane, block(at.x, at.y), plane)
        #expect(found.gradients > 0.95 && found.luma > 0.9)
        #expect(found.movedAcross == 0 && found.movedDown == 0)
        #expect(abs(found.contrast - found.licensedContrast) < 0.1 && found.contrast > 4)
        #expect(found.rival < 0.6)
    }

    @Test("A block that lies off by a few samples is found there")
    func moved() throws {
        for (dx, dy) in [(2, 0), (-2, 1), (0, -3), (4, 4)] {
            let off = SIMD2(Float(-dx), Float(-dy))
            let found = try agreement(plane, block(44, 47, movedBy: off), plane)
            #expect(found.movedAcross == Float(dx) && found.movedDown == Float(dy))
            #expect(found.gradients > 0.9)
        }
    }

    @Test("An inverted block has the same gradients and the opposite luma")
    func inverted() throws {
        let negative = LumaPlane(
            width: Self.side, height: Self.side, samples: plane.samples.map { 255 - $0 })
        let same = try agreement(plane, block(40, 50), plane)
        let found = try agreement(negative, block(40, 50), plane)
        #expect(abs(found.gradients - same.gradients) < 1e-3)
        #expect(abs(found.luma + same.luma) < 1e-3)
        #expect(found.movedAcross == 0 && found.movedDown == 0)
    }

    @Test("Unrelated noise agrees little", arguments: 2...9)
    func unrelated(seed: Int) throws {
        let found = try agreement(Self.noise(UInt64(seed * 31)), block(40, 50), plane)
        #expect(found.gradients < 0.45 && abs(found.luma) < 0.6)
    }

    @Test("The repeat goes on beyond its sides, however far the map leads")
    func wraps() throws {
        let near = try agreement(plane, block(48, 48), plane)
        for far: Float in [96, -96, 960, -9600] {
            let found = try agreement(plane, block(48, 48, movedBy: SIMD2(far, -far)), plane)
            #expect(abs(found.gradients - near.gradients) < 0.02)
        }
    }

    @Test(
        "Maps that lead to nowhere and planes of one sample agree with nothing and harm nothing",
        arguments: [Float.nan, .infinity, -.infinity, 1e9, -1e9, 3e38])
    func hostile(value: Float) {
        let one = LumaPlane(width: 1, height: 1, samples: [40])
        let blocks = [
            block(40, 40, movedBy: SIMD2(value, 0)), block(40, 40, movedBy: SIMD2(0, value)),
            block(value, 4), block(4, 4, step: value),
        ]
        for licensed in [plane, one] {
            for found in plane.agreement(of: blocks, with: licensed, reach: 4) {
                #expect(found.licensedContrast.isNaN || found.gradients <= 1)
            }
        }
        #expect(one.agreement(of: [block(0, 0)], with: one, reach: 4).first?.contrast == 0)
    }

    @Test("Half the size holds the means, also of odd and of one-sample planes")
    func halved() {
        let plane = LumaPlane(width: 3, height: 2, samples: [1, 3, 9, 5, 7, 9])
        #expect(plane.halved == LumaPlane(width: 1, height: 1, samples: [4]))
        let one = LumaPlane(width: 1, height: 1, samples: [8])
        #expect(one.halved == one)
    }
}
