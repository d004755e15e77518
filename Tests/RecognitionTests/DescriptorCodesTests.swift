// What codes promise: products near the descriptors' own, and the same from every kernel.

import Testing

@testable import Recognition

@Suite("Descriptor codes") struct DescriptorCodesTests {
    private static let size = LocalFeatures.descriptorBytes

    /// Descriptors of length 256 about some centres, with the centres that they belong to.
    private struct Sample {
        var descriptors: [UInt8] = []
        var centres: [UInt8] = []

        init(_ count: Int, seed: UInt64) {
            var state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 1
            func below(_ bound: Double) -> Double {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Double(state >> 40) / Double(1 << 24) * bound
            }
            let kinds = (0..<5).map { _ in Self.scaled((0..<size).map { _ in below(100) }) }
            for number in 0..<count {
                let centre = kinds[number % kinds.count]
                centres += centre
                descriptors += Self.scaled(centre.map { max(0, Double($0) + below(30) - 15) })
            }
        }

        private static func scaled(_ values: [Double]) -> [UInt8] {
            let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return values.map { UInt8(min(127, $0 * 256 / max(1, length))) }
        }

        func centre(_ number: Int) -> ArraySlice<UInt8> {
            centres[number * size..<(number + 1) * size]
        }

        func descriptor(_ number: Int) -> ArraySlice<UInt8> {
            descriptors[number * size..<(number + 1) * size]
        }

        /// The codes in blocks of a stride.
        func blocks(_ codebook: DescriptorCodebook, stride: Int) -> [UInt8] {
            let encoder = DescriptorEncoder(codebook)
            let count = descriptors.count / size
            let places = DescriptorBlocks.places(for: count) / DescriptorBlocks.size
            var blocks = [UInt8](repeating: 0xff, count: places * stride)
            var code = [UInt8](repeating: 0, count: DescriptorCodebook.codeBytes)
            for number in 0..<count {
                encoder.encode(
                    Array(descriptor(number)), centre: Array(centre(number)), into: &code)
                blocks.withUnsafeMutableBufferPointer {
                    guard let start = $0.baseAddress else { return }
                    CodeBlocks.lay(
                        code, at: number % DescriptorBlocks.size,
                        of: start + number / DescriptorBlocks.size * stride)
                }
            }
            return blocks
        }
    }

