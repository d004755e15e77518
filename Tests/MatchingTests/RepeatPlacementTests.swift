// What a placement promises: the lattice of the fit, the hull of its evidence, and only numbers.

import SelvageTypes
import Testing

@testable import Matching

@Suite("Repeat placement") struct RepeatPlacementTests {
    private let corners: [SIMD2<Float>] = [
        SIMD2(10, 20), SIMD2(210, 20), SIMD2(210, 140), SIMD2(10, 140), SIMD2(100, 80),
    ]

    private func map(_ terms: [SIMD2<Double>]) -> RepeatMap {
        RepeatMap(centre: SIMD2(100, 80), unit: 100, terms: terms)
    }

    private func placement(_ map: RepeatMap, _ places: [SIMD2<Float>]? = nil) -> Placement? {
        Placement(
            map, cell: SIMD2(50, 40), places: places ?? corners, width: 300, height: 200)
    }

    @Test("Half the size: the lattice is half the cell, and the origin a corner")
    func half() throws {
        let found = try #require(
            placement(map([SIMD2(200, 160), SIMD2(200, 0), SIMD2(0, 200)])))
        #expect(found.scale == 0.5 && found.rotation == 0 && !found.isMirrored)
        #expect(found.across == .init(x: 25, y: 0) && found.down == .init(x: 0, y: 20))
        #expect(found.origin.x.remainder(dividingBy: 25) == 0)
        #expect(found.origin.y.remainder(dividingBy: 20) == 0)
        #expect(found.region.count == 4)
        #expect(found.colours == .undetermined)
    }

    @Test("A quarter turn clockwise: rows run down the picture")
    func turned() throws {
        // What lies to the right on the repeat lies below in the picture.
        let found = try #require(placement(map([.zero, SIMD2(0, -100), SIMD2(100, 0)])))
        #expect(found.rotation == 90 && !found.isMirrored && found.scale == 1)
        #expect(found.across == .init(x: 0, y: 50) && found.down == .init(x: -40, y: 0))
    }

    @Test("Mirrored: rows run to the left, and it is not turned")
    func mirrored() throws {
        let found = try #require(placement(map([.zero, SIMD2(-100, 0), SIMD2(0, 100)])))
        #expect(found.isMirrored && found.rotation == 0)
        #expect(found.across == .init(x: -50, y: 0) && found.down == .init(x: 0, y: 40))
    }

    @Test("Places outside of the picture are brought to its edge")
    func clamped() throws {
        let wide: [SIMD2<Float>] = [SIMD2(-90, -5), SIMD2(900, 10), SIMD2(40, 700)]
        let found = try #require(
            placement(map([.zero, SIMD2(100, 0), SIMD2(0, 100)]), wide))
        #expect(found.region.allSatisfy { (0...300).contains($0.x) && (0...200).contains($0.y) })
    }

    @Test("Places that span no area give no placement")
    func flat() {
        let identity = map([.zero, SIMD2(100, 0), SIMD2(0, 100)])
        #expect(placement(identity, []) == nil)
        #expect(placement(identity, [SIMD2(1, 1), SIMD2(1, 1), SIMD2(1, 1)]) == nil)
        #expect(placement(identity, (0..<9).map { SIMD2(Float($0), Float($0)) }) == nil)
    }

    @Test("A map that folds over at the place gives no placement, never infinite numbers")
    func folded() {
        // It bends until it stands still one unit to the right of its middle.
        let bent = map([.zero, SIMD2(100, 0), SIMD2(0, 100), SIMD2(-50, 0), .zero, .zero])
        let places: [SIMD2<Float>] = [
            SIMD2(180, 60), SIMD2(220, 60), SIMD2(220, 100), SIMD2(180, 100),
        ]
        #expect(placement(bent, places) == nil)
    }

    @Test("A hull holds all its points and turns one way", arguments: 0..<20)
    func hull(seed: Int) {
        var dice = SplitMix(state: UInt64(seed))
        let points = (0..<3 + seed * 4).map { _ in
            SIMD2(Float(dice.below(20)), Float(dice.below(20)))
        }
        let hull = ConvexHull.of(points)
        guard hull.count >= 3 else {
            #expect(Set(points).count < 3 || hull.count == 2)
            return
        }
        #expect(Set(hull).isSubset(of: Set(points)) && Set(hull).count == hull.count)
        for (number, a) in hull.enumerated() {
            let b = hull[(number + 1) % hull.count]
            for p in points {
                #expect((b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x) >= 0)
            }
        }
    }

    @Test("The hull of nothing, one, two and points in a row has no area")
    func hullOfFew() {
        #expect(ConvexHull.of([]).isEmpty)
        #expect(ConvexHull.of([SIMD2(3, 4), SIMD2(3, 4)]).count == 1)
        #expect(ConvexHull.of((0..<9).map { SIMD2(Float($0), 5) }).count < 3)
    }
}
