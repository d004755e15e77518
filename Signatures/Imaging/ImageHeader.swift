// What an image file's header says, read before any pixel is decoded.

internal import CCodecs
public import SelvageTypes

/// What an image file's header says.
public struct ImageHeader: Hashable, Sendable {
    /// The file format, by its first bytes.
    public let format: ImageFormat
    /// Columns of the upright picture.
    public let width: Int
    /// Rows of the upright picture.
    public let height: Int
    /// Orientation as EXIF counts it, 1...8, 1 when the file says nothing.
    public let orientation: Int
    /// Whether the format announces transparency.
    public let hasAlpha: Bool
    /// Scans of a JPEG; 1 for other formats.
    public let scans: Int

    /// Reads the header; no pixel is decoded and memory use does not depend on what the header says.
    ///
    /// - Throws: `DecodeError` with `unknownFormat` or `damaged`.
    public init(_ bytes: [UInt8]) throws(DecodeError) {
        var header = selvage_header()
        var message = MessageBuffer()
        let outcome = bytes.withUnsafeBufferPointer { bytes in
            selvage_read_header(bytes.baseAddress, bytes.count, &header, &message.bytes)
        }
        if let error = DecodeError(outcome, message.text) { throw error }
        format = ImageFormat(header.format)
        let turned = header.orientation >= 5
        width = Int(turned ? header.height : header.width)
        height = Int(turned ? header.width : header.height)
        orientation = Int(header.orientation)
        hasAlpha = header.alpha != 0
        scans = Int(header.scans)
    }
}

extension ImageFormat {
    /// The format that the codecs found.
    fileprivate init(_ format: selvage_format) {
        self =
            switch format {
            case SELVAGE_PNG: .png
            case SELVAGE_JPEG: .jpeg
            case SELVAGE_WEBP: .webp
            case SELVAGE_GIF: .gif
            case SELVAGE_TIFF: .tiff
            case SELVAGE_AVIF: .avif
            default: .svg
            }
    }
}

/// Room for the sentence that the codecs leave.
struct MessageBuffer {
    var bytes = [CChar](repeating: 0, count: Int(SELVAGE_MESSAGE_SIZE))

    var text: String {
        String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

extension DecodeError {
    /// The error for an outcome of the codecs; nil when it is none.
    init?(_ outcome: selvage_outcome, _ text: String) {
        switch outcome {
        case SELVAGE_OK: return nil
        case SELVAGE_UNKNOWN_FORMAT:
            self.init(.unknownFormat, "Not an image that is read here: \(text).")
        case SELVAGE_TOO_LARGE:
            self.init(.tooLarge, "The image is over a decoding limit: \(text).")
        case SELVAGE_NO_MEMORY:
            self.init(.tooLarge, "The image needs more memory than the decoding limit allows.")
        default:
            self.init(.damaged, "The image is damaged: \(text).")
        }
    }
}
