// What JPEG takes away from a picture: blocks of 8 x 8 transformed, quantised and put back.

internal import CSpectra
internal import Foundation
internal import SelvageTypes

/// JPEG's loss without its file: quantised cosine transforms of luma, and of chroma at half the size.
///
/// - Source: ITU-T T.81, Annex K.1 (tables) and A.3.3 (transform); libjpeg's scaling by quality.
struct JPEGSimulation: Sendable {
    /// Quality 50 is the tables as they stand.
    static let quality50 = Self()

    private static let lumaTable: [Float] = [
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
        14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
        49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
    ]
    private static let chromaTable: [Float] = {
        let corner: [Float] = [17, 18, 24, 47, 18, 21, 26, 66, 24, 26, 56, 99, 47, 66, 99, 99]
        return (0..<64).map { $0 / 8 < 4 && $0 % 8 < 4 ? corner[$0 / 8 * 4 + $0 % 8] : 99 }
    }()
    /// The transform's matrix, a row for each frequency.
    private static let cosines: [Float] = (0..<64).map { place in
        let frequency = Double(place / 8), sample = Double(place % 8)
        let scale = frequency == 0 ? 0.125.squareRoot() : 0.5
        return Float(scale * cos((2 * sample + 1) * frequency * .pi / 16))
    }

    /// The picture as it comes back from a file.
    func applied(to picture: Picture) -> Picture {
        let wide = (picture.width + 15) / 16 * 16, high = (picture.height + 15) / 16 * 16
        var planes = Planes(picture, width: wide, height: high)
        Self.quantise(&planes.luma, width: wide, height: high, table: Self.lumaTable)
        Self.quantise(&planes.blue, width: wide / 2, height: high / 2, table: Self.chromaTable)
        Self.quantise(&planes.red, width: wide / 2, height: high / 2, table: Self.chromaTable)
        return planes.picture(width: picture.width, height: picture.height)
    }

    private static func quantise(_ plane: inout [Float], width: Int, height: Int, table: [Float]) {
        selvage_quantise(&plane, Int32(width), Int32(height), cosines, table)
    }
}

/// Luma, and the two chroma planes at half the size, about zero.
private struct Planes {
    var luma: [Float]
    var blue: [Float]
    var red: [Float]
    let width: Int

    init(_ picture: Picture, width: Int, height: Int) {
        self.width = width
        luma = [Float](repeating: 0, count: width * height)
        blue = [Float](repeating: 0, count: width * height / 4)
        red = blue
        for y in 0..<height {
            for x in 0..<width {
                let at =
                    (min(y, picture.height - 1) * picture.width + min(x, picture.width - 1)) * 3
                let r = Float(picture.pixels[at]), g = Float(picture.pixels[at + 1])
                let b = Float(picture.pixels[at + 2])
                let light = 0.299 * r + 0.587 * g + 0.114 * b
                luma[y * width + x] = light - 128
                let small = y / 2 * (width / 2) + x / 2
                blue[small] += 0.564 * (b - light) / 4
                red[small] += 0.713 * (r - light) / 4
            }
        }
    }

    func picture(width: Int, height: Int) -> Picture {
        var pixels = [UInt8](repeating: 0, count: width * height * 3)
        func byte(_ value: Float) -> UInt8 { UInt8(min(max(value, 0), 255) + 0.5) }
        for y in 0..<height {
            for x in 0..<width {
                let light = luma[y * self.width + x] + 128
                let small = y / 2 * (self.width / 2) + x / 2
                let at = (y * width + x) * 3
                pixels[at] = byte(light + 1.402 * red[small])
                pixels[at + 1] = byte(light - 0.344 * blue[small] - 0.714 * red[small])
                pixels[at + 2] = byte(light + 1.772 * blue[small])
            }
        }
        return Picture(width: width, height: height, pixels: pixels)
    }
}
