// What every implementation of this version of the design must agree on.

import SelvageTypes
import Testing

@testable import Watermarking

@Suite("Version 1 of the mark's design")
struct ConformanceTests {
    @Test("A known key has these pilots and chips")
    func pattern() {
        let pattern = MarkPattern(MarkedCloth.key)
        #expect(pattern.design.version == 1)
        #expect(pattern.pilots.count == 32)
        #expect(pattern.carriers.count == 2170)
        let first = pattern.pilots.prefix(4).map { [$0.across, $0.down] }
        #expect(first == [[11, 0], [14, 0], [15, 0], [-13, 1]])
        #expect(pattern.quarters.prefix(8) == [1, 3, 2, 1, 0, 3, 1, 1])
        #expect(pattern.signs.prefix(8) == [-1, -1, -1, -1, 1, 1, 1, 1])
        #expect(pattern.bits.prefix(6) == [51, 141, 126, 249, 88, 99])
    }

    @Test("A known picture, marked at a known strength, reads this statistic")
    func statistic() throws {
        let cloth = MarkedCloth.plain
        let basis = RepeatShape.rectangular.basis(width: cloth.width, height: cloth.height)
        let lattice = try #require(MarkLattice(basis: basis, inner: InnerRepeats(of: cloth)))
        let host = MarkHost(picture: cloth, shape: .rectangular)
        // Where a marker puts its strength is its own choice; a reader agrees with each.
        let spectrum = MarkSpectrum(
            MarkPattern(MarkedCloth.key), payload: MarkedCloth.payload,
            host: host.folded(on: lattice), busyness: 1)
        let layer = MarkLayer(host: host, lattice: lattice, tile: spectrum.tile())
        let marked = layer.marked(strength: 2.5).picture
        let hit = try #require(MarkedCloth.detector.detect(marked).first)
        // Kernels add in different orders, which moves the last digits.
        #expect(abs(hit.statistic - 63.51) < 0.3)
        #expect(abs(hit.threshold - 11.89) < 0.01)
    }

    @Test("A marked picture stands out in the early test, an unmarked one does not")
    func early() throws {
        let marked = try #require(MarkedCloth.marked)
        #expect(MarkedCloth.detector.earlyScore(marked.picture) > 1.3)
        #expect(MarkedCloth.detector.earlyScore(MarkedCloth.plain) < 1.3)
    }
}
