// What a scan takes along from the licensing server: agreements, parties and usage at one moment.

internal import Foundation
public import SelvageTypes

/// The state of an agreement.
public enum AgreementState: String, Hashable, Sendable, Codable, CaseIterable {
    case draft, offered, active, due
    case inCure = "in-cure"
    case suspended, expired, terminated, superseded

    /// Whether its permissions hold.
    public var isInForce: Bool { [.active, .due, .inCure].contains(self) }
}

/// A licensor's agreements, parties and usage as they were at one moment.
///
/// A scan works offline with it; its digest stands in every finding.
public struct LicensingSnapshot: Hashable, Sendable, Codable {
    /// One agreement with its standing.
    public struct AgreementRecord: Hashable, Sendable, Codable {
        /// The ODRL policy as it was registered.
        public var policy: JSONValue
        /// Its state.
        public var state: AgreementState
        /// Units so far by asset, decimal strings.
        ///
        /// A unit other than each follows the asset after a
        /// bar: `https://…/fern-trellis|MTR`.
        public var usage: [String: String]
        /// Payments on account that no use has taken up yet, by duty, decimal strings.
        public var paid: [String: String]
        /// Production events that `usage` holds already, by `countedKey`.
        public var counted: [String: CountedUse]
        /// Duties and obligations that are overdue, by identifier.
        public var overdue: [String]

        /// An agreement with its standing.
        public init(
            policy: JSONValue, state: AgreementState = .active, usage: [String: String] = [:],
            paid: [String: String] = [:], counted: [String: CountedUse] = [:],
            overdue: [String] = []
        ) {
            self.policy = policy
            self.state = state
            self.usage = usage
            self.paid = paid
            self.counted = counted
            self.overdue = overdue
        }
    }

    /// A production event that was counted.
    public struct CountedUse: Hashable, Sendable, Codable {
        /// The asset.
        public var asset: String
        /// Units of the event in its base unit, a decimal string.
        public var units: String
        /// The code of its base unit.
        public var unit: String
        /// When it took place; events are summed in this order.
        public var date: Instant
        /// What was paid for this event, by duty, decimal strings.
        public var paid: [String: String]

        /// A counted event.
        public init(
            asset: String, units: String, unit: String = "C62", date: Instant,
            paid: [String: String] = [:]
        ) {
            self.asset = asset
            self.units = units
            self.unit = unit
            self.date = date
            self.paid = paid
        }
    }

    /// An asset with its components, as agreements name them.
    public struct AssetComponents: Hashable, Sendable, Codable {
        /// The asset.
        public var id: String
        /// Its parts.
        public var components: [Asset.Component]
        /// What its manifest says, by the names that agreements may require; nil where that is not known.
        public var statements: [String]?

        /// An asset with its components.
        public init(id: String, components: [Asset.Component], statements: [String]? = nil) {
            self.id = id
            self.components = components
            self.statements = statements
        }

        /// The assets of a licensor, in the order of their ids.
        public static func of(_ assets: [Asset], licensor: String) -> [AssetComponents] {
            assets.filter { $0.licensor == licensor }.sorted { $0.id < $1.id }.map {
                AssetComponents(
                    id: $0.id, components: $0.components, statements: $0.seal?.statements)
            }
        }
    }

    /// Counted up with each change.
    public var generation: Int
    /// When it was taken; also the moment at which due dates are judged.
    public var issued: Instant
    /// Whose agreements they are.
    public var licensor: String
    /// The agreements.
    public var agreements: [AgreementRecord]
    /// Who is who.
    public var parties: PartyRegistry
    /// The assets' components.
    public var assets: [AssetComponents]
    /// The rights holder's own category names with the codes that agreements use.
    public var categories: [String: [String]]

    /// A snapshot.
    public init(
        generation: Int, issued: Instant, licensor: String, agreements: [AgreementRecord],
        parties: PartyRegistry = PartyRegistry(), assets: [AssetComponents] = [],
        categories: [String: [String]] = [:]
    ) {
        self.generation = generation
        self.issued = issued
        self.licensor = licensor
        self.agreements = agreements
        self.parties = parties
        self.assets = assets
        self.categories = categories
    }

    /// The bytes that are sealed and digested.
    ///
    /// - Source: RFC 8785.
    public var canonicalBytes: [UInt8] {
        // Every member is a string, number, list or object, which encoding cannot refuse.
        (try? JSONValue(encoding: self).canonicalBytes) ?? []
    }

    /// SHA-256 of the canonical bytes.
    public var digest: Digest { Digest(of: canonicalBytes) }

    /// The key of `counted` for an event and an asset: one event can make goods with several.
    public static func countedKey(_ event: String, asset: String) -> String {
        "\(event)|\(asset)"
    }

    /// The key of `usage` for an asset and a base unit.
    public static func usageKey(_ asset: String, unit: String) -> String {
        unit == "C62" ? asset : "\(asset)|\(unit)"
    }
}

/// A snapshot with the licensing server's seal over its canonical bytes.
public struct SignedSnapshot: Hashable, Sendable, Codable {
    /// The snapshot.
    public var snapshot: LicensingSnapshot
    /// The seal over the snapshot's canonical bytes.
    public var seal: Seal

    /// A snapshot with a seal.
    public init(snapshot: LicensingSnapshot, seal: Seal) {
        self.snapshot = snapshot
        self.seal = seal
    }

    /// Why a signed snapshot is refused.
    public enum Refusal: String, Error, Hashable, Sendable {
        /// Not a signed snapshot.
        case malformed
        /// The seal is not over these bytes.
        case brokenSeal
        /// The seal is of a key that is not trusted.
        case strangeKey
    }

    /// Reads what the server answered and checks its seal over the bytes as they came.
    ///
    /// - Parameter keys: Trusted public keys in base64; nil trusts any, which only shows that
    ///   nothing was damaged.
    /// - Throws: `Refusal`.
    public init(verifying body: [UInt8], trusting keys: Set<String>?) throws(Refusal) {
        guard let document = try? JSONValue(parsing: Data(body)),
            let content = document["snapshot"],
            let signed = try? document.decoded(as: SignedSnapshot.self)
        else { throw .malformed }
        guard signed.seal.verifies(content.canonicalBytes) else { throw .brokenSeal }
        guard keys?.contains(signed.seal.publicKey) ?? true else { throw .strangeKey }
        self = signed
    }
}
