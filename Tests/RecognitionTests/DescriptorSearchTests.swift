// What the search of descriptors promises: the answers of a plain loop, by every kernel.

import Testing

@testable import Recognition

@Suite("Descriptor search") struct DescriptorSearchTests {
    private static let size = LocalFeatures.descriptorBytes

    private static func descriptors(_ count: Int, seed: UInt64) -> [UInt8] {
        var state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 1
        return (0..<count * size).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(state >> 57)
        }
    }

    private static func product(_ a: [UInt8], _ i: Int, _ b: [UInt8], _ j: Int) -> Int32 {
        var sum: Int32 = 0
        for k in 0..<size { sum += Int32(a[i * size + k]) * Int32(b[j * size + k]) }
        return sum
    }

    private static func blocks(_ descriptors: [UInt8]) -> [UInt8] {
        let count = descriptors.count / size
        var blocks = [UInt8](repeating: 0, count: DescriptorBlocks.places(for: count) * size)
        for place in 0..<count {
            DescriptorBlocks.lay(
                Array(descriptors[place * size..<(place + 1) * size]), at: place, of: &blocks)
        }
        return blocks
    }

    /// The likest by a plain loop: by falling product, the first seen before its equals.
    private static func plain(
        _ queries: [UInt8], _ query: Int, _ all: [UInt8], most: Int, least: Int32
    ) -> [[Int]] {
        (0..<all.count / size).map { [$0, Int(product(queries, query, all, $0))] }
            .filter { $0[1] >= Int(least) }.sorted { ($0[1], $1[0]) > ($1[1], $0[0]) }
            .prefix(most).map { $0 }
    }

    private static func found(_ ranking: DescriptorRanking, _ query: Int) -> [[Int]] {
        (0..<Int(ranking.counts[query])).map {
            let slot = query * ranking.most + $0
            return [Int(ranking.places[slot]), Int(ranking.products[slot])]
        }
    }

    @Test("Every kernel answers as a plain loop does, for one to twenty queries", arguments: 1...20)
    func plain(queryCount: Int) {
        let queries = Self.descriptors(queryCount, seed: 7)
        for count in [1, 15, 16, 17, 260] {
            let all = Self.descriptors(count, seed: UInt64(count))
            let blocks = Self.blocks(all)
            for (least, most) in [(1, 16), (255_000, 4), (265_000, 1), (400_000, 8)] {
                for kernel in DescriptorRanking.kernels {
                    var ranking = DescriptorRanking(
                        queries: queryCount, most: most, least: Int32(least))
                    ranking.look(
                        queries, asking: nil, at: blocks, count: count, first: 0, by: kernel)
                    for query in 0..<queryCount {
                        let expected = Self.plain(
                            queries, query, all, most: most, least: Int32(least))
                        #expect(Self.found(ranking, query) == expected, "kernel \(kernel)")
                    }
                }
            }
        }
    }

    @Test("Of equally like descriptors the first seen are kept, by every kernel")
    func equals() {
        let one = Self.descriptors(1, seed: 3)
        let blocks = Self.blocks(Array((0..<40).map { _ in one }.joined()))
        for kernel in DescriptorRanking.kernels {
            var ranking = DescriptorRanking(queries: 1, most: 5, least: 1)
            ranking.look(one, asking: nil, at: blocks, count: 40, first: 100, by: kernel)
            ranking.look(one, asking: nil, at: blocks, count: 40, first: 0, by: kernel)
            #expect(ranking.places == [100, 101, 102, 103, 104], "kernel \(kernel)")
        }
    }

    @Test("Every number that may be kept is kept rightly, by every kernel", arguments: 1...16)
    func kept(most: Int) {
        // Few different ones, so that many are equally like, and lists that come one after another.
        let kinds = Self.descriptors(9, seed: 11)
        let all = (0..<200).flatMap { number -> [UInt8] in
            let kind = number * number % 9
            return Array(kinds[kind * Self.size..<(kind + 1) * Self.size])
        }
        let queries = Self.descriptors(9, seed: 12)
        for kernel in DescriptorRanking.kernels {
            var ranking = DescriptorRanking(queries: 9, most: most, least: 1)
            for start in [0, 70, 140] {
                let part = Array(all[start * Self.size..<min(200, start + 70) * Self.size])
                ranking.look(
                    queries, asking: nil, at: Self.blocks(part), count: part.count / Self.size,
                    first: start, by: kernel)
            }
            for query in 0..<9 {
                #expect(
                    Self.found(ranking, query)
                        == Self.plain(queries, query, all, most: most, least: 1),
                    "kernel \(kernel)")
            }
        }
    }

    @Test("The largest bytes do not overflow")
    func largest() {
        let blocks = [UInt8](repeating: 127, count: DescriptorBlocks.bytes)
        let query = [UInt8](repeating: 127, count: Self.size)
        for kernel in DescriptorRanking.kernels {
            var ranking = DescriptorRanking(queries: 1, most: 16, least: 1)
            ranking.look(query, asking: nil, at: blocks, count: 16, first: 0, by: kernel)
            #expect(ranking.products == Array(repeating: 127 * 127 * 64, count: 16))
        }
    }

    @Test("What lies in the last block beyond the list is not looked at")
    func beyond() {
        let all = Self.descriptors(16, seed: 5)
        for kernel in DescriptorRanking.kernels {
            var ranking = DescriptorRanking(queries: 1, most: 16, least: 1)
            ranking.look(
                all, asking: nil, at: Self.blocks(all), count: 9, first: 0, by: kernel)
            #expect(ranking.counts == [9] && ranking.places.prefix(9).allSatisfy { $0 < 9 })
        }
    }

    @Test("Lists that are looked at one after another are ranked together")
    func several() {
        let (queries, all) = (Self.descriptors(11, seed: 1), Self.descriptors(90, seed: 2))
        var ranking = DescriptorRanking(queries: 11, most: 6, least: 1)
        for start in [0, 30, 60] {
            let part = Array(all[start * Self.size..<(start + 30) * Self.size])
            ranking.look(queries, at: Self.blocks(part), count: 30, first: start)
        }
        for query in 0..<11 {
            #expect(
                Self.found(ranking, query)
                    == Self.plain(queries, query, all, most: 6, least: 1))
        }
    }

    @Test("Only those that ask are answered")
    func asking() {
        let all = Self.descriptors(40, seed: 3)
        var ranking = DescriptorRanking(queries: 40, most: 1, least: 1)
        ranking.look(all, asking: [31, 2, 17], at: Self.blocks(all), count: 40, first: 0)
        #expect(ranking.counts.enumerated().filter { $0.element > 0 }.map(\.offset) == [2, 17, 31])
        for query in [2, 17, 31] {
            #expect(
                Self.found(ranking, query) == Self.plain(all, query, all, most: 1, least: 1))
        }
        ranking.look(all, asking: [], at: Self.blocks(all), count: 40, first: 0)
        ranking.look(all, asking: [1], at: [], count: 0, first: 0)
        #expect(ranking.counts[1] == 0)
    }

    @Test("A descriptor is taken from blocks as it was laid there")
    func laid() {
        let all = Self.descriptors(37, seed: 4)
        let blocks = Self.blocks(all)
        for place in [0, 15, 16, 36] {
            var one = [UInt8](repeating: 0, count: Self.size)
            DescriptorBlocks.take(from: place, of: blocks, into: &one)
            #expect(one == Array(all[place * Self.size..<(place + 1) * Self.size]))
        }
    }

    @Test("The kernel that searches by default is one of those tested")
    func chosen() {
        #expect(DescriptorRanking.kernels.contains(0))
        #expect(["portable", "avx2", "avx512vnni"].contains(DescriptorRanking.instructionSet))
    }
}
