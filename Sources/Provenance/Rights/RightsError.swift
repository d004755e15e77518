// Why rights metadata could not be read or written, in words for people.

/// A fault in reading or writing rights metadata.
///
/// Compare `reason`; `detail` is for people and may change.
public struct RightsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of fault it is.
    public enum Reason: Hashable, Sendable {
        /// The packet is not well-formed XML, or not the RDF that XMP allows.
        case malformed
        /// The packet is not UTF-8, which XMP in these formats must be.
        case notUTF8
        /// The packet declares a document type or entities, which XMP never needs.
        case declarations
        /// Larger than is read.
        case tooLarge(limitInBytes: Int)
        /// Elements nested deeper than is read.
        case tooDeep(limit: Int)
        /// More elements and attributes than are read.
        case tooManyParts(limit: Int)
        /// A value to write holds a character that XML cannot carry.
        case unwritable
        /// The image file itself is at fault.
        case file(ImageFileError.Reason)
    }

    /// What kind of fault it is.
    public let reason: Reason

    /// What is wrong and what to do, for people.
    public let detail: String

    /// The fault as one sentence.
    public var description: String { detail }

    init(_ reason: Reason, _ detail: String) {
        self.reason = reason
        self.detail = detail
    }

    init(_ error: ImageFileError) {
        self.init(.file(error.reason), error.description)
    }
}
