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
    case png, jpeg, webp, gif, tiff, avif, svg

    /// The media type.
    public var mediaType: String { self == .svg ? "image/svg+xml" : "image/\(rawValue)" }
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

/// A picture that may be smaller than its file, and the size that the file has.
public struct ReducedPicture: Hashable, Sendable {
    /// The pixels, whose size is a fraction of the full one, each side rounded up.
    public var picture: Picture
    /// Columns of the upright picture before it was reduced.
    public var fullWidth: Int
    /// Rows of the upright picture before it was reduced.
    public var fullHeight: Int

    /// A picture and the size it was reduced from.
    public init(picture: Picture, fullWidth: Int, fullHeight: Int) {
        self.picture = picture
        self.fullWidth = fullWidth
        self.fullHeight = fullHeight
    }
}

/// The port to the image decoders.
public protocol PictureDecoder: Sendable {
    /// Decodes image bytes of any supported format: upright by EXIF orientation, transparency over
    /// white.
    ///
    /// - Throws: `DecodeError`.
    func decode(_ bytes: [UInt8]) async throws(DecodeError) -> Picture

    /// Decodes image bytes, where it saves time to less than the full size.
    ///
    /// For matching, not for hashes: pixels of a reduced picture are averages of the full one's.
    ///
    /// - Parameter side: What the longer side must not fall below; a picture that is smaller already
    ///   comes in full.
    /// - Throws: `DecodeError`.
    func decode(
        _ bytes: [UInt8], longerSideAtLeast side: Int
    ) async throws(DecodeError) -> ReducedPicture
}

extension PictureDecoder {
    /// The full picture, from a decoder that cannot reduce.
    public func decode(
        _ bytes: [UInt8], longerSideAtLeast side: Int
    ) async throws(DecodeError) -> ReducedPicture {
        let picture = try await decode(bytes)
        return ReducedPicture(
            picture: picture, fullWidth: picture.width, fullHeight: picture.height)
    }
}
