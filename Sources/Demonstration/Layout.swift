// Where motifs lie: points spread over the torus so that none crowds another.

/// Ways to place motifs on a tile.
enum Layout {
    /// The shorter way between two points of the unit torus.
    static func distance(_ one: Point, _ other: Point) -> Double {
        var across = abs(one.x - other.x)
        var down = abs(one.y - other.y)
        across = min(across, 1 - across)
        down = min(down, 1 - down)
        return (across * across + down * down).squareRoot()
    }

    /// Points that keep away from each other and from `taken`, each the best of several throws.
    ///
    /// - Source: D. P. Mitchell, *Spectrally Optimal Sampling for Distribution Ray Tracing* (1991).
    static func scattered(
        _ count: Int, with random: inout SplitMix, avoiding taken: [Point] = []
    ) -> [Point] {
        var points: [Point] = []
        for _ in 0..<count {
            var best = Point(random.unit(), random.unit())
            var room = 0.0
            for _ in 0..<24 {
                let throwing = Point(random.unit(), random.unit())
                let nearest = (points + taken).map { distance($0, throwing) }.min() ?? 1
                if nearest > room {
                    room = nearest
                    best = throwing
                }
            }
            points.append(best)
        }
        return points
    }
}
