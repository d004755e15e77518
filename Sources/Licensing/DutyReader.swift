// What a permission costs: duties with payee, sum, unit and due date.

internal import Foundation
internal import SelvageTypes

/// Reads the duties of a rule.
struct DutyReader {
    let spelling: TermSpelling
    let agreement: String

    /// One duty; the rule's assigner is owed when it names nobody else.
    func duty(_ members: PolicyMembers, payer assigner: String?) throws(AgreementError) -> Duty {
        let constraints = ConstraintReader(spelling: spelling)
        let own = try constraints.constraints("constraint", of: members).flatMap(\.comparisons)
        var duty = Duty(
            uid: members.identifier("uid") ?? "\(agreement)#\(members.pointer)",
            actions: try constraints.actions(of: members),
            payee: members.identifiers("compensatedParty").first
                ?? members.identifiers("assigner").first ?? assigner)
        duty.dueDate =
            own.first { $0.operand == "dateTime" && $0.relation.isUpperLimit }?
            .right.first.flatMap(Instant.init(iso8601:))
        duty.delay =
            own.first { ["delayPeriod", "elapsedTime"].contains($0.operand) }?
            .right.first.flatMap(CalendarDuration.init)
        if let pay = duty.actions.first(where: { $0.name == "odrl:compensate" }) {
            royalty(pay.refinements.flatMap(\.comparisons) + own, into: &duty)
        }
        return duty
    }

    /// A fixed sum, once or per unit, is computed; a share of sales is not.
    private func royalty(_ terms: [Comparison], into duty: inout Duty) {
        guard let pay = terms.first(where: { $0.operand == "payAmount" }),
            let amount = pay.right.first.flatMap(plainDecimal), amount >= 0
        else {
            duty.obstacle =
                terms.contains { $0.operand == "percentage" } ? "percentage" : "payAmount"
            return
        }
        let perUnit = terms.first { $0.operand == "slv:perUnit" }?.right.first
        duty.royalty = Royalty(
            amount: amount, currency: pay.unit, perUnit: perUnit.map(spelling.unit))
        if pay.unit == nil { duty.obstacle = "currency" }
    }
}
