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

extension RepeatIndex {
    static let leastSimilarity: Int32 = 46_000
    static let mostForOne = 8
    /// Fewer votes are chance.
    static let leastVotes = 14
    /// The keypoints of a picture that candidates are searched with.
    static let mostSearched = 500

    /// Each query keypoint's likest keypoints of the index.
    func correspondences(_ variants: DescriptorVariants) -> [Correspondence] {
        let likest = LikestCorrespondences(variants: variants, most: Self.mostForOne)
        variants.bytes.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return }
            coarse.forEach(like: variants.searched, of: start, least: Self.leastSimilarity) { hit in
                likest.add(hit.query, hit.place, hit.product)
            }
        }
        return likest.all(licensed: flips)
    }

    /// Each query keypoint's likest keypoints of one repeat, in both lies.
    func correspondences(
        _ variants: DescriptorVariants, with entry: Int, most: Int
    ) -> [Correspondence] {
        let range = entries[entry].points
        let nearest = list.nearest(
            of: variants.bytes, in: range, least: Self.leastSimilarity, most: most)
        var result: [Correspondence] = []
        for variant in variants.queries.indices {
            for slot in variant * most..<(variant + 1) * most where nearest.products[slot] > 0 {
                let point = range.lowerBound + Int(nearest.places[slot])
                result.append(
                    Correspondence(
                        query: variants.queries[variant], point: Int32(point),
                        flips: variants.flips[variant] ^ flips[point],
                        similarity: nearest.products[slot]))
            }
        }
        return result
    }

    /// The repeats with the most votes, in falling order.
    func candidates(
        _ correspondences: [Correspondence], of features: LocalFeatures, most: Int
    ) -> [RepeatCandidate] {
        var codes: [UInt64] = []
        codes.reserveCapacity(correspondences.count * 4)
        for one in correspondences {
            let found = features.keypoints[Int(one.query)]
            let map = LinearMap(from: points[Int(one.point)], to: found, flips: one.flips)
            let licensed = points[Int(one.point)]
            let size = Int(max(0, min(80, floorf(log2f(found.scale / licensed.scale) * 2.5 + 24))))
            let turn = Int(floorf((atan2f(map.c, map.a) / .pi + 1) * 9)) % 18
            let lie = UInt64(owners[Int(one.point)]) * 2 + (one.isMirrored ? 1 : 0)
            for ds in 0...1 {
                for dt in 0...1 {
                    let bin =
                        ((size + ds) / 2) * 18 + ((turn + dt) % 18) / 2 + ds * 2000 + dt * 1000
                    codes.append(lie << 32 | UInt64(bin) << 16 | UInt64(one.query))
                }
            }
        }
        codes.sort()
        var votes: [UInt64: Int] = [:]
        var index = 0
        while index < codes.count {
            let bin = codes[index] >> 16
            var distinct = 0
            var last = UInt64.max
            while index < codes.count, codes[index] >> 16 == bin {
                if codes[index] != last { distinct += 1 }
                last = codes[index]
                index += 1
            }
            votes[bin >> 16] = max(votes[bin >> 16] ?? 0, distinct)
        }
        let ranked = votes.filter { $0.value >= Self.leastVotes }.map { lie, count in
            (
                candidate: RepeatCandidate(
                    entry: Int(lie / 2), isMirrored: lie & 1 == 1, votes: count),
                weight: Float(count)
                    / Float(max(entries[Int(lie / 2)].count, 60)).squareRoot()
            )
        }.sorted {
            ($0.weight, $1.candidate.entry, $0.candidate.isMirrored ? 1 : 0)
                > ($1.weight, $0.candidate.entry, $1.candidate.isMirrored ? 1 : 0)
        }
        return ranked.prefix(most).map(\.candidate)
    }
}
