// What the licensing database keeps, as plain values.

public import SelvageTypes

/// An agreement as it is kept.
public struct StoredAgreement: Hashable, Sendable {
    /// 1 for a licensor's first agreement.
    public var number: Int
    /// The policy's identifier.
    public var uid: String
    /// The policy as it was registered.
    public var policy: JSONValue
    /// Its state, in the spelling of `AgreementState`.
    public var state: String
    /// Duties and obligations that are overdue.
    public var overdue: [String]
}

/// A change of an agreement's state.
public struct StoredStateChange: Hashable, Sendable {
    /// The agreement.
    public var agreement: String
    /// When.
    public var at: Instant
    /// The state before; nil for a new agreement.
    public var was: String?
    /// The state after.
    public var became: String
    /// Who: a person's name or `selvage`.
    public var actor: String
    /// Why, one sentence.
    public var reason: String

    /// A change.
    public init(
        agreement: String, at: Instant, was: String?, became: String, actor: String, reason: String
    ) {
        self.agreement = agreement
        self.at = at
        self.was = was
        self.became = became
        self.actor = actor
        self.reason = reason
    }
}

/// A change of an agreement with its number among all changes, and what the agreement said then.
public struct NumberedChange: Hashable, Sendable {
    /// Its number, from 1, rising.
    public var number: Int64
    /// The licensor.
    public var licensor: String
    /// The change.
    public var change: StoredStateChange
    /// The policy after it, JSON text; nil for changes of versions that did not keep it.
    public var policy: String?
}

/// A deployment as it was reported last.
public struct StoredDeployment: Hashable, Sendable {
    /// The finding's id.
    public var id: String
    /// The revision reported last.
    public var revision: Int
    /// The agreement that decided; nil when none covers the use.
    public var agreement: String?
    /// The verdict's kind.
    public var verdict: String
    /// The asset.
    public var asset: String
    /// The actor's key.
    public var actor: String
    /// The production event.
    public var event: String?
    /// Units of the event, a decimal string.
    public var units: String?
    /// UN/ECE Recommendation 20 code of `units`.
    public var unit: String?
    /// When the use took place or was first seen.
    public var date: Instant
    /// When it was reported.
    public var received: Instant
    /// The report.
    public var body: JSONValue

    /// A deployment.
    public init(
        id: String, revision: Int, agreement: String?, verdict: String, asset: String,
        actor: String, event: String?, units: String?, unit: String?, date: Instant,
        received: Instant, body: JSONValue
    ) {
        self.id = id
        self.revision = revision
        self.agreement = agreement
        self.verdict = verdict
        self.asset = asset
        self.actor = actor
        self.event = event
        self.units = units
        self.unit = unit
        self.date = date
        self.received = received
        self.body = body
    }
}

/// Units of one production event that count under an agreement.
public struct StoredCount: Hashable, Sendable {
    /// The agreement.
    public var agreement: String
    /// The event.
    public var event: String
    /// The asset.
    public var asset: String
    /// The base unit's code.
    public var unit: String
    /// Units of the event in the base unit, a decimal string.
    public var units: String
    /// When the event took place.
    public var date: Instant
}

/// Units so far of one asset under an agreement.
public struct StoredUsage: Hashable, Sendable {
    /// The agreement.
    public var agreement: String
    /// The asset.
    public var asset: String
    /// The base unit's code.
    public var unit: String
    /// A decimal string.
    public var units: String
}

/// A payment of a duty.
public struct StoredPayment: Hashable, Sendable {
    /// The agreement.
    public var agreement: String
    /// The duty.
    public var duty: String
    /// The production event it is for; nil when on account.
    public var event: String?
    /// A decimal string.
    public var amount: String
    /// When it was recorded.
    public var at: Instant
    /// Who recorded it.
    public var actor: String

    /// A payment.
    public init(
        agreement: String, duty: String, event: String?, amount: String, at: Instant, actor: String
    ) {
        self.agreement = agreement
        self.duty = duty
        self.event = event
        self.amount = amount
        self.at = at
        self.actor = actor
    }
}

/// What a licensor has beside agreements.
public struct StoredLicensor: Hashable, Sendable {
    /// Counted up with each change; 0 before the first.
    public var generation: Int
    /// When it was last changed.
    public var changed: Instant
    /// The registry of parties.
    public var parties: JSONValue?
    /// The assets with their components.
    public var assets: JSONValue?
    /// Category names with agreements' codes.
    public var categories: JSONValue?
}
