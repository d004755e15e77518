// What local features promise: no seam, no sign, no lie; and nothing where there is nothing.

import Foundation
import Recognition
import SelvageTypes
import Testing

@Suite("Local features") struct LocalFeaturesTests {
    private static let tile = drawing(width: 180, height: 150)
    private static let features = LocalFeatures(ofRepeat: tile)

    /// Ovals and bars whose sides meet, the same on every run.
    private static func drawing(width: Int, height: Int) -> Picture {
        var state: UInt64 = 77
        func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var picture = Picture(width: width, height: height, red: 120, green: 90, blue: 60)
        for _ in 0..<40 {
            let (cx, cy, level) = (below(width), below(height), UInt8(below(256)))
            let (long, short) = (Double(5 + below(16)), Double(3 + below(6)))
            let angle = Double(below(314)) / 100
            let (c, s) = (cos(angle), sin(angle))
            for dy in -21...21 {
                for dx in -21...21 {
                    let a = (c * Double(dx) + s * Double(dy)) / long
                    let b = (c * Double(dy) - s * Double(dx)) / short
                    guard a * a + b * b < 1 else { continue }
                    let place =
                        ((cy + dy + height) % height * width + (cx + dx + width) % width) * 3
                    for k in 0..<3 { picture.pixels[place + k] = level &+ UInt8(k * 30) / 2 }
                }
            }
        }
        return picture
    }

    /// The picture with each pixel taken from elsewhere.
    private func moved(
        _ picture: Picture, width: Int, height: Int, _ source: (Int, Int) -> (Int, Int)
    ) -> Picture {
        var pixels: [UInt8] = []
        pixels.reserveCapacity(width * height * 3)
        for y in 0..<height {
            for x in 0..<width {
                let (i, j) = source(x, y)
                let place = (j * picture.width + i) * 3
                pixels += picture.pixels[place..<place + 3]
            }
        }
        return Picture(width: width, height: height, pixels: pixels)
    }

    /// The shares of keypoints that are found again where expected, and with nearly the same
    /// descriptor; `flips` are those of the pairs found.
    private func shares(
        of found: LocalFeatures, among known: LocalFeatures = Self.features,
        expected: (Float, Float) -> (Float, Float)
    ) -> (places: Double, descriptors: Double, flips: [UInt8: Int]) {
        var (places, alike) = (0, 0)
        var flips: [UInt8: Int] = [:]
        for (number, point) in known.keypoints.enumerated() {
            let (x, y) = expected(point.x, point.y)
            let size = LocalFeatures.descriptorBytes
            var best = (product: -1, flips: UInt8(0))
            for (other, candidate) in found.keypoints.enumerated() {
                let dx = (candidate.x - x).remainder(dividingBy: Float(found.width))
                let dy = (candidate.y - y).remainder(dividingBy: Float(found.height))
                guard abs(dx) < 1.5, abs(dy) < 1.5, abs(candidate.scale / point.scale - 1) < 0.15
                else { continue }
                var product = 0
                for k in 0..<size {
                    product +=
                        Int(known.descriptors[number * size + k])
                        * Int(found.descriptors[other * size + k])
                }
                if product > best.product { best = (product, point.flips ^ candidate.flips) }
            }
            if best.product >= 0 { places += 1 }
            if best.product > 60_000 {
                alike += 1
                flips[best.flips, default: 0] += 1
            }
        }
        let count = Double(max(1, known.keypoints.count))
        return (Double(places) / count, Double(alike) / count, flips)
    }

    @Test(
        "A repeat's features do not depend on where its seam lies",
        arguments: [(37, 0), (90, 75), (11, 131)])
    func seam(dx: Int, dy: Int) {
        let (w, h) = (Self.tile.width, Self.tile.height)
        #expect(Self.features.keypoints.count > 200)
        let rolled = moved(Self.tile, width: w, height: h) { (($0 + dx) % w, ($1 + dy) % h) }
        let found = shares(of: LocalFeatures(ofRepeat: rolled)) { ($0 - Float(dx), $1 - Float(dy)) }
        #expect(found.places > 0.75 && found.descriptors > 0.65, "\(found)")
    }

