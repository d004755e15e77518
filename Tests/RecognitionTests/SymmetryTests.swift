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
