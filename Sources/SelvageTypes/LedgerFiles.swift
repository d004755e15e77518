// The port to the files of a ledger: who decides what they hold does not know where they lie.

/// The files of one ledger, by the names that C2SP tlog-tiles gives them.
///
/// The calls block, so they belong on a thread of their own. One writer uses them at a time.
///
/// - Invariant: A name stands for a whole content or for nothing, also after a loss of power.
public protocol LedgerFiles: Sendable {
    /// The content under a name; nil when there is none.
    ///
    /// - Throws: When it cannot be read, and when it is longer than the limit.
    func read(_ name: String, limitInBytes: Int) throws -> [UInt8]?

    /// Keeps a content under a name, in place of what was there; durable when it returns.
    func write(_ bytes: [UInt8], to name: String) throws

    /// Gives a content another name, in place of what was there; durable when it returns.
    func rename(_ name: String, to newName: String) throws

    /// Removes the content under a name, and everything under names that begin with it and a `/`;
    /// nothing happens when there is none.
    func remove(_ name: String) throws

    /// Whether nothing was ever kept here.
    func isEmpty() throws -> Bool
}