    @Test("Rolled by whole samples of every size, a repeat has the very same features")
    func wholeSamples() {
        // 200 x 200 pixels are looked at as 400, 200, 100 and 50: four pixels are whole samples.
        let tile = Self.drawing(width: 200, height: 200)
        let known = LocalFeatures(ofRepeat: tile)
        let rolled = moved(tile, width: 200, height: 200) { (($0 + 48) % 200, ($1 + 100) % 200) }
        let found = shares(of: LocalFeatures(ofRepeat: rolled), among: known) {
            ($0 - 48, $1 - 100)
        }
        #expect(known.keypoints.count > 200)
        #expect(found.places > 0.97 && found.descriptors > 0.97, "\(found)")
    }

    @Test("An inverted picture has the same features")
    func inverted() {
        let negative = Picture(
            width: Self.tile.width, height: Self.tile.height,
            pixels: Self.tile.pixels.map { 255 - $0 })
        let found = shares(of: LocalFeatures(ofRepeat: negative)) { ($0, $1) }
        #expect(found.places > 0.9 && found.descriptors > 0.85, "\(found)")
        #expect(Double(found.flips[0] ?? 0) > 0.9 * Double(found.flips.values.reduce(0, +)))
    }

    @Test("A mirrored picture has the same descriptors, with one exchange more or less")
    func mirrored() {
        let (w, h) = (Self.tile.width, Self.tile.height)
        let mirrored = moved(Self.tile, width: w, height: h) { (w - 1 - $0, $1) }
        let found = shares(of: LocalFeatures(ofRepeat: mirrored)) { (Float(w) - $0, $1) }
        #expect(found.places > 0.85 && found.descriptors > 0.75, "\(found)")
        let odd = (found.flips[1] ?? 0) + (found.flips[2] ?? 0)
        #expect(Double(odd) > 0.9 * Double(found.flips.values.reduce(0, +)))
    }

    @Test("A picture turned by a quarter has the same descriptors, with none or two exchanges")
    func turned() {
        let (w, h) = (Self.tile.width, Self.tile.height)
        let turned = moved(Self.tile, width: h, height: w) { ($1, h - 1 - $0) }
        let found = shares(of: LocalFeatures(ofRepeat: turned)) { (Float(h) - $1, $0) }
        #expect(found.places > 0.85 && found.descriptors > 0.75, "\(found)")
        let even = (found.flips[0] ?? 0) + (found.flips[3] ?? 0)
        #expect(Double(even) > 0.9 * Double(found.flips.values.reduce(0, +)))
    }

    /// The drawing in two colours, mixed by its first channel.
    private func mixed(_ first: [Double], _ second: [Double]) -> Picture {
        var picture = Self.tile
        for place in 0..<picture.width * picture.height {
            let share = Double(Self.tile.pixels[place * 3]) / 255
            for k in 0..<3 {
                picture.pixels[place * 3 + k] = UInt8(
                    (first[k] * (1 - share) + second[k] * share).rounded())
            }
        }
        return picture
    }

    @Test(
        "A pattern in two colours of the same lightness has the features of one in black and white")
    func equalLuma() {
        // Rose on sky blue: their luma differs by less than one in a hundred.
        let pale = LocalFeatures(ofRepeat: mixed([187, 222, 251], [255, 205, 224]))
        let sharp = LocalFeatures(ofRepeat: mixed([0, 0, 0], [255, 255, 255]))
        #expect(sharp.keypoints.count > 200)
        let found = shares(of: pale, among: sharp) { ($0, $1) }
        #expect(found.places > 0.8 && found.descriptors > 0.6, "\(found)")
    }

    @Test("A little colour beside light and dark changes no feature")
    func lumaStays() {
        let tinted = mixed([20, 30, 60], [250, 240, 200])
        let grey = mixed([30.43, 30.43, 30.43], [238.43, 238.43, 238.43])
        let found = shares(
            of: LocalFeatures(ofRepeat: tinted), among: LocalFeatures(ofRepeat: grey)
        ) { ($0, $1) }
        #expect(found.places > 0.9 && found.descriptors > 0.9, "\(found)")
    }

