// The recogniser on licensed patterns, when this machine has them: simple misuses of a few.

import Foundation
import Imaging
import SelvageTypes
import Testing

@testable import Matching

/// The shared folder of patterns beside the project, if there is one.
private let patterns: URL? = {
    var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    for _ in 0..<8 {
        folder.deleteLastPathComponent()
        let assets = folder.appendingPathComponent("shared/patterns/assets")
        if FileManager.default.fileExists(atPath: assets.path) { return assets }
    }
    return nil
}()

@Suite("Repeat recogniser, licensed patterns") struct RepeatLicensedTests {
    private static let names = [
        "geo-christmas-tree-balls", "geo-ethnic-pattern-2", "geo-leaves-9", "geo-jigsaw",
        "toss-002", "toss-014", "toss-032", "tex-wood1",
    ]

    @Test(
        "Each of eight is found when it is turned, cut out or recoloured",
        .enabled(if: patterns != nil, "There is no folder shared/patterns beside the project."))
    func found() throws {
        let folder = try #require(patterns)
        let tiles = try Self.names.map { name -> Picture in
            let bytes = try Data(contentsOf: folder.appendingPathComponent("\(name).png"))
            return try decodePicture(Array(bytes))
        }
        let recogniser = RepeatRecogniser(RepeatIndex(tiles.map { RepeatSignature(of: $0) }))
        for (number, tile) in tiles.enumerated() {
            let side = Double(tile.width * tile.height).squareRoot()
            let view = RepeatView2D(
                scale: min(1, 260 / side), rotation: Double(number * 43), origin: (50, 40))
            let turned = RepeatDrawing.picture(of: tile, width: 330, height: 300, view)
            let recoloured = turned.mapped { (240 - $1 / 2, 30 + $0 * 3 / 4, 90 + $2 / 3) }
            for picture in [turned, recoloured] {
                let best = try #require(recogniser.matches(in: picture).first)
                #expect(best.entry == number, "\(Self.names[number])")
                #expect(RepeatGrading.calibrated(best.score, background: 0) >= RepeatGrading.review)
                #expect(abs(best.placement.scale / view.scale - 1) < 0.04)
            }
        }
    }
}
