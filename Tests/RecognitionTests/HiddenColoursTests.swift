// What is promised of colours that luma hides: they are noticed where they are, and nowhere else.

import Recognition
import SelvageTypes
import Testing

@Suite("Colours that luma hides") struct HiddenColoursTests {
    private static let rose: [UInt8] = [240, 160, 185]
    private static let sky: [UInt8] = [150, 200, 230]

    /// A check of two colours, and beside it the same check in black and white, where light falls off
    /// from above; or the check of colours alone in even light.
    private static func picture(_ one: [UInt8], _ other: [UInt8], whole: Bool = false) -> Picture {
        var picture = Picture(width: 400, height: 300, red: 0, green: 0, blue: 0)
        for y in 0..<300 {
            for x in 0..<400 {
                let isOne = (x / 25 + y / 25) & 1 == 0
                let white: [UInt8] = isOne ? [250, 250, 250] : [5, 5, 5]
                let colour = whole || x >= 200 ? (isOne ? one : other) : white
                let light = whole ? 450 : 450 - y
                let place = (y * 400 + x) * 3
                for k in 0..<3 {
                    picture.pixels[place + k] = UInt8(Int(colour[k]) * light / 450)
                }
            }
        }
        return picture
    }

    @Test("Rose on sky blue is noticed beside black on white, also where light falls off")
    func noticed() {
        let hides = LocalFeatures.hidesColours(Self.picture(Self.rose, Self.sky))
        #expect(hides)
    }

    @Test("Nothing is hidden where luma shows it, nor where colours stand for luma anyway")
    func nothing() {
        let rose = Picture(width: 60, height: 50, red: 240, green: 160, blue: 185)
        let tiny = Picture(width: 1, height: 1, red: 1, green: 2, blue: 3)
        let all = [
            Self.picture([240, 160, 185], [40, 60, 150]),
            Self.picture([90, 90, 90], [200, 200, 200]), Self.picture(Self.rose, Self.rose),
            Self.picture(Self.rose, Self.sky, whole: true), rose, tiny,
        ]
        #expect(all.map(LocalFeatures.hidesColours) == all.map { _ in false })
    }

    @Test("Looked at by its colours, the hidden check has corners and the white one has none")
    func corners() {
        let picture = Self.picture(Self.rose, Self.sky)
        func share(_ features: LocalFeatures) -> Double {
            let right = features.keypoints.count { $0.x > 215 }
            return Double(right) / Double(max(1, features.keypoints.count))
        }
        let plain = LocalFeatures.withLuma(ofPicture: picture).features
        let shown = LocalFeatures.withLuma(ofPicture: picture, showsColours: true).features
        let isPlain = plain == LocalFeatures(ofPicture: picture)
        #expect(isPlain)
        #expect(share(plain) < 0.3 && share(shown) > 0.7, "\(share(plain)) \(share(shown))")
        // Where nothing is hidden it is the same look.
        let grey = Self.picture([90, 90, 90], [200, 200, 200])
        let isSame =
            LocalFeatures.withLuma(ofPicture: grey, showsColours: true).features
            == LocalFeatures(ofPicture: grey)
        #expect(isSame)
    }
}
