// What the inverted lists promise: exact while there are few, and nearly so with many.

import Recognition
import Testing

@testable import Matching

@Suite("Repeat coarse index") struct RepeatCoarseIndexTests {
    private static let size = LocalFeatures.descriptorBytes

    /// A sparse descriptor: a third of its directions, of length 256.
    private static func descriptor(_ dice: inout SplitMix) -> [UInt8] {
        scaled((0..<size).map { _ in dice.below(3) == 0 ? Double(1 + dice.below(100)) : 0 })
    }

    private static func scaled(_ values: [Double]) -> [UInt8] {
        let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return values.map { UInt8(min(127, $0 * 256 / max(1, length))) }
    }

    private static func product(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Int32 {
        zip(a, b).reduce(0) { $0 + Int32($1.0) * Int32($1.1) }
    }

    private func hits(_ index: RepeatCoarseIndex, _ queries: [UInt8], least: Int32) -> Set<[Int]> {
        var found: Set<[Int]> = []
        queries.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return }
            index.forEach(
                like: Array(0..<queries.count / Self.size), of: start, least: least
            ) { hit in found.insert([hit.query, hit.place, Int(hit.product)]) }
        }
        return found
    }

    @Test("With few descriptors every one that is like a query is found", arguments: [1, 17, 700])
    func exact(count: Int) {
        var dice = SplitMix(state: UInt64(count))
        let all = (0..<count).flatMap { _ in Self.descriptor(&dice) }
        let queries = (0..<12).flatMap { _ in Self.descriptor(&dice) } + all.prefix(3 * Self.size)
        let index = RepeatCoarseIndex(all, points: (0..<count).map { Int32(3 * $0) })
        let least: Int32 = 26_000
        var expected: Set<[Int]> = []
        for query in 0..<queries.count / Self.size {
            for place in 0..<count {
                let one = queries[query * Self.size..<(query + 1) * Self.size]
                let product = Self.product(one, all[place * Self.size..<(place + 1) * Self.size])
                if product >= least { expected.insert([query, 3 * place, Int(product)]) }
            }
        }
        #expect(!expected.isEmpty)
        #expect(hits(index, queries, least: least) == expected)
    }

    @Test("With many, nine of ten near copies are found")
    func many() {
        var dice = SplitMix(state: 5)
        let count = 6000
        let all = (0..<count).flatMap { _ in Self.descriptor(&dice) }
        let index = RepeatCoarseIndex(all, points: (0..<Int32(count)).map { $0 })
        var queries: [UInt8] = []
        let planted = (0..<400).map { $0 * 15 }
        for place in planted {
            queries += Self.scaled(
                all[place * Self.size..<(place + 1) * Self.size].map {
                    max(0, Double($0) + Double(dice.below(25)) - 12)
                })
        }
        let found = hits(index, queries, least: RepeatIndex.leastSimilarity)
        let right = planted.enumerated().count { number, place in
            found.contains { $0[0] == number && $0[1] == place }
        }
        #expect(right >= 360, "\(right) of 400")
    }

    @Test("Nothing is found where there is nothing")
    func nothing() {
        let index = RepeatCoarseIndex([], points: [])
        var dice = SplitMix(state: 1)
        #expect(hits(index, Self.descriptor(&dice), least: 0).isEmpty)
        #expect(hits(index, [], least: 0).isEmpty)
    }

    @Test("The same descriptors give the same centres")
    func deterministic() {
        var dice = SplitMix(state: 8)
        let all = (0..<800).flatMap { _ in Self.descriptor(&dice) }
        let centres = DescriptorCentres.learned(from: all, count: 9)
        #expect(centres.count == 9 * Self.size)
        #expect(DescriptorCentres.learned(from: all, count: 9) == centres)
        #expect(centres.allSatisfy { $0 <= 127 })
    }
}
