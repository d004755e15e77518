// How pictures are brought to an ISCC Image-Code, against the reference software's codes.

import Recognition
import SelvageTypes
import Testing

/// A drawn picture and its code of 256 bits by `iscc-sdk` 0.9.7 (exact trimming), Pillow 12.2 and
/// `iscc-core` 1.5.
private struct DrawnPicture: Sendable, CustomTestStringConvertible {
    let width, height, cell, seed: Int
    let code: String

    init(_ width: Int, _ height: Int, _ cell: Int, _ seed: Int, _ code: String) {
        (self.width, self.height, self.cell, self.seed) = (width, height, cell, seed)
        self.code = code
    }

    var testDescription: String { "\(width) x \(height), cell \(cell), seed \(seed)" }
}

/// A drawn picture in a frame, with its codes when the frame is kept, cut when uniform, and cut when
/// nearly so (the default of `iscc-sdk` 0.9.7).
private struct Framed: Sendable {
    let left, top, right, bottom, noise: Int
    let codes: [String]

    init(
        _ left: Int, _ top: Int, _ right: Int, _ bottom: Int, noise: Int, _ codes: [String]
    ) {
        (self.left, self.top, self.right, self.bottom) = (left, top, right, bottom)
        self.noise = noise
        self.codes = codes
    }

    var picture: Picture {
        let inner = patchwork(width: 180, height: 140, cell: 20, seed: 4)
        let width = left + inner.width + right
        let height = top + inner.height + bottom
        var pixels: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                let (column, row) = (x - left, y - top)
                if (0..<inner.width).contains(column) && (0..<inner.height).contains(row) {
                    let start = (row * inner.width + column) * 3
                    pixels += inner.pixels[start..<start + 3]
                } else {
                    let added = ((x * 7 + y * 13) % 9 - 4) * noise
                    pixels += [200, 180, 40].map { UInt8($0 + added) }
                }
            }
        }
        return Picture(width: width, height: height, pixels: pixels)
    }
}

@Suite("ISCC Image-Codes of pictures") struct ISCCSamplesTests {
    @Test("A picture has the reference software's code, bit for bit", arguments: drawnPictures)
    fileprivate func golden(one: DrawnPicture) {
        let picture = patchwork(
            width: one.width, height: one.height, cell: one.cell, seed: one.seed)
        #expect(ISCCImageCode(of: picture).description == one.code)
    }

    @Test("Frames are kept, cut when uniform, or cut when nearly so", arguments: framedPictures)
    fileprivate func frames(one: Framed) {
        let picture = one.picture
        let borders: [ISCCSamples.Border] = [.kept, .uniform, .nearUniform]
        #expect(borders.map { ISCCImageCode(of: picture, border: $0).description } == one.codes)
    }

    @Test("A picture of 32 x 32 greys is its own samples")
    func ownSamples() {
        let values = (0..<1024).map { UInt8(truncatingIfNeeded: $0 * 7 + $0 / 32) }
        let picture = Picture(width: 32, height: 32, pixels: values.flatMap { [$0, $0, $0] })
        #expect(ISCCSamples(of: picture, border: .kept).values == values)
    }

    @Test("A picture of one colour has samples of one grey, whatever is cut")
    func flat() {
        let flat = Picture(width: 90, height: 40, red: 9, green: 99, blue: 199)
        for border in [ISCCSamples.Border.kept, .uniform, .nearUniform] {
            #expect(ISCCSamples(of: flat, border: border).values.allSatisfy { $0 == 83 })
        }
    }
}

