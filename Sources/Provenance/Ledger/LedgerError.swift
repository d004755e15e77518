// What is wrong with a ledger, a proof or a key, by reason and as a sentence for people.

/// Something of a ledger that is refused or cannot be used.
///
/// Compare `reason`; `detail` is for people and may change.
public struct LedgerError: Error, Hashable, Sendable {
    /// Why it is refused.
    public enum Reason: Hashable, Sendable {
        /// The text or the bytes do not have the form of their specification.
        case malformed
        /// It is larger than the limit.
        case tooLarge
        /// The text is no key, or not one of a kind that is known here.
        case badKey
        /// No signature of a trusted key is there.
        case untrusted
        /// A signature of a trusted key does not fit what it stands under.
        case badSignature
        /// Fewer witnesses than demanded have cosigned.
        case tooFewWitnesses(got: Int, wanted: Int)
        /// The checkpoint is of another log.
        case otherLog
        /// The proof does not lead from the entry to the checkpoint.
        case notIncluded
        /// One checkpoint is not a continuation of the other.
        case inconsistent
        /// The log is not the one whose last checkpoint is remembered, or is older.
        case rolledBack
        /// A stored file is not what the checkpoint vouches for; its name in the ledger's folder.
        case damaged(String)
        /// The ledger has no such entry.
        case outOfRange
        /// The commitment is to another value.
        case notCommitted
    }

    /// What kind of refusal it is.
    public let reason: Reason
    /// A sentence for people: what is wrong and what to do.
    public let detail: String

    /// A refusal.
    public init(_ reason: Reason, _ detail: String) {
        self.reason = reason
        self.detail = detail
    }
}

extension LedgerError: CustomStringConvertible {
    /// The sentence for people.
    public var description: String { detail }
}
