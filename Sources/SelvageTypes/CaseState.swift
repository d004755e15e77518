// Where a case stands, and which steps lead from where to where.

/// Where a case stands.
///
/// - Source: `standards.md` 4, "Case states". No step that is taken by itself goes beyond `review`,
///   but to `closedAuthorised`: everything else is a named person's decision.
public enum CaseState: String, Hashable, Sendable, Codable, CaseIterable {
    case detected
    case evidenceSealed = "evidence-sealed"
    case evaluated
    case closedAuthorised = "closed-authorised"
    case review
    case dismissed
    case confirmed
    case offerSent = "offer-sent"
    case licensed
    case noticeSent = "notice-sent"
    case removed
    case watching
    case relisted
    case disputed
    case upheld
    case withdrawn
    case escalated

    /// The states that may follow.
    public var next: Set<CaseState> {
        switch self {
        case .detected: [.evidenceSealed]
        case .evidenceSealed: [.evaluated]
        case .evaluated: [.closedAuthorised, .review]
        case .review: [.confirmed, .dismissed, .closedAuthorised]
        case .confirmed: [.offerSent, .noticeSent, .dismissed]
        case .offerSent: [.licensed, .noticeSent, .withdrawn]
        case .noticeSent: [.removed, .disputed, .licensed, .escalated, .withdrawn]
        case .removed: [.watching]
        case .watching: [.relisted]
        case .relisted: [.confirmed]
        case .disputed: [.upheld, .withdrawn, .escalated]
        case .upheld: [.removed, .escalated]
        case .escalated: [.removed, .licensed, .withdrawn]
        case .closedAuthorised, .dismissed: [.review]
        case .licensed, .withdrawn: []
        }
    }

    /// Whether a step into this state may be taken without a person.
    public var isAutomatic: Bool {
        [.detected, .evidenceSealed, .evaluated, .closedAuthorised, .review].contains(self)
    }
}

/// A step of a case.
public struct CaseMove: Hashable, Sendable {
    /// Who takes the steps that need no person.
    public static let ourselves = "selvage"

    /// The licensor.
    public var licensor: String
    /// The case: UUIDv5 of licensor, asset and actor.
    public var `case`: String
    /// The state before; nil for a new case.
    public var was: CaseState?
    /// The state after.
    public var became: CaseState
    /// When.
    public var at: Instant
    /// Who: a person's name, or `ourselves`.
    public var actor: String
    /// Why, one sentence.
    public var reason: String

    /// A step.
    public init(
        licensor: String, case: String, was: CaseState?, became: CaseState, at: Instant,
        actor: String, reason: String
    ) {
        self.licensor = licensor
        self.case = `case`
        self.was = was
        self.became = became
        self.at = at
        self.actor = actor
        self.reason = reason
    }

    /// Why the step may not be taken; nil when it may.
    public var objection: String? {
        guard let was else {
            return became == .review || became == .detected
                ? nil : "A case begins with detected or review, not with \(became.rawValue)."
        }
        guard was.next.contains(became) else {
            let known = was.next.map(\.rawValue).sorted().joined(separator: ", ")
            return "From \(was.rawValue) a case goes on to \(known.isEmpty ? "nothing" : known), "
                + "not to \(became.rawValue)."
        }
        guard became.isAutomatic || actor != Self.ourselves else {
            return "A step to \(became.rawValue) is a named person's decision."
        }
        return nil
    }
}

extension Finding {
    /// The case that the finding belongs to: one seller, one asset.
    public var caseID: String {
        NameBasedID(
            parts: ["case", deployment.licensor, deployment.asset, deployment.actor.key]
        ).text
    }
}
