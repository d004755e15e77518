// What an exact scan promises: every kernel finds every hash within the distance and no other.

@testable import Recognition
import SelvageTypes
import Testing

/// Hashes of no picture, the same at every run.
private struct RandomHashes: Sequence, IteratorProtocol {
    var state: UInt64
    var left: Int

    private mutating func word() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let mixed = (state ^ state >> 31) &* 0x9E37_79B9_7F4A_7C15
        return mixed ^ mixed >> 29
    }

    mutating func next() -> PerceptualHash? {
        guard left > 0 else { return nil }
        left -= 1
        return PerceptualHash(words: SIMD4(word(), word(), word(), word()))
    }
}

extension PerceptualHash {
    /// The hash with the bits of a range changed.
    fileprivate func changed(_ bits: Range<Int>) -> PerceptualHash {
        var words = words
        for bit in bits { words[bit / 64] ^= 1 << UInt64(bit % 64) }
        return PerceptualHash(words: words)
    }
}

@Suite("Hash lists") struct HashListTests {
    private let query = PerceptualHash(words: SIMD4(0xA5A5, 0xFFFF_0000_1234, 7, 0xDEAD_BEEF))

    /// What plain Swift finds.
    private func expected(
        _ hashes: [PerceptualHash], within distance: Int, of query: PerceptualHash
    ) -> [[Int]] {
        hashes.enumerated().map { [$0.offset, $0.element.distance(to: query)] }
            .filter { $0[1] <= distance }
    }

    private func pairs(_ found: [(place: Int, distance: Int)]) -> [[Int]] {
        found.map { [$0.place, $0.distance] }
    }

    @Test(
        "Every kernel counts the same bits as plain Swift, whatever the list's length",
        arguments: [0, 1, 15, 16, 17, 1003, 2047, 2048, 2049, 4100])
    func distances(count: Int) {
        let hashes = Array(RandomHashes(state: UInt64(count), left: count))
        let list = HashList(hashes)
        let expected = hashes.map { UInt16($0.distance(to: query)) }
        #expect(list.count == count)
        #expect(list.distances(to: query) == expected)
        for kernel in HashList.kernels {
            #expect(list.distances(to: query, by: kernel) == expected, "kernel \(kernel)")
        }
    }

    @Test(
        "Every kernel finds the same hashes as plain Swift, near and far",
        arguments: [-1, 0, 1, 30, 31, 32, 40, 96, 110, 128, 160, 255, 256, 1000])
    func search(distance: Int) {
        var hashes = Array(RandomHashes(state: 5, left: 5001))
        // Differences before the place where a scan stops reading, after it, across it and beyond.
        let planted = [
            0..<0, 0..<31, 0..<32, 65..<96, 66..<97, 96..<127, 96..<128, 225..<256, 80..<111,
            80..<112, 0..<256, 0..<96, 96..<256,
        ]
        let places = [0, 15, 16, 17, 31, 32, 1000, 2047, 2048, 4095, 4096, 4991, 4999]
        for (place, bits) in zip(places, planted) { hashes[place] = query.changed(bits) }
        hashes[5000] = query.changed(100..<131)
        let list = HashList(hashes)
        let expected = expected(hashes, within: distance, of: query)
        #expect(pairs(list.places(within: distance, of: query)) == expected)
        for kernel in HashList.kernels {
            let found = list.places(within: distance, ofEach: [query], by: kernel)
            #expect(found.map(pairs) == [expected], "kernel \(kernel)")
        }
    }

    @Test("Several hashes at once have the answers that each has alone")
    func batch() {
        var hashes = Array(RandomHashes(state: 8, left: 9000))
        let queries = Array(RandomHashes(state: 9, left: 21)) + [query, query]
        for (index, one) in queries.enumerated() {
            hashes[index * 400] = one.changed(index..<index * 2)
            hashes[index * 17 + 5] = one.changed(100 + index..<131 + index)
        }
        let list = HashList(hashes)
        let together = list.places(within: 31, ofEach: queries)
        #expect(together.map(pairs) == queries.map { expected(hashes, within: 31, of: $0) })
        for (one, answers) in zip(queries, together) {
            #expect(pairs(list.places(within: 31, of: one)) == pairs(answers))
        }
        #expect(list.places(within: 31, ofEach: []).isEmpty)
        let nothing = HashList([]).places(within: 256, ofEach: queries)
        #expect(nothing.count == queries.count && nothing.joined().isEmpty)
    }

    @Test("Hashes added one by one are found like those of the beginning")
    func appended() {
        let hashes = Array(RandomHashes(state: 3, left: 50))
        var list = HashList(hashes.prefix(7))
        for hash in hashes.dropFirst(7) { list.append(hash) }
        for (place, hash) in hashes.enumerated() {
            #expect(pairs(list.places(within: 0, of: hash)) == [[place, 0]])
        }
    }

    @Test("The kernel that scans by default is one of those tested")
    func named() {
        #expect(HashList.kernels.contains(0))
        #expect(HashList.instructionSet != "none")
    }
}
