// The lattice of the mark's tiles: a sublattice of the asset's repeat, so that it wraps without a seam.

internal import CSpectra
internal import Foundation
internal import SelvageTypes

/// Tiles that fill a repeat a whole number of times, in whatever direction.
///
/// With the repeat's steps as columns of B, tiles have the steps B / N for a matrix N of whole numbers;
/// every step of the repeat is then a whole number of tiles.
struct MarkLattice: Hashable, Sendable {
    /// From pixels to tiles: N / B.
    let tiles: Matrix2
    /// Where on a tile the repeat's corner lies, in tiles.
    var origin = SIMD2(0.0, 0.0)
    /// The side of a square of a tile's area, in pixels.
    var pitch: Double { (1 / tiles.determinant).squareRoot() }
    /// How far the tiles are turned against the picture, in degrees, -45...45.
    var turn: Double {
        let angle = atan2(tiles.c - tiles.b, tiles.a + tiles.d) * 180 / .pi
        return angle - (angle / 90).rounded() * 90
    }

    /// The map from pixels to tiles.
    var map: selvage_map {
        selvage_map(
            across_x: tiles.a, across_y: tiles.b, across: origin.x, down_x: tiles.c,
            down_y: tiles.d, down: origin.y, bend_x: 0, bend_y: 0)
    }

    /// How many tiles lie along the edges of a file of some size.
    ///
    /// Edges of half-dropped files and of courses are whole and half numbers of tiles.
    func counts(width: Int, height: Int) -> AssetSeal.MarkTiles {
        func halves(_ tiles: Double) -> Double { (tiles * 2).rounded() / 2 + 0 }
        let wide = Double(width), high = Double(height)
        return AssetSeal.MarkTiles(
            width: .init(across: halves(tiles.a * wide), down: halves(tiles.c * wide)),
            height: .init(across: halves(tiles.b * high), down: halves(tiles.d * high)))
    }

    /// The lattice that suits a repeat best, or nil where no tile is large and square enough.
    ///
    /// Sought are square tiles of about the design's pitch that lie upright, and whose harmonics meet as
    /// few as possible of the lines of the picture's own inner repeats.
    init?(basis: Matrix2, inner: InnerRepeats, design: MarkDesign = .current) {
        var best: (cost: Double, tiles: Matrix2)?
        var seen: Set<Matrix2> = []
        for degrees in 0..<90 {
            for step in 0...84 {
                let pitch = design.leastPitch * (1 + Double(step) * 0.01)
                let counts = Self.counts(basis, degrees: Double(degrees), pitch: pitch)
                guard counts.determinant > 0.5, seen.insert(counts).inserted else { continue }
                let tiles = counts * basis.inverse
                guard let cost = Self.cost(tiles, counts: counts, inner: inner, design: design)
                else { continue }
                if best.map({ cost < $0.cost }) ?? true { best = (cost, tiles) }
            }
        }
        guard let best else { return nil }
        tiles = best.tiles
    }

    /// The whole numbers nearest to tiles of a pitch, turned by some degrees.
    private static func counts(_ basis: Matrix2, degrees: Double, pitch: Double) -> Matrix2 {
        let c = cos(degrees * .pi / 180) / pitch, s = sin(degrees * .pi / 180) / pitch
        let exact = Matrix2(c, s, -s, c) * basis
        return Matrix2(
            exact.a.rounded(), exact.b.rounded(), exact.c.rounded(), exact.d.rounded())
    }

    private static func cost(
        _ tiles: Matrix2, counts: Matrix2, inner: InnerRepeats, design: MarkDesign
    ) -> Double? {
        let pitch = (1 / tiles.determinant).squareRoot()
        let stretch = tiles.anisotropy
        guard stretch <= design.anisotropy, pitch >= design.leastPitch else { return nil }
        let angle = atan2(tiles.c - tiles.b, tiles.a + tiles.d) * 180 / .pi
        let oblique = abs(angle - (angle / 90).rounded() * 90) > 0.5
        return abs(log(pitch / design.pitch)) + 10 * stretch + (oblique ? 0.25 : 0)
            + 0.35 * log(inner.share(ofLinesMetBy: counts) * Double(inner.count))
    }
}

/// The repeats that a file itself holds.
struct InnerRepeats: Hashable, Sendable {
    /// How many there are across and down, and whether they are half-dropped against each other.
    let across: Int
    let down: Int
    let centred: Bool

    /// One repeat.
    static let none = Self(across: 1, down: 1, centred: false)

    /// How many repeats there are.
    var count: Int { across * down * (centred ? 2 : 1) }

    /// How many of the mark's harmonics lie on lines of the picture's spectrum.
    ///
    /// The line (x, y) of the repeat belongs to the inner repeats when it is a whole number of them.
    func share(ofLinesMetBy counts: Matrix2) -> Double {
        let most = min(count * (centred ? 2 : 1), 24)
        var met = 0
        for u in 0..<most {
            for v in 0..<most {
                let x = Int(counts.a) * u + Int(counts.c) * v
                let y = Int(counts.b) * u + Int(counts.d) * v
                guard x % across == 0, y % down == 0 else { continue }
                if !centred || (x / across + y / down) % 2 == 0 { met += 1 }
            }
        }
        return Double(met) / Double(most * most)
    }
}
