// A licence and its clauses: what ODRL calls a policy, with its rules in one spelling.

public import SelvageTypes

/// A licence: permissions, prohibitions and obligations between parties about assets.
///
/// - Source: ODRL Information Model 2.2 (W3C Recommendation 2018-02-15).
public struct Agreement: Hashable, Sendable {
    /// What kind of policy it is.
    public enum Kind: String, Hashable, Sendable, Codable {
        case agreement = "Agreement", offer = "Offer", set = "Set", request = "Request"
        case other = "Policy"
    }

    /// What happens when a permission and a prohibition both apply.
    public enum Conflict: String, Hashable, Sendable, Codable {
        /// The prohibition wins; also what `invalid` and an absent strategy count as here.
        case prohibit
        /// The permission wins.
        case permit = "perm"
    }

    /// How units are priced when tiers differ.
    public enum TierRule: String, Hashable, Sendable, Codable {
        /// A run is priced as a whole at the tier it ends in.
        case volume
        /// The units in each range are priced at that range's price.
        case graduated
    }

    /// The policy's identifier.
    public var uid: String
    /// What kind of policy it is.
    public var kind: Kind
    /// The profiles it names.
    public var profiles: [String]
    /// Which rule wins.
    public var conflict: Conflict
    /// How units are priced (`slv:tierRule`); volume when the policy is silent.
    public var tierRule: TierRule
    /// How long after a use its royalty may be open (`slv:paymentDelay`, an ISO 8601 duration).
    public var paymentDelay: CalendarDuration?
    /// What is permitted.
    public var permissions: [Rule]
    /// What is prohibited.
    public var prohibitions: [Rule]
    /// What is owed whatever happens.
    public var obligations: [Rule]

    /// Reads an ODRL 2.2 policy in JSON-LD.
    ///
    /// Lenient on the usual variations: one object or an array of them, strings or `{"@id"}`, bare
    /// terms, prefixed names or full addresses, typed literals, `uid` or `@id`, and target, action,
    /// assigner and assignee at the policy's level, which its rules inherit (compact policies,
    /// ODRL Information Model section 2.7.1). At most 2000 rules and eight levels of constraints.
    ///
    /// - Throws: `AgreementError` with a JSON pointer to the place.
    public init(jsonLD document: JSONValue) throws(AgreementError) {
        self = try PolicyReader.read(document)
    }

    init(uid: String, kind: Kind) {
        self.uid = uid
        self.kind = kind
        profiles = []
        conflict = .prohibit
        tierRule = .volume
        permissions = []
        prohibitions = []
        obligations = []
    }

    /// Whether a rule without assignee speaks to everyone: only in a Set or an Offer.
    var isForEveryone: Bool { kind == .set || kind == .offer }

    /// The parties that hold permissions under it, sorted.
    public var assignees: [String] {
        Set(permissions.flatMap(\.assignees)).sorted()
    }

    /// The assets it speaks about, without their components' fragments, sorted.
    public var assets: [String] {
        Set((permissions + prohibitions).flatMap(\.targets).map(Self.whole)).sorted()
    }

    /// When its last permission ends; nil when one of them has no end.
    public var end: Instant? {
        let ends = permissions.map(\.end)
        guard !ends.isEmpty, !ends.contains(nil) else { return nil }
        return ends.compactMap { $0 }.max()
    }

    /// When its first permission begins; nil when one of them has no beginning.
    public var start: Instant? {
        let starts = permissions.map(\.start)
        guard !starts.isEmpty, !starts.contains(nil) else { return nil }
        return starts.compactMap { $0 }.min()
    }

    static func whole(_ target: String) -> String {
        target.firstIndex(of: "#").map { String(target[..<$0]) } ?? target
    }
}

/// One clause of an agreement.
public struct Rule: Hashable, Sendable {
    /// The clause's identifier; the agreement's with a JSON pointer as fragment when it has none.
    public var uid: String
    /// Assets or components, by their identifiers.
    public var targets: [String]
    /// What may, must not or must be done.
    public var actions: [RuleAction]
    /// Who grants.
    public var assigners: [String]
    /// To whom.
    public var assignees: [String]
    /// All of them must hold.
    public var constraints: [Constraint]
    /// What a permission costs.
    public var duties: [Duty]
    /// Where it stands in the document.
    public var pointer: String

    /// The latest moment that its constraints allow; nil when they set none.
    var end: Instant? {
        constraints.flatMap(\.comparisons)
            .filter { $0.operand == "dateTime" && [.lt, .lteq].contains($0.relation) }
            .compactMap { comparison in
                guard let text = comparison.right.first, let moment = Instant(iso8601: text) else {
                    return nil
                }
                // A plain date as the last one means the whole day.
                let isWholeDay = comparison.relation == .lteq && text.count == 10
                return isWholeDay ? moment.advanced(milliseconds: 86_399_999) : moment
            }.min()
    }

    /// The earliest moment that its constraints allow; nil when they set none.
    var start: Instant? {
        constraints.flatMap(\.comparisons)
            .filter { $0.operand == "dateTime" && [.gt, .gteq].contains($0.relation) }
            .compactMap { $0.right.first.flatMap { Instant(iso8601: $0) } }.max()
    }

    /// The unit in which the clause counts: of its royalty, else each.
    var unitCode: String {
        duties.lazy.compactMap { $0.royalty?.perUnit }.first ?? "C62"
    }
}

/// An action with what narrows it.
public struct RuleAction: Hashable, Sendable {
    /// The action, such as `odrl:display`.
    public var name: String
    /// Constraints on the action itself.
    public var refinements: [Constraint]
}

/// What is owed for using a permission.
public struct Duty: Hashable, Sendable {
    /// The duty's identifier.
    public var uid: String
    /// What must be done.
    public var actions: [RuleAction]
    /// Who is owed: the compensated party, else the assigner.
    public var payee: String?
    /// The sum, when it is one of money.
    public var royalty: Royalty?
    /// A sum that was read but cannot be computed: the operand that stands in the way.
    public var obstacle: String?
    /// When it falls due: a fixed moment.
    public var dueDate: Instant?
    /// When it falls due: so long after the use.
    public var delay: CalendarDuration?
}
