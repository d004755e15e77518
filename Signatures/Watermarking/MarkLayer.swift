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

    /// What even ground gets of the strength that a busy place does: WebP smooths it first.
    private static let even: Float = 0.75

    /// The mark over the pixels of some rows, with its mask.
    private func values(in rows: Range<Int>) -> [Float] {
        tile.withUnsafeBufferPointer { tile in
            var map = lattice.map
            return host.masked(rows, even: Self.even) { y, line in
                selvage_read_tile(
                    tile.baseAddress, Int32(MarkSpectrum.side), &map, 0, Int32(y),
                    Int32(host.picture.width), line)
            }
        }
    }

    /// The whole picture with the mark, and its peak signal-to-noise ratio in decibels.
    func marked(strength: Float) -> (picture: Picture, decibels: Double) {
        let (result, squares) = host.changed(times: strength) { values(in: $0) }
        let error = (Double(squares) / Double(result.pixels.count)).squareRoot()
        return (result, error == 0 ? .infinity : 20 * log10(255 / error))
    }

    /// The mark over some evenly spread bands.
    var sample: MarkSample {
        var bands: [(rows: Range<Int>, change: [Float])] = []
        SideBySide.each(of: host.sampledBands) {
            values(in: $0)
        } then: { rows, change in
            bands.append((rows, change))
        }
        return MarkSample(host: host, bands: bands)
    }

    /// The mark over a window.
    func window(_ window: PixelWindow) -> MarkWindow {
        let width = host.picture.width
        let all = values(in: window.top..<window.top + window.height)
        let change = (0..<window.height).flatMap { row in
            all[row * width + window.left..<row * width + window.left + window.width]
        }
        return MarkWindow(picture: host.picture.cut(window), change: change)
    }
}

/// A mark over some bands of its picture, to learn what strength gives how many decibels.
struct MarkSample: Sendable {
    private let host: MarkHost
    private let bands: [(rows: Range<Int>, change: [Float])]
    private let pixels: Double
    /// The root of the mark's mean square at strength 1, where nothing is clipped.
    private let unit: Double
    /// How much more strength than without clipping a mark may get.
    private static let mostGain = 2.2

    init(host: MarkHost, bands: [(rows: Range<Int>, change: [Float])]) {
        self.host = host
        self.bands = bands
        pixels = Double(bands.reduce(0) { $0 + $1.change.count })
        let power = bands.reduce(0.0) {
            $0 + $1.change.reduce(0.0) { $0 + Double($1) * Double($1) }
        }
        unit = max((power / pixels).squareRoot(), 1e-9)
    }

    /// The strength that gives a peak signal-to-noise ratio in decibels.
    ///
    /// What clipping takes away is made up for by more strength elsewhere, up to a limit.
    func strength(decibels: Double) -> Float {
        let wanted = 255 * pow(10, -decibels / 20)
        var strength = wanted / unit
        var scratch = [UInt8](repeating: 0, count: host.picture.width * MarkHost.bandRows * 3)
        for _ in 0..<2 {
            let squares = bands.reduce(0.0) { sum, band in
                sum
                    + Double(
                        host.add(
                            band.change, times: Float(strength), rows: band.rows, to: &scratch))
            }
            let error = (squares / (3 * pixels)).squareRoot()
            strength *= min(wanted / max(error, 1e-3), 1.6)
            strength = min(strength, Self.mostGain * wanted / unit)
        }
        return Float(strength)
    }
}

/// A window of a picture and the mark over it.
struct MarkWindow: Sendable {
    let picture: Picture
    let change: [Float]

    /// The window with the mark.
    func marked(strength: Float) -> Picture {
        var result = picture
        _ = picture.pixels.withUnsafeBufferPointer { pixels in
            pixels.baseAddress.map {
                selvage_add_mark($0, change, strength, change.count, &result.pixels)
            }
        }
        return result
    }
}
