// What a found file itself states about origin and rights, beside the asset that it shows.

/// What a found file states about its origin and its rights, beside the asset that it shows.
///
/// Statements of a file are hints about how it was handled; no verdict rests on them.
///
/// - Source: C2PA 2.2 (content credentials); IPTC Photo Metadata and PLUS (rights).
public struct FoundCredentials: Hashable, Sendable, Codable {
    /// How the file's content credentials stand to those the asset was sealed with.
    public enum State: String, Hashable, Sendable, Codable, CaseIterable {
        /// The asset's own credentials, valid for this very file.
        case intact
        /// Valid, and built on the asset's own credentials.
        case derived
        /// Valid, signed, and they do not name the asset, which has credentials of its own.
        case foreign
        /// Valid; the asset was registered without credentials to compare them with.
        case unregistered
        /// There are some, and they do not hold for this file.
        case broken
        /// The asset was sealed with credentials; this copy of the whole picture has none.
        case stripped
        /// None in the file, which names an address where they are said to be.
        case elsewhere
        /// There are more than are read, or they took too long; nothing is said about them.
        case notRead = "not-read"
    }

    /// How the credentials stand; nil when the file only states rights.
    public var state: State?
    /// The name in the signer's certificate, when the signature holds.
    public var signer: String?
    /// The label of the manifest in the file.
    public var label: String?
    /// SHA-256 of the manifest store in the file.
    public var manifest: Digest?
    /// Where the file says that its credentials are; never asked.
    public var elsewhere: String?
    /// PLUS Licensor URLs.
    public var licensors: [String]?
    /// The Web Statement of Rights.
    public var webStatement: String?
    /// The PLUS data-mining term, `DMI-PROHIBITED`.
    public var dataMining: String?

    /// What a file states; add what it does.
    public init(_ state: State? = nil) {
        self.state = state
    }

    /// Whether anything is stated.
    public var isEmpty: Bool { self == Self() }

    /// The statements as sentences for people.
    public var sentences: [String] {
        let rights = [
            licensors.map { "The file names as licensor: \($0.joined(separator: ", "))." },
            webStatement.map { "The file names as its statement of rights: \($0)." },
            dataMining.map { "The file states on data mining: \($0)." },
        ]
        return [credentialsSentence].compactMap { $0 } + rights.compactMap { $0 }
    }

    private var credentialsSentence: String? {
        let by = signer ?? "a signer without a name"
        return switch state {
        case .intact: "The licensor's credentials are in the file and hold, signed by \(by)."
        case .derived: "The file's credentials hold, signed by \(by); they build on the licensor's."
        case .foreign:
            "Another's credentials over our picture: they hold, signed by \(by), and do not name this asset."
        case .unregistered:
            "The file's credentials hold, signed by \(by); the asset was registered without any."
        case .broken: "The file's credentials do not hold: file or credentials were changed."
        case .stripped:
            "A licensed picture whose credentials were stripped: it was given out with them, and this copy has none."
        case .elsewhere:
            "The file carries no credentials; it says that they are at \(elsewhere ?? "an address")."
        case .notRead: "The file's credentials are larger than is read here, or took too long."
        case nil: nil
        }
    }
}
