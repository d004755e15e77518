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

    @Test("The first hundred numbers show every kind, plain patterns above all")
    func everyKind() {
        let kinds = (0..<100).map { BackgroundPicture(index: $0).kind }
        #expect(Set(kinds) == Set(BackgroundPicture.kinds))
        let plain = kinds.count { PlainPattern(rawValue: $0) != nil }
        #expect(plain == 70)
    }

    @Test("Every tenth of the recommended series is mixed like the whole")
    func fairPrefixes() {
        for start in stride(from: 0, to: BackgroundPicture.recommendedCount, by: 40) {
            let kinds = Set((start..<start + 40).map { BackgroundPicture(index: $0).kind })
            #expect(kinds.count >= 35, "from \(start)")
        }
    }

    @Test("Kinds have names of their own")
    func names() {
        #expect(Set(BackgroundPicture.kinds).count == BackgroundPicture.kinds.count)
        #expect(BackgroundPicture.kinds.count >= 60)
    }

    @Test("A picture has 480 to 720 pixels a side")
    func size() {
        let picture = BackgroundPicture(index: 0).drawn()
        #expect((480...720).contains(picture.width) && (480...720).contains(picture.height))
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
    BackgroundGolden(index: 0, kind: "stripes", digest: 0xff73_614b_67c0_27d1),
    BackgroundGolden(index: 2, kind: "shapes", digest: 0x0780_4f72_fc26_43ad),
    BackgroundGolden(index: 8, kind: "interior", digest: 0xbe14_3bea_b292_5d5a),
    BackgroundGolden(index: 15, kind: "horizon", digest: 0xdfa8_1d66_4ba0_cd49),
    BackgroundGolden(index: 18, kind: "branches", digest: 0x1025_ba93_8e8f_46a3),
    BackgroundGolden(index: 22, kind: "textPage", digest: 0xfc3e_01f7_8786_16f7),
    BackgroundGolden(index: 28, kind: "collage", digest: 0x26df_b201_de96_0dfe),
    BackgroundGolden(index: 33, kind: "hearts", digest: 0x42ba_783e_d17d_3038),
    BackgroundGolden(index: 61, kind: "houndstooth", digest: 0x7671_9a43_eaf3_179d),
    BackgroundGolden(index: 66, kind: "bricks", digest: 0x0753_6662_5fdc_ee2b),
    BackgroundGolden(index: 87, kind: "knit", digest: 0x2e23_bbcd_560f_ba45),
]
