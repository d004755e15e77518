// Why a manifest can be neither read nor written.

/// A failure to read or write a manifest.
///
/// Compare `reason`; `detail` is for people and may change. That a manifest is *invalid* is no
/// failure: it is what `ManifestReport` says.
public struct ManifestError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure it is.
    public enum Reason: Hashable, Sendable {
        /// The store's boxes cannot be followed.
        case damagedStore
        /// The store uses a form that is not read here.
        case unsupported
        /// A certificate or chain cannot be read or does not fit the key.
        case unusableCertificate
        /// A private key cannot be read or cannot sign.
        case unusableKey
        /// What is to be written contradicts itself.
        case unusableDefinition
        /// A time-stamp authority's answer cannot be used.
        case unusableTimeStamp
        /// The image file around the manifest cannot be read or written.
        case unusableFile
    }

    /// What kind of failure it is.
    public let reason: Reason
    /// What happened and what to do, for people.
    public let detail: String

    /// A failure with its sentence.
    init(_ reason: Reason, _ detail: String) {
        (self.reason, self.detail) = (reason, detail)
    }

    public var description: String { detail }
}
