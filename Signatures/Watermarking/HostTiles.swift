// The second way to a mark's tiles: the lattice of the pattern that carries them.

internal import Foundation
public import SelvageTypes

/// Where a pattern that was recognised in a picture says that its mark's tiles lie.
///
/// A mark's tiles are a fixed part of the asset's repeat. Whoever knows how the repeat lies in a picture
/// knows how the tiles lie, but for where they begin; that the pilots still say. So a mark is read whose pilots
/// drown in a picture's spectrum, and it cannot be hidden without hiding the pattern.
///
/// What recognises a pattern may know the mark: catalogues hold marked pictures. So the proof does not
/// lean on how it came to a lattice: it is rounded to a grid, and every place of the grid is counted.
///
/// - Source: `watermark.md` §3, point 9.
public struct HostTiles: Hashable, Sendable {
    /// From pixels to tiles.
    private let tiles: Matrix2

    /// The tiles of a mark whose asset's file lies in a picture.
    ///
    /// - Parameters:
    ///   - counts: How many tiles lie along the file's edges.
    ///   - across: The movement in the picture, in pixels, along the file's upper edge; `down` likewise
    ///     along its left edge.
    /// - Returns: nil where the two movements are one line.
    public init?(_ counts: AssetSeal.MarkTiles, across: SIMD2<Double>, down: SIMD2<Double>) {
        let file = Matrix2(across.x, down.x, across.y, down.y)
        guard file.determinant.magnitude > 1 else { return nil }
        tiles =
            Matrix2(
                counts.width.across, counts.height.across, counts.width.down, counts.height.down)
            * file.inverse
    }

    /// How many are tried in one picture: each takes a third of the time of a whole look.
    static let most = 3
    /// How many payloads are tried for each, at the most.
    static let readings = 8

    /// The steps of the grid in turn, size, difference of sides and shear, and its reach.
    private static let step = 0.005
    private static let sizes = log(0.35)...log(2.6)
    private static let mostSkew = 0.25

    /// How many payloads could be tried in one picture with one key: all places of the grid are counted.
    static var attempts: Int {
        let turns = Int((2 * Double.pi / step).rounded(.up)) + 1
        let scales = Int(((sizes.upperBound - sizes.lowerBound) / step).rounded(.up)) + 1
        let skews = 2 * Int((mostSkew / step).rounded(.up)) + 1
        return 2 * turns * scales * skews * skews * readings
    }

    /// The different places of the grid where some tiles lie, the first of them.
    static func geometries(of hosts: [HostTiles], pitch: Double) -> [TileGeometry] {
        var found: [TileGeometry] = []
        for host in hosts where found.count < most {
            guard let one = host.geometry(pitch: pitch), !found.contains(one) else { continue }
            found.append(one)
        }
        return found
    }

    /// The place of the grid nearest to these tiles; nil for tiles that are seen too small or too large,
    /// or too much at an angle.
    func geometry(pitch: Double) -> TileGeometry? {
        let mirrored = tiles.determinant < 0
        let sign = mirrored ? -1.0 : 1
        // Columns: the frequencies of one cycle across and of one cycle down.
        let (a, b, c, d) = (sign * tiles.a, tiles.c, sign * tiles.b, tiles.d)
        // A turn, times a symmetric matrix: the polar decomposition.
        let turn = atan2(c - b, a + d)
        let cosine = cos(turn), sine = sin(turn)
        let wide = cosine * a + sine * c, high = -sine * b + cosine * d
        let skew = cosine * b + sine * d
        let size = (wide + high) / 2
        guard size.isFinite, size > 0 else { return nil }
        let scale = -log(size * pitch)
        let aspect = (wide - high) / 2 / size, shear = skew / size
        guard Self.sizes.contains(scale), abs(aspect) <= Self.mostSkew,
            abs(shear) <= Self.mostSkew
        else { return nil }
        func rounded(_ value: Double) -> Double { (value / Self.step).rounded() * Self.step }
        return TileGeometry(
            turn: rounded(turn), scale: rounded(scale), aspect: rounded(aspect),
            shear: rounded(shear), mirrored: mirrored)
    }
}
