// Palettes: known colours, known differences, what counts as the same colourway.

import Foundation
import Imaging
import SelvageTypes
import Testing

@testable import Recognition

/// Bands, blocks and lozenges of up to five colours.
func drawnPattern(_ colours: [SIMD3<UInt8>], side: Int = 160) -> Picture {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(side * side * 3)
    for y in 0..<side {
        for x in 0..<side {
            let lozenge = abs(x % 40 - 20) + abs(y % 40 - 20)
            var place = lozenge < 8 ? 1 : lozenge < 14 ? 2 : 0
            if y % 80 < 12 { place = 3 }
            if x % 80 < 10, y % 80 >= 40 { place = 4 }
            let colour = colours[place % colours.count]
            pixels += [colour.x, colour.y, colour.z]
        }
    }
    return Picture(width: side, height: side, pixels: pixels)
}

/// A colourway with a light ground and four plain colours.
let poppies: [SIMD3<UInt8>] = [
    [244, 238, 220], [200, 40, 36], [30, 90, 60], [238, 180, 60], [40, 50, 110],
]

/// The same with the channels exchanged: other hues, the same lightness by and large.
let exchanged: [SIMD3<UInt8>] = poppies.map { [$0.z, $0.x, $0.y] }

extension Picture {
    /// Every pixel changed, with values of 0...255.
    func mapped(_ change: (SIMD3<Float>) -> SIMD3<Float>) -> Picture {
        var copy = self
        for place in stride(from: 0, to: pixels.count, by: 3) {
            let old = SIMD3(
                Float(pixels[place]), Float(pixels[place + 1]), Float(pixels[place + 2]))
            let new = change(old).clamped(
                lowerBound: .zero, upperBound: SIMD3(repeating: 255))
            for channel in 0..<3 { copy.pixels[place + channel] = UInt8(new[channel].rounded()) }
        }
        return copy
    }

    /// The picture after a JPEG file of it.
    func recompressed(quality: Int) throws -> Picture {
        try decodePicture(PictureEncoder.jpeg(self, quality: quality))
    }
}

@Suite("Palettes")
struct PaletteTests {
    @Test("The primaries of sRGB lie where CIELAB has them")
    func primaries() {
        let red = LabColour(red: 255, green: 0, blue: 0).vector
        let green = LabColour(red: 0, green: 255, blue: 0).vector
        let blue = LabColour(red: 0, green: 0, blue: 255).vector
        let white = LabColour(red: 255, green: 255, blue: 255).vector
        let published: [(SIMD3<Float>, SIMD3<Float>)] = [
            (red, [53.24, 80.09, 67.20]), (green, [87.73, -86.18, 83.18]),
            (blue, [32.30, 79.19, -107.86]), (white, [100, 0, 0]),
        ]
        for (one, known) in published {
            let step = one - known
            #expect((step * step).sum() < 0.01, "\(one) and \(known)")
        }
        let between = LabColour(srgb: [0.5, 0.25, 0.75]).vector
        let near = LabColour(red: 128, green: 64, blue: 191).vector
        #expect(abs(between.x - near.x) < 0.5)
    }

    @Test("Differences equal the published test data of CIEDE2000", arguments: publishedPairs)
    func publishedDifferences(pair: ColourPair) {
        #expect(abs(pair.first.difference(from: pair.second) - pair.difference) < 2e-4)
        #expect(abs(pair.second.difference(from: pair.first) - pair.difference) < 2e-4)
    }

