// What the eight hashes promise: each is the hash of the picture really turned, or nearly so.

import Imaging
@testable import Recognition
import SelvageTypes
import Testing

@Suite("Symmetries") struct SymmetryTests {
    @Test("Each hash is nearest to the picture really turned that way", arguments: 0..<6)
    func reallyTurned(seed: Int) {
        let picture = patchwork(width: 400 + seed * 13, height: 330, cell: 41, seed: seed)
            .resized(width: 130, height: 110).resized(width: 390, height: 330)
        let eight = PDQ.dihedral(of: picture)
        for (symmetry, hash) in eight.pairs {
            let turned = PDQ.signature(of: picture.shown(symmetry)).hash
            #expect(hash.distance(to: turned) <= 24, "\(symmetry)")
            for (other, wrong) in eight.pairs where other != symmetry {
                #expect(wrong.distance(to: turned) > 60, "\(symmetry) is not \(other)")
            }
        }
    }

    @Test("A picture too small or without contrast has no quality")
    func noQuality() {
        #expect(PDQ.signature(of: patchwork(width: 4, height: 90, cell: 1, seed: 1)).quality == 0)
        let grey = Picture(width: 300, height: 200, red: 90, green: 90, blue: 90)
        #expect(PDQ.signature(of: grey).quality < PDQ.lowestQuality)
        #expect(PDQ.dihedral(of: grey).quality < PDQ.lowestQuality)
    }
}

@Suite("Hash lists") struct HashListTests {
    private func hash(_ seed: UInt64) -> PerceptualHash {
        var state = seed
        var word: UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
        return PerceptualHash(words: SIMD4(word, word, word, word))
    }

    @Test("Every kernel of this processor counts the same bits as plain Swift")
    func kernels() {
        let hashes = (0..<1003).map { hash($0) }
        let list = HashList(hashes)
        let expected = hashes.map { UInt16($0.distance(to: hashes[7])) }
        let results = HashList.distancesByKernel(from: hashes[7], to: list)
        #expect(results[0] != nil)
        for (kernel, distances) in results { #expect(distances == expected, "kernel \(kernel)") }
        #expect(list.distances(to: hashes[7]) == expected)
    }

    @Test("A search finds every hash within the distance and no other")
    func search() {
        let query = hash(99)
        var hashes = (0..<9000).map { hash($0 + 1000) }
        for (place, bits) in [(0, 0), (4095, 31), (4096, 32), (8999, 7)] {
            var words = query.words
            for bit in 0..<bits { words[bit % 4] ^= 1 << UInt64(bit / 4 * 3) }
            hashes[place] = PerceptualHash(words: words)
        }
        let found = HashList(hashes).places(within: 31, of: query)
        #expect(found.map(\.place) == [0, 4095, 8999])
        #expect(found.map(\.distance) == [0, 31, 7])
        #expect(HashList([]).distances(to: query).isEmpty)
    }
}
