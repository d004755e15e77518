// What was observed about a use: the facts that constraints are compared with.

public import Foundation
public import SelvageTypes

/// The question whether a party may do something with an asset.
public struct EvaluationRequest: Hashable, Sendable {
    /// The action asked for, such as `odrl:display`.
    public var action: String
    /// The party's identifier; nil when nobody is named.
    public var party: String?
    /// What the party is called in explanations; nil shows the identifier.
    public var partyName: String?
    /// The asset's or component's identifier.
    public var target: String
    /// Identifiers of the asset's components, for those that are not its identifier with a fragment.
    public var components: Set<String>

    /// A question.
    public init(
        action: String, party: String?, target: String, components: Set<String> = []
    ) {
        self.action = TermSpelling(context: nil).action(action)
        self.party = party
        self.target = target
        self.components = components
    }
}

/// The state of the world: values by left operand, payments and due dates.
public struct WorldState: Hashable, Sendable {
    /// Observed values as text, by left operand (`spatial`, `slv:runSize`).
    ///
    /// Several territories all
    /// have to fit; of several values of anything else, one.
    public var values: [String: [String]]
    /// Values that differ by agreement, such as units so far; by agreement, then left operand.
    public var valuesUnder: [String: [String: [String]]] = [:]
    /// UN/ECE Recommendation 20 code of the observed units.
    public var unitCode = "C62"
    /// What is paid already for this use, by duty: its identifier or only the fragment.
    public var paid: [String: Decimal]
    /// When a duty falls due, by its identifier; goes before what the agreement says.
    public var due: [String: Instant] = [:]
    /// Duties and obligations that are known to be overdue, by identifier.
    public var overdue: Set<String> = []
    /// The moment of the evaluation; nil leaves every due date open.
    public var now: Instant?

    /// A state of the world.
    public init(values: [String: [String]] = [:], paid: [String: Decimal] = [:]) {
        self.values = values
        self.paid = paid
    }

    func observed(_ operand: String, under agreement: String) -> [String] {
        valuesUnder[agreement]?[operand] ?? values[operand] ?? []
    }

    /// A quantity in the base unit of the observed units.
    func quantity(_ operand: String, under agreement: String) -> Decimal? {
        observed(operand, under: agreement).first.flatMap(plainDecimal)
            .map { $0 * UnitCode.base(of: unitCode).factor }
    }

    /// What was paid for a duty, found under its whole identifier or its fragment.
    func paid(for duty: String) -> Decimal {
        paid[duty] ?? duty.firstIndex(of: "#").flatMap { paid[String(duty[$0...])] } ?? 0
    }
}
