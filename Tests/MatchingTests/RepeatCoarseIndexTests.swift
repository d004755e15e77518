// What the inverted lists promise: exact while there are few, and nearly so with many.

import Recognition
import SelvageTypes
import Testing

@testable import Matching

@Suite("Repeat coarse index") struct RepeatCoarseIndexTests {
    private static let size = LocalFeatures.descriptorBytes

    private static func product(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Int32 {
        zip(a, b).reduce(0) { $0 + Int32($1.0) * Int32($1.1) }
    }

    private static func hits(
        _ index: RepeatIndex, _ queries: [UInt8], least: Int32, most: Int = 16
    ) -> [[Int]] {
        let count = queries.count / size
        let found = index.lists.likest(
            queries, asking: (0..<UInt32(count)).map { $0 }, most: most, least: least
        ) { $0 }
        return (0..<count).flatMap { query in
            (query * most..<query * most + Int(found.counts[query])).map { slot in
                let place = Int(index.lists.listed(Int(found.places[slot])).place)
                return [query, place, Int(found.products[slot])]
            }
        }
    }

    @Test("With few descriptors every one that is like a query is found", arguments: [1, 17, 700])
    func exact(count: Int) {
        var dice = SplitMix(state: UInt64(count))
        let all = (0..<count).flatMap { _ in SyntheticRepeat.descriptor(&dice) }
        let index = RepeatIndex([SyntheticRepeat.signature(of: all)])
        let queries =
            (0..<12).flatMap { _ in SyntheticRepeat.descriptor(&dice) } + all.prefix(3 * Self.size)
        let least: Int32 = 30_000
        var expected: Set<[Int]> = []
        for query in 0..<queries.count / Self.size {
            let one = queries[query * Self.size..<(query + 1) * Self.size]
            let own = (0..<count).map { place in
                let other = all[place * Self.size..<(place + 1) * Self.size]
                return [query, place, Int(Self.product(one, other))]
            }.filter { $0[2] >= Int(least) }
            expected.formUnion(own.sorted { $0[2] > $1[2] }.prefix(16))
        }
        #expect(!expected.isEmpty)
        let found = Self.hits(index, queries, least: least)
        // Equally like ones at the end of sixteen may stand for each other.
        #expect(Set(found.map { [$0[0], $0[2]] }) == Set(expected.map { [$0[0], $0[2]] }))
        #expect(found.count == expected.count)
    }

    @Test("With many, nine of ten near copies are found, whether centres are grouped or not")
    func many() {
        var dice = SplitMix(state: 5)
        let count = 6000
        let all = (0..<count).flatMap { _ in SyntheticRepeat.descriptor(&dice) }
        var queries: [UInt8] = []
        let planted = (0..<400).map { $0 * 15 }
        for place in planted {
            queries += SyntheticRepeat.near(
                Array(all[place * Self.size..<(place + 1) * Self.size]), &dice)
        }
        let index = RepeatIndex([SyntheticRepeat.signature(of: all)])
        #expect(index.form.lists > RepeatCoarseIndex.probes)
        let found = Self.hits(index, queries, least: RepeatIndex.leastSimilarity)
        let right = planted.enumerated().count { number, place in
            found.contains { $0[0] == number && $0[1] == place }
        }
        #expect(right >= 360, "\(right) of 400")
    }

    @Test("Every descriptor is in exactly one list, with its keypoint and its repeat")
    func complete() {
        var dice = SplitMix(state: 9)
        let counts = [300, 0, 1, 15, 16, 17, 1000]
        let index = RepeatIndex(
            counts.map { count in
                SyntheticRepeat.signature(
                    of: (0..<count).flatMap { _ in SyntheticRepeat.descriptor(&dice) })
            })
        var seen: [Int] = []
        for number in 0..<index.form.lists {
            let list = index.lists.list(number)
            for place in list.first..<list.first + list.count {
                let listed = index.lists.listed(place)
                let entry = index.entries[listed.entry]
                #expect(
                    (entry.points.lowerBound..<entry.points.lowerBound + entry.count)
                        .contains(Int(listed.place)))
                #expect(index.points[Int(listed.place)].scale == listed.scale)
                seen.append(Int(listed.place))
            }
        }
        #expect(seen.count == counts.reduce(0, +) && Set(seen).count == seen.count)
    }

    @Test("Nothing is found where there is nothing")
    func nothing() {
        var dice = SplitMix(state: 1)
        let query = SyntheticRepeat.descriptor(&dice)
        for index in [RepeatIndex([]), RepeatIndex([SyntheticRepeat.signature(of: [])])] {
            #expect(Self.hits(index, query, least: 1).isEmpty)
            #expect(Self.hits(index, [], least: 1).isEmpty)
        }
    }

    @Test("The same descriptors give the same centres, in groups when there are many")
    func deterministic() {
        var dice = SplitMix(state: 8)
        let all = (0..<800).flatMap { _ in SyntheticRepeat.descriptor(&dice) }
        let centres = DescriptorCentres.learned(from: all, count: 9)
        #expect(centres.count == 9 * Self.size)
        #expect(DescriptorCentres.learned(from: all, count: 9) == centres)
        #expect(centres.allSatisfy { $0 <= 127 })
        let grouped = DescriptorCentres(of: all, count: 25, together: 16)
        #expect(grouped.groups.count == 5 && grouped.ofGroups.count == 5 * Self.size)
        #expect((15...30).contains(grouped.groups.joined().count / Self.size))
        #expect(DescriptorCentres(of: all, count: 25, together: 16).groups == grouped.groups)
    }
}
