// Colour relations: told apart on drawn patterns and on real ones, with wrong pairs among them.

import Foundation
import Imaging
import Recognition
import SelvageTypes
import Testing

/// Aligned samples of two pictures of one size, a share of them wrong.
private func pairs(
    _ licensed: Picture, _ found: Picture, wrong: Double = 0.15, seed: UInt64 = 1
) -> (licensed: [SIMD3<UInt8>], found: [SIMD3<UInt8>]) {
    var state = seed
    func below(_ count: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(count))
    }
    func sample(_ picture: Picture, _ index: Int) -> SIMD3<UInt8> {
        SIMD3(
            picture.pixels[index * 3], picture.pixels[index * 3 + 1],
            picture.pixels[index * 3 + 2])
    }
    let count = licensed.width * licensed.height
    var result: (licensed: [SIMD3<UInt8>], found: [SIMD3<UInt8>]) = ([], [])
    for _ in 0..<1500 {
        let place = below(count)
        let other = Double(below(1000)) < wrong * 1000 ? below(count) : place
        result.licensed.append(sample(licensed, place))
        result.found.append(sample(found, other))
    }
    return result
}

private func relation(
    _ licensed: Picture, _ found: Picture, wrong: Double = 0.15
) -> ColourRelation {
    let pairs = pairs(licensed, found, wrong: wrong)
    return ColourRelation.between(licensed: pairs.licensed, found: pairs.found)
}

/// A change of colours and what it is.
struct ColourChange: Sendable, CustomTestStringConvertible {
    let name: String
    let kind: ColourRelation.Kind
    let change: @Sendable (SIMD3<Float>) -> SIMD3<Float>

    init(
        _ name: String, _ kind: ColourRelation.Kind,
        _ change: @escaping @Sendable (SIMD3<Float>) -> SIMD3<Float>
    ) {
        (self.name, self.kind, self.change) = (name, kind, change)
    }

    var testDescription: String { name }
}

private func luma(_ colour: SIMD3<Float>) -> Float { (colour * SIMD3(0.299, 0.587, 0.114)).sum() }

private let changes = [
    ColourChange("untouched", .asLicensed) { $0 },
    ColourChange("darker", .asLicensed) { $0 * 0.75 },
    ColourChange("warm light", .asLicensed) { $0 * SIMD3(1.04, 1, 0.93) },
    ColourChange("faded print", .asLicensed) { $0 * 0.75 + 45 },
    ColourChange("tone curve", .asLicensed) { value in
        SIMD3(value.x * value.x, value.y * value.y, value.z * value.z) / 255 * 0.3 + value * 0.7
    },
    ColourChange("negative", .inverted) { 255 - $0 },
    ColourChange("pale negative", .inverted) { (255 - $0) * 0.8 + 30 },
    ColourChange("negative of lightness", .inverted) { $0 + (255 - 2 * luma($0)) * 0.8 },
    ColourChange("channels exchanged", .recoloured) { SIMD3($0.z, $0.x, $0.y) },
    ColourChange("channels exchanged the other way", .recoloured) { SIMD3($0.y, $0.z, $0.x) },
    ColourChange("two channels exchanged", .recoloured) { SIMD3($0.z, $0.y, $0.x) },
    ColourChange("grey", .singleColour) { SIMD3(repeating: luma($0)) },
    ColourChange("sepia", .singleColour) { luma($0) * SIMD3(1, 0.86, 0.66) },
    ColourChange("blue on cream", .singleColour) {
        SIMD3(30, 50, 130) + (SIMD3(250, 244, 225) - SIMD3(30, 50, 130)) * (luma($0) / 255)
    },
]

@Suite("Colour relations")
struct ColourRelationTests {
    @Test("Each change of colours is called what it is, with 15 % of the pairs wrong")
    func drawn() {
        let licensed = drawnPattern(poppies)
        for change in changes {
            let found = licensed.mapped(change.change)
            let answer = relation(licensed, found)
            #expect(answer.kind == change.kind, "\(change): \(answer)")
            #expect(answer.confidence > 0.2 && answer.confidence <= 1, "\(change)")
        }
    }

    @Test("New colours for each old one are a recolouring", arguments: 1...6)
    func remapped(seed: Int) {
        let fresh: [SIMD3<UInt8>] = [
            [28, 36, 70], [240, 150, 160], [120, 190, 200], [250, 240, 220], [160, 110, 190],
        ]
        let turned = (0..<5).map { fresh[($0 * 2 + seed) % 5] }
        let answer = relation(drawnPattern(poppies), drawnPattern(turned))
        #expect(answer.kind == .recoloured, "\(answer)")
    }

    @Test("Recompression and slanting light change no relation")
    func light() throws {
        let licensed = drawnPattern(poppies)
        for change in changes {
            var lit = licensed.mapped(change.change)
            for place in 0..<lit.width * lit.height {
                let shade = 0.8 + 0.25 * Double(place % lit.width) / Double(lit.width)
                for channel in 0..<3 {
                    let value = Double(lit.pixels[place * 3 + channel]) * shade
                    lit.pixels[place * 3 + channel] = UInt8(min(255, value))
                }
            }
            let answer = relation(licensed, try lit.recompressed(quality: 70), wrong: 0.08)
            #expect(answer.kind == change.kind, "\(change): \(answer)")
        }
    }

