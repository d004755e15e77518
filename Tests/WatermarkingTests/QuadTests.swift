// Peaks read by fours say what one by one they would, and quick whitening what the exact one says.

import CSpectra
import Foundation
import Testing

@testable import Watermarking

@Suite("Peaks by fours")
struct QuadTests {
    static let side = 64
    static let row = Int(selvage_spectrum_row(Int32(side)))
    static let bytes = (0..<side * row).map { UInt8($0 * $0 % 7919 % 240) }
    static let quads = [UInt32](unsafeUninitializedCapacity: side * side / 4) {
        selvage_quads(bytes, Int32(side), $0.baseAddress)
        $1 = side * side / 4
    }

    /// The byte of a frequency; the lower half of the spectrum mirrors the upper.
    static func byte(_ across: Int, _ down: Int) -> Int {
        let (x, y) = down < 0 ? (-across, -down) : (across, down)
        return Int(bytes[(x & (side - 1)) * row + y])
    }

    @Test("A word holds a frequency, its mirror image, and both turned by a quarter")
    func layout() {
        for (a, b) in [(0, 0), (1, 0), (0, 5), (17, 9), (31, 31), (30, 2)] {
            let word = Int(Self.quads[a * Self.side / 2 + b])
            let wanted = [(a, b), (-a, b), (b, a), (-b, a)].map { Self.byte($0.0, $0.1) }
            #expect((0..<4).map { word >> (8 * $0) & 255 } == wanted)
        }
    }

    @Test("Upright tiles are summed in all four ways, also outside of the spectrum")
    func upright() {
        let pilots = [(5, 3), (-7, 2), (4, 0), (-2, 9), (11, 11)]
        let wide = (0..<11).map { 0.9 + Float($0) * 0.31 }
        let high = (0..<11).map { 1.2 + Float($0) * 0.27 }
        var sums = [UInt16](repeating: 0, count: 44)
        selvage_upright_sums(
            Self.quads, Int32(Self.side), pilots.map { Int32($0.0) }, pilots.map { Int32($0.1) },
            Int32(pilots.count), wide, high, 11, &sums)
        for (way, (mirrored, quarter)) in [
            (false, false), (true, false), (false, true), (true, true),
        ].enumerated() {
            for size in 0..<11 {
                let wanted = pilots.reduce(0) { sum, pilot in
                    let x = Int((Float(abs(pilot.0)) * wide[size]).rounded())
                    let y = Int((Float(pilot.1) * high[size]).rounded())
                    guard max(x, y) < Self.side / 2 - 1 else {
                        return sum + Int(SELVAGE_PEAK_SCALE) * 4 / 5
                    }
                    let across = (pilot.0 < 0) != mirrored ? -x : x
                    return sum + (quarter ? Self.byte(-y, across) : Self.byte(across, y))
                }
                #expect(Int(sums[way * 11 + size]) == wanted)
            }
        }
    }

    @Test("A log-polar map lifts each peak above the mean of its radius")
    func logPolar() {
        let entries = (Int(SELVAGE_ANGLES) / 4 + 1) * Int(SELVAGE_RADII)
        let table = [UInt32](unsafeUninitializedCapacity: entries) {
            selvage_log_polar_table(Int32(Self.side), 0.02, $0.baseAddress)
            $1 = entries
        }
        let mapped = Int(SELVAGE_ANGLES) * Int(SELVAGE_RADII_ROW)
        let map = [UInt8](unsafeUninitializedCapacity: mapped) {
            selvage_log_polar(Self.quads, table, $0.baseAddress)
            $1 = mapped
        }
        let angles = Double(SELVAGE_ANGLES), radii = Double(SELVAGE_RADII)
        func peak(_ angle: Int, _ radius: Int) -> Int {
            let turn = Double(angle) * .pi / angles
            let size = 64 * 0.02 * exp(Double(radius) * log(25) / radii)
            let x = Int((size * cos(turn)).rounded()), y = Int((size * sin(turn)).rounded())
            return Self.byte(x, y)
        }
        for radius in [10, 200, 530] {
            let mean = (0..<720).reduce(0) { $0 + peak($1, radius) } / 720
            for angle in [1, 100, 179, 250, 359, 400, 500, 620, 719] {
                let place = angle * Int(SELVAGE_RADII_ROW) + Int(SELVAGE_RADII_MARGIN) + radius
                let wanted = min(max(32 + (peak(angle, radius) - mean) / 4, 0), 63)
                // Means are rounded differently.
                #expect(abs(Int(map[place]) - wanted) <= 1)
            }
        }
    }

    // Smaller pictures than 256 pixels are whitened exactly.
    @Test(
        "Quick whitening says nearly what the exact one does", arguments: [(512, 480), (301, 257)])
    func quick(size: (Int, Int)) {
        let cloth = DrawnPattern.cloth(width: size.0, height: size.1, seed: 3)
        let window = PixelWindow(left: 0, top: 0, width: size.0, height: size.1)
        let exact = WhitenedPicture(cloth, window: window).samples
        let quick = WhitenedPicture(cloth, window: window, quick: true).samples
        func along(_ one: [Float], _ other: [Float]) -> Float {
            zip(one, other).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let agreement =
            along(exact, quick) / (along(exact, exact) * along(quick, quick)).squareRoot()
        #expect(agreement > 0.98)
    }
}
