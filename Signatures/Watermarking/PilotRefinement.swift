// A proposal made exact: the affine map at which a key's pilots meet the highest peaks.

/// A fixed list of small changes of a geometry, coarse to fine.
///
/// The list is the same for every picture and key, and looks at pilots only, so that the bound on false
/// hits holds whatever it finds.
enum PilotRefinement {
    private static let rounds = 4
    private static let changes = 150
    private static let spread = SIMD4(0.012, 0.012, 0.02, 0.012)
    /// How far the pattern's own lattice may be off, its rounding included.
    private static let hostSpread = SIMD4(0.003, 0.003, 0.003, 0.003)

    /// Normal deviates from a fixed generator.
    private static let deviates: [SIMD4<Double>] = {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        func uniform() -> Double {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Double(state >> 11) * 0x1p-53
        }
        return (0..<rounds * changes).map { _ in
            // The sum of twelve uniform numbers is normal enough.
            SIMD4((0..<4).map { _ in (0..<12).reduce(-6) { sum, _ in sum + uniform() } })
        }
    }()

    /// The best geometry near a proposal, and the mean height of the peaks there.
    static func refine(
        _ start: TileGeometry, of pattern: MarkPattern, in search: PilotSearch,
        spread: SIMD4<Double> = spread
    ) -> (geometry: TileGeometry, height: Double) {
        var best = start
        var height = search.height(of: pattern, at: start)
        var size = spread
        for round in 0..<rounds {
            let middle = best
            for change in deviates[round * changes..<(round + 1) * changes] {
                let step = change * size
                var next = middle
                next.turn += step.x
                next.scale += step.y
                next.aspect += step.z
                next.shear += step.w
                let value = search.height(of: pattern, at: next)
                if value > height { (best, height) = (next, value) }
            }
            size *= 0.5
        }
        return (best, height)
    }

    /// The best geometry close to one that the pattern's own lattice proposes.
    static func settle(
        _ start: TileGeometry, of pattern: MarkPattern, in search: PilotSearch
    ) -> TileGeometry {
        refine(start, of: pattern, in: search, spread: hostSpread).geometry
    }

    /// The best size and difference of sides near an upright proposal, and the mean height there.
    static func level(
        _ start: TileGeometry, of pattern: MarkPattern, in search: PilotSearch
    ) -> (geometry: TileGeometry, height: Double) {
        var best = start
        var height = search.height(of: pattern, at: start)
        for size in -5...5 {
            for sides in -6...6 {
                var next = start
                next.scale += Double(size) * 0.0006
                next.aspect += Double(sides) * 0.0008
                let value = search.height(of: pattern, at: next)
                if value > height { (best, height) = (next, value) }
            }
        }
        return (best, height)
    }
}
