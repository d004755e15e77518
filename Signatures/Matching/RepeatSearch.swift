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

    /// The repeats with the most votes, in falling order.
    func candidates(
        _ votes: [RepeatVote], of features: LocalFeatures, most: Int
    ) -> [RepeatCandidate] {
        ranked(votes, of: features).prefix(most).map(\.candidate)
    }

    /// What the votes of some keypoints of a picture weigh for the repeat that they speak for most.
    func weight(of votes: [RepeatVote], of features: LocalFeatures) -> Float {
        ranked(votes, of: features).first?.weight ?? 0
    }

    /// The repeats that have enough votes, with what these weigh, in falling order.
    private func ranked(
        _ votes: [RepeatVote], of features: LocalFeatures
    ) -> [(candidate: RepeatCandidate, weight: Float)] {
        let least = max(
            Self.fewestVotes,
            min(Self.leastVotes, Self.leastVotes * features.keypoints.count / Self.fewKeypoints))
        var box = BallotBox(votes: votes.count)
        for one in votes {
            let found = features.keypoints[Int(one.query)]
            let size = max(0, min(80, log2f(found.scale / one.listed.scale) * 2.5 + 24))
            let turn = Self.turn(of: one, from: found.angle)
            box.cast(
                lie: one.listed.entry * 2 + (one.isMirrored ? 1 : 0), query: one.query,
                size: Int(size), turn: turn)
        }
        return box.most(atLeast: least).map { lie, count in
            (
                candidate: RepeatCandidate(
                    entry: lie / 2, isMirrored: lie & 1 == 1, votes: count),
                weight: Float(count)
                    / Float(max(entries.row(lie / 2).count, 60)).squareRoot()
            )
        }.sorted {
            ($0.weight, $1.candidate.entry, $0.candidate.isMirrored ? 1 : 0)
                > ($1.weight, $0.candidate.entry, $1.candidate.isMirrored ? 1 : 0)
        }
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

/// Votes for repeats in their two lies, in overlapping bins of size and rotation.
///
/// A keypoint of the picture counts once in each bin. All votes of one keypoint are cast one after
/// another.
private struct BallotBox {
    private struct Bin {
        var key = Int.max
        var count: Int32 = 0
        var last: Int32 = -1
    }

    /// Bins by their keys, each in the next free place.
    private var bins: [Bin]
    private let mask: Int

    init(votes: Int) {
        var room = 1024
        while room < votes * 8 { room *= 2 }
        bins = Array(repeating: Bin(), count: room)
        mask = room - 1
    }

    mutating func cast(lie: Int, query: Int32, size: Int, turn: Int) {
        for ds in 0...1 {
            for dt in 0...1 {
                let bin = ((size + ds) / 2) * 18 + ((turn + dt) % 18) / 2 + ds * 2048 + dt * 1024
                add(lie << 12 | bin, query)
            }
        }
    }

    private mutating func add(_ key: Int, _ query: Int32) {
        var place = Int((UInt(bitPattern: key) &* 0x9e37_79b9_7f4a_7c15) >> 32)
        while true {
            place &= mask
            if bins[place].key == key {
                if bins[place].last != query {
                    bins[place].last = query
                    bins[place].count += 1
                }
                return
            }
            if bins[place].key == .max {
                bins[place] = Bin(key: key, count: 1, last: query)
                return
            }
            place += 1
        }
    }

    /// The votes of the fullest bin of each repeat in each lie.
    func most(atLeast least: Int) -> [Int: Int] {
        var most: [Int: Int] = [:]
        for bin in bins where Int(bin.count) >= least {
            most[bin.key >> 12] = max(most[bin.key >> 12] ?? 0, Int(bin.count))
        }
        return most
    }
}
