// What sealing does one after the other, for whoever waits.

/// What sealing does, one after the other; told to whoever waits.
public enum SealStage: String, Hashable, Sendable, Codable, CaseIterable {
    /// The master is decoded.
    case decoding
    /// Strengths are tried, and the mark is laid.
    case marking
    /// The marked samples are coded in the master's format.
    case writing
    /// The file is decoded as others will see it, and its mark read.
    case checking
    /// The manifest is signed, stamped and read again.
    case signing
    /// What the sealed file survives is tried.
    case trying
    /// Catalogue, ledger and registry take it in.
    case registering
}

/// Is told of each stage as it begins.
public typealias SealObserver = @Sendable (SealStage) -> Void
