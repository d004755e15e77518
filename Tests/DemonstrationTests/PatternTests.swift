// The demo's patterns: seamless, the same everywhere, different from each other.

import Demonstration
import Foundation
import Imaging
import Matching
import Recognition
import SelvageTypes
import Testing

@Suite("Demo patterns")
struct PatternTests {
    @Test(
        "There are at least twenty-four patterns, four or more of each family, with names of their own"
    )
    func collectionIsRich() {
        let patterns = DemoPattern.collection
        #expect(patterns.count >= 24)
        #expect(Set(patterns.map(\.id)).count == patterns.count)
        for family in DemoPattern.Family.allCases {
            #expect(patterns.count { $0.family == family } >= 4, "\(family)")
        }
        for pattern in patterns {
            #expect(pattern.id == "https://assets.example/patterns/\(pattern.name)")
            #expect(!pattern.asset.rights.isEmpty)
        }
    }

    @Test("A tile has no seam: steps across its edges are no rougher than steps inside it")
    func tilesWrap() {
        for pattern in DemoPattern.collection {
            let tile = pattern.tile(side: 256)
            let (across, inside) = (roughness(tile, seam: true), roughness(tile, seam: false))
            #expect(across <= inside * 1.6 + 3, "\(pattern.name): \(across) against \(inside)")
        }
    }

    @Test("The generator gives every tile the same bytes on every machine")
    func tilesAreGolden() throws {
        let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("tiles.sha256")
        let lines = DemoPattern.collection.map { pattern in
            "\(Digest(of: pattern.tile(side: 512).pixels))  \(pattern.name)"
        }
        let text = lines.joined(separator: "\n") + "\n"
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try text.write(to: golden, atomically: true, encoding: .utf8)
        }
        #expect(text == (try String(contentsOf: golden, encoding: .utf8)))
    }

    @Test("Backgrounds were measured with the series, and the looks, that recognition has now")
    func backgrounds() {
        // When this fails: selvage catalogue refresh --all on the demo's catalogue, into the table.
        #expect(DemoPattern.backgroundVersion == BackgroundPicture.version)
    }

    @Test("Every tile says enough for a perceptual hash, and no two are near in any symmetry")
    func tilesAreFarApart() {
        let all = DemoPattern.collection.map { ($0.name, PDQ.dihedral(of: $0.tile())) }
        for (index, (name, own)) in all.enumerated() {
            #expect(own.quality >= 50, "\(name)")
            let hash = own.hashes[0]
            for (other, theirs) in all.dropFirst(index + 1) {
                let nearest = theirs.hashes.map { $0.distance(to: hash) }.min() ?? 0
                #expect(nearest > 80, "\(name) and \(other)")
            }
        }
    }

    /// The mean difference of neighbours along the seam, or along a line a third of the way in that
    /// is the roughest of several.
    private func roughness(_ tile: Picture, seam: Bool) -> Double {
        let side = tile.width
        func step(_ line: Int) -> Double {
            let next = (line + 1) % side
            var sum = 0
            for index in 0..<side {
                for channel in 0..<3 {
                    let (a, b) = ((index * side + line) * 3, (index * side + next) * 3)
                    let (c, d) = ((line * side + index) * 3, (next * side + index) * 3)
                    sum += abs(Int(tile.pixels[a + channel]) - Int(tile.pixels[b + channel]))
                    sum += abs(Int(tile.pixels[c + channel]) - Int(tile.pixels[d + channel]))
                }
            }
            return Double(sum) / Double(side * 6)
        }
        return seam ? step(side - 1) : stride(from: 8, to: side - 8, by: 7).map(step).max() ?? 0
    }
}
