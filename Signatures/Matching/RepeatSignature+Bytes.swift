// The signature of a repeat as bytes: compact, with limits, and wholly checked when read.

internal import Glibc
internal import Recognition
internal import SelvageTypes

/// The form of a `.features` file.
///
/// All numbers are little-endian and unsigned. `SLVF`; version (16 bits); the algorithm's name (its
/// length in one byte, ASCII). Columns and rows of the licensed image (32 bits each); the number of
/// keypoints (16 bits); for each, in 1/65536: x and y of the sides (16 bits each), the angle of half
/// a turn (16 bits); the scale as its binary logarithm plus 16 in 1/2048 (16 bits); the flips (8
/// bits); then 64 bytes of descriptor for each. Luma: columns and rows (16 bits each), the number
/// of bytes (32 bits), `GreyCoding`. Colours: columns and rows (16 bits each), three bytes for each.
extension RepeatSignature {
    static let mark = Array("SLVF".utf8)
    static let formVersion: UInt16 = 1
    /// The most keypoints that are believed.
    static let mostKeypoints = 8192
    /// No honest file is longer.
    static let mostBytes = 4 << 20

    /// The signature as bytes.
    public var bytes: [UInt8] {
        var bytes = Self.mark
        bytes.append(number: Self.formVersion)
        bytes.append(UInt8(LocalFeatures.version.utf8.count))
        bytes += LocalFeatures.version.utf8
        bytes.append(number: UInt32(features.width))
        bytes.append(number: UInt32(features.height))
        bytes.append(number: UInt16(features.keypoints.count))
        for point in features.keypoints {
            bytes.append(number: Self.part(point.x / Float(features.width)))
            bytes.append(number: Self.part(point.y / Float(features.height)))
            bytes.append(number: Self.part(point.angle / .pi))
            let scale = (log2f(max(point.scale, 1e-4)) + 16) * 2048
            bytes.append(number: UInt16(max(0, min(65535, scale.rounded()))))
            bytes.append(point.flips)
        }
        bytes += features.descriptors
        bytes.append(number: UInt16(luma.width))
        bytes.append(number: UInt16(luma.height))
        let packed = GreyCoding.packed(luma)
        bytes.append(number: UInt32(packed.count))
        bytes += packed
        bytes.append(number: UInt16(swatch.width))
        bytes.append(number: UInt16(swatch.height))
        return bytes + swatch.pixels
    }

    /// The nearest of 65,536 parts that is not above; angles never reach the half turn.
    private static func part(_ share: Float) -> UInt16 {
        UInt16(max(0, min(65535, (share * 65536).rounded(.down))))
    }

    /// Reads a signature's bytes.
    ///
    /// - Throws: `CatalogueError` with `malformed` for bytes that are no signature, with
    ///   `unknownFormat` for those of another version of the algorithm.
    public init(_ bytes: [UInt8], file: String) throws(CatalogueError) {
        guard bytes.count <= Self.mostBytes else {
            throw Self.damaged(file, "it has more than \(Self.mostBytes) bytes")
        }
        var source = BoundedBytes(bytes)
        try Self.checkHead(&source, file: file)
        guard let features = Self.features(&source) else {
            throw Self.damaged(file, "its keypoints are not valid")
        }
        guard let luma = Self.luma(&source) else {
            throw Self.damaged(file, "its luma is not valid")
        }
        guard let swatch = Self.swatch(&source), source.rest == 0 else {
            throw Self.damaged(file, "its colours are not valid")
        }
        self.init(features: features, luma: luma, swatch: swatch)
    }

    private static func damaged(_ file: String, _ why: String) -> CatalogueError {
        CatalogueError(
            .malformed, file: file,
            "This is no signature of a repeat: \(why). Restore the file, or run "
                + "`selvage catalogue refresh` to make it again from the image.")
    }

    private static func checkHead(
        _ source: inout BoundedBytes, file: String
    ) throws(CatalogueError) {
        guard let start = source.take(mark.count), start.elementsEqual(mark),
            let version = source.number(UInt16.self), let length = source.number(UInt8.self),
            let name = source.take(Int(length))
        else { throw damaged(file, "it does not begin as one") }
        let isOurs = version == formVersion && name.elementsEqual(LocalFeatures.version.utf8)
        guard isOurs else {
            throw CatalogueError(
                .unknownFormat, file: file,
                "The signature was made by another version of the program. Run "
                    + "`selvage catalogue refresh` to make it again from the image.")
        }
    }

    private static func features(_ source: inout BoundedBytes) -> LocalFeatures? {
        guard let width = source.number(UInt32.self), let height = source.number(UInt32.self),
            let count = source.number(UInt16.self), (1...1_000_000).contains(width),
            (1...1_000_000).contains(height), count <= mostKeypoints
        else { return nil }
        var points: [LocalFeatures.Keypoint] = []
        for _ in 0..<count {
            guard let x = source.number(UInt16.self), let y = source.number(UInt16.self),
                let angle = source.number(UInt16.self), let scale = source.number(UInt16.self),
                let flips = source.number(UInt8.self), flips < 4
            else { return nil }
            points.append(
                LocalFeatures.Keypoint(
                    x: (Float(x) + 0.5) / 65536 * Float(width),
                    y: (Float(y) + 0.5) / 65536 * Float(height),
                    scale: exp2f(Float(scale) / 2048 - 16),
                    angle: (Float(angle) + 0.5) / 65536 * .pi, flips: flips))
        }
        guard let descriptors = source.take(Int(count) * LocalFeatures.descriptorBytes),
            descriptors.allSatisfy({ $0 <= 127 })
        else { return nil }
        return LocalFeatures(
            width: Int(width), height: Int(height), keypoints: points,
            descriptors: Array(descriptors))
    }

    private static func size(_ source: inout BoundedBytes, most: Int) -> (Int, Int)? {
        guard let width = source.number(UInt16.self), let height = source.number(UInt16.self),
            (8...longestSide).contains(Int(width)), (8...longestSide).contains(Int(height)),
            Int(width) * Int(height) <= most
        else { return nil }
        return (Int(width), Int(height))
    }

    private static func luma(_ source: inout BoundedBytes) -> Grey? {
        guard let (width, height) = size(&source, most: 1 << 19),
            let length = source.number(UInt32.self), let packed = source.take(Int(length))
        else { return nil }
        return GreyCoding.unpacked(packed, width: width, height: height)
    }

    private static func swatch(_ source: inout BoundedBytes) -> Picture? {
        guard let (width, height) = size(&source, most: 1 << 17),
            let pixels = source.take(width * height * 3)
        else { return nil }
        return Picture(width: width, height: height, pixels: Array(pixels))
    }
}
