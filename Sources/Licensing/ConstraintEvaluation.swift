// One condition against the state of the world: satisfied, unsatisfied or undetermined.

internal import Foundation
internal import SelvageTypes

/// Answers conditions of one rule.
struct ConstraintEvaluation {
    let world: WorldState
    let agreement: String
    /// The unit in which the rule counts.
    let ruleUnit: String
    /// Operands that are left out; they count as satisfied.
    let ignored: Set<String>

    func outcome(_ constraints: [Constraint]) -> Outcome {
        .all(constraints.map(outcome))
    }

    // The reader bounds the depth, so this recursion is at most eight deep.
    func outcome(_ constraint: Constraint) -> Outcome {
        switch constraint {
        case .comparison(let comparison): outcome(comparison)
        case .logical(.and, let parts), .logical(.andSequence, let parts):
            .all(parts.map(outcome))
        case .logical(.or, let parts): .any(parts.map(outcome))
        case .logical(.xone, let parts): .exactlyOne(parts.map(outcome))
        }
    }

    private func outcome(_ comparison: Comparison) -> Outcome {
        if ignored.contains(comparison.operand) { return Outcome(satisfaction: .satisfied) }
        let observed = world.observed(comparison.operand, under: agreement)
        guard !observed.isEmpty, let holds = holds(comparison, observed) else {
            return Outcome(satisfaction: .undetermined, missing: [comparison.operand])
        }
        return holds
            ? Outcome(satisfaction: .satisfied)
            : Outcome(satisfaction: .unsatisfied, failed: [comparison])
    }

    /// Whether a comparison holds; nil when the values cannot be compared.
    private func holds(_ comparison: Comparison, _ observed: [String]) -> Bool? {
        if Vocabulary.quantities.contains(comparison.operand) {
            guard let limit = limit(of: comparison), let value = quantity(of: comparison) else {
                return nil
            }
            return ordered(comparison.relation, value, limit)
        }
        if comparison.operand == "dateTime" { return holdsInTime(comparison, observed) }
        if comparison.operand == "spatial" {
            return holdsInSpace(comparison.relation, observed, comparison.right)
        }
        return holdsAmongTexts(comparison, observed)
    }

    /// The limit in the base unit of what was observed; nil when the units do not fit.
    func limit(of comparison: Comparison) -> Decimal? {
        guard let number = comparison.right.first.flatMap(plainDecimal) else { return nil }
        if comparison.operand == "count" { return number }
        let unit = UnitCode.base(of: comparison.unit ?? ruleUnit)
        guard unit.code == UnitCode.base(of: world.unitCode).code else { return nil }
        return number * unit.factor
    }

    /// The observed quantity in its base unit.
    func quantity(of comparison: Comparison) -> Decimal? {
        if comparison.operand == "count" {
            return world.observed("count", under: agreement).first.flatMap(plainDecimal)
        }
        return world.quantity(comparison.operand, under: agreement)
    }

    private func ordered<Value: Comparable>(
        _ relation: Comparison.Relation, _ left: Value, _ right: Value
    ) -> Bool? {
        switch relation {
        case .eq, .isA, .isAnyOf, .isAllOf: left == right
        case .neq, .isNoneOf: left != right
        case .lt: left < right
        case .lteq: left <= right
        case .gt: left > right
        case .gteq: left >= right
        default: nil
        }
    }

    /// A plain date as a limit means the whole day.
    private func holdsInTime(_ comparison: Comparison, _ observed: [String]) -> Bool? {
        guard let value = observed.first.flatMap(Instant.init(iso8601:)),
            let text = comparison.right.first, let start = Instant(iso8601: text)
        else { return nil }
        guard text.count == 10 else { return ordered(comparison.relation, value, start) }
        let end = start.advanced(milliseconds: 86_400_000)
        switch comparison.relation {
        case .lteq: return value < end
        case .gt: return value >= end
        case .eq: return value >= start && value < end
        case .neq: return value < start || value >= end
        default: return ordered(comparison.relation, value, start)
        }
    }

    /// Each observed territory is a place of use, so each has to fit.
    private func holdsInSpace(
        _ relation: Comparison.Relation, _ observed: [String], _ right: [String]
    ) -> Bool? {
        func lies(_ territory: String) -> Bool {
            right.contains { Regions.contains($0, territory) }
        }
        switch relation {
        case .eq, .isA, .isAnyOf, .isPartOf: return observed.allSatisfy(lies)
        case .neq, .isNoneOf: return !observed.contains(where: lies)
        case .hasPart:
            return right.allSatisfy { part in
                observed.contains { Regions.contains($0, part) }
            }
        case .isAllOf:
            return right.allSatisfy { part in
                observed.contains { Regions.contains(part, $0) }
            }
        default: return nil
        }
    }

    private func holdsAmongTexts(_ comparison: Comparison, _ observed: [String]) -> Bool? {
        let right = comparison.right
        func matches(_ a: String, _ b: String) -> Bool {
            if let left = plainDecimal(a), let other = plainDecimal(b) { return left == other }
            return a.lowercased() == b.lowercased()
        }
        func isAmong(_ value: String) -> Bool { right.contains { matches(value, $0) } }
        switch comparison.relation {
        case .eq, .isA, .isAnyOf: return observed.contains(where: isAmong)
        case .isPartOf:
            return observed.contains { value in
                right.contains { matches(value, $0) || value.hasPrefix($0 + "/") }
            }
        case .hasPart, .isAllOf:
            return right.allSatisfy { wanted in observed.contains { matches($0, wanted) } }
        case .neq, .isNoneOf: return !observed.contains(where: isAmong)
        case .lt, .lteq, .gt, .gteq:
            guard let left = observed.first.flatMap(plainDecimal),
                let limit = right.first.flatMap(plainDecimal)
            else { return nil }
            return ordered(comparison.relation, left, limit)
        case .unknown: return nil
        }
    }
}
