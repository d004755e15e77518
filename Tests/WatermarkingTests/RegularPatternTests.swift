// A regular pattern has lines of its own, which look like pilots; a reader sees past them.

import CSpectra
import SelvageTypes
import Testing

@testable import Watermarking

@Suite("Marks of regular patterns")
struct RegularPatternTests {
    /// A basket weave: cells of 32 pixels, four bars in each, across and down in turns.
    private static let weave: Picture = {
        let ground: [UInt8] = [110, 50, 60], dull: [UInt8] = [90, 130, 160]
        let light: [UInt8] = [170, 190, 200]
        var pixels: [UInt8] = []
        for y in 0..<512 {
            for x in 0..<640 {
                let column = x / 32, row = y / 32
                let (along, over) = (column + row) % 2 == 1 ? (y, x) : (x, y)
                let isBar = (1..<7).contains(over % 8) && (1..<31).contains(along % 32)
                let bar = over % 32 / 8
                pixels += !isBar ? ground : (bar + column * row) % 2 == 1 ? dull : light
            }
        }
        return Picture(width: 640, height: 512, pixels: pixels)
    }()

    private static let marked = try? Watermarker(key: MarkedCloth.key).mark(
        weave, payload: MarkedCloth.payload)

    @Test("A basket weave is marked faintly and read again, whole, turned, mirrored and cut")
    func weave() throws {
        let marked = try #require(Self.marked)
        #expect(marked.decibels > 38)
        let picture = marked.picture
        for handled in [
            picture, picture.quarterTurned, picture.mirroredAcross,
            picture.tiled(from: 301, 77, width: 700, height: 620),
        ] {
            #expect(MarkedCloth.detector.detect(handled).first?.payload == MarkedCloth.payload)
        }
    }

    @Test("A basket weave without a mark gives no hit")
    func unmarked() {
        let reading = MarkedCloth.detector.bestReading(Self.weave)
        #expect(!reading.checks || reading.statistic < MarkedCloth.detector.threshold)
        #expect(reading.attempts <= MarkDesign.current.attempts)
    }

    @Test("Peaks above a limit and what lies around them are forgotten, also across the first row")
    func quenching() {
        let side = 64, row = Int(selvage_spectrum_row(64))
        var peaks = [Float](repeating: 1.5, count: side * row)
        peaks[20 * row + 10] = 6
        peaks[3 * row + 1] = 6
        peaks[40 * row + 30] = 3.9
        #expect(selvage_quench(&peaks, Int32(side), 4, 2) == 1)
        for (x, y, value) in [
            (20, 10, 1), (18, 8, 1), (22, 12, 1), (23, 10, 1.5), (20, 13, 1.5),
            (3, 1, 1), (5, 0, 1), (64 - 5, 0, 1), (64 - 3, 1, 1), (64 - 5, 1, 1), (64 - 3, 2, 1.5),
            (40, 30, 3.9),
        ] as [(Int, Int, Float)] {
            #expect(peaks[x * row + y] == value, "\(x), \(y)")
        }
    }

    @Test("A geometry is near another only where tiles would lie nearly the same")
    func nearness() {
        let one = TileGeometry(turn: 0.2, scale: 0.1, mirrored: false)
        var other = one
        other.turn += 1e-4
        #expect(one.isNear(other))
        other.scale += 1e-3
        #expect(!one.isNear(other))
        #expect(!one.isNear(TileGeometry(turn: 0.2, scale: 0.1, mirrored: true)))
    }
}
