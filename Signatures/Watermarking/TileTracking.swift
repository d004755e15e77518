// Following the tiles across a picture block by block: what is bent or seen at an angle is straightened.

internal import CSpectra
internal import Foundation

/// A map from pixels to tiles, about the middle of a picture: affine, then seen at an angle.
///
/// Only pilots steer it, so the bound on false hits holds for whatever it ends in.
struct TrackedMap: Sendable {
    /// Tiles for each pixel to the right and down.
    var across: SIMD2<Double>
    var down: SIMD2<Double>
    /// Tiles at the middle.
    var offset: SIMD2<Double>
    var bend = SIMD2(0.0, 0.0)
    let middle: SIMD2<Double>

    init(_ geometry: TileGeometry, pitch: Double, middle: SIMD2<Double>) {
        (across, down) = geometry.frequencies(pitch: pitch)
        offset = SIMD2(0, 0)
        self.middle = middle
    }

    /// The map in the picture's own coordinates.
    var map: selvage_map {
        let scale = 1 / (1 - (bend * middle).sum())
        return selvage_map(
            across_x: across.x * scale, across_y: across.y * scale,
            across: (offset.x - (across * middle).sum()) * scale, down_x: down.x * scale,
            down_y: down.y * scale, down: (offset.y - (down * middle).sum()) * scale,
            bend_x: bend.x * scale, bend_y: bend.y * scale)
    }

    /// The side of a tile in pixels at the middle.
    var side: Double {
        1 / abs(across.x * down.y - across.y * down.x).squareRoot()
    }

    /// How far the tiles are turned, in degrees, and whether they are mirrored.
    var turn: Double { atan2(-down.x, down.y) * 180 / .pi }
    var mirrored: Bool { across.x * down.y - across.y * down.x < 0 }

    /// Moves the tiles so that a shift that was read becomes zero.
    mutating func take(_ shift: TileReading.Shift) {
        offset -= SIMD2(shift.across, shift.down) / Double(SELVAGE_TILE)
    }

    /// The same tiles turned by half a turn.
    var turned: Self {
        var other = self
        (other.across, other.down, other.offset) = (-across, -down, -offset)
        return other
    }
}

/// What one block says about how far the tiles have drifted there.
private struct Drift {
    let place: SIMD2<Double>
    let shift: SIMD2<Double>
    let weight: Double
}

extension TrackedMap {
    /// How well a block's pilots must agree to be heard.
    private static let audible = 2.6

    /// Corrects the map by what the blocks of a window say, once.
    mutating func follow(
        _ picture: WhitenedPicture, pattern: MarkPattern, window: PixelWindow, inverted: Bool,
        bending: Bool, reach: Int
    ) {
        let drifts = blocks(of: window).compactMap { block -> Drift? in
            let reading = TileReading(picture, map: map, window: block)
            let found = reading.drift(of: pattern, inverted: inverted, reach: reach)
            guard found.score > Self.audible else { return nil }
            let centre = SIMD2(
                Double(block.left) + Double(block.width) / 2,
                Double(block.top) + Double(block.height) / 2)
            return Drift(
                place: centre - middle, shift: found.shift, weight: found.score * found.score)
        }
        guard drifts.count >= (bending ? 6 : 4) else { return }
        correct(drifts, bending: bending)
    }

    /// Overlapping blocks of at least one and a half tiles.
    private func blocks(of window: PixelWindow) -> [PixelWindow] {
        let least = 1.5 * side
        let size = Int(max(least, Double(min(window.width, window.height)) / 4))
        func starts(_ length: Int) -> [Int] {
            guard length > size else { return [0] }
            let count = min(
                6, max(2, Int((Double(length - size) / (0.7 * Double(size))).rounded(.up)) + 1))
            return (0..<count).map { $0 * (length - size) / (count - 1) }
        }
        return starts(window.height).flatMap { top in
            starts(window.width).map { left in
                PixelWindow(
                    left: window.left + left, top: window.top + top,
                    width: min(size, window.width), height: min(size, window.height))
            }
        }
    }

    /// The least-squares correction by weighted drifts.
    ///
    /// To first order a drift is linear in the place, and the bend adds the tiles from the middle times
    /// a linear term that both directions share.
    private mutating func correct(_ drifts: [Drift], bending: Bool) {
        let size = drifts.map { max(abs($0.place.x), abs($0.place.y)) }.max() ?? 1
        var sums = NormalEquations(unknowns: bending ? 8 : 6)
        for drift in drifts {
            let p = drift.place / size
            let tiles = SIMD2((across * drift.place).sum(), (down * drift.place).sum())
            let line = [1, p.x, p.y], none = [0.0, 0, 0]
            let bent = { (tile: Double) in bending ? [tile * p.x, tile * p.y] : [] }
            sums.add(line + none + bent(tiles.x), equals: drift.shift.x, weight: drift.weight)
            sums.add(none + line + bent(tiles.y), equals: drift.shift.y, weight: drift.weight)
        }
        guard let p = sums.solved() else { return }
        offset -= SIMD2(p[0], p[3])
        across -= SIMD2(p[1], p[2]) / size
        down -= SIMD2(p[4], p[5]) / size
        if bending { bend += SIMD2(p[6], p[7]) / size }
    }
}

/// Sums of weighted linear equations, and their solution.
struct NormalEquations {
    private var rows: [[Double]]

    init(unknowns: Int) {
        rows = Array(repeating: Array(repeating: 0, count: unknowns + 1), count: unknowns)
    }

    mutating func add(_ factors: [Double], equals value: Double, weight: Double) {
        let all = factors + [value]
        for i in factors.indices {
            for j in all.indices { rows[i][j] += weight * factors[i] * all[j] }
        }
    }

    /// The solution by elimination with pivots, or nil where the equations do not say.
    func solved() -> [Double]? {
        var rows = rows
        let count = rows.count
        // A little weight on zero keeps what is not said at rest.
        for i in rows.indices { rows[i][i] *= 1 + 1e-6 }
        for i in 0..<count {
            guard let pivot = (i..<count).max(by: { abs(rows[$0][i]) < abs(rows[$1][i]) }),
                abs(rows[pivot][i]) > 1e-12
            else { return nil }
            rows.swapAt(i, pivot)
            for other in 0..<count where other != i {
                let factor = rows[other][i] / rows[i][i]
                for j in i...count { rows[other][j] -= factor * rows[i][j] }
            }
        }
        return (0..<count).map { rows[$0][count] / rows[$0][$0] }
    }
}