    private static func product(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Int32 {
        zip(a, b).reduce(0) { $0 + Int32($1.0) * Int32($1.1) }
    }

    @Test("The same descriptors give the same words and codes")
    func deterministic() throws {
        let sample = Sample(900, seed: 4)
        let codebook = try #require(
            DescriptorCodebook(of: sample.descriptors, centres: sample.centres))
        #expect(codebook.bytes.contains { $0 != 0 })
        #expect(codebook == DescriptorCodebook(of: sample.descriptors, centres: sample.centres))
        #expect(
            sample.blocks(codebook, stride: CodeBlocks.bytes)
                == sample.blocks(DescriptorCodebook(codebook.bytes), stride: CodeBlocks.bytes))
        let none = try #require(DescriptorCodebook(of: [], centres: []))
        #expect(none.bytes.allSatisfy { $0 == 0 })
    }

    @Test("A product with a code is nearly the one with its descriptor", arguments: [1, 40, 600])
    func near(count: Int) throws {
        let sample = Sample(count, seed: UInt64(count))
        let codebook = try #require(
            DescriptorCodebook(of: sample.descriptors, centres: sample.centres))
        let queries = Sample(5, seed: 77).descriptors
        let tables = DescriptorCodeTables(codebook, queries: queries, asking: [0, 1, 2, 3, 4])
        let blocks = sample.blocks(codebook, stride: CodeBlocks.bytes)
        var squares = 0.0
        for number in 0..<count {
            let block = number / DescriptorBlocks.size
            for query in 0..<5 {
                let own = queries[query * Self.size..<(query + 1) * Self.size]
                // All codes of the block are looked at with this one's centre; only it counts.
                var ranking = DescriptorRanking(queries: 5, most: 16, least: 1)
                let asking = ListQuery(
                    query: UInt32(query), centre: Self.product(own, sample.centre(number)))
                blocks.withUnsafeBufferPointer {
                    guard let start = $0.baseAddress else { return }
                    ranking.look(
                        tables, asking: [asking], atCodes: start + block * CodeBlocks.bytes,
                        stride: CodeBlocks.bytes,
                        count: min(DescriptorBlocks.size, count - block * DescriptorBlocks.size),
                        first: block * DescriptorBlocks.size)
                }
                let kept = 16 * query..<16 * query + Int(ranking.counts[query])
                let slot = try #require(kept.first { Int(ranking.places[$0]) == number })
                let exact = Self.product(own, sample.descriptor(number))
                squares += Double(
                    (ranking.products[slot] - exact) * (ranking.products[slot] - exact))
            }
        }
        #expect((squares / Double(5 * count)).squareRoot() < 800)
    }

    @Test("Every kernel answers alike, for one to seven queries", arguments: 1...7)
    func kernels(queryCount: Int) throws {
        let queries = Sample(queryCount, seed: 9).descriptors
        let asking = (0..<UInt32(queryCount)).map { $0 }
        for count in [1, 15, 16, 17, 31, 33, 260] {
            let sample = Sample(count, seed: UInt64(count))
            let codebook = try #require(
                DescriptorCodebook(of: sample.descriptors, centres: sample.centres))
            let tables = DescriptorCodeTables(codebook, queries: queries, asking: asking)
            let stride = CodeBlocks.bytes + 96
            let blocks = sample.blocks(codebook, stride: stride)
            for (least, most) in [(1, 16), (1, 8), (30_000, 4), (50_000, 1), (900_000, 8)] {
                let answers = DescriptorRanking.kernels.map { kernel in
                    var ranking = DescriptorRanking(
                        queries: queryCount, most: most, least: Int32(least))
                    // Two lists, one after another.
                    for (first, centre) in [(1000, Int32(40_000)), (0, 39_000)] {
                        ranking.look(
                            tables,
                            asking: asking.map { ListQuery(query: $0, centre: centre) }[...],
                            atCodes: blocks, stride: stride, count: count, first: first,
                            by: kernel)
                    }
                    return [
                        ranking.places.map { Int($0) }, ranking.products.map { Int($0) },
                        ranking.counts.map { Int($0) },
                    ]
                }
                #expect(answers.allSatisfy { $0 == answers[0] }, "\(count) codes, \(most) kept")
                let places = answers[0][0].prefix(answers[0][2][0])
                #expect(places.allSatisfy { $0 % 1000 < count })
                #expect(least == 900_000 || least > 1 || answers[0][2][0] == min(most, 2 * count))
            }
        }
    }

    @Test("Differences beyond all words are encoded by the last of them")
    func extremes() throws {
        let codebook = try #require(
            DescriptorCodebook(
                of: Sample(300, seed: 6).descriptors, centres: Sample(300, seed: 6).centres))
        let encoder = DescriptorEncoder(codebook)
        let (none, all) = (
            [UInt8](repeating: 0, count: Self.size), [UInt8](repeating: 127, count: Self.size)
        )
        var (up, down) = (
            [UInt8](repeating: 0, count: DescriptorCodebook.codeBytes),
            [UInt8](repeating: 0, count: DescriptorCodebook.codeBytes)
        )
        encoder.encode(all, centre: none, into: &up)
        encoder.encode(none, centre: all, into: &down)
        #expect(up != down)
        // The greatest products do not overflow their bytes.
        let tables = DescriptorCodeTables(codebook, queries: all, asking: [0])
        for kernel in DescriptorRanking.kernels {
            var ranking = DescriptorRanking(queries: 1, most: 16, least: 1)
            let block = (0..<CodeBlocks.bytes).map { up[$0 / DescriptorBlocks.size] }
            ranking.look(
                tables, asking: [ListQuery(query: 0, centre: 500_000)], atCodes: block,
                stride: CodeBlocks.bytes, count: 16, first: 0, by: kernel)
            #expect(ranking.counts == [16] && Set(ranking.products).count == 1)
            #expect(ranking.products[0] > 500_000, "kernel \(kernel)")
        }
    }

    @Test("A code is taken from a block as it was laid there")
    func laid() {
        var block = [UInt8](repeating: 0, count: CodeBlocks.bytes)
        let codes = (0..<UInt8(16)).map { lane in
            (0..<UInt8(DescriptorCodebook.codeBytes)).map { $0 &* 11 &+ lane }
        }
        for (lane, code) in codes.enumerated() { CodeBlocks.lay(code, at: lane, of: &block) }
        for (lane, code) in codes.enumerated() {
            var taken = [UInt8](repeating: 0, count: DescriptorCodebook.codeBytes)
            CodeBlocks.take(from: lane, of: block, into: &taken)
            #expect(taken == code)
        }
    }
}
