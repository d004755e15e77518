// The bound on false hits holds, and the statistic stays below it under random keys.

import SelvageTypes
import Testing

@testable import Watermarking

@Suite("The bound on false hits")
struct FalseHitTests {
    @Test("The threshold is the one that the proof gives")
    func threshold() {
        // watermark.md, section 3, point 7: 12.12 for a chance of 1e-9 and 4096 attempts.
        let bound = FalseHitBound(attempts: 4096)
        #expect(abs(bound.threshold(falseHits: 1e-9) - 12.12) < 0.005)
        #expect(abs(bound.chance(of: bound.threshold(falseHits: 1e-9)) / 1e-9 - 1) < 1e-6)
        #expect(bound.chance(of: 3) == 1)
    }

    @Test("Under random keys an unmarked picture stays far below the threshold")
    func randomKeys() {
        let picture = MarkedCloth.plain
        let window = PixelWindow(left: 0, top: 0, width: picture.width, height: picture.height)
        let white = WhitenedPicture(picture, window: window)
        let geometry = TileGeometry(turn: 0.3, scale: 0.1, mirrored: false)
        let reading = TileReading(
            white, map: geometry.map(pitch: 128, middle: SIMD2(256, 240)), window: window)
        let statistics = (0..<40).map { number in
            let key = WatermarkKey(
                id: "\(number)", secret: (0..<32).map { UInt8(($0 * 7 + number * 31) % 256) })
            let pattern = MarkPattern(key)
            let shift = reading.shift(of: pattern, turned: false)
            return pattern.decode(reading.chips(of: pattern, at: shift, turned: false)).statistic
        }
        let mean = statistics.reduce(0, +) / 40
        #expect(mean > 5 && mean < 8)
        #expect((statistics.max() ?? 99) < 10)
    }
}
