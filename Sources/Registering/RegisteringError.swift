// Why an asset could not be sealed, verified or audited, in one sentence.

/// An asset that could not be sealed, verified or audited.
///
/// Compare `reason`; `detail` is for people and may change.
public struct RegisteringError: Error, Hashable, Sendable {
    /// What kind of failure it was.
    public enum Reason: Hashable, Sendable {
        /// A file cannot be read or written.
        case unreadable
        /// What is to be said about the asset contradicts itself or cannot be read.
        case unusableDefinition
        /// The file is none that can be sealed.
        case unusableMaster
        /// Another file was sealed under this name, or this file under another.
        case conflict
        /// A key is missing or cannot be used.
        case unusableKey
        /// The sealed file does not say what was put into it.
        case selfCheck
    }

    /// What kind of failure it was.
    public let reason: Reason
    /// What is wrong and what to do.
    public let detail: String

    init(_ reason: Reason, _ detail: String) {
        (self.reason, self.detail) = (reason, detail)
    }
}

extension RegisteringError: CustomStringConvertible {
    /// What is wrong and what to do.
    public var description: String { detail }
}
