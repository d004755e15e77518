// The lattice of the mark: it fits the repeat a whole number of times, whatever the repeat is.

import SelvageTypes
import Testing

@testable import Watermarking

@Suite("The mark's lattice")
struct MarkLatticeTests {
    static let sizes = [
        (512, 512), (740, 710), (628, 544), (1024, 768), (317, 474), (2400, 3200), (640, 320),
    ]

    @Test(
        "Every step of the repeat is a whole number of tiles", arguments: RepeatShape.allCases,
        sizes)
    func wholeTiles(shape: RepeatShape, size: (Int, Int)) throws {
        let basis = shape.basis(width: size.0, height: size.1)
        let lattice = try #require(MarkLattice(basis: basis, inner: .none))
        let counts = lattice.tiles * basis
        for count in [counts.a, counts.b, counts.c, counts.d] {
            #expect(abs(count - count.rounded()) < 1e-9)
        }
        #expect(lattice.pitch >= 92)
        #expect(lattice.tiles.anisotropy <= 0.1)
    }

    @Test("A repeat that is too small has no lattice")
    func tooSmall() {
        let basis = RepeatShape.rectangular.basis(width: 80, height: 60)
        #expect(MarkLattice(basis: basis, inner: .none) == nil)
    }

    @Test("The mark lies between the lines of the file's own inner repeats")
    func betweenLines() throws {
        let inner = InnerRepeats(across: 2, down: 2, centred: false)
        let basis = RepeatShape.rectangular.basis(width: 640, height: 640)
        let lattice = try #require(MarkLattice(basis: basis, inner: inner))
        let counts = lattice.tiles * basis
        let rounded = Matrix2(
            counts.a.rounded(), counts.b.rounded(), counts.c.rounded(), counts.d.rounded())
        #expect(inner.share(ofLinesMetBy: rounded) <= 0.25)
    }

    @Test("Inner repeats are found, and a single motif has none")
    func innerRepeats() {
        let motif = DrawnPattern.cloth(width: 150, height: 120)
        let sheet = motif.tiled(from: 0, 0, width: 450, height: 240)
        #expect(InnerRepeats(of: sheet) == InnerRepeats(across: 3, down: 2, centred: false))
        #expect(InnerRepeats(of: motif) == .none)
    }
}
