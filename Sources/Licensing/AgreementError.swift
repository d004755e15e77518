// A policy that could not be read: the place in it, and what to do.

/// A policy that could not be read.
///
/// Compare `reason`; `detail` is for people and may change.
public struct AgreementError: Error, Hashable, Sendable {
    /// Why a policy could not be read.
    public enum Reason: String, Hashable, Sendable, Codable {
        /// The document holds no policy.
        case notAPolicy
        /// The policy has neither `uid` nor `@id`.
        case noIdentifier
        /// A member has a form that ODRL does not know.
        case malformed
        /// More rules, constraints or nesting than the limits allow.
        case overLimit
    }

    /// What kind of failure it was.
    public let reason: Reason
    /// A JSON pointer (RFC 6901) to the place; empty for the whole document.
    public let pointer: String
    /// What is wrong and what to do, one or two sentences.
    public let detail: String

    /// A policy that could not be read.
    public init(_ reason: Reason, at pointer: String, _ detail: String) {
        self.reason = reason
        self.pointer = pointer
        self.detail = detail
    }
}

extension AgreementError: CustomStringConvertible {
    public var description: String {
        "\(pointer.isEmpty ? "The policy" : "At \(pointer)"): \(detail)"
    }
}
