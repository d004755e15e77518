// The status codes that C2PA names, each with where it applies and a sentence.

/// One result of one check.
///
/// - Source: C2PA 2.2, 15.2 (standard status codes).
public struct ManifestStatus: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Whether a result speaks for the manifest or against it.
    public enum Kind: String, Hashable, Sendable, Codable {
        case success, informational, failure
    }

    /// The standard's code, such as `assertion.dataHash.mismatch`.
    public let code: String
    /// Whether it speaks for the manifest or against it.
    public let kind: Kind
    /// The part of the manifest store that it is about.
    public let url: String
    /// What it means here, for people.
    public let explanation: String

    /// One result of one check.
    public init(_ kind: Kind, _ code: String, url: String, _ explanation: String) {
        (self.kind, self.code, self.url, self.explanation) = (kind, code, url, explanation)
    }

    public var description: String { "\(code): \(explanation)" }

    /// Failures that say who signed is not known, and nothing against what was signed.
    public static let untrustedCodes: Set<String> = [
        "signingCredential.untrusted", "cawg.x509.credential.untrusted",
    ]
}

/// The results of one manifest.
public struct ManifestResults: Hashable, Sendable, Codable {
    /// In the order in which the checks were made.
    public private(set) var all: [ManifestStatus] = []

    /// No results yet.
    public init() {}

    /// Adds one.
    mutating func add(
        _ kind: ManifestStatus.Kind, _ code: String, _ url: String, _ explanation: String
    ) {
        all.append(ManifestStatus(kind, code, url: url, explanation))
    }

    /// Adds those of another.
    mutating func add(_ others: ManifestResults) {
        all += others.all
    }

    /// The results that speak against the manifest.
    public var failures: [ManifestStatus] { all.filter { $0.kind == .failure } }

    /// Whether any result has a code.
    public func contains(_ code: String) -> Bool { all.contains { $0.code == code } }

    /// What the results come to.
    public var state: ManifestState {
        if failures.contains(where: { !ManifestStatus.untrustedCodes.contains($0.code) }) {
            return .invalid
        }
        // A signer who is trusted does not vouch for an identity that nobody knows.
        return failures.isEmpty && contains("signingCredential.trusted")
            ? .trusted : .validUnknownSigner
    }
}

/// What the checks of a manifest come to.
///
/// *Valid* alone says that nothing was changed since somebody signed; anyone can sign. Only
/// *trusted* says that the signer is vouched for by an anchor the caller named.
public enum ManifestState: String, Hashable, Sendable, Codable, CaseIterable {
    case trusted
    case validUnknownSigner
    case invalid
}
