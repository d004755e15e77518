// What was wrong with an image file, where in its bytes, and in words for people.

/// An image file that could not be read or rewritten.
///
/// Compare `reason`; `detail` is for people and may change.
public struct ImageFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of fault it is.
    public enum Reason: Hashable, Sendable {
        /// Neither JPEG, PNG, WebP nor TIFF by its first bytes.
        case unknownFormat
        /// A length says that more bytes follow than there are.
        case truncated
        /// The bytes break a rule of their format.
        case malformed
        /// Something that may stand once stands twice, so that two readers could differ.
        case duplicate
        /// Two parts of the file claim the same bytes.
        case overlapping
        /// A part is larger than we read or than the format can hold.
        case tooLarge(limitInBytes: Int)
        /// More segments, chunks or entries than any honest file has.
        case tooManyParts(limit: Int)
        /// The format has no place for what was asked.
        case unsupported
    }

    /// What kind of fault it is.
    public let reason: Reason

    /// The byte of the file at which it was noticed.
    public let offset: Int

    /// What is wrong and what to do, for people.
    public let detail: String

    /// The fault as one sentence.
    public var description: String { "\(detail) (byte \(offset))" }

    init(_ reason: Reason, at offset: Int, _ detail: String) {
        self.reason = reason
        self.offset = offset
        self.detail = detail
    }
}