    @Test("A picture of four flat colours has just these, by their shares")
    func flatColours() throws {
        let colours: [SIMD3<UInt8>] = [
            [250, 250, 250], [200, 30, 30], [20, 40, 160], [20, 20, 20],
        ]
        var pixels: [UInt8] = []
        for row in 0..<100 {
            let place = row < 40 ? 0 : row < 70 ? 1 : row < 90 ? 2 : 3
            for _ in 0..<100 { pixels += [colours[place].x, colours[place].y, colours[place].z] }
        }
        let palette = try #require(
            Palette(of: Picture(width: 100, height: 100, pixels: pixels)))
        #expect(palette.entries.count == 4)
        for (entry, (colour, share)) in zip(palette.entries, zip(colours, [0.4, 0.3, 0.2, 0.1])) {
            let known = LabColour(red: colour.x, green: colour.y, blue: colour.z)
            #expect(entry.colour.difference(from: known) < 0.2)
            #expect(abs(entry.share - share) < 0.02)
        }
    }

    @Test("A palette has at most eight colours, and a flat picture one")
    func count() throws {
        let flat = Picture(width: 20, height: 20, red: 90, green: 120, blue: 30)
        #expect(try #require(Palette(of: flat)).entries.count == 1)
        let busy = patchwork(width: 200, height: 200, cell: 9, seed: 5)
        #expect(try #require(Palette(of: busy)).entries.count == 8)
        #expect(Palette(of: Picture(width: 0, height: 0, pixels: [])) == nil)
    }

    @Test("A palette is 0 from itself, and as far there as back but for the light allowed for")
    func metric() throws {
        let first = try #require(Palette(of: drawnPattern(poppies)))
        let second = try #require(Palette(of: drawnPattern(exchanged)))
        #expect(first.distance(to: first) < 1e-9)
        #expect(abs(first.distance(to: second) - second.distance(to: first)) < 2)
        #expect(first.distance(to: second) > Palette.sameColourwayDistance)
    }

    @Test("Recompression, size, exposure and white balance leave the colourway what it is")
    func sameColourway() throws {
        let picture = drawnPattern(poppies)
        let own = try #require(Palette(of: picture))
        let changed = [
            try picture.recompressed(quality: 50),
            picture.resized(width: 61, height: 61),
            picture.mapped { $0 * SIMD3(1.05, 1, 0.95) },
            picture.mapped { ($0 - 128) * 0.92 + 132 },
        ]
        for (index, one) in changed.enumerated() {
            let palette = try #require(Palette(of: one))
            #expect(own.isSameColourway(as: palette), "\(index): \(own.distance(to: palette))")
        }
    }

    @Test("Another hue, a negative and a grey rendition are other colourways")
    func otherColourways() throws {
        let picture = drawnPattern(poppies)
        let own = try #require(Palette(of: picture))
        let changed = [
            drawnPattern(exchanged), picture.mapped { 255 - $0 },
            picture.mapped { SIMD3(repeating: ($0 * SIMD3(0.299, 0.587, 0.114)).sum()) },
        ]
        for (index, one) in changed.enumerated() {
            let palette = try #require(Palette(of: one))
            #expect(!own.isSameColourway(as: palette), "\(index): \(own.distance(to: palette))")
        }
    }

    @Test(
        "What is moved is the least there is, as on a line, where it is known",
        arguments: UInt64(1)...40)
    func leastWork(seed: UInt64) {
        var state = seed &* 0x9e37_79b9_7f4a_7c15
        func unit() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) / 9_007_199_254_740_992
        }
        func set(_ count: Int) -> (places: [Double], shares: [Double]) {
            let shares = (0..<count).map { _ in unit() + 0.01 }
            let total = shares.reduce(0, +)
            return ((0..<count).map { _ in unit() * 100 }, shares.map { $0 / total })
        }
        let (first, second) = (set(1 + Int(unit() * 8)), set(1 + Int(unit() * 8)))
        let costs = first.places.map { place in second.places.map { abs(place - $0) } }
        let work = PaletteTransport(from: first.shares, to: second.shares, costs: costs).work
        // On a line the least work is the area between both cumulative shares.
        let stops = (first.places + second.places).sorted()
        var known = 0.0
        for (from, to) in zip(stops, stops.dropFirst()) {
            let below = zip(first.places, first.shares).reduce(0) { $0 + ($1.0 <= from ? $1.1 : 0) }
            let other = zip(second.places, second.shares).reduce(0) {
                $0 + ($1.0 <= from ? $1.1 : 0)
            }
            known += abs(below - other) * (to - from)
        }
        #expect(abs(work - known) < 1e-6, "seed \(seed)")
    }

    @Test("A palette is short in JSON and comes back as it was")
    func coding() throws {
        let palette = try #require(Palette(of: drawnPattern(poppies)))
        let data = try JSONEncoder().encode(palette)
        #expect(data.count < 300)
        let back = try JSONDecoder().decode(Palette.self, from: data)
        #expect(back.distance(to: palette) < 1e-3)
        #expect(try JSONEncoder().encode(back) == data)
    }

    @Test(
        "A palette that cannot be one is refused",
        arguments: [
            "[]", "[[1,2,3]]", "[[50,0,0,0]]", "[[50,0,0,-1]]", "[[50,0,0,2]]", "[[1e9,0,0,1]]",
            "[[1,1,1,0.1],[1,1,1,0.1],[1,1,1,0.1],[1,1,1,0.1],[1,1,1,0.1],[1,1,1,0.1],[1,1,1,0.1],"
                + "[1,1,1,0.1],[1,1,1,0.1]]", "{}", "[[\"a\",0,0,1]]",
        ])
    func refused(text: String) {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Palette.self, from: Data(text.utf8))
        }
    }
}

