// The meaning of a fit against exact binomial sums, and what a score is graded as.

import Foundation
import SelvageTypes
import Testing

@testable import Matching

@Suite("Repeat meaning and grading") struct RepeatMeaningTests {
    @Test(
        "The meaning is that of the exact binomial sum",
        arguments: [(4, 4), (4, 9), (5, 40), (12, 60), (30, 31), (25, 400), (60, 300), (7, 400)])
    func exact(hits: Int, trials: Int) {
        let chance = 0.016
        var tail = 0.0
        // Pascal's rule in logarithms would be what is tested: products of fractions are not.
        for k in (hits...trials).reversed() {
            var term = 1.0
            for i in 0..<k { term *= Double(trials - i) / Double(k - i) * chance }
            for _ in 0..<(trials - k) { term *= 1 - chance }
            tail += term
        }
        let choices = trials > 3 ? Double(trials * (trials - 1) * (trials - 2)) / 6 : 1
        let expected = -log10(min(1, tail) * choices) - 2
        let found = Double(Meaning.of(hits: hits, trials: trials, chance: chance))
        #expect(abs(found - expected) < 1e-3 * max(1, abs(expected)), "\(found), \(expected)")
    }

    @Test("Fewer than four hits mean nothing, more hits more, more trials less")
    func order() {
        #expect(Meaning.of(hits: 3, trials: 3, chance: 0.016) == 0)
        let hits = (4...60).map { Meaning.of(hits: $0, trials: 80, chance: 0.016) }
        #expect(zip(hits, hits.dropFirst()).allSatisfy { $0 < $1 })
        let trials = (20...900).map { Meaning.of(hits: 20, trials: $0, chance: 0.016) }
        #expect(zip(trials, trials.dropFirst()).allSatisfy { $0 > $1 })
        #expect(Meaning.of(hits: 2000, trials: 2000, chance: 0.016).isFinite)
        #expect(Meaning.of(hits: 10, trials: 3, chance: 0.016).isFinite)
    }

    private let measures = RepeatMeasures(
        votes: 60, keypoints: 90, places: 40, meaning: 60, gradients: 0.7, luma: 0.8, margin: 0.4,
        movement: 0.5, blocks: 30, agreeing: 24, side: 200)

    @Test("A score is nothing where any of its measures is nothing")
    func nothing() {
        #expect(measures.score > 0)
        for path in [
            \RepeatMeasures.meaning, \RepeatMeasures.gradients, \RepeatMeasures.luma,
        ] {
            for value in [0, -1.0] {
                var changed = measures
                changed[keyPath: path] = value
                #expect(changed.score == 0)
            }
        }
        var changed = measures
        changed.places = 0
        #expect(changed.score == 0)
    }

    @Test("More places than enough say no more; movement costs at most three fifths")
    func bounds() {
        // So little meaning that keypoints say nothing alone.
        var measures = measures
        measures.meaning = 20
        var changed = measures
        changed.places = 4000
        #expect(changed.score == measures.score)
        changed.movement = 1e6
        #expect(abs(changed.score / measures.score - 0.4) < 1e-9)
    }

    @Test("One and more above the background is a match, from the review on the same geometry")
    func grades() {
        #expect(RepeatGrading.grade(1) == .match)
        #expect(RepeatGrading.grade(RepeatGrading.review) == .sameGeometry)
        #expect(RepeatGrading.grade(RepeatGrading.review - 0.001) == nil)
        let certain = RepeatGrading.certain
        #expect(RepeatGrading.calibrated(certain, background: 0) == 1)
        // The background counts at least once, and more the stronger it is.
        let calibrated = [0.1, 0.3, 0.6].map {
            RepeatGrading.calibrated(certain + $0, background: $0)
        }
        #expect(calibrated.allSatisfy { $0 <= 1 + 1e-9 && $0 > 0.5 })
        #expect(zip(calibrated, calibrated.dropFirst()).allSatisfy { $0 + 1e-9 >= $1 })
        #expect(RepeatGrading.calibrated(0.2, background: 0.4) < 0)
    }

    @Test("Licensed colours speak for a match, the more the plainer the geometry, never alone")
    func licensedColours() {
        func gain(_ score: Double, _ background: Double) -> Double {
            RepeatGrading.calibrated(score, background: background, inLicensedColours: true)
                - RepeatGrading.calibrated(score, background: background)
        }
        #expect(gain(1, 0) > 0 && gain(1, 1) > gain(1, 0))
        #expect(abs(gain(2, 1) - gain(1, 1)) < 1e-9)
        #expect(gain(0.1, 0) < gain(0.5, 0) && gain(0, 1) == 0)
        // What a plain background reaches by itself is no match, whatever its colours.
        #expect(RepeatGrading.calibrated(1, background: 1, inLicensedColours: true) < 1)
    }

