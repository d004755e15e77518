// Decoded pixels, and the port to the decoders.

/// A decoded picture: 8-bit sRGB, three interleaved channels, rows from the top, no padding.
public struct Picture: Hashable, Sendable {
    /// Columns.
    public let width: Int
    /// Rows.
    public let height: Int
    /// `width * height * 3` bytes: red, green, blue.
    public var pixels: [UInt8]

    /// A picture of given pixels.
    ///
    /// - Precondition: `pixels.count == width * height * 3`.
    public init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(pixels.count == width * height * 3, "A picture has three bytes a pixel.")
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// A picture of one colour.
    public init(width: Int, height: Int, red: UInt8, green: UInt8, blue: UInt8) {
        self.init(
            width: width, height: height,
            pixels: (0..<width * height).flatMap { _ in [red, green, blue] })
    }
}

/// The file formats that are decoded.
public enum ImageFormat: String, Hashable, Sendable, Codable, CaseIterable {
    case png, jpeg, webp

    /// The media type.
    public var mediaType: String { "image/\(rawValue)" }
}

/// An image that could not be decoded.
///
/// Compare `reason`; `detail` is for people and may change.
public struct DecodeError: Error, Hashable, Sendable, Codable {
    /// Why an image could not be decoded.
    public enum Reason: String, Hashable, Sendable, Codable {
        /// None of the formats that we read.
        case unknownFormat
        /// More pixels, or a longer side, than the limit.
        case tooLarge
        /// The bytes are damaged.
        case damaged
        /// The decoder took too long and was stopped.
        case timedOut
        /// The decoder process died: its memory limit or a fault of the library.
        case crashed
    }

    /// What kind of failure it was.
    public var reason: Reason
    /// One sentence for people.
    public var detail: String

    /// A failed decoding.
    public init(_ reason: Reason, _ detail: String) {
        self.reason = reason
        self.detail = detail
    }
}

/// The port to the image decoders.
public protocol PictureDecoder: Sendable {
    /// Decodes image bytes of any supported format: upright by EXIF orientation, transparency over
    /// white.
    ///
    /// - Throws: `DecodeError`.
    func decode(_ bytes: [UInt8]) async throws(DecodeError) -> Picture
}
