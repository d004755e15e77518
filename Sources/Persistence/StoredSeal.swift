// The list of issued payloads: which number is which asset's, and what was sealed with it.

public import SelvageTypes

/// A number that was issued to an asset, and its seal when that was completed.
public struct StoredSeal: Hashable, Sendable {
    /// What a completed seal keeps.
    public struct Completion: Hashable, Sendable {
        /// The seal as the catalogue has it.
        public var seal: AssetSeal
        /// What is known beyond it, such as the recovery report.
        public var body: JSONValue
        /// The manifest store, so that it can be given to whoever finds a copy without it.
        public var manifestStore: [UInt8]
        /// By what the manifest is found again: algorithms and their values.
        public var softBindings: [SoftBinding]

        /// A completed seal.
        public init(
            seal: AssetSeal, body: JSONValue, manifestStore: [UInt8], softBindings: [SoftBinding]
        ) {
            (self.seal, self.body) = (seal, body)
            (self.manifestStore, self.softBindings) = (manifestStore, softBindings)
        }
    }

    /// A watermark or fingerprint by which a manifest is found.
    public struct SoftBinding: Hashable, Sendable {
        /// Such as `io.iscc.v0`.
        public var algorithm: String
        /// The fingerprint or payload.
        public var value: String

        /// A soft binding.
        public init(algorithm: String, value: String) {
            (self.algorithm, self.value) = (algorithm, value)
        }
    }

    /// Who licenses the asset.
    public var licensor: String
    /// The number, from 1; never issued to another asset.
    public var number: UInt32
    /// The asset.
    public var asset: String
    /// SHA-256 of the master that was given.
    public var master: Digest
    /// SHA-256 of what was asked for, to tell a repetition from another wish.
    public var request: Digest
    /// The seal; nil while it is not complete.
    public var seal: AssetSeal?
    /// What is known beyond it.
    public var body: JSONValue?
    /// Where its entry stands in the ledger; nil while the seal is not complete.
    public var ledgerIndex: UInt64?
}
