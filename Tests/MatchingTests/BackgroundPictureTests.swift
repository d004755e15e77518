// The background pictures: the same for everyone, of every kind, and each with something to see.

import Recognition
import SelvageTypes
import Testing

@testable import Matching

@Suite("Background pictures")
struct BackgroundPictureTests {
    @Test("A number gives the same bytes on every machine", arguments: goldenDigests)
    func golden(one: BackgroundGolden) {
        let picture = BackgroundPicture(index: one.index)
        #expect(picture.kind == one.kind)
        #expect(digest(of: picture.drawn(width: 96, height: 72)) == one.digest)
    }

    @Test("The recommended series shows every kind, drawn patterns oftener than materials")
    func everyKind() {
        let kinds = (0..<BackgroundPicture.recommendedCount).map {
            BackgroundPicture(index: $0).kind
        }
        #expect(Set(kinds) == Set(BackgroundPicture.kinds))
        let plain = kinds.compactMap(PlainPattern.init)
        #expect(plain.count == kinds.count * 19 / 20)
        for pattern in PlainPattern.allCases {
            let shown = plain.count { $0 == pattern }
            #expect(pattern.isSurface ? (6...7).contains(shown) : (12...14).contains(shown))
        }
    }

    @Test("Every tenth of the recommended series is mixed like the whole")
    func fairPrefixes() {
        for start in stride(from: 0, to: BackgroundPicture.recommendedCount, by: 80) {
            let kinds = Set((start..<start + 80).map { BackgroundPicture(index: $0).kind })
            #expect(kinds.count >= 45, "from \(start)")
        }
    }

    @Test("Kinds have names of their own")
    func names() {
        #expect(Set(BackgroundPicture.kinds).count == BackgroundPicture.kinds.count)
        #expect(BackgroundPicture.kinds.count >= 60)
    }

    @Test("A scene has 480 to 720 pixels a side, a plain pattern half of that")
    func size() {
        let plain = BackgroundPicture(index: 0)
        let scene = BackgroundPicture(index: 19)
        #expect(plain.isPlain && !scene.isPlain)
        let (small, large) = (plain.drawn(), scene.drawn())
        #expect((240...360).contains(small.width) && (240...360).contains(small.height))
        #expect((480...720).contains(large.width) && (480...720).contains(large.height))
    }

    @Test("Hardly a picture of the series is empty")
    func content() {
        let ranges = (0..<60).map { index -> Int in
            let picture = BackgroundPicture(index: index).drawn(width: 64, height: 48)
            let (low, high) = picture.pixels.reduce((UInt8.max, UInt8.min)) {
                (min($0.0, $1), max($0.1, $1))
            }
            return Int(high) - Int(low)
        }
        #expect(ranges.count { $0 > 24 } >= 57)
    }

    @Test("Numbers of one kind show different pictures", arguments: ["confetti", "shapes", "dots"])
    func different(kind: String) {
        let hashes = [3, 4].map { index in
            PDQ.signature(
                of: BackgroundPicture(index: index, kind: kind).drawn(width: 128, height: 128)
            ).hash
        }
        #expect(hashes[0].distance(to: hashes[1]) > 31)
    }

    @Test("A name that is no kind draws nothing")
    func unknownKind() {
        var canvas = BackgroundCanvas(width: 40, height: 40)
        var dice = BackgroundDice(seed: 1)
        canvas.draw("photograph", &dice)
        #expect(canvas.picture == Picture(width: 40, height: 40, red: 0, green: 0, blue: 0))
    }

    @Test("Powers, sines and fractions are as exact as they say")
    func arithmetic() {
        var dice = BackgroundDice(seed: 7)
        for _ in 0..<1000 {
            let value = dice.spread(24, 300)
            #expect(value >= 24 && value <= 300)
        }
        #expect(abs(BackgroundMath.sine(1.0 / 12) - 0.5) < 1e-9)
        #expect(abs(BackgroundMath.cosine(-1.0 / 3) + 0.5) < 1e-9)
        #expect(BackgroundMath.fraction(-0.25) == 0.75)
        #expect(BackgroundMath.floor(-2.5) == -3)
        #expect(BackgroundMath.remainder(-1, 6) == 5)
    }
}

/// What a number of the series drew when its version was fixed.
struct BackgroundGolden: Sendable, CustomTestStringConvertible {
    let index: Int
    let kind: String
    let digest: UInt64

    var testDescription: String { "\(index), \(kind)" }
}

/// FNV-1a of the bytes.
private func digest(of picture: Picture) -> UInt64 {
    picture.pixels.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}

// Taken from an optimised build; the tests run unoptimised. 96 by 72 pixels.
private let goldenDigests = [
    BackgroundGolden(index: 0, kind: "stripes", digest: 0x53f1_83ed_06a7_59d4),
    BackgroundGolden(index: 13, kind: "knit", digest: 0x5652_ba60_8b30_0138),
    BackgroundGolden(index: 19, kind: "shapes", digest: 0xf8c8_130a_5ca5_dba2),
    BackgroundGolden(index: 40, kind: "bricks", digest: 0x4834_51c7_f6ee_108e),
    BackgroundGolden(index: 45, kind: "houndstooth", digest: 0x27a4_8e32_feb5_141b),
    BackgroundGolden(index: 59, kind: "interior", digest: 0x1a8c_cd20_820f_551a),
    BackgroundGolden(index: 83, kind: "hearts", digest: 0xe790_5fa3_bab3_b927),
    BackgroundGolden(index: 99, kind: "horizon", digest: 0x6b5c_8e19_b667_0f27),
    BackgroundGolden(index: 100, kind: "gingham", digest: 0xa10f_02aa_4f89_de71),
    BackgroundGolden(index: 119, kind: "branches", digest: 0x7f86_9afe_3e2c_d524),
    BackgroundGolden(index: 139, kind: "textPage", digest: 0x0395_87d5_f7bb_c625),
    BackgroundGolden(index: 179, kind: "collage", digest: 0x8256_ba63_d3ad_560d),
]
