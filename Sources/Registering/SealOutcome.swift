// What came of sealing one asset, for people and programs.

public import SelvageTypes

/// What came of sealing one asset.
public struct SealOutcome: Hashable, Sendable, Codable {
    /// The asset.
    public var asset: String
    /// The name people use.
    public var title: String
    /// Whether it had been sealed before, so that nothing was done now.
    public var wasSealed: Bool
    /// Where the sealed file is.
    public var file: String
    /// The seal as the catalogue has it.
    public var seal: AssetSeal
    /// What it survives.
    public var report: RecoveryReport
    /// The number of the registry.
    public var number: UInt32
    /// Where its entry stands in the ledger.
    public var ledgerIndex: UInt64
    /// The catalogue's generation that has it.
    public var generation: Int
    /// Who signed the manifest.
    public var signer: String
    /// Whether the signer's certificate is our own, so that others see an unknown signer.
    public var signerIsUnknown: Bool
    /// What the sealed file does not have of the master, for people.
    public var remarks: [String] = []
    /// What the catalogue's owner should know.
    public var advice: [String] = []
}
