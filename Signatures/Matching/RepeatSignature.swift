// What a catalogue keeps of a repeat: its features, its luma for comparison, and its colours.

public import Recognition
public import SelvageTypes

/// What a catalogue keeps of an asset, or of a part of one, for recognising its repeat.
///
/// With it an asset is recognised without its image file.
public struct RepeatSignature: Hashable, Sendable {
    /// Luma of the licensed image, one byte a sample, rows from the top.
    public struct Grey: Hashable, Sendable {
        /// Columns.
        public let width: Int
        /// Rows.
        public let height: Int
        /// `width * height` bytes.
        public let samples: [UInt8]
    }

    /// The side of a square with the area at which luma is kept.
    public static let lumaSide = 400.0
    /// The side of a square with the area at which colours are kept.
    public static let swatchSide = 64.0
    /// The longest side of luma, as of a stripe that is drawn in one narrow line.
    static let longestSide = 8192

    /// Keypoints and descriptors; coordinates are pixels of the licensed image.
    public let features: LocalFeatures
    /// The licensed luma, contrast-stretched, at `lumaSide`.
    public let luma: Grey
    /// The licensed colours at `swatchSide`, for comparison with what is found.
    public let swatch: Picture

    /// The signature of a licensed image, whose sides meet when it is repeated.
    public init(of tile: Picture) {
        features = LocalFeatures(ofRepeat: tile)
        let size = Self.size(of: tile, side: Self.lumaSide)
        let plane = LumaPlane(of: tile, width: size.width, height: size.height, wraps: true)
        luma = Grey(
            width: size.width, height: size.height,
            samples: plane.samples.prefix(size.width * size.height).map {
                UInt8(max(0, min(255, $0.rounded())))
            })
        swatch = tile.averaged(to: Self.size(of: tile, side: Self.swatchSide))
    }

    /// A known signature.
    init(features: LocalFeatures, luma: Grey, swatch: Picture) {
        self.features = features
        self.luma = luma
        self.swatch = swatch
    }

    /// The luma as a picture.
    public var lumaPicture: Picture {
        Picture(
            width: luma.width, height: luma.height,
            pixels: luma.samples.flatMap { [$0, $0, $0] })
    }

    /// The size with the area of a square, in the shape of a picture.
    static func size(of tile: Picture, side: Double) -> (width: Int, height: Int) {
        let scale = side / Double(tile.width * tile.height).squareRoot()
        return (
            min(longestSide, max(8, Int((Double(tile.width) * scale).rounded()))),
            min(longestSide, max(8, Int((Double(tile.height) * scale).rounded())))
        )
    }
}

extension Picture {
    /// The picture at a size: each pixel the mean of those that it covers.
    func averaged(to size: (width: Int, height: Int)) -> Picture {
        var result: [UInt8] = []
        result.reserveCapacity(size.width * size.height * 3)
        for row in 0..<size.height {
            let rows = span(row, of: size.height, in: height)
            for column in 0..<size.width {
                let columns = span(column, of: size.width, in: width)
                var sums = SIMD3<Int>()
                for y in rows {
                    for x in columns {
                        let place = (y * width + x) * 3
                        sums &+= SIMD3(
                            Int(pixels[place]), Int(pixels[place + 1]), Int(pixels[place + 2]))
                    }
                }
                let count = rows.count * columns.count
                for channel in 0..<3 {
                    result.append(UInt8((sums[channel] + count / 2) / count))
                }
            }
        }
        return Picture(width: size.width, height: size.height, pixels: result)
    }

    /// The pixels that one of `count` parts of `length` covers, at least one.
    private func span(_ part: Int, of count: Int, in length: Int) -> Range<Int> {
        let first = min(length - 1, part * length / count)
        return first..<max(first + 1, (part + 1) * length / count)
    }
}
