// The kernels compute what their formulas say.

import CSpectra
import Foundation
import Testing

@Suite("Kernels of the watermark")
struct SpectrumTests {
    /// Samples without any order.
    static func samples(_ count: Int) -> [Float] {
        (0..<count).map { Float(sin(Double($0 * $0 % 7919) * 1.7)) }
    }

    @Test("A spectrum is the sum that defines it", arguments: [32, 64, 128])
    func spectrum(side: Int) {
        let samples = Self.samples(side * side)
        let row = Int(selvage_spectrum_row(Int32(side)))
        var real = [Float](repeating: 0, count: side * row)
        var imaginary = real
        #expect(selvage_spectrum(samples, side, Int32(side), &real, &imaginary) == 1)
        for (across, down) in [(0, 0), (1, 0), (0, 3), (5, side / 2), (side - 3, 7), (side / 2, 1)]
        {
            var sum = SIMD2(0.0, 0.0)
            for y in 0..<side {
                for x in 0..<side {
                    let angle = -2 * Double.pi * Double(across * x + down * y) / Double(side)
                    sum += SIMD2(cos(angle), sin(angle)) * Double(samples[y * side + x])
                }
            }
            #expect(abs(Double(real[across * row + down]) - sum.x) < 1e-2)
            #expect(abs(Double(imaginary[across * row + down]) - sum.y) < 1e-2)
        }
    }

    @Test("Folding adds every pixel to its place in the tile")
    func folding() {
        let samples = Self.samples(512 * 256)
        var tile = [Float](repeating: 0, count: 256 * 256)
        var map = selvage_map(
            across_x: 1.0 / 256, across_y: 0, across: 0, down_x: 0, down_y: 1.0 / 256, down: 0,
            bend_x: 0, bend_y: 0)
        selvage_fold(samples, 512, 0, 0, 512, 256, &map, nil, nil, &tile)
        for place in stride(from: 0, to: tile.count, by: 977) {
            let (x, y) = (place % 256, place / 256)
            #expect(abs(tile[place] - samples[y * 512 + x] - samples[y * 512 + x + 256]) < 1e-5)
        }
    }

    @Test("A tile read back where it was made has its own values")
    func synthesis() {
        let most = 5
        var real = [Float](repeating: 0, count: (most + 1) * (2 * most + 1))
        let imaginary = real
        real[3 * (2 * most + 1) + 2 + most] = 1
        var tile = [Float](repeating: 0, count: 512 * 512)
        #expect(selvage_synthesise(real, imaginary, Int32(most), 512, &tile) == 1)
        for (x, y) in [(0, 0), (100, 7), (511, 300)] {
            let angle = 2 * Double.pi * Double(3 * x + 2 * y) / 512
            #expect(abs(Double(tile[y * 512 + x]) - cos(angle)) < 1e-4)
        }
    }

    @Test("Blocks are quantised as the sums that define their transform say")
    func blocks() {
        func cosine(_ frequency: Int, _ sample: Int) -> Double {
            let scale = frequency == 0 ? 0.125.squareRoot() : 0.5
            return scale * cos(Double(2 * sample + 1) * Double(frequency) * .pi / 16)
        }
        let cosines = (0..<64).map { Float(cosine($0 / 8, $0 % 8)) }
        let table = (0..<64).map { (place: Int) -> Float in
            0.05 + 0.03 * Float(place / 8) + 0.07 * Float(place % 8)
        }
        let width = 24, plane = Self.samples(width * 16)
        var quantised = plane
        selvage_quantise(&quantised, Int32(width), 16, cosines, table)
        for (left, top) in [(0, 0), (16, 0), (8, 8)] {
            var back = [Double](repeating: 0, count: 64)
            for (down, across) in (0..<64).map({ ($0 / 8, $0 % 8) }) {
                var sum = 0.0
                for (y, x) in (0..<64).map({ ($0 / 8, $0 % 8) }) {
                    let sample = Double(plane[(top + y) * width + left + x])
                    sum += cosine(down, y) * cosine(across, x) * sample
                }
                let step = Double(table[down * 8 + across])
                let kept = (sum / step).rounded() * step
                for (y, x) in (0..<64).map({ ($0 / 8, $0 % 8) }) {
                    back[y * 8 + x] += kept * cosine(down, y) * cosine(across, x)
                }
            }
            for (y, x) in (0..<64).map({ ($0 / 8, $0 % 8) }) {
                let place = (top + y) * width + left + x
                #expect(abs(Double(quantised[place]) - back[y * 8 + x]) < 1e-3)
            }
        }
    }
}
