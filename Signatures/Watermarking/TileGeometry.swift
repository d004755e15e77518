// How tiles of the mark lie in a picture: turned, scaled, sheared, mirrored, seen at an angle.

internal import CSpectra
internal import Foundation

/// The linear part of the map from pixels to tiles.
struct TileGeometry: Hashable, Sendable {
    /// Radians, by which tiles are turned in the picture.
    var turn: Double
    /// The natural logarithm of the tile's side over the design's pitch.
    var scale: Double
    /// Half the difference of the frequencies across and down, and their shear.
    var aspect = 0.0
    var shear = 0.0
    /// Whether the picture is mirrored.
    var mirrored: Bool

    /// Whether another geometry puts the tiles nearly where this one does, all over a picture.
    func isNear(_ other: Self) -> Bool {
        mirrored == other.mirrored && abs(turn - other.turn) < 4e-4
            && abs(scale - other.scale) < 4e-4 && abs(aspect - other.aspect) < 4e-4
            && abs(shear - other.shear) < 4e-4
    }

    /// Frequencies in the picture for one cycle across and one cycle down a tile, cycles a pixel.
    func frequencies(pitch: Double) -> (across: SIMD2<Double>, down: SIMD2<Double>) {
        let size = exp(-scale) / pitch
        let c = cos(turn) * size, s = sin(turn) * size
        let across = SIMD2(
            c * (1 + aspect) - s * shear, s * (1 + aspect) + c * shear)
        let down = SIMD2(c * shear - s * (1 - aspect), s * shear + c * (1 - aspect))
        return (mirrored ? -across : across, down)
    }

    /// The map from pixels to tiles, the picture's middle being a tile's corner.
    func map(pitch: Double, middle: SIMD2<Double>) -> selvage_map {
        let (across, down) = frequencies(pitch: pitch)
        return selvage_map(
            across_x: across.x, across_y: across.y, across: -(across * middle).sum(),
            down_x: down.x, down_y: down.y, down: -(down * middle).sum(), bend_x: 0, bend_y: 0)
    }
}
