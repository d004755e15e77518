// What the agreements say about one deployment, with the rule and the facts that decided.

/// What the evaluation of one deployment against the agreements says.
public struct Verdict: Hashable, Sendable, Codable {
    /// The eight verdicts.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        case authorised
        case authorisedDutyOpen = "authorised-duty-open"
        case exceedsTier = "exceeds-tier"
        case outOfScope = "out-of-scope"
        case prohibited
        case breach
        case unauthorised
        case unknown
    }

    /// Which of the eight.
    public var kind: Kind
    /// The agreement that decided; nil when none covers the party and action.
    public var agreement: String?
    /// The rules that were active, or the one rule that decided against; uids.
    public var rules: [String] = []
    /// Left operands that failed, sorted.
    public var failedOperands: [String] = []
    /// Left operands, or `assignee`, that were not observed, sorted.
    public var missing: [String] = []
    /// The component whose permission failed; nil when the whole is one.
    public var failedComponent: String?
    /// Units above the nearest limit, a decimal string.
    public var overage: String?
    /// What is owed, to whom.
    public var owed: [Amount] = []
    /// Facts point to goods of a licensee that somebody else resells.
    public var possibleResale = false
    /// One or two sentences that say why, for people.
    public var explanation: String

    /// A verdict.
    public init(_ kind: Kind, agreement: String? = nil, explanation: String) {
        self.kind = kind
        self.agreement = agreement
        self.explanation = explanation
    }

    /// A sum owed to somebody.
    public struct Amount: Hashable, Sendable, Codable {
        /// Who is owed.
        public var to: String
        /// A decimal string, rounded to the currency's minor unit.
        public var amount: String
        /// ISO 4217.
        public var currency: String

        /// A sum owed.
        public init(to: String, amount: String, currency: String) {
            self.to = to
            self.amount = amount
            self.currency = currency
        }
    }
}
