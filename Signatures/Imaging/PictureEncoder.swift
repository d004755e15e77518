// Pictures as image files: PNG for evidence and catalogues, JPEG and WebP for the web, TIFF for print.

internal import CCodecs
public import SelvageTypes

/// A picture that could not be encoded.
///
/// `detail` is for people and may change.
public struct EncodeError: Error, Hashable, Sendable {
    /// Why a picture could not be encoded.
    public enum Reason: String, Hashable, Sendable {
        /// It has no pixels, or a side that is longer than the format can say.
        case size
        /// The encoder failed; in practice, no memory.
        case failed
    }

    /// What kind of failure it was.
    public let reason: Reason
    /// One sentence for people.
    public let detail: String
}

/// Encodes pictures as image files.
public enum PictureEncoder {
    /// A PNG file: lossless, and the same bytes for the same pixels.
    ///
    /// - Throws: `EncodeError`.
    public static func png(_ picture: Picture) throws(EncodeError) -> [UInt8] {
        try encode(picture, longestSide: 0x7fff_ffff, format: "PNG") {
            selvage_encode_png($0, $1, $2, $3, $4, $5)
        }
    }

    /// A baseline JPEG file with halved chroma.
    ///
    /// - Parameter quality: 1...100.
    /// - Throws: `EncodeError`; a side over 65,500 is refused.
    public static func jpeg(_ picture: Picture, quality: Int = 90) throws(EncodeError) -> [UInt8] {
        precondition((1...100).contains(quality), "A JPEG's quality is 1...100.")
        return try encode(picture, longestSide: 65_500, format: "JPEG") {
            selvage_encode_jpeg($0, $1, $2, Int32(quality), $3, $4, $5)
        }
    }

    /// A lossy WebP file.
    ///
    /// - Parameter quality: 0...100.
    /// - Throws: `EncodeError`; a side over 16,383 is refused.
    public static func webp(_ picture: Picture, quality: Int = 85) throws(EncodeError) -> [UInt8] {
        precondition((0...100).contains(quality), "A WebP's quality is 0...100.")
        return try encode(picture, longestSide: 16_383, format: "WebP") {
            selvage_encode_webp($0, $1, $2, Int32(quality), $3, $4, $5)
        }
    }

    /// A TIFF file, packed by LZW: lossless.
    ///
    /// - Throws: `EncodeError`.
    public static func tiff(_ picture: Picture) throws(EncodeError) -> [UInt8] {
        try check(picture, longestSide: 0x7fff_ffff, format: "TIFF")
        let samples = MasterSamples(
            picture: picture, isGrey: false, alpha: nil, low: nil, lowAlpha: nil)
        var coding = selvage_tiff_coding()
        (coding.compression, coding.predictor) = (5, 2)
        let worst = 2 * picture.pixels.count + 64 * picture.height + 65_536
        let file = try MasterPixels(samples: samples, after: picture).written(
            capacity: worst, format: "TIFF"
        ) { selvage_write_tiff($0, &coding, $1, $2) }
        return Array(file[...])
    }

    private typealias Codec = (
        UnsafePointer<UInt8>?, UInt32, UInt32, UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>,
        UnsafeMutablePointer<Int>, UnsafeMutablePointer<CChar>
    ) -> selvage_outcome

    private static func encode(
        _ picture: Picture, longestSide: Int, format: String, _ codec: Codec
    ) throws(EncodeError) -> [UInt8] {
        try check(picture, longestSide: longestSide, format: format)
        var encoded: UnsafeMutablePointer<UInt8>?
        var size = 0
        var message = MessageBuffer()
        let outcome = picture.pixels.withUnsafeBufferPointer { pixels in
            codec(
                pixels.baseAddress, UInt32(picture.width), UInt32(picture.height), &encoded, &size,
                &message.bytes)
        }
        defer { selvage_free(encoded) }
        guard outcome == SELVAGE_OK, let encoded else {
            throw EncodeError(
                reason: .failed, detail: "The \(format) encoder failed: \(message.text).")
        }
        return Array(UnsafeBufferPointer(start: encoded, count: size))
    }

    private static func check(
        _ picture: Picture, longestSide: Int, format: String
    ) throws(EncodeError) {
        guard picture.width > 0, picture.height > 0,
            max(picture.width, picture.height) <= longestSide
        else {
            throw EncodeError(
                reason: .size,
                detail: "A picture of \(picture.width) x \(picture.height) pixels does not fit "
                    + "\(format), which has 1...\(longestSide) a side.")
        }
    }
}
