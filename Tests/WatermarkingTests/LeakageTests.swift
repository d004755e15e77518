// A catalogue's shared frequencies are found in what reuses its assets, and nowhere else.

import SelvageTypes
import Testing

@testable import Watermarking

@Suite("The leakage test")
struct LeakageTests {
    static let catalogue = WatermarkKey(
        id: "catalogue", secret: (0..<32).map { UInt8($0 * 5 % 251) })

    /// Patches of an asset put together anew, as a model would that reuses what it learnt.
    static func reused(_ asset: Picture, seed: Int) -> Picture {
        asset.rearranged(width: 256, height: 256) { x, y in
            let patch = (x / 64 * 7 + y / 64 * 13 + seed * 29) % 97
            return ((x % 64 + patch * 31) % asset.width, (y % 64 + patch * 17) % asset.height)
        }
    }

    static func result(marked: Bool) -> LeakageResult? {
        var test = LeakageTest(catalogue: catalogue)
        for number in 0..<4 {
            let plain = DrawnPattern.cloth(width: 320, height: 320, seed: UInt64(number + 2))
            let asset =
                marked
                ? LeakageMarker(catalogue: catalogue).mark(plain, asset: "\(number)", decibels: 42)
                : plain
            test.add(reused(asset, seed: number))
        }
        return test.result(keys: 2_000)
    }

    @Test("Reused patches of marked assets stand out among random keys")
    func leaked() throws {
        let result = try #require(Self.result(marked: true))
        #expect(result.pictures == 4)
        #expect(result.statistic > 4)
        #expect(result.asGood == 0)
        #expect(result.chance == 1.0 / 2001)
    }

    @Test("Patches of assets without marks do not")
    func clean() throws {
        let result = try #require(Self.result(marked: false))
        #expect(abs(result.statistic) < 3.5)
        #expect(result.chance > 1e-3)
    }

    @Test("The keys that a catalogue is compared with follow from its secret")
    func secretComparison() throws {
        let picture = DrawnPattern.cloth(width: 256, height: 256, seed: 5)
        func result(_ byte: UInt8) throws -> LeakageResult {
            let key = WatermarkKey(id: "one", secret: [UInt8](repeating: byte, count: 32))
            var test = LeakageTest(catalogue: key)
            test.add(picture)
            return try #require(test.result(keys: 200))
        }
        #expect(try result(1) == result(1))
        // With keys that anybody could draw, the mean over them would be the same for all.
        #expect(try result(1).statistic != result(2).statistic)
        let dump = String(
            reflecting: LeakageTest(
                catalogue: WatermarkKey(id: "one", secret: [UInt8](repeating: 1, count: 32))))
        #expect(!dump.contains("state"))
    }

    @Test("Nothing is said before there is a picture")
    func empty() {
        var test = LeakageTest(catalogue: Self.catalogue)
        #expect(test.result() == nil)
        let added = test.add(Picture(width: 40, height: 300, red: 1, green: 2, blue: 3))
        #expect(!added)
    }

    @Test("The shared frequencies close with the repeat", arguments: RepeatShape.allCases)
    func seamless(shape: RepeatShape) {
        let ground = Picture(width: 200, height: 180, red: 120, green: 120, blue: 120)
        let marked = LeakageMarker(catalogue: Self.catalogue).mark(
            ground, repeating: shape, asset: "a", decibels: 30)
        func light(_ x: Int, _ y: Int) -> Int {
            let at = shape.wrapped(x: x, y: y, width: 200, height: 180)
            return Int(marked.pixels[(at.y * 200 + at.x) * 3])
        }
        func roughness(_ x: Int) -> Int {
            (0..<180).reduce(0) { $0 + abs(light(x + 1, $1) - light(x, $1)) }
        }
        let inside = (20..<180).map(roughness).max() ?? 0
        #expect(roughness(199) <= inside)
    }
}
