// Noise fields for the background pictures: lattice noise, its sum over octaves, and cells.

/// Noise whose values follow from a place and a seed.
enum BackgroundNoise {
    /// A number in 0..<1 for a place of the lattice.
    @inline(__always)
    static func chance(_ column: Int, _ row: Int, _ seed: UInt32) -> Double {
        var mixed = UInt32(truncatingIfNeeded: column) &* 0x9e37_79b1
        mixed ^= UInt32(truncatingIfNeeded: row) &* 0x85eb_ca77
        mixed = (mixed ^ seed) &* 0x2c1b_3c6d
        mixed ^= mixed >> 15
        mixed = mixed &* 0x297a_2d39
        mixed ^= mixed >> 16
        return Double(mixed >> 8) / 16_777_216
    }

    /// Lattice noise in 0..<1, smooth between whole numbers.
    ///
    /// The four corners' `chance` at once.
    static func value(_ x: Double, _ y: Double, _ seed: UInt32) -> Double {
        let (column, row) = (BackgroundMath.floor(x), BackgroundMath.floor(y))
        let (dx, dy) = (Float(x - Double(column)), Float(y - Double(row)))
        let (sx, sy) = (dx * dx * (3 - 2 * dx), dy * dy * (3 - 2 * dy))
        let left = UInt32(truncatingIfNeeded: column) &* 0x9e37_79b1
        let upper = UInt32(truncatingIfNeeded: row) &* 0x85eb_ca77
        let (right, lower) = (left &+ 0x9e37_79b1, upper &+ 0x85eb_ca77)
        var mixed = SIMD4(left ^ upper, right ^ upper, left ^ lower, right ^ lower)
        mixed = (mixed ^ seed) &* 0x2c1b_3c6d
        mixed ^= mixed &>> 15
        mixed = mixed &* 0x297a_2d39
        mixed ^= mixed &>> 16
        let corners = SIMD4<Float>(SIMD4<Int32>(truncatingIfNeeded: mixed &>> 8))
        let rows = corners.lowHalf + (corners.highHalf - corners.lowHalf) * sy
        return Double((rows.x + (rows.y - rows.x) * sx) / 16_777_216)
    }

    /// The sum over octaves, -1...1 about 0; each octave has `falloff` of the one before.
    static func octaves(
        _ x: Double, _ y: Double, _ seed: UInt32, count: Int, falloff: Double = 0.5
    ) -> Double {
        var (sum, weight, total, scale) = (0.0, 1.0, 0.0, 1.0)
        for octave in 0..<count {
            let salt = seed &+ UInt32(truncatingIfNeeded: octave) &* 0x3504_f333
            sum += weight * (value(x * scale + Double(octave) * 17.3, y * scale, salt) - 0.5)
            total += weight
            weight *= falloff
            scale *= 2.03
        }
        return 2 * sum / total
    }

    /// The nearest of the points strewn one to a lattice cell.
    struct Cell {
        /// How far the nearest and the second nearest point lie.
        var first, second: Double
        /// The nearest point's place in the lattice.
        var column, row: Int
    }

    /// The cell a place lies in.
    ///
    /// - Parameter jitter: 0 is a square lattice, 1 any place within the cell.
    static func cell(_ x: Double, _ y: Double, _ seed: UInt32, jitter: Double) -> Cell {
        let (column, row) = (BackgroundMath.floor(x), BackgroundMath.floor(y))
        var best = Cell(first: 9, second: 9, column: column, row: row)
        for near in row - 1...row + 1 {
            for beside in column - 1...column + 1 {
                let px = Double(beside) + 0.5 + (chance(beside, near, seed) - 0.5) * jitter
                let py = Double(near) + 0.5 + (chance(near, beside, ~seed) - 0.5) * jitter
                let distance = BackgroundMath.length(x - px, y - py)
                if distance < best.first {
                    best = Cell(first: distance, second: best.first, column: beside, row: near)
                } else if distance < best.second {
                    best.second = distance
                }
            }
        }
        return best
    }
}
