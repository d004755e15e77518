// What a seed's support promises: the pairs that its linear map explains, modulo the cell.

import Recognition
import Testing

@Suite("Seed support") struct SeedSupportTests {
    private let cell = SIMD2<Float>(70, 45)

    private func marks(
        _ found: [SIMD2<Float>], _ licensed: [SIMD2<Float>], reach: Float = 1000, limit: Float = 2,
        map: (SIMD2<Float>, SIMD2<Float>) = (SIMD2(1, 0), SIMD2(0, 1))
    ) -> [UInt8] {
        var marks = [UInt8](repeating: 9, count: found.count + SeedSupport.room)
        SeedSupport(found: found, licensed: licensed, cell: cell)
            .mark(seed: 0, map: map, reach: reach, limit: limit, into: &marks)
        return Array(marks.prefix(found.count))
    }

    @Test("Every repetition of a place is explained, whole cells away")
    func modulo() {
        let steps: [Float] = [-3, -2, -1, 0, 1, 2, 3]
        let found = steps.flatMap { column in
            steps.map { row in SIMD2<Float>(column * 70 + 300, row * 45 + 200) }
        }
        let first = [SIMD2<Float>(300, 200)] + found
        let licensed = [SIMD2<Float>](repeating: SIMD2(69, 1), count: first.count)
        #expect(marks(first, licensed).allSatisfy { $0 == 1 })
    }

    @Test("A place is explained up to the limit, also across the cell's edge")
    func limit() {
        let found = [SIMD2<Float>](repeating: SIMD2(10, 10), count: 5)
        let licensed: [SIMD2<Float>] = [
            SIMD2(69.5, 20), SIMD2(1, 20), SIMD2(2, 20), SIMD2(68, 20), SIMD2(69.5, 22.5),
        ]
        #expect(marks(found, licensed) == [1, 1, 0, 1, 0])
    }

    @Test("Pairs beyond the reach in the picture are not explained")
    func reach() {
        let found: [SIMD2<Float>] = [SIMD2(0, 0), SIMD2(70, 0), SIMD2(140, 0), SIMD2(0, 90)]
        let licensed = [SIMD2<Float>](repeating: SIMD2(5, 5), count: 4)
        #expect(marks(found, licensed, reach: 100) == [1, 1, 0, 1])
    }

    @Test("Pairs of one number count once, however many they are", arguments: 0..<40)
    func distinct(seed: Int) {
        var state = UInt64(seed) &+ 5
        func chance(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 40) % bound
        }
        // Groups of one up to beyond a word of 64, so that some lie across its ends.
        var numbers: [Int32] = []
        for number in 0..<Int32(1 + chance(30)) {
            numbers += Array(repeating: number, count: 1 + chance(seed % 4 == 0 ? 150 : 9))
        }
        let places = [SIMD2<Float>](repeating: .zero, count: numbers.count)
        let support = SeedSupport(found: places, licensed: places, cell: cell, numbers: numbers)
        let alone = SeedSupport(found: places, licensed: places, cell: cell)
        for rarity in [1, 2, 7, 60, 2000] {
            var marks = numbers.map { _ -> UInt8 in chance(rarity) == 0 ? 1 : 0 }
            let marked = Set(zip(numbers, marks).filter { $0.1 != 0 }.map(\.0))
            let count = marks.count { $0 != 0 }
            marks += [UInt8](repeating: 0, count: SeedSupport.room)
            #expect(support.distinct(marks) == marked.count)
            #expect(alone.distinct(marks) == count)
        }
    }

    @Test("The map turns, mirrors and scales", arguments: 0..<24)
    func plain(seed: Int) {
        var state = UInt64(seed) &+ 17
        func chance(_ bound: Float) -> Float {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / Float(1 << 24) * bound
        }
        let map = (SIMD2(chance(2) - 1, chance(2) - 1), SIMD2(chance(2) - 1, chance(2) - 1))
        let found = (0..<133).map { _ in SIMD2(chance(500), chance(400)) }
        let licensed = (0..<133).map { _ in SIMD2(chance(70), chance(45)) }
        let expected = found.indices.map { place -> (mark: UInt8, isClose: Bool) in
            let d = found[place] - found[0]
            let at = SIMD2((map.0 * d).sum(), (map.1 * d).sum()) + licensed[0] - licensed[place]
            let rest = at - cell * (at / cell).rounded(.toNearestOrEven)
            let (far, off) = ((d * d).sum().squareRoot(), (rest * rest).sum().squareRoot())
            return (far < 300 && off < 15 ? 1 : 0, abs(far - 300) < 0.01 || abs(off - 15) < 0.01)
        }
        let found1 = marks(found, licensed, reach: 300, limit: 15, map: map)
        #expect(expected.contains { $0.mark == 1 })
        for (one, mark) in zip(expected, found1) where !one.isClose { #expect(one.mark == mark) }
    }
}
