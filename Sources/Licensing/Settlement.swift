// Every component is permitted: what is owed for it, and whether that is overdue.

internal import Foundation
internal import SelvageTypes

/// The duties of the active permissions.
struct Settlement {
    let active: [Assessment]
    /// All permissions that speak about the question, for tiers priced by range.
    let permissions: [Assessment]
    let evaluator: Evaluator

    /// One royalty with the units it is owed for.
    private struct Line {
        let duty: Duty
        let royalty: Royalty
        /// In base units; nil for a sum owed once.
        let units: Decimal?
        let agreement: Agreement
    }

    func verdict(charges: inout [Charge]) -> Verdict {
        var verdict = Verdict(.authorised, agreement: active.first?.agreement.uid, explanation: "")
        verdict.rules = active.map(\.rule.uid)
        verdict.explanation = Wording.authorised(verdict.rules)
        guard evaluator.countingDuties else { return verdict }
        var missing: Set<String> = []
        let owing = active.flatMap { lines(of: $0, missing: &missing) }
        guard missing.isEmpty else {
            verdict.kind = .unknown
            verdict.missing = missing.sorted()
            verdict.explanation = Wording.uncomputable(missing, verdict.rules)
            return verdict
        }
        settle(owing, in: &verdict, &charges)
        return verdict
    }

    private func settle(
        _ lines: [Line], in verdict: inout Verdict, _ charges: inout [Charge]
    ) {
        var late = lateObligations()
        for line in lines {
            let currency = line.royalty.currency ?? ""
            let sum = line.royalty.owed(forBaseUnits: line.units ?? 0)
            charges.append(Charge(duty: line.duty.uid, sum: sum))
            let open = Money.rounded(sum - evaluator.world.paid(for: line.duty.uid), currency)
            guard open > 0 else { continue }
            verdict.owed.append(
                Verdict.Amount(
                    to: line.duty.payee ?? "", amount: Money.text(open, currency),
                    currency: currency))
            if isLate(line) { late.append(line.duty.uid) }
        }
        if !late.isEmpty {
            verdict.kind = .breach
            verdict.explanation = Wording.breach(late, verdict.owed)
        } else if !verdict.owed.isEmpty {
            verdict.kind = .authorisedDutyOpen
            verdict.explanation = Wording.dutyOpen(verdict.rules, verdict.owed)
        }
    }

    /// Duties and obligations of the deciding agreements that are known to be overdue.
    private func lateObligations() -> [String] {
        let mine = active.flatMap { permission in
            permission.rule.duties.map(\.uid) + permission.agreement.obligations.map(\.uid)
        }
        return Set(mine).intersection(evaluator.world.overdue).sorted()
    }

    private func isLate(_ line: Line) -> Bool {
        let world = evaluator.world
        guard let now = world.now else { return false }
        if let due = world.due[line.duty.uid] ?? line.duty.dueDate { return now > due }
        guard let delay = line.duty.delay ?? line.agreement.paymentDelay,
            let used = world.values["dateTime"]?.first.flatMap(Instant.init(iso8601:))
        else { return false }
        return now > delay.after(used)
    }

    private func lines(of permission: Assessment, missing: inout Set<String>) -> [Line] {
        let world = evaluator.world
        let agreement = permission.agreement
        let tiers = agreement.tierRule == .graduated ? ranges(like: permission) : []
        var lines: [Line] = []
        for (rule, share) in tiers.isEmpty
            ? [(permission.rule, world.quantity("slv:runSize", under: agreement.uid))]
            : tiers.map({ ($0.rule, Optional($0.units)) })
        {
            for duty in rule.duties {
                if let obstacle = duty.obstacle { missing.insert(obstacle) }
                guard let royalty = duty.royalty else { continue }
                if let unit = royalty.perUnit {
                    if share == nil { missing.insert("slv:runSize") }
                    let fits =
                        UnitCode.base(of: unit).code == UnitCode.base(of: world.unitCode).code
                    if !fits { missing.insert("slv:perUnit") }
                }
                lines.append(Line(duty: duty, royalty: royalty, units: share, agreement: agreement))
            }
        }
        return lines
    }

    /// The ranges of units so far that a run passes through, with the units in each.
    private func ranges(like permission: Assessment) -> [(rule: Rule, units: Decimal)] {
        let uid = permission.agreement.uid
        let world = evaluator.world
        guard let total = world.quantity("slv:cumulativeUnits", under: uid),
            let run = world.quantity("slv:runSize", under: uid)
        else { return [] }
        return permissions.compactMap { other in
            guard other.agreement.uid == uid, other.component == permission.component,
                other.outcome.failed.allSatisfy({ $0.operand == "slv:cumulativeUnits" }),
                other.outcome.missing.isEmpty
            else { return nil }
            let range = UnitRange(of: other.rule)
            let units = min(total, range.upper ?? total) - max(total - run, range.lower)
            return units > 0 ? (other.rule, units) : nil
        }
    }
}

/// The units so far that a tier covers: above `lower`, up to and including `upper`, in base units.
struct UnitRange {
    var lower: Decimal = 0
    var upper: Decimal?

    init(of rule: Rule) {
        for comparison in rule.constraints.flatMap(\.comparisons)
        where comparison.operand == "slv:cumulativeUnits" {
            guard let number = comparison.right.first.flatMap(plainDecimal) else { continue }
            let factor = UnitCode.base(of: comparison.unit ?? rule.unitCode).factor
            switch comparison.relation {
            case .gt: lower = max(lower, number * factor)
            case .gteq: lower = max(lower, (number - 1) * factor)
            case .lteq: upper = min(upper ?? number * factor, number * factor)
            case .lt: upper = min(upper ?? number * factor, (number - 1) * factor)
            default: break
            }
        }
    }
}
