// A smooth map from a picture to a licensed repeat, fitted modulo the repeat's cell.

internal import Glibc
internal import Recognition

/// A polynomial map from a picture to the plane that a repeat tiles.
struct RepeatMap: Sendable {
    /// The middle of the fitted area, in the picture.
    var centre: SIMD2<Float>
    /// The picture's pixels for one unit of the polynomial.
    var unit: Float
    /// For 1, x, y and, when it bends, xx, xy, yy: the repeat's two coordinates.
    var terms: [SIMD2<Double>]

    /// Where a place of the picture lies on the repeat's plane.
    func callAsFunction(_ place: SIMD2<Float>) -> SIMD2<Float> {
        let p = (place - centre) / unit
        let (x, y) = (Double(p.x), Double(p.y))
        var sum = terms[0] + terms[1] * x + terms[2] * y
        if terms.count == 6 { sum += terms[3] * (x * x) + terms[4] * (x * y) + terms[5] * (y * y) }
        return SIMD2(Float(sum.x), Float(sum.y))
    }

    /// How the repeat's plane moves with the picture's columns and rows, at a place.
    func movement(at place: SIMD2<Float>) -> (across: SIMD2<Float>, down: SIMD2<Float>) {
        let p = (place - centre) / unit
        var across = terms[1]
        var down = terms[2]
        if terms.count == 6 {
            across += terms[3] * Double(2 * p.x) + terms[4] * Double(p.y)
            down += terms[4] * Double(p.x) + terms[5] * Double(2 * p.y)
        }
        let size = Double(unit)
        return (
            SIMD2(Float(across.x / size), Float(across.y / size)),
            SIMD2(Float(down.x / size), Float(down.y / size))
        )
    }

    /// The area of the repeat that one pixel covers, in the middle; negative when mirrored.
    var area: Float {
        let (across, down) = movement(at: centre)
        return across.x * down.y - across.y * down.x
    }
}

/// One fitted area of a picture.
struct RepeatFit: Sendable {
    var map: RepeatMap
    /// The correspondences that agree with the map, by their places in the list.
    var inliers: [Int]
    /// Keypoints of the picture among them.
    var queries: Int
    /// Sixteenths of the repeat, across and down, that they cover.
    var cells: Int
    /// Keypoints of the picture that could have agreed.
    var trials: Int
    /// Minus the decimal logarithm of the expected number of equally good fits by chance.
    var meaning: Float
}

/// Correspondences of one repeat in one lie, in the form that fitting needs.
struct RepeatFitter {
    let cell: SIMD2<Float>
    let side: Float
    var found: [SIMD2<Float>] = []
    var licensed: [SIMD2<Float>] = []
    var maps: [LinearMap] = []
    var queries: [Int32] = []
    var similarities: [Int32] = []
    var sizes: [Float] = []
    var turns: [Float] = []

    init(
        _ correspondences: [Correspondence], entry: RepeatIndex.Entry, index: RepeatIndex,
        features: LocalFeatures
    ) {
        cell = SIMD2(entry.width, entry.height)
        side = (entry.width * entry.height).squareRoot()
        for one in correspondences {
            let point = features.keypoints[Int(one.query)]
            let licensedPoint = index.points[Int(one.point)]
            let map = LinearMap(from: licensedPoint, to: point, flips: one.flips)
            found.append(SIMD2(point.x, point.y))
            licensed.append(SIMD2(licensedPoint.x, licensedPoint.y))
            maps.append(map)
            queries.append(one.query)
            similarities.append(one.similarity)
            sizes.append(log2f(point.scale / licensedPoint.scale))
            turns.append(atan2f(map.c, map.a) * 180 / .pi)
        }
    }

    /// The difference of two places on the repeat, by the shortest way round.
    func wrapped(_ difference: SIMD2<Float>) -> SIMD2<Float> {
        difference - cell * (difference / cell).rounded(.toNearestOrEven)
    }

