// Which repeats a picture's features speak for: correspondences, and votes for size and rotation.

internal import Glibc
internal import Recognition

/// A repeat in one of its two lies, with the picture's keypoints that speak for it.
struct RepeatCandidate: Sendable {
    var entry: Int
    var isMirrored: Bool
    /// Keypoints of the picture that agree on a size and a rotation.
    var votes: Int
}

/// A keypoint of the picture that looks like one of a list: what its vote is made of.
struct RepeatVote: Sendable {
    /// The picture's keypoint.
    var query: Int32
    /// Which axes of one are turned round in the other.
    var flips: UInt8
    /// What the list knows of the other.
    var listed: RepeatListed

    var isMirrored: Bool { flips == 1 || flips == 2 }
    /// The repeat in one of its two lies, as a number.
    var lie: Int { listed.entry * 2 + (isMirrored ? 1 : 0) }
}

extension RepeatIndex {
    static let leastSimilarity: Int32 = 46_000
    static let mostForOne = 8
    /// Fewer votes are chance; where a picture has few keypoints, fewer are needed.
    static let leastVotes = 14
    static let fewestVotes = 5
    /// Pictures with fewer keypoints show little, such as one tile of a plain check.
    static let fewKeypoints = 150
    /// The keypoints of a picture that candidates are searched with.
    static let mostSearched = 500

    /// Each query keypoint's likest keypoints of the index.
    func correspondences(_ variants: DescriptorVariants) -> [RepeatVote] {
        let likest = lists.likest(
            variants.bytes, asking: variants.searched, most: Self.mostForOne,
            least: Self.leastSimilarity
        ) { numbers in checks.sound(numbers) { verified(list: $0) } }
        var result: [RepeatVote] = []
        result.reserveCapacity(variants.searched.count * Self.mostForOne / 2)
        for variant in variants.searched.lazy.map(Int.init) {
            let start = variant * likest.most
            for slot in start..<start + Int(likest.counts[variant]) {
                let listed = lists.listed(Int(likest.places[slot]))
                result.append(
                    RepeatVote(
                        query: variants.queries[variant],
                        flips: variants.flips[variant] ^ listed.flips, listed: listed))
            }
        }
        return result
    }

    /// Each query keypoint's likest keypoints of one repeat, in both lies.
    func correspondences(
        _ variants: DescriptorVariants, with entry: Int, most: Int
    ) -> [Correspondence] {
        guard isSound(entry: entry) else { return [] }
        let row = entries.row(entry)
        let blocks = part(.descriptors, row.places, each: LocalFeatures.descriptorBytes)
        guard let start = memory.bytes(blocks).baseAddress else { return [] }
        var likest = DescriptorRanking(
            queries: variants.queries.count, most: most, least: Self.leastSimilarity)
        likest.look(variants.bytes, at: start, count: row.count, first: row.first)
        var result: [Correspondence] = []
        for variant in variants.queries.indices {
            for slot in variant * most..<variant * most + Int(likest.counts[variant]) {
                let point = Int(likest.places[slot])
                result.append(
                    Correspondence(
                        query: variants.queries[variant], point: Int32(point),
                        flips: variants.flips[variant] ^ points[point].flips,
                        similarity: likest.products[slot]))
            }
        }
        return result
    }

    /// The votes of a picture's keypoints, cast for repeats, sizes and rotations.
    func ballots(_ votes: [RepeatVote], of features: LocalFeatures) -> RepeatBallots {
        let least = max(
            Self.fewestVotes,
            min(Self.leastVotes, Self.leastVotes * features.keypoints.count / Self.fewKeypoints))
        var ballots = RepeatBallots(votes, least: least)
        let octaves = features.keypoints.map { log2f($0.scale) }
        for one in votes where ballots.mayCount(one) {
            let query = Int(one.query)
            let size = (octaves[query] - one.listed.octave) * 2.5 + 24
            ballots.cast(
                one, size: Int(max(0, min(80, size))),
                turn: Self.turn(of: one, from: features.keypoints[query].angle))
        }
        return ballots
    }

    /// The repeats with the most votes, in falling order.
    func candidates(_ ballots: RepeatBallots, most: Int) -> [RepeatCandidate] {
        let weighed = ballots.most.map { lie, votes in
            let candidate = RepeatCandidate(
                entry: lie / 2, isMirrored: lie & 1 == 1, votes: Int(votes))
            return (weight: weight(of: Int(votes), for: lie / 2), lie: lie, candidate: candidate)
        }
        return weighed.sorted { ($0.weight, $1.lie) > ($1.weight, $0.lie) }
            .prefix(most).map(\.candidate)
    }

    /// What votes weigh: a repeat with more keypoints gets more by chance.
    func weight(of votes: Int, for entry: Int) -> Float {
        Float(votes) / Float(max(entries.row(entry).count, 60)).squareRoot()
    }

    /// The rotation that a vote is for, in eighteenths of a whole turn.
    ///
    /// It is the direction in which `LinearMap` takes the repeat's columns.
    private static func turn(of vote: RepeatVote, from angle: Float) -> Int {
        let sum = vote.isMirrored ? angle + vote.listed.angle : angle - vote.listed.angle
        // Both axes turned round, or the first one alone, is half a turn more.
        let turn = vote.flips & 1 == 0 ? sum : sum + .pi
        let whole = turn / (2 * .pi) + 0.5
        return min(17, Int((whole - floorf(whole)) * 18))
    }
}