private let drawnPictures = [
    DrawnPicture(
        64, 64, 8, 100,
        "ISCC:EED3UPQXIWYZM4JFKFAQXLVZJO4O2IW3RZUU5OXIYHTBER5UIZI7JPQ"),
    DrawnPicture(
        32, 32, 4, 9,
        "ISCC:EED2MZOQJOPPYB6BJUWHUFSDMAHT4AB67ABWDNBPTIAEC4A7HRUQKUY"),
    DrawnPicture(
        5, 5, 1, 101,
        "ISCC:EED5RWEP2J4CLBZN232IHUVUDVDQ47GTRHMITVDWEZ4AKPS4FQ2W3GY"),
    DrawnPicture(
        129, 127, 11, 103,
        "ISCC:EEDYZLU2SZTQSUNPS2ZKUDZNSOVA6EMUIDKCXP3L53GK6LPSBXJFAMY"),
    DrawnPicture(
        1000, 40, 13, 104,
        "ISCC:EED272ODQM6AMUHN73HYUGTFGAAZ7Q4LPQPFBL6BROFLUZLYAH7IPGQ"),
    DrawnPicture(
        40, 900, 25, 105,
        "ISCC:EED4TSKJW3EUTTJWG23DMSJWWY3ESNSJW23DOSKJJVETNSKJZE3LNNQ"),
    DrawnPicture(
        331, 223, 27, 3,
        "ISCC:EEDZ7SDNOUQSIJ4XFYTFR2QLY76AXAD75DN45HQASUM6MUJOWTSRTJY"),
    DrawnPicture(
        719, 467, 55, 7,
        "ISCC:EED4N7IJMNFXA6A35XR5QGCSFUW3E64E4SDY7NEYYYS5USOS2KW6GIY"),
    DrawnPicture(
        3, 401, 2, 8,
        "ISCC:EED4TSKNJQ3DNSZW2ENDTHLIU4L2ZSJR3PE5SSOIZFKHJBFWKOLN5DI"),
    DrawnPicture(
        1, 1, 1, 1,
        "ISCC:EEDYAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
]

private let framedPictures = [
    Framed(
        20, 30, 9, 5, noise: 0,
        [
            "ISCC:EED7ROOEUSB5HSROTJSS5U3E4DJS5MPIGVHNCU5HYQWVKLI64GUFLGY",
            "ISCC:EED3YOOXVQT3D6AA3AWMFWMDFI6O6B2K3BJSQRX7XGBZKPDGHWJ5YLA",
            "ISCC:EED3YOOXVQT3D6AA3AWMFWMDFI6O6B2K3BJSQRX7XGBZKPDGHWJ5YLA",
        ]),
    Framed(
        20, 30, 9, 5, noise: 1,
        [
            "ISCC:EED7ROOEUSB5HSROTJSS5U3E4DJS5MPIGVHNCU5HYQWVKLI64GUFLGY",
            "ISCC:EED7ROOEUSB5HSROTJSS5U3E4DJS5MPIGVHNCU5HYQWVKLI64GUFLGY",
            "ISCC:EED3YOOXVQT3D6AA3AWMFWMDFI6O6B2K3BJSQRX7XGBZKPDGHWJ5YLA",
        ]),
    Framed(
        0, 30, 0, 0, noise: 0,
        [
            "ISCC:EED3ZOOHURB5ATRH3ASIHWZHP3IYHONZE5HNAQ5EY4WCZQ4RPZTZXAY",
            "ISCC:EED3YOOXVQT3D6AA3AWMFWMDFI6O6B2K3BJSQRX7XGBZKPDGHWJ5YLA",
            "ISCC:EED3YOOXVQT3D6AA3AWMFWMDFI6O6B2K3BJSQRX7XGBZKPDGHWJ5YLA",
        ]),
    Framed(
        0, 0, 9, 0, noise: 1,
        [
            "ISCC:EED3UOOXUQT3L6AAZA3KBSKBUVPP6B2K3BESRRX7XGQVVPRWL7ERANQ",
            "ISCC:EED3UOOXUQT3L6AAZA3KBSKBUVPP6B2K3BESRRX7XGQVVPRWL7ERANQ",
            "ISCC:EED3UOOXUQT3L6AAZA3KBSKBUVPP6B2K3BESRRX7XGQVVPRWL7ERANQ",
        ]),
]
