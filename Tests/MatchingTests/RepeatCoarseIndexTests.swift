// What the inverted lists promise: everything is in one, and what is alike is found by its code.

import Recognition
import SelvageTypes
import Testing

@testable import Matching

@Suite("Repeat coarse index") struct RepeatCoarseIndexTests {
    private static let size = LocalFeatures.descriptorBytes

    private static func product(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Int32 {
        zip(a, b).reduce(0) { $0 + Int32($1.0) * Int32($1.1) }
    }

    /// An index of repeats of one descriptor each.
    private static func index(_ descriptors: [UInt8]) -> RepeatIndex {
        RepeatIndex(
            (0..<descriptors.count / size).map {
                SyntheticRepeat.signature(of: Array(descriptors[$0 * size..<($0 + 1) * size]))
            })
    }

    /// Queries, the repeats that they found, and their products.
    private static func hits(
        _ index: RepeatIndex, _ queries: [UInt8], least: Int32, most: Int = 16
    ) -> [[Int]] {
        let count = queries.count / size
        let found = index.lists.likest(
            queries, asking: (0..<UInt32(count)).map { $0 }, most: most, least: least
        ) { $0 }
        return (0..<count).flatMap { query in
            (query * most..<query * most + Int(found.counts[query])).map { slot in
                let entry = index.lists.listed(Int(found.places[slot])).entry
                return [query, entry, Int(found.products[slot])]
            }
        }
    }

    @Test(
        "With few descriptors a query finds its own, and products nearly as they are",
        arguments: [1, 17, 700])
    func few(count: Int) {
        var dice = SplitMix(state: UInt64(count))
        let all = (0..<count).flatMap { _ in SyntheticRepeat.descriptor(&dice) }
        let queries =
            all.prefix(3 * Self.size) + (0..<12).flatMap { _ in SyntheticRepeat.descriptor(&dice) }
        let found = Self.hits(Self.index(all), Array(queries), least: 30_000)
        for query in 0..<min(3, count) {
            #expect(found.contains { $0[0] == query && $0[1] == query && $0[2] > 55_000 })
        }
        let errors = found.map { hit in
            let exact = Self.product(
                queries[hit[0] * Self.size..<(hit[0] + 1) * Self.size],
                all[hit[1] * Self.size..<(hit[1] + 1) * Self.size])
            return Double(abs(hit[2] - Int(exact)))
        }
        #expect(!errors.isEmpty && errors.reduce(0, +) / Double(errors.count) < 3000)
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
        let index = Self.index(all)
        #expect(index.form.lists > RepeatCoarseIndex.probes(ofLists: index.form.lists))
        #expect(
            RepeatCoarseIndex.probes(ofLists: 1 << 20)
                > RepeatCoarseIndex.probes(ofLists: index.form.lists))
        let found = Self.hits(index, queries, least: RepeatIndex.leastSimilarity)
        let right = planted.enumerated().count { number, place in
            found.contains { $0[0] == number && $0[1] == place }
        }
        #expect(right >= 360, "\(right) of 400")
    }

    @Test("Every descriptor is in exactly one list, with its repeat, in the order of the repeats")
    func complete() {
        var dice = SplitMix(state: 9)
        let counts = [300, 0, 1, 15, 16, 17, 1000]
        let signatures = counts.map { count in
            SyntheticRepeat.signature(
                of: (0..<count).flatMap { _ in SyntheticRepeat.descriptor(&dice) })
        }
        let index = RepeatIndex(signatures)
        var left: [RepeatListed: Int] = [:]
        for (entry, signature) in signatures.enumerated() {
            for point in signature.features.keypoints {
                left[RepeatListed(entry: entry, point: point), default: 0] += 1
            }
        }
        for number in 0..<index.form.lists {
            let list = index.lists.list(number)
            let listed = (list.first..<list.first + list.count).map { index.lists.listed($0) }
            for one in listed { left[one, default: 0] -= 1 }
            #expect(listed.map(\.entry) == listed.map(\.entry).sorted())
        }
        #expect(!left.isEmpty && left.values.allSatisfy { $0 == 0 })
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
