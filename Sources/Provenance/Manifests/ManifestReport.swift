// What a file's manifest says and whether it holds, as values that can be shown and stored.

public import SelvageTypes

/// What the manifest store of a file says, and what its checks came to.
public struct ManifestReport: Hashable, Sendable, Codable {
    /// What the checks of the active manifest, and of what it promises of its ingredients, came to.
    public let state: ManifestState
    /// The manifest that speaks for the file.
    public let active: ReadManifest
    /// How many manifests the store holds.
    public let manifestCount: Int
    /// SHA-256 of the manifest store: what a ledger entry names it by.
    public let storeDigest: Digest

    /// A report.
    public init(
        state: ManifestState, active: ReadManifest, manifestCount: Int, storeDigest: Digest
    ) {
        (self.state, self.active) = (state, active)
        (self.manifestCount, self.storeDigest) = (manifestCount, storeDigest)
    }

    /// One sentence for people.
    public var summary: String {
        let who = active.signer?.subject ?? "nobody known"
        switch state {
        case .trusted: return "The credentials are intact and signed by \(who), who is trusted."
        case .validUnknownSigner:
            return "The credentials are intact and signed by \(who), whom nobody here vouches for."
        case .invalid:
            let reason = active.results.failures.first {
                !ManifestStatus.untrustedCodes.contains($0.code)
            }
            let sentence = reason?.explanation ?? "an ingredient is not what was taken in"
            return "The credentials do not hold: \(sentence)."
        }
    }
}

/// One manifest as it was read.
public struct ReadManifest: Hashable, Sendable, Codable {
    /// `urn:c2pa:` and a UUID, or an older form.
    public let label: String
    /// 1 or 2; 0 when there is no claim that can be read.
    public var claimVersion = 0
    /// The asset's title.
    public var title: String?
    /// The asset's media type, where the claim names one.
    public var format: String?
    /// The asset's instance identifier.
    public var instance: String?
    /// Who made the claim: a program and its version.
    public var claimGenerator: String?
    /// Who signed it; nil when the signature cannot be read.
    public var signer: ManifestSignerFacts?
    /// All assertions with what they say.
    public var assertions: [ReadAssertion] = []
    /// What was done, in the order told.
    public var actions: [ReadAction] = []
    /// What went into it.
    public var ingredients: [ReadIngredient] = []
    /// What training and mining it permits, of `cawg.training-mining` or its older form.
    public var trainingMining: [TrainingMiningEntry] = []
    /// Watermarks and fingerprints by which the manifest is found again.
    public var softBindings: [ReadSoftBinding] = []
    /// Who claims to stand behind it.
    public var identities: [ReadIdentity] = []
    /// The share of human work with its basis.
    public var contribution: Contribution?
    /// References to assertions that it took out of its ingredients.
    public var redactions: [String] = []
    /// Which hard binding ties it to the file, such as `c2pa.hash.data`.
    public var hardBinding: String?
    /// What each check said.
    public var results = ManifestResults()

    init(label: String) {
        self.label = label
    }

    /// The assertion with a label; nil when there is none.
    public func assertion(_ label: String) -> ReadAssertion? {
        assertions.first { $0.label == label }
    }
}

/// Who signed a manifest, and when.
public struct ManifestSignerFacts: Hashable, Sendable, Codable {
    /// The certificate's subject: common name and organisation.
    public let subject: String
    /// Who issued the certificate.
    public let issuer: String
    /// The certificate's serial number in decimal digits.
    public let serial: String
    /// The signature algorithm.
    public let algorithm: String
    /// The moment a time-stamp authority vouches for; nil without a time-stamp that holds.
    public var time: Instant?
    /// Whether the authority of the time-stamp is one the caller trusts.
    public var timeIsTrusted = false
}

/// One assertion as it was read.
public struct ReadAssertion: Hashable, Sendable, Codable {
    /// Its label in the store.
    public let label: String
    /// What it says; byte strings as base64, files as their media type and size.
    public let content: JSONValue
}

/// One action.
public struct ReadAction: Hashable, Sendable, Codable {
    /// Such as `c2pa.created`.
    public let action: String
    /// When it was done, as written.
    public var when: String?
    /// Where the content came from: an IRI of IPTC's list, without white space around it.
    public var digitalSourceType: String?
    /// The program that did it, with its version.
    public var softwareAgent: String?
    /// What was done, for people.
    public var description: String?
    /// Labels of the ingredient assertions that it worked on.
    public var ingredients: [String] = []
}

/// One ingredient, with the manifest it brought along.
public struct ReadIngredient: Hashable, Sendable, Codable {
    /// The label of the assertion, such as `c2pa.ingredient.v3__1`.
    public let label: String
    /// What it is called.
    public var title: String?
    /// Its media type.
    public var format: String?
    /// `parentOf`, `componentOf` or `inputTo`.
    public var relationship: String
    /// Its instance identifier.
    public var instance: String?
    /// What it is, for people.
    public var description: String?
    /// A page about it.
    public var informationalURI: String?
    /// Such as `c2pa.types.model`.
    public var dataTypes: [String] = []
    /// The version of a model or data set.
    public var version: String?
    /// Its manifest with *its own* results; nil without one, or where it was already shown.
    public var manifest: ReadManifest?
    /// The label of its manifest.
    public var manifestLabel: String?
    /// What the checks of its manifest and of the link to it came to; nil without a manifest.
    public var state: ManifestState?
    /// Results about the link to it.
    public var results = ManifestResults()
}

/// One kind of use that an owner permits, forbids or ties to conditions.
public struct TrainingMiningEntry: Hashable, Sendable, Codable {
    /// Such as `cawg.ai_training`.
    public let name: String
    /// `allowed`, `notAllowed` or `constrained`.
    public let use: String
    /// Where the conditions stand.
    public let constraintInfo: String?

    /// One entry.
    public init(name: String, use: String, constraintInfo: String? = nil) {
        (self.name, self.use, self.constraintInfo) = (name, use, constraintInfo)
    }
}

/// One soft binding.
public struct ReadSoftBinding: Hashable, Sendable, Codable {
    /// Such as `io.iscc.v0`.
    public let algorithm: String
    /// The value of each block; byte strings as base64.
    public let values: [String]
}

/// One statement of identity.
///
/// - Source: CAWG Identity Assertion 1.1.
public struct ReadIdentity: Hashable, Sendable, Codable {
    /// The label of the assertion.
    public let label: String
    /// Such as `cawg.x509.cose`.
    public let signatureType: String
    /// The subject of the certificate that signed it; nil when it was not checked.
    public var subject: String?
    /// What it speaks for: labels of assertions.
    public var referenced: [String]
    /// The roles that the subject claims.
    public var roles: [String]
}
