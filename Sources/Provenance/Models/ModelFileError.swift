// What was wrong with a weight file, and in words for people.

/// A weight file whose header does not hold.
///
/// Compare `reason`; `detail` is for people and may change.
public struct ModelFileError: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    /// What kind of fault it is.
    public enum Reason: String, Hashable, Sendable, Codable {
        /// The header is not the JSON that the format asks for.
        case malformed
        /// A name stands twice, so that two readers could see two models.
        case duplicate
        /// An element type that nobody knows, so that its size cannot be checked.
        case unknownElementType
        /// A tensor's bytes are not as many as its shape asks for.
        case wrongSize
        /// Tensors overlap, or leave bytes between them that belong to none.
        case wrongOffset
        /// The file ends before its last tensor, or goes on behind it.
        case wrongLength
        /// More tensors, dimensions or nesting than any honest file has.
        case tooManyParts
    }

    /// What kind of fault it is.
    public let reason: Reason

    /// What is wrong, for people.
    public let detail: String

    /// The fault as one sentence.
    public var description: String { detail }

    init(_ reason: Reason, _ detail: String) {
        self.reason = reason
        self.detail = detail
    }
}
