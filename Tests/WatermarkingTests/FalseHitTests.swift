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

    @Test("A trial decides as often as it is asked to, repeats itself, and finds nothing")
    func trial() {
        func trial(seed: UInt64) -> FalseHitTrial {
            var trial = FalseHitTrial()
            trial.add(MarkedCloth.plain, decisions: 301, seed: seed)
            return trial
        }
        let one = trial(seed: 1), again = trial(seed: 1), other = trial(seed: 2)
        #expect(one.decisions == 301 && one.tiles == 2 && one.hits == 0)
        #expect(one.histogram == again.histogram && one.histogram != other.histogram)
        #expect(one.mean > 6 && one.mean < 7.5 && one.deviation > 0.4 && one.deviation < 1)
        #expect(one.largest < 10)
        #expect(FalseHitTrial.threshold == MarkedCloth.detector.threshold)
    }

    @Test("A trial of a picture that carries the signs it is asked with would show it")
    func control() throws {
        // The marked cloth, read where its mark lies: the same decoder, and signs that are not random.
        let marked = try Watermarker(key: MarkedCloth.key).mark(
            MarkedCloth.plain, payload: MarkedCloth.payload)
        let hit = try #require(MarkedCloth.detector.detect(marked.picture).first)
        #expect(hit.statistic > FalseHitTrial.threshold)
        // Under random signs nothing of it is left.
        var trial = FalseHitTrial()
        trial.add(marked.picture, decisions: 100, seed: 3)
        #expect(trial.hits == 0 && trial.largest < 10)
    }

    @Test("The bound of one decision falls with the statistic")
    func single() {
        #expect(FalseHitTrial.bound(of: 9) == 1)
        #expect(FalseHitTrial.bound(of: 11) < 1e-6 && FalseHitTrial.bound(of: 11) > 1e-8)
    }
}