    /// The best fits, each of correspondences that the earlier ones do not explain.
    func fits(most: Int) -> [RepeatFit] {
        var free = [Bool](repeating: true, count: found.count)
        var fits: [RepeatFit] = []
        for _ in 0..<most {
            guard let fit = best(among: found.indices.filter { free[$0] }), fit.meaning > 0 else {
                break
            }
            fits.append(fit)
            // What is left after a fit that says little says less.
            if RepeatMeasures.bound(fit) < RepeatMeasures.leastBound { break }
            for place in fit.inliers { free[place] = false }
        }
        return fits
    }

    private func best(among places: [Int]) -> RepeatFit? {
        guard places.count >= 4 else { return nil }
        var best: RepeatFit?
        for window in windows(places) {
            for seed in seeds(in: window) {
                guard let fit = grown(from: seed, among: window) else { continue }
                if fit.meaning > best?.meaning ?? -.infinity { best = fit }
            }
            // Beyond doubt: the emptier windows are left.
            if let best, best.meaning > 40 { break }
        }
        return best
    }

    /// Correspondences that agree on a size and a rotation: the fullest windows.
    private func windows(_ places: [Int]) -> [[Int]] {
        let (rows, columns) = (64, 30)
        var counts = [Int](repeating: 0, count: rows * columns)
        for place in places {
            let row = min(rows - 1, max(0, Int((sizes[place] + 6.4) / 0.2)))
            let column = Int((turns[place] + 180) / 12) % columns
            counts[row * columns + column] += 1
        }
        var windows: [[Int]] = []
        for _ in 0..<5 {
            var (most, at) = (0, 0)
            for row in 0..<rows {
                for column in 0..<columns {
                    var sum = 0
                    for dr in -1...1 where (0..<rows).contains(row + dr) {
                        for dc in -1...1 {
                            sum += counts[(row + dr) * columns + (column + dc + columns) % columns]
                        }
                    }
                    if sum > most { (most, at) = (sum, row * columns + column) }
                }
            }
            guard most >= 4 else { break }
            let (row, column) = (at / columns, at % columns)
            let size = -6.4 + 0.2 * (Float(row) + 0.5)
            let turn = -180 + 12 * (Float(column) + 0.5)
            windows.append(
                places.filter { place in
                    var angle = abs(turns[place] - turn)
                    if angle > 180 { angle = 360 - angle }
                    return abs(sizes[place] - size) < 0.42 && angle < 24
                })
            for dr in -2...2 where (0..<rows).contains(row + dr) {
                for dc in -2...2 {
                    counts[(row + dr) * columns + (column + dc + columns) % columns] = 0
                }
            }
        }
        return windows
    }

    /// The places from which most neighbours are explained by the seed's own linear map.
    private func seeds(in window: [Int]) -> [(place: Int, inliers: [Int])] {
        guard window.count >= 4 else { return [] }
        let support = SeedSupport(
            found: window.map { found[$0] }, licensed: window.map { licensed[$0] }, cell: cell)
        let asked = window.map { queries[$0] }
        var marks = [UInt8](repeating: 0, count: window.count)
        func mark(_ number: Int) {
            let map = maps[window[number]]
            let inverse = map.inverse
            support.mark(
                seed: number,
                map: (SIMD2(inverse.a, inverse.b), SIMD2(inverse.c, inverse.d)),
                reach: 0.9 * side * abs(map.determinant).squareRoot(), limit: 0.08 * side,
                into: &marks)
        }
        var counts: [(count: Int, number: Int)] = []
        let step = max(1, Float(window.count) / Float(Self.mostSeeds))
        var next: Float = 0
        while Int(next) < window.count {
            let number = Int(next)
            next += step
            mark(number)
            let count = Self.distinct(marks.span, asked.span)
            if count >= 4 { counts.append((count, number)) }
        }
        counts.sort { ($0.count, $1.number) > ($1.count, $0.number) }
        return counts.prefix(3).map { one in
            mark(one.number)
            return (window[one.number], window.indices.filter { marks[$0] != 0 }.map { window[$0] })
        }
    }

