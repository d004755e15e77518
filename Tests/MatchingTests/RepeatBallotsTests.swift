// What the votes for repeats promise: all of them are counted, for a picture and for its parts alike.

import Glibc
import Testing

@testable import Matching
@testable import Recognition

@Suite("Votes for repeats") struct RepeatBallotsTests {
    private static let least = 6

    private struct Vote {
        let vote: RepeatVote
        let size, turn: Int
    }

    /// Votes of 300 keypoints for 40 repeats; a few repeats have one size and rotation in common.
    private static let votes: [Vote] = {
        var dice = SplitMix(state: 11)
        return (0..<300).flatMap { query in
            (0..<5).map { _ in
                let entry = Int(dice.next() % 40)
                let point = LocalFeatures.Keypoint(
                    x: 0, y: 0, scale: 2, angle: 0.3,
                    flips: UInt8(dice.next() % 4))
                let isFull = entry < 4
                return Vote(
                    vote: RepeatVote(
                        query: Int32(query), flips: UInt8(dice.next() % 4),
                        listed: RepeatListed(entry: entry, point: point)),
                    size: isFull ? 24 : Int(dice.next() % 81),
                    turn: isFull ? 17 : Int(dice.next() % 18))
            }
        }
    }()

    private static func counted(_ votes: [Vote]) -> RepeatBallots {
        var ballots = RepeatBallots(votes.map(\.vote), least: least)
        for one in votes where ballots.mayCount(one.vote) {
            ballots.cast(one.vote, size: one.size, turn: one.turn)
        }
        return ballots
    }

    @Test("Each keypoint counts once in the fullest bin of a repeat in a lie")
    func most() {
        // Bins are two steps wide and overlap by one; the last rotation meets the first.
        var bins: [[Int]: Set<Int32>] = [:]
        for one in Self.votes {
            for size in [one.size / 2 * 2, (one.size + 1) / 2 * 2 - 1] {
                for turn in [one.turn / 2 * 2, ((one.turn + 1) % 18 / 2 * 2 + 17) % 18] {
                    bins[[one.vote.lie, size, turn], default: []].insert(one.vote.query)
                }
            }
        }
        var expected: [Int: Int32] = [:]
        for (bin, queries) in bins where queries.count >= Self.least {
            expected[bin[0]] = max(expected[bin[0]] ?? 0, Int32(queries.count))
        }
        #expect(expected.count >= 8)
        #expect(Self.counted(Self.votes).most == expected)
    }

    @Test("Parts of a picture have the votes that they would have by themselves")
    func groups() {
        var dice = SplitMix(state: 12)
        let held = (0..<300).map { _ in
            SIMD16<UInt16>(
                truncatingIfNeeded: SIMD16<UInt64>(repeating: dice.next())
                    &>> SIMD16<UInt64>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) & 1)
        }
        let found = Self.counted(Self.votes).votes(ofGroups: held)
        for lane in 0..<16 {
            let own = Self.votes.filter { held[Int($0.vote.query)][lane] == 1 }
            var expected: [Int: Int32] = [:]
            for (lie, count) in Self.counted(own).most {
                expected[lie / 2] = max(expected[lie / 2] ?? 0, count)
            }
            var most: [Int: Int32] = [:]
            for (entry, votes) in found where votes[lane] >= Self.least {
                most[entry] = max(most[entry] ?? 0, Int32(votes[lane]))
            }
            #expect(most == expected && !most.isEmpty)
        }
    }

    @Test("The rotation of a correspondence is that of its map's first column")
    func turns() {
        var dice = SplitMix(state: 13)
        func keypoint() -> LocalFeatures.Keypoint {
            LocalFeatures.Keypoint(
                x: 1, y: 2, scale: 1 + Float(dice.next() % 100) / 20,
                angle: Float(dice.next() % 1000) / 1000 * .pi, flips: 0)
        }
        for flips in 0...3 as ClosedRange<UInt8> {
            for _ in 0..<50 {
                let licensed = KeypointFrame(keypoint()), found = KeypointFrame(keypoint())
                let map = LinearMap(from: licensed, to: found, flips: flips)
                let turn = found.turn(from: licensed, flips: flips)
                let exact = atan2f(map.c, map.a) * 180 / .pi
                let apart = abs(turn - exact)
                #expect(min(apart, 360 - apart) < 0.01 && abs(turn) <= 180)
                #expect((map.determinant < 0) == (flips == 1 || flips == 2))
            }
        }
    }
}
