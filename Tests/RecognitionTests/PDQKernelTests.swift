// PDQ's kernels against each other and against the reference's weights, bit for bit.

@testable import Recognition
import SelvageTypes
import Testing

@Suite("PDQ, kernels") struct PDQKernelTests {
    @Test(
        "Every kernel of this processor gives the same samples, whatever the sides",
        arguments: [
            (5, 5), (5, 700), (700, 5), (15, 16), (17, 31), (32, 33), (63, 64), (64, 63), (64, 65),
            (127, 129), (128, 128), (255, 257), (300, 77), (513, 40),
        ])
    func sameSamples(width: Int, height: Int) throws {
        let picture = patchwork(width: width, height: height, cell: 3, seed: width)
        let expected = try #require(PDQ.samples(of: picture, by: 0)).map(\.bitPattern)
        for kernel in PDQ.kernels.dropFirst() {
            guard let samples = PDQ.samples(of: picture, by: kernel) else { continue }
            #expect(samples.map(\.bitPattern) == expected, "kernel \(kernel)")
        }
        #expect(PDQ.samples(of: picture)?.map(\.bitPattern) == expected)
    }

    /// At 64 x 64 the samples are the luma itself.
    ///
    /// Over all reds and greens, and a quarter of the blues with each.
    @Test("Luma is the reference's sum in double precision, rounded once", arguments: 0..<64)
    func luma(part: Int) throws {
        var wrong = 0
        for red in part * 4..<part * 4 + 4 {
            for firstGreen in stride(from: 0, to: 256, by: 64) {
                let picture = colours(red: red, firstGreen: firstGreen)
                let samples = try #require(PDQ.samples(of: picture))
                for (place, sample) in samples.enumerated() {
                    let green = Double(firstGreen + place / 64)
                    let blue = Double(place % 64 * 4 + red % 4)
                    var sum = Double(red) * 0.299
                    sum += green * 0.587
                    sum += blue * 0.114
                    if sample != Float(sum) { wrong += 1 }
                }
            }
        }
        #expect(wrong == 0)
    }

    /// One red with 64 greens from top to bottom and 64 blues from left to right.
    private func colours(red: Int, firstGreen: Int) -> Picture {
        var pixels: [UInt8] = []
        for place in 0..<4096 {
            pixels.append(UInt8(red))
            pixels.append(UInt8(firstGreen + place / 64))
            pixels.append(UInt8(place % 64 * 4 + red % 4))
        }
        return Picture(width: 64, height: 64, pixels: pixels)
    }
}