    @Test(
        "Flat, narrow and tiny pictures have no features",
        arguments: [(1, 1), (1, 40), (40, 1), (2, 2), (12, 12), (300, 200), (5000, 2), (2, 5000)])
    func flat(width: Int, height: Int) {
        let picture = Picture(width: width, height: height, red: 7, green: 200, blue: 90)
        #expect(LocalFeatures(ofPicture: picture).keypoints.isEmpty)
        #expect(LocalFeatures(ofRepeat: picture).keypoints.isEmpty)
    }

    @Test(
        "Narrow, tiny and long pictures of noise give only sane features",
        arguments: [
            (1, 1), (1, 700), (700, 1), (3, 3), (12, 12), (13, 200), (20_000, 8), (7, 9000),
        ])
    func extreme(width: Int, height: Int) {
        var state: UInt64 = 3
        let pixels = (0..<width * height * 3).map { _ -> UInt8 in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(state >> 56)
        }
        let picture = Picture(width: width, height: height, pixels: pixels)
        for features in [LocalFeatures(ofPicture: picture), LocalFeatures(ofRepeat: picture)] {
            #expect(features.keypoints.count <= 2 * LocalFeatures.mostInPicture)
            #expect(features.descriptors.allSatisfy { $0 <= 127 })
            for point in features.keypoints {
                #expect(point.scale > 0 && point.scale.isFinite && point.flips < 4)
                #expect(point.angle >= 0 && point.angle <= .pi)
                #expect(abs(point.x - Float(width) / 2) <= Float(width) / 2 + 2)
                #expect(abs(point.y - Float(height) / 2) <= Float(height) / 2 + 2)
            }
        }
    }

    @Test("The luma of a picture too narrow to look at is the same on every run")
    func narrowLuma() {
        // Its working size is its own, and one side is too short for a scale space.
        let picture = Picture(width: 7, height: 100_000, red: 80, green: 90, blue: 100)
        let first = LocalFeatures.withLuma(ofPicture: picture).luma
        #expect(first.samples.count >= first.width * first.height)
        #expect(first.samples.allSatisfy { (0...255).contains($0) })
        #expect(LocalFeatures.withLuma(ofPicture: picture).luma == first)
    }

    @Test("The same picture has the same features on every run and from every thread")
    func deterministic() async {
        let expected = LocalFeatures(ofPicture: Self.tile)
        #expect(expected.keypoints.count > 50)
        let tile = Self.tile
        let all = await withTaskGroup(of: LocalFeatures.self) { group in
            for _ in 0..<8 { group.addTask { LocalFeatures(ofPicture: tile) } }
            return await group.reduce(into: [LocalFeatures]()) { $0.append($1) }
        }
        #expect(all.count == 8 && all.allSatisfy { $0 == expected })
        #expect(LocalFeatures(ofRepeat: tile) == Self.features)
    }

    @Test("The luma that comes with the features changes none of them")
    func withLuma() {
        let (features, luma) = LocalFeatures.withLuma(ofPicture: Self.tile)
        #expect(features == LocalFeatures(ofPicture: Self.tile))
        let size = LocalFeatures.workingSize(width: 180, height: 150)
        #expect(luma.width == size.width && luma.height == size.height)
        #expect(
            luma.samples.prefix(size.width * size.height)
                == LumaPlane(
                    of: Self.tile, width: size.width, height: size.height, wraps: false
                ).samples.prefix(size.width * size.height))
    }

    @Test("Small pictures are enlarged twice at most, large ones reduced")
    func workingSize() {
        #expect(LocalFeatures.workingSize(width: 100, height: 80) == (200, 160))
        #expect(LocalFeatures.workingSize(width: 840, height: 620) == (840, 620))
        let large = LocalFeatures.workingSize(width: 6000, height: 4000)
        #expect(abs(large.width * large.height - 520_000) < 2000)
        #expect(LocalFeatures.workingSize(width: 1, height: 30_000).width >= 16)
    }
}