    @Test(
        "The very colours lift a plain repeat over its background, never a weak agreement to a match"
    )
    func exactColours() {
        func calibrated(_ score: Double, _ background: Double, _ exactness: Double) -> Double {
            RepeatGrading.calibrated(
                score, background: background, inLicensedColours: true, exactness: exactness)
        }
        for background in [0, 0.5, 2, 6] {
            // More exact is never less.
            let rising = stride(from: 0, through: 1, by: 0.125).map {
                calibrated(1.5, background, $0)
            }
            #expect(zip(rising, rising.dropFirst()).allSatisfy { $0 <= $1 + 1e-9 })
            #expect(calibrated(1.5, background, 1) >= 1)
            // The plainest repeats reach no more in their own pictures: that is for people to see.
            #expect(calibrated(0.2, background, 1) < 1)
            #expect(calibrated(0.05, background, 1) < RepeatGrading.review)
            #expect(calibrated(0, background, 1) <= 0)
        }
        #expect(calibrated(1.5, 6, 0) < 0)
    }

    @Test("Colours that are not told apart take from a score, the more the fewer there are")
    func separation() {
        #expect(RepeatGrading.told(2, separation: 1) == 2)
        #expect(RepeatGrading.told(2, separation: 0) == 0)
        let falling = stride(from: 1, through: 0, by: -0.125).map {
            RepeatGrading.told(1, separation: $0)
        }
        #expect(zip(falling, falling.dropFirst()).allSatisfy { $0 > $1 })
        // Two of three colours in one: less than half is left.
        #expect(RepeatGrading.told(1, separation: 0.5) < 0.4)
    }

    @Test("Keypoints all over a repeat say enough where pixels agree badly; few places never do")
    func geometry() {
        var cloth = RepeatMeasures(
            votes: 57, keypoints: 209, places: 70, meaning: 237, gradients: 0.38, luma: 0.62,
            margin: 0.05, movement: 3, blocks: 16, agreeing: 3, side: 120)
        #expect(cloth.geometry > 2 && cloth.score == cloth.geometry)
        // Colours that bad light mixes do not count against it.
        var score = RepeatScore(target: 0, score: cloth.score, geometry: cloth.geometry)
        #expect(score.told(separation: 0.2) == cloth.geometry)
        score.geometry = 0
        #expect(score.told(separation: 0.2) < cloth.geometry / 4)
        cloth.meaning = 1e5
        #expect(cloth.geometry <= 2.5)
        cloth.places = 6
        cloth.meaning = 237
        #expect(cloth.geometry == 0)
        cloth.places = 70
        for pixels in [0, -0.5] {
            cloth.gradients = pixels
            #expect(cloth.geometry == 0)
        }
    }

    @Test("A repeat of fifty pixels shows too little to be told by, one of a hundred all")
    func readability() {
        var measures = measures
        let shares = [0, -3, 50, 60, 75, 100, 4000].map { side in
            measures.side = side
            return measures.readability
        }
        #expect(shares[0] == 0 && shares[1] == 0 && shares[2] < 0.5 && shares[2] < shares[3])
        #expect(shares[4...] == [1, 1, 1])
        measures.side = .nan
        #expect(measures.readability == 0)
    }

    @Test("Repeats with few keypoints are compared although their fits are small")
    func leastBound() {
        let usual = RepeatMeasures.leastBound(keypoints: 900, licensed: 700)
        #expect(usual == RepeatMeasures.leastBound(keypoints: 150, licensed: 150))
        #expect(RepeatMeasures.leastBound(keypoints: 900, licensed: 75) == usual / 4)
        #expect(RepeatMeasures.leastBound(keypoints: 75, licensed: 700) == usual / 4)
        #expect(RepeatMeasures.leastBound(keypoints: 0, licensed: 0) > 0)
    }

    @Test("The false-match probability falls with the score, and is one")
    func probability() {
        let chances = stride(from: -1.0, through: 4, by: 0.1).map {
            RepeatGrading.falseMatchProbability($0)
        }
        #expect(chances.allSatisfy { $0 > 0 && $0 <= 1 })
        #expect(zip(chances, chances.dropFirst()).allSatisfy { $0 >= $1 })
        #expect(RepeatGrading.falseMatchProbability(1) < 0.001)
        // More targets are more chances to be wrong.
        let few = RepeatGrading.falseMatchProbability(1, targets: 71)
        #expect(abs(RepeatGrading.falseMatchProbability(1, targets: 710) - 10 * few) < 1e-9)
    }
}