/// Two colours and their published difference.
struct ColourPair: Sendable, CustomTestStringConvertible {
    let first, second: LabColour
    let difference: Double

    init(_ first: SIMD3<Float>, _ second: SIMD3<Float>, _ difference: Double) {
        (self.first, self.second) = (LabColour(first), LabColour(second))
        self.difference = difference
    }

    var testDescription: String { "\(difference)" }
}

/// From table 1 of Sharma, Wu, Dalal (2005); pairs 9 to 16 differ beyond single precision.
private let publishedPairs: [ColourPair] = [
    ColourPair([50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425),
    ColourPair([50, 3.1571, -77.2803], [50, 0, -82.7485], 2.8615),
    ColourPair([50, 2.8361, -74.0200], [50, 0, -82.7485], 3.4412),
    ColourPair([50, -1.3802, -84.2814], [50, 0, -82.7485], 1),
    ColourPair([50, -1.1848, -84.8006], [50, 0, -82.7485], 1),
    ColourPair([50, -0.9009, -85.5211], [50, 0, -82.7485], 1),
    ColourPair([50, 0, 0], [50, -1, 2], 2.3669),
    ColourPair([50, 2.5, 0], [50, 0, -2.5], 4.3065),
    ColourPair([50, 2.5, 0], [73, 25, -18], 27.1492),
    ColourPair([50, 2.5, 0], [61, -5, 29], 22.8977),
    ColourPair([50, 2.5, 0], [56, -27, -3], 31.9030),
    ColourPair([50, 2.5, 0], [58, 24, 15], 19.4535),
    ColourPair([50, 2.5, 0], [50, 3.1736, 0.5854], 1),
    ColourPair([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644),
    ColourPair([63.0109, -31.0961, -5.8663], [62.8187, -29.7946, -4.0864], 1.2630),
    ColourPair([61.2901, 3.7196, -5.3901], [61.4292, 2.2480, -4.9620], 1.8731),
    ColourPair([35.0831, -44.1164, 3.7933], [35.0232, -40.0716, 1.5901], 1.8645),
    ColourPair([22.7233, 20.0904, -46.6940], [23.0331, 14.9730, -42.5619], 2.0373),
    ColourPair([36.4612, 47.8580, 18.3852], [36.2715, 50.5065, 21.2231], 1.4146),
    ColourPair([90.8027, -2.0831, 1.4410], [91.1528, -1.6435, 0.0447], 1.4441),
    ColourPair([90.9257, -0.5406, -0.9208], [88.6381, -0.8985, -0.7239], 1.5381),
    ColourPair([6.7747, -0.2908, -2.4247], [5.8714, -0.0985, -2.2286], 0.6377),
    ColourPair([2.0776, 0.0795, -1.1350], [0.9033, -0.0636, -0.5514], 0.9082),
]
