// What stands in the ledger: canonical JSON of seals, evidence, findings, cases and agreements.

internal import Foundation
public import SelvageTypes

/// One entry of the ledger.
///
/// Entries are public for good, so nothing in them says who a person is: what might is a
/// `Commitment`. The bytes follow from the values alone; the same thing told twice is one entry.
///
/// - Source: RFC 8785 for the bytes; design §5 for the kinds.
public enum LedgerLeaf: Hashable, Sendable {
    /// An asset was sealed.
    case assetSeal(AssetSealed)
    /// Evidence was kept.
    case evidence(EvidenceKept)
    /// A finding has a new revision.
    case finding(FindingRevised)
    /// A case moved on.
    case caseTransition(CaseMoved)
    /// An agreement changed its state or its text.
    case agreementChange(AgreementChanged)
    /// An entry of a kind that this version does not know.
    case other(JSONValue)

    /// An asset that was sealed.
    public struct AssetSealed: Hashable, Sendable, Codable {
        /// The asset's identifier.
        public var asset: String
        /// SHA-256 of the sealed file.
        public var file: Digest
        /// SHA-256 of its manifest store; nil when it has none.
        public var manifest: Digest?
        /// The licensor.
        public var licensor: Commitment
        /// When.
        public var at: Instant

        /// A sealed asset.
        public init(
            asset: String, file: Digest, manifest: Digest?, licensor: Commitment, at: Instant
        ) {
            self.asset = asset
            self.file = file
            self.manifest = manifest
            self.licensor = licensor
            self.at = at
        }
    }

    /// Evidence that was kept.
    public struct EvidenceKept: Hashable, Sendable, Codable {
        /// SHA-256 of the evidence file.
        public var evidence: Digest
        /// When.
        public var at: Instant

        /// Kept evidence.
        public init(evidence: Digest, at: Instant) {
            self.evidence = evidence
            self.at = at
        }
    }

    /// A revision of a finding.
    public struct FindingRevised: Hashable, Sendable, Codable {
        /// The finding as it is stored, its JSON text.
        public var finding: Commitment
        /// SHA-256 of its evidence file; nil when it has none.
        public var evidence: Digest?
        /// When it was stored.
        public var at: Instant

        /// A revision of a finding.
        public init(finding: Commitment, evidence: Digest?, at: Instant) {
            self.finding = finding
            self.evidence = evidence
            self.at = at
        }
    }

    /// A step of a case.
    public struct CaseMoved: Hashable, Sendable, Codable {
        /// The case's identifier.
        public var `case`: Commitment
        /// The state it left; nil for a new case.
        public var from: String?
        /// The state it is in now.
        public var to: String
        /// Who decided, and why.
        public var decision: Commitment
        /// When.
        public var at: Instant

        /// A step of a case.
        public init(
            case: Commitment, from: String?, to: String, decision: Commitment, at: Instant
        ) {
            self.case = `case`
            self.from = from
            self.to = to
            self.decision = decision
            self.at = at
        }
    }

    /// A change of an agreement.
    public struct AgreementChanged: Hashable, Sendable, Codable {
        /// The agreement's identifier.
        public var agreement: Commitment
        /// Its text, as stored.
        public var policy: Commitment
        /// The state it left; nil for a new agreement.
        public var from: String?
        /// The state it is in now.
        public var to: String
        /// When.
        public var at: Instant

        /// A change of an agreement.
        public init(
            agreement: Commitment, policy: Commitment, from: String?, to: String, at: Instant
        ) {
            self.agreement = agreement
            self.policy = policy
            self.from = from
            self.to = to
            self.at = at
        }
    }
}

extension LedgerLeaf {
    /// What kind of entry it is, as the entry itself says it.
    public var kind: String {
        switch self {
        case .assetSeal: "asset-seal"
        case .evidence: "evidence"
        case .finding: "finding"
        case .caseTransition: "case-transition"
        case .agreementChange: "agreement-change"
        case .other(let value): value["type"]?.string ?? "unknown"
        }
    }

    /// The entry as JSON.
    public var json: JSONValue {
        switch self {
        case .assetSeal(let value): Self.json(value, kind)
        case .evidence(let value): Self.json(value, kind)
        case .finding(let value): Self.json(value, kind)
        case .caseTransition(let value): Self.json(value, kind)
        case .agreementChange(let value): Self.json(value, kind)
        case .other(let value): value
        }
    }

    /// The bytes that are logged.
    public var bytes: [UInt8] { json.canonicalBytes }

    /// Reads an entry.
    ///
    /// - Returns: nil when the bytes are no JSON object; then they are not of Selvage.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count <= EntryBundle.entryLimitInBytes,
            let value = try? JSONValue(parsing: bytes), value.members != nil
        else { return nil }
        self = (try? Self.known(value)) ?? .other(value)
    }

    /// Whether the entry names a thing: an asset's identifier, or a digest in hexadecimal.
    public func names(_ text: String) -> Bool {
        json.members?.contains { $0.key != "type" && $0.value.string == text } ?? false
    }

    private static func json(_ value: some Encodable, _ kind: String) -> JSONValue {
        guard var members = (try? JSONValue(encoding: value))?.members else {
            preconditionFailure("texts, digests and moments are values that JSON can hold")
        }
        members["type"] = .string(kind)
        return .object(members)
    }

    private static func known(_ value: JSONValue) throws -> LedgerLeaf? {
        let leaf: LedgerLeaf? =
            switch value["type"]?.string {
            case "asset-seal": .assetSeal(try value.decoded(as: AssetSealed.self))
            case "evidence": .evidence(try value.decoded(as: EvidenceKept.self))
            case "finding": .finding(try value.decoded(as: FindingRevised.self))
            case "case-transition": .caseTransition(try value.decoded(as: CaseMoved.self))
            case "agreement-change": .agreementChange(try value.decoded(as: AgreementChanged.self))
            default: nil
            }
        // An entry with more members than are known here is kept as it is.
        return leaf?.json == value ? leaf : nil
    }
}

extension Commitment: Codable {
    /// Reads the hexadecimal form.
    public init(from decoder: any Decoder) throws {
        self.init(published: try Digest(from: decoder))
    }

    /// Writes the hexadecimal form.
    public func encode(to encoder: any Encoder) throws {
        try digest.encode(to: encoder)
    }
}