    @Test("Pairs that have nothing to do with each other say nothing")
    func unrelated() {
        let other = patchwork(width: 160, height: 160, cell: 7, seed: 3)
        #expect(relation(drawnPattern(poppies), other).kind == .undetermined)
        #expect(
            relation(drawnPattern(poppies), drawnPattern(exchanged), wrong: 1).kind
                == .undetermined)
    }

    @Test("A flat patch is no rendition of a pattern, whatever its colour")
    func flat() {
        let licensed = drawnPattern(poppies)
        for value in stride(from: UInt8(0), through: 250, by: 50) {
            let patch = Picture(
                width: 160, height: 160, red: value, green: value, blue: value / 2 + 40)
            #expect(relation(licensed, patch).kind == .undetermined)
        }
    }

    @Test("A two-colour design in two other colours is recoloured, not single-coloured")
    func twoColours() {
        let licensed = drawnPattern([[240, 235, 225], [190, 30, 40]])
        let found = drawnPattern([[225, 235, 240], [30, 60, 150]])
        #expect(relation(licensed, found).kind == .recoloured)
    }

    @Test(
        "Only the very colours are exact: another light is less, another colour and greys are none")
    func exactness() throws {
        let licensed = drawnPattern(poppies)
        #expect(relation(licensed, licensed).exactness == 1)
        #expect(relation(licensed, try licensed.recompressed(quality: 60)).exactness > 0.8)
        #expect(relation(licensed, licensed.mapped { $0 * 0.7 }).exactness < 0.5)
        #expect(relation(licensed, licensed.mapped { 255 - $0 }).exactness == 0)
        #expect(relation(licensed, drawnPattern(exchanged)).exactness == 0)
        // Black on white is in every other print.
        let plain = drawnPattern([[255, 255, 255], [20, 20, 20]])
        #expect(relation(plain, plain).kind == .asLicensed)
        #expect(relation(plain, plain).exactness == 0)
    }

    @Test("Recolouring leaves each colour one of its own; fewer colours cannot show all")
    func separation() throws {
        func separation(_ found: Picture) -> Double {
            relation(drawnPattern(poppies), found).errors?.separation ?? -1
        }
        #expect(separation(drawnPattern(poppies)) > 0.9)
        for change in changes where change.kind == .recoloured || change.kind == .inverted {
            #expect(separation(drawnPattern(poppies).mapped(change.change)) > 0.8, "\(change)")
        }
        // The ground and one colour for all figures.
        let merged = [poppies[0]] + poppies.dropFirst().map { _ in poppies[1] }
        #expect(separation(drawnPattern(merged)) < 0.5)
        #expect(separation(Picture(width: 160, height: 160, red: 90, green: 90, blue: 90)) < 0.1)
        // Of two colours nothing more than that they differ can be asked.
        let plain = drawnPattern([[240, 235, 225], [190, 30, 40]])
        let other = drawnPattern([[30, 60, 150], [225, 235, 240]])
        #expect(relation(plain, other).errors?.separation ?? 0 > 0.9)
    }

    @Test("Too few pairs say nothing")
    func few() {
        let colours = [SIMD3<UInt8>](repeating: [1, 2, 3], count: 63)
        let answer = ColourRelation.between(licensed: colours, found: colours)
        #expect(answer == ColourRelation.between(licensed: [], found: []))
        #expect(answer.kind == .undetermined && answer.errors == nil)
    }

    @Test("An answer comes back from JSON as it was")
    func coding() throws {
        let answer = relation(drawnPattern(poppies), drawnPattern(exchanged))
        let back = try JSONDecoder().decode(
            ColourRelation.self, from: JSONEncoder().encode(answer))
        #expect(back == answer)
    }
}

@Suite("Colours of real patterns")
struct ColourRelationSamplesTests {
    private static let assets = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../shared/patterns/assets").standardizedFileURL

    static let isAvailable = FileManager.default.fileExists(atPath: assets.path)

    private func pattern(_ name: String) throws -> Picture {
        let data = try Data(contentsOf: Self.assets.appending(path: name + ".png"))
        return try decodePicture(Array(data)).fitted(longestSide: 200)
    }

    @Test(
        "Real patterns' colour changes are told apart",
        .enabled(if: isAvailable, "needs ../shared/patterns"),
        arguments: ["toss-005", "toss-020", "toss-039", "toss-052", "geo-cubes-1"])
    func relations(name: String) throws {
        let licensed = try pattern(name)
        for change in changes where change.kind != .singleColour {
            let found = try licensed.mapped(change.change).recompressed(quality: 75)
            let answer = relation(licensed, found)
            #expect(answer.kind == change.kind, "\(name), \(change): \(answer)")
        }
    }

    @Test(
        "Real patterns keep their colourway under JPEG and light, and lose it with their hues",
        .enabled(if: isAvailable, "needs ../shared/patterns"),
        arguments: ["toss-005", "toss-020", "toss-039", "toss-052", "geo-cubes-1"])
    func palettes(name: String) throws {
        let licensed = try pattern(name)
        let own = try #require(Palette(of: licensed))
        let seen = try licensed.mapped { $0 * SIMD3(0.95, 0.92, 0.88) }.recompressed(quality: 60)
        #expect(own.isSameColourway(as: try #require(Palette(of: seen))))
        let other = licensed.mapped { SIMD3($0.z, $0.x, $0.y) }
        #expect(!own.isSameColourway(as: try #require(Palette(of: other))))
    }
}
