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
    var sizes: [Float] = []
    var turns: [Float] = []
    /// Fits with a smaller bound say nothing.
    let leastBound: Double

    /// Correspondences of one repeat, whose numbers of keypoints are those of `features` and `points`.
    init(
        _ correspondences: [Correspondence], entry: RepeatIndex.Entry, points: RepeatFrames,
        features: [KeypointFrame]
    ) {
        cell = SIMD2(entry.width, entry.height)
        side = (entry.width * entry.height).squareRoot()
        leastBound = RepeatMeasures.leastBound(keypoints: features.count, licensed: entry.count)
        let count = correspondences.count
        found.reserveCapacity(count)
        licensed.reserveCapacity(count)
        maps.reserveCapacity(count)
        queries.reserveCapacity(count)
        sizes.reserveCapacity(count)
        turns.reserveCapacity(count)
        for one in correspondences {
            let point = features[Int(one.query)]
            let licensedPoint = points[Int(one.point)]
            found.append(point.place)
            licensed.append(licensedPoint.place)
            maps.append(LinearMap(from: licensedPoint, to: point, flips: one.flips))
            queries.append(one.query)
            sizes.append(point.size - licensedPoint.size)
            turns.append(point.turn(from: licensedPoint, flips: one.flips))
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
            if RepeatMeasures.bound(fit) < leastBound { break }
            for place in fit.inliers { free[place] = false }
        }
        return fits
    }

    private func best(among places: [Int]) -> RepeatFit? {
        guard places.count >= 4 else { return nil }
        var best: RepeatFit?
        for window in windows(places) {
            let group = group(window)
            for seed in seeds(in: group) {
                guard let fit = grown(from: seed, in: group) else { continue }
                if fit.meaning > best?.meaning ?? -.infinity { best = fit }
            }
            // Beyond doubt: the emptier windows are left.
            if let best, best.meaning > 40 { break }
        }
        return best
    }

    /// A window's correspondences in the form that the kernels need.
    private struct Group {
        let places: [Int]
        let support: SeedSupport
        /// The keypoints of the picture among them.
        let trials: Int
    }

    private func group(_ places: [Int]) -> Group {
        let asked = places.map { queries[$0] }
        let support = SeedSupport(
            found: places.map { found[$0] }, licensed: places.map { licensed[$0] }, cell: cell,
            numbers: asked)
        // Correspondences of one keypoint lie side by side.
        let changes = zip(asked, asked.dropFirst()).count { $0 != $1 }
        return Group(places: places, support: support, trials: asked.isEmpty ? 0 : changes + 1)
    }

    /// Correspondences that agree on a size and a rotation: the fullest windows.
    private func windows(_ places: [Int]) -> [[Int]] {
        let (rows, columns) = (64, 30)
        var counts = [Int](repeating: 0, count: rows * columns)
        for place in places {
            // Held before they become numbers: a disk that fails reads as zeros, whose sizes are no numbers.
            let row = Int(max(0, min(Float(rows - 1), (sizes[place] + 6.4) / 0.2)))
            let column = Int(max(0, min(360, turns[place] + 180)) / 12) % columns
            counts[row * columns + column] += 1
        }
        var windows: [[Int]] = []
        for _ in 0..<5 {
            let (most, at) = Self.fullest(counts, rows: rows, columns: columns)
            guard most >= 4 else { break }
            let (row, column) = (at / columns, at % columns)
            windows.append(
                members(
                    of: places, size: -6.4 + 0.2 * (Float(row) + 0.5),
                    turn: -180 + 12 * (Float(column) + 0.5)))
            for dr in -2...2 where (0..<rows).contains(row + dr) {
                for dc in -2...2 {
                    counts[(row + dr) * columns + (column + dc + columns) % columns] = 0
                }
            }
        }
        return windows
    }

    /// The correspondences of a window around a size and a rotation.
    private func members(of places: [Int], size: Float, turn: Float) -> [Int] {
        sizes.withUnsafeBufferPointer { sizes in
            turns.withUnsafeBufferPointer { turns in
                var members: [Int] = []
                for place in places where abs(sizes[place] - size) < 0.42 {
                    let angle = abs(turns[place] - turn)
                    if min(angle, 360 - angle) < 24 { members.append(place) }
                }
                return members
            }
        }
    }

    /// The square of three by three counts with the largest sum; columns meet at the ends.
    private static func fullest(_ counts: [Int], rows: Int, columns: Int) -> (Int, Int) {
        // Sums of three along each row first.
        var threes = [Int](repeating: 0, count: counts.count)
        for row in 0..<rows {
            let start = row * columns
            for column in 0..<columns {
                let left = column == 0 ? columns - 1 : column - 1
                let right = column + 1 == columns ? 0 : column + 1
                threes[start + column] =
                    counts[start + left] + counts[start + column] + counts[start + right]
            }
        }
        var (most, at) = (0, 0)
        for row in 0..<rows {
            for column in 0..<columns {
                let here = row * columns + column
                let above = row == 0 ? 0 : threes[here - columns]
                let below = row + 1 == rows ? 0 : threes[here + columns]
                let sum = above + threes[here] + below
                if sum > most { (most, at) = (sum, here) }
            }
        }
        return (most, at)
    }

    /// A correspondence whose linear map explains its neighbours, and the neighbours.
    private struct Seed {
        let place: Int
        let marks: [UInt8]
    }

    /// The places from which most neighbours are explained by the seed's own linear map.
    private func seeds(in group: Group) -> [Seed] {
        let window = group.places
        guard window.count >= 4 else { return [] }
        var marks = [UInt8](repeating: 0, count: window.count + SeedSupport.room)
        func mark(_ number: Int) {
            let map = maps[window[number]]
            let inverse = map.inverse
            group.support.mark(
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
            let count = group.support.distinct(marks)
            if count >= 4 { counts.append((count, number)) }
        }
        counts.sort { ($0.count, $1.number) > ($1.count, $0.number) }
        return counts.prefix(3).map { one in
            mark(one.number)
            return Seed(place: window[one.number], marks: marks)
        }
    }

    static let mostSeeds = 300

    private func grown(from seed: Seed, in group: Group) -> RepeatFit? {
        let inverse = maps[seed.place].inverse
        let unit = side * abs(maps[seed.place].determinant).squareRoot()
        let anchor = licensed[seed.place]
        let first = SIMD2(Double(inverse.a * unit), Double(inverse.c * unit))
        let second = SIMD2(Double(inverse.b * unit), Double(inverse.d * unit))
        var map = RepeatMap(
            centre: found[seed.place], unit: unit,
            terms: [SIMD2(Double(anchor.x), Double(anchor.y)), first, second])
        var marks = seed.marks
        var count = marks.count { $0 != 0 }
        var reach: Float = 0.9
        for round in 0..<6 {
            let bends = round >= 3 && count >= 24
            map = fitted(map, to: marks, in: group, bends: bends)
            reach *= 1.8
            let limit = (round < 3 ? 0.06 : 0.04) * side
            group.support.mark(
                terms: map.terms, centre: map.centre, unit: map.unit, reach: reach, limit: limit,
                into: &marks)
            count = marks.count { $0 != 0 }
            if count < 4 { return nil }
        }
        return judged(map, marks: marks, in: group)
    }

    /// Least squares over the inliers, each moved by whole cells to where the map expects it.
    private func fitted(
        _ map: RepeatMap, to marks: [UInt8], in group: Group, bends: Bool
    ) -> RepeatMap {
        let (matrix, right) = group.support.equations(
            of: bends ? 6 : 3, terms: map.terms, centre: map.centre, unit: map.unit, marks: marks)
        let bending = bends ? [0, 1e-5, 1e-5, 3e-2, 3e-2, 3e-2] : [0, 1e-5, 1e-5]
        let equations = LeastSquares(matrix: matrix, right: right)
        guard let terms = equations.solved(damping: bending) else { return map }
        var result = map
        result.terms = terms
        return result
    }

    private func judged(_ map: RepeatMap, marks: [UInt8], in group: Group) -> RepeatFit? {
        let (across, down) = map.movement(at: map.centre)
        let area = abs(across.x * down.y - across.y * down.x)
        let squares = (across * across).sum() + (down * down).sum()
        // The ratio of the singular values is at most 3.
        guard area > 1e-9, squares / area < 3 + 1.0 / 3 else { return nil }
        let inliers = group.places.indices.filter { marks[$0] != 0 }.map { group.places[$0] }
        let distinct = group.support.distinct(marks)
        let trials = group.trials
        let cells = cells(of: inliers)
        // Repeats of one keypoint are one piece of evidence, in hits and in trials alike.
        let evidence = min(distinct, 3 * cells)
        let chances = max(
            evidence, Int((Double(trials) * Double(evidence) / Double(distinct)).rounded()))
        return RepeatFit(
            map: map, inliers: inliers, queries: distinct, cells: cells, trials: trials,
            meaning: Meaning.of(hits: evidence, trials: chances, chance: 0.016))
    }

    /// Sixteenths of the repeat, across and down, that correspondences cover.
    private func cells(of inliers: [Int]) -> Int {
        var isCovered = [Bool](repeating: false, count: 17 * 17)
        var count = 0
        for place in inliers {
            let column = min(16, max(0, Int(licensed[place].x * 16 / cell.x)))
            let row = min(16, max(0, Int(licensed[place].y * 16 / cell.y)))
            if !isCovered[row * 17 + column] {
                isCovered[row * 17 + column] = true
                count += 1
            }
        }
        return count
    }
}
