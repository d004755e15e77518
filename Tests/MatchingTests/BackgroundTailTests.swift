// The background of an asset from its strongest scores.

import Foundation
import Testing

@testable import Matching

@Suite("Background tail")
struct BackgroundTailTests {
    private func level(_ scores: [Double]) -> Double {
        var tail = BackgroundTail()
        for score in scores { tail.note(score) }
        return tail.level
    }

    @Test("An asset that was never found has no background")
    func never() {
        #expect(level([]) == 0)
    }

    @Test("Found seldom, the strongest score is the background")
    func seldom() {
        #expect(level([0.1, 0.4, 0.2]) == 0.4)
    }

    @Test("Found often, the mean excess of the five strongest over the sixth comes on top")
    func often() {
        #expect(abs(level([1, 2, 3, 4, 5, 6, 0.5]) - 9) < 1e-12)
        #expect(abs(level([6, 1, 4, 2, 0.5, 5, 3]) - 9) < 1e-12)
    }

    @Test("Scores that all agree add nothing")
    func flat() {
        #expect(level(Array(repeating: 0.7, count: 40)) == 0.7)
    }

    @Test("For an exponential fall the level lies near that of a series e times as long")
    func exponential() {
        // The quantiles of an exponential distribution, so that nothing is left to chance.
        let count = 400
        let scores = (0..<count).map { -log((Double($0) + 0.5) / Double(count)) * 0.2 }
        let longer = -log(0.5 / (2.718281828 * Double(count))) * 0.2
        #expect(abs(level(scores) - longer) < 0.1)
    }
}
