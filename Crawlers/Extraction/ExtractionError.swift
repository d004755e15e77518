// A document that could not be read.

/// A document that could not be read.
///
/// Compare `reason`; `detail` is for people and may change.
public struct ExtractionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why a document could not be read.
    public enum Reason: String, Hashable, Sendable, Codable {
        /// The document is readable but of another kind.
        case wrongKind
        /// The text breaks the rules of its format.
        case malformed
        /// Elements or values are nested deeper than the limit.
        case tooDeep
        /// It declares entities, which could grow without bound; none are ever expanded.
        case declaresEntities
        /// More bytes than the limit.
        case tooLarge
    }

    /// What kind of failure it was.
    public let reason: Reason
    /// One sentence for people: what, where, what to do.
    public let detail: String

    /// A document that could not be read.
    public init(_ reason: Reason, _ detail: String) {
        self.reason = reason
        self.detail = detail
    }

    /// The sentence for people.
    public var description: String { detail }
}
