// A mark laid over a picture at a given strength, band by band.

internal import CSpectra
internal import Foundation
internal import SelvageTypes

/// A masked mark, ready to be added to its picture.
///
/// Nothing but the band that is worked on is held besides the picture and the result, so that a master
/// of 10,000 x 10,000 pixels needs little more memory than its pixels.
struct MarkLayer: Sendable {
    let host: MarkHost
    let lattice: MarkLattice
    let tile: [Float]
    /// How much more strength than without clipping a mark may get.
    private static let mostGain = 2.2

    /// The mark over the pixels of some rows, with its mask.
    private func values(in rows: Range<Int>) -> [Float] {
        var values = host.mask(of: rows)
        var map = lattice.map
        let width = host.picture.width
        var line = [Float](repeating: 0, count: width)
        for (row, y) in rows.enumerated() {
            selvage_read_tile(
                tile, Int32(MarkSpectrum.side), &map, 0, Int32(y), Int32(width), &line)
            for x in 0..<width { values[row * width + x] *= line[x] }
        }
        return values
    }

    /// The strengths that give some peak signal-to-noise ratios in decibels.
    ///
    /// What clipping takes away is made up for by more strength elsewhere, up to a limit.
    func strengths(decibels: [Double]) -> [Float] {
        let bands = host.sampledBands.map { ($0, values(in: $0)) }
        let pixels = Double(bands.reduce(0) { $0 + $1.1.count })
        let power = bands.reduce(0.0) { $0 + $1.1.reduce(0.0) { $0 + Double($1) * Double($1) } }
        let unit = max((power / pixels).squareRoot(), 1e-9)
        var scratch = [UInt8](repeating: 0, count: host.picture.width * MarkHost.bandRows * 3)
        return decibels.map { level in
            let wanted = 255 * pow(10, -level / 20)
            var strength = wanted / unit
            for _ in 0..<2 {
                let squares = bands.reduce(0.0) { sum, band in
                    sum
                        + Double(
                            host.add(band.1, times: Float(strength), rows: band.0, to: &scratch))
                }
                let error = (squares / (3 * pixels)).squareRoot()
                strength *= min(wanted / max(error, 1e-3), 1.6)
                strength = min(strength, Self.mostGain * wanted / unit)
            }
            return Float(strength)
        }
    }

    /// The whole picture with the mark, and its peak signal-to-noise ratio in decibels.
    func marked(strength: Float) -> (picture: Picture, decibels: Double) {
        var result = host.picture
        var squares = 0.0
        let row = host.picture.width * 3
        var scratch = [UInt8](repeating: 0, count: row * MarkHost.bandRows)
        for rows in host.bands {
            squares += Double(host.add(values(in: rows), times: strength, rows: rows, to: &scratch))
            result.pixels.replaceSubrange(
                rows.lowerBound * row..<rows.upperBound * row, with: scratch[..<(rows.count * row)])
        }
        let error = (squares / Double(result.pixels.count)).squareRoot()
        return (result, error == 0 ? .infinity : 20 * log10(255 / error))
    }

    /// A window of the picture with the mark.
    func marked(strength: Float, window: PixelWindow) -> Picture {
        let rows = window.top..<window.top + window.height
        let width = host.picture.width
        var scratch = [UInt8](repeating: 0, count: width * 3 * rows.count)
        _ = host.add(values(in: rows), times: strength, rows: rows, to: &scratch)
        let pixels = (0..<window.height).flatMap { row in
            let first = (row * width + window.left) * 3
            return scratch[first..<first + window.width * 3]
        }
        return Picture(width: window.width, height: window.height, pixels: pixels)
    }
}
