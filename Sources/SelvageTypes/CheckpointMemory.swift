// The port to what is remembered of a ledger apart from it, so that an older one put back is noticed.

/// The last checkpoint of a ledger that was seen, kept apart from the ledger's own files.
///
/// The calls block, so they belong on the ledger's thread.
///
/// - Invariant: What is remembered is whole, also after a loss of power.
public protocol CheckpointMemory: Sendable {
    /// The checkpoint as it was remembered; nil when none ever was.
    func remembered() throws -> [UInt8]?

    /// Remembers a checkpoint in place of the last one; durable when it returns.
    func remember(_ checkpoint: [UInt8]) throws

    /// Where it is kept, for people.
    var place: String { get }
}
