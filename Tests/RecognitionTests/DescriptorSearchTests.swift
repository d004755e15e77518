// What the search of descriptors promises: the hits of a plain loop, in the same order.

import Recognition
import Testing

@Suite("Descriptor search") struct DescriptorSearchTests {
    private static let size = LocalFeatures.descriptorBytes

    private static func descriptors(_ count: Int, seed: UInt64) -> [UInt8] {
        var state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 1
        return (0..<count * size).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(state >> 57)
        }
    }

    private func product(_ a: [UInt8], _ i: Int, _ b: [UInt8], _ j: Int) -> Int32 {
        var sum: Int32 = 0
        for k in 0..<Self.size { sum += Int32(a[i * Self.size + k]) * Int32(b[j * Self.size + k]) }
        return sum
    }

    private func hits(
        _ list: DescriptorList, _ queries: [UInt8], in range: Range<Int>, least: Int32
    ) -> [[Int]] {
        var found: [[Int]] = []
        queries.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return }
            list.forEach(
                like: 0..<queries.count / Self.size, of: start, in: range, least: least
            ) { found.append([$0.query, $0.place, Int($0.product)]) }
        }
        return found.sorted { $0.lexicographicallyPrecedes($1) }
    }

    @Test("The hits are those of a plain loop, for one to twenty queries", arguments: 1...20)
    func plain(queryCount: Int) {
        let queries = Self.descriptors(queryCount, seed: 7)
        for count in [1, 15, 16, 17, 260] {
            let all = Self.descriptors(count, seed: UInt64(count))
            var list = DescriptorList()
            let range = list.append(all)
            var products: [[Int]] = []
            for query in 0..<queryCount {
                for place in 0..<count {
                    products.append([query, place, Int(product(queries, query, all, place))])
                }
            }
            for least: Int32 in [1, 255_000, 265_000, 400_000] {
                #expect(
                    hits(list, queries, in: range, least: least)
                        == products.filter { $0[2] >= Int(least) }, "\(count), \(least)")
            }
        }
    }

    @Test("The largest bytes do not overflow")
    func largest() {
        let all = [UInt8](repeating: 127, count: 16 * Self.size)
        var list = DescriptorList()
        let range = list.append(all)
        let expected = 127 * 127 * Self.size
        let found = hits(list, Array(all.prefix(Self.size)), in: range, least: Int32(expected))
        #expect(found == (0..<16).map { [0, $0, expected] })
    }

    @Test("Each list begins with a new block, and is searched alone")
    func several() {
        var list = DescriptorList()
        let first = Self.descriptors(5, seed: 1)
        let second = Self.descriptors(33, seed: 2)
        #expect(list.append(first) == 0..<16)
        let range = list.append(second)
        #expect(range == 16..<64 && list.places == 64)
        #expect(list.append([]) == 64..<64)
        let found = hits(list, Array(second.prefix(Self.size)), in: range, least: 1)
        #expect(found.map { $0[1] } == Array(16..<49))
        #expect(found[0][2] == Int(product(second, 0, second, 0)))
    }

    @Test("A picked query is answered by its own number")
    func picked() {
        let all = Self.descriptors(40, seed: 3)
        var list = DescriptorList()
        let range = list.append(all)
        var answers: [Int: Int] = [:]
        all.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return }
            list.forEach(like: [31, 2, 17], of: start, in: range, least: 1) { hit in
                if hit.place == hit.query { answers[hit.query] = Int(hit.product) }
            }
        }
        #expect(Set(answers.keys) == [2, 17, 31])
        for (query, found) in answers { #expect(found == Int(product(all, query, all, query))) }
    }

    @Test("The nearest are those of a plain loop, the likest first", arguments: [1, 4, 16])
    func nearest(most: Int) {
        let (all, queries) = (Self.descriptors(290, seed: 11), Self.descriptors(19, seed: 12))
        var list = DescriptorList()
        list.append(Self.descriptors(30, seed: 13))
        let range = list.append(all)
        for least: Int32 in [1, 262_000, 400_000] {
            let found = list.nearest(of: queries, in: range, least: least, most: most)
            #expect(found.places.count == 19 * most && found.products.count == 19 * most)
            for query in 0..<19 {
                let products = (0..<290).map { product(queries, query, all, $0) }
                let best = products.filter { $0 >= least }.sorted(by: >).prefix(most)
                let slots = query * most..<(query + 1) * most
                let rest = [Int32](repeating: 0, count: most - best.count)
                #expect(Array(found.products[slots]) == Array(best) + rest)
                for slot in slots where found.products[slot] > 0 {
                    #expect(products[Int(found.places[slot])] == found.products[slot])
                }
            }
        }
    }

    @Test("An empty list, and no query, have no hits")
    func nothing() {
        let all = Self.descriptors(20, seed: 4)
        #expect(hits(DescriptorList(), all, in: 0..<0, least: 0).isEmpty)
        var list = DescriptorList()
        let range = list.append(all)
        #expect(hits(list, [], in: range, least: 0).isEmpty)
    }
}