    static let mostSeeds = 300

    /// Correspondences of one keypoint stand side by side and count once.
    private static func distinct(_ marks: Span<UInt8>, _ asked: Span<Int32>) -> Int {
        var count = 0
        var last: Int32 = -1
        for number in marks.indices where marks[number] != 0 {
            if asked[number] != last { count += 1 }
            last = asked[number]
        }
        return count
    }

    private func grown(from seed: (place: Int, inliers: [Int]), among window: [Int]) -> RepeatFit? {
        let inverse = maps[seed.place].inverse
        let centre = found[seed.place]
        let unit = side * abs(maps[seed.place].determinant).squareRoot()
        let anchor = licensed[seed.place]
        let first = SIMD2(Double(inverse.a * unit), Double(inverse.c * unit))
        let second = SIMD2(Double(inverse.b * unit), Double(inverse.d * unit))
        var map = RepeatMap(
            centre: centre, unit: unit,
            terms: [SIMD2(Double(anchor.x), Double(anchor.y)), first, second])
        var inliers = seed.inliers
        var reach: Float = 0.9
        for round in 0..<6 {
            let bends = round >= 3 && inliers.count >= 24
            map = fitted(map, to: inliers, bends: bends)
            reach *= 1.8
            let limit = (round < 3 ? 0.06 : 0.04) * side
            inliers = window.filter { place in
                let difference = (found[place] - centre) / unit
                guard (difference * difference).sum() < reach * reach else { return false }
                let rest = wrapped(map(found[place]) - licensed[place])
                return (rest * rest).sum() < limit * limit
            }
            if inliers.count < 4 { return nil }
        }
        return judged(map, inliers: inliers, among: window)
    }

    /// Least squares over the inliers, each moved by whole cells to where the map expects it.
    private func fitted(_ map: RepeatMap, to inliers: [Int], bends: Bool) -> RepeatMap {
        let size = bends ? 6 : 3
        var equations = LeastSquares(size: size)
        for place in inliers {
            let expected = map(found[place])
            let target = expected - wrapped(expected - licensed[place])
            let p = (found[place] - map.centre) / map.unit
            let (x, y) = (Double(p.x), Double(p.y))
            let row = bends ? [1, x, y, x * x, x * y, y * y] : [1, x, y]
            equations.add(row, SIMD2(Double(target.x), Double(target.y)))
        }
        let bending = bends ? [0, 1e-5, 1e-5, 3e-2, 3e-2, 3e-2] : [0, 1e-5, 1e-5]
        guard let terms = equations.solved(damping: bending) else { return map }
        var result = map
        result.terms = terms
        return result
    }

    private func judged(_ map: RepeatMap, inliers: [Int], among window: [Int]) -> RepeatFit? {
        let (across, down) = map.movement(at: map.centre)
        let area = abs(across.x * down.y - across.y * down.x)
        let squares = (across * across).sum() + (down * down).sum()
        // The ratio of the singular values is at most 3.
        guard area > 1e-9, squares / area < 3 + 1.0 / 3 else { return nil }
        let distinct = Set(inliers.map { queries[$0] }).count
        let trials = Set(window.map { queries[$0] }).count
        let cells = Set(
            inliers.map { place in
                Int(licensed[place].x * 16 / cell.x) * 64 + Int(licensed[place].y * 16 / cell.y)
            }
        ).count
        // Repeats of one keypoint are one piece of evidence, in hits and in trials alike.
        let evidence = min(distinct, 3 * cells)
        let chances = max(
            evidence, Int((Double(trials) * Double(evidence) / Double(distinct)).rounded()))
        return RepeatFit(
            map: map, inliers: inliers, queries: distinct, cells: cells, trials: trials,
            meaning: Meaning.of(hits: evidence, trials: chances, chance: 0.016))
    }
}
