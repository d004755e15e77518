// Evidence that cannot be trusted or read, with what exactly is wrong.

public import SelvageTypes

/// Evidence that cannot be trusted or read.
///
/// Compare `reason`; `detail` is for people and may change.
public struct EvidenceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why evidence is refused.
    ///
    /// Records count from 1.
    public enum Reason: Hashable, Sendable {
        /// A record's bytes are damaged, cut short, or no record at all.
        case recordDamaged(record: Int)
        /// A record's block is not the one that its digest names.
        case blockDigestDiffers(record: Int)
        /// The body inside a record is not the one that its digest names.
        case payloadDigestDiffers(record: Int)
        /// A record lacks the digest that every record of a bundle has.
        case digestMissing(record: Int)
        /// Every record is whole in itself, but this is not the file that was sealed.
        case wholeDiffers(expected: Digest, found: Digest)
        /// Whole and unaltered, but something that the finding refers to is not in it.
        case incomplete
        /// A limit on sizes was met.
        case tooLarge(limitInBytes: Int)
        /// The finding could not be written as JSON.
        case unwritable
    }

    /// What kind of failure it was.
    public let reason: Reason
    /// One sentence for people.
    public let detail: String

    /// A refusal of evidence.
    public init(_ reason: Reason, _ detail: String) {
        self.reason = reason
        self.detail = detail
    }

    public var description: String { detail }
}
