// What is wrong or doubtful about an agreement before it is signed: the answer of `agreement check`.

internal import Foundation
internal import SelvageTypes

/// A remark about an agreement.
public struct AgreementRemark: Hashable, Sendable, Codable {
    /// How much it matters.
    public enum Severity: String, Hashable, Sendable, Codable {
        /// A clause that can never be evaluated or never applies.
        case problem
        /// One that may not mean what was intended.
        case warning
    }

    /// How much it matters.
    public var severity: Severity
    /// A JSON pointer to the clause; empty for the whole agreement.
    public var pointer: String
    /// What is doubtful and what to do.
    public var detail: String
}

extension Agreement {
    /// Lists problems and warnings, in the order of the document.
    public func check() -> [AgreementRemark] {
        var remarks: [AgreementRemark] = []
        for rule in permissions + prohibitions + obligations {
            remarks += check(rule)
        }
        for rule in permissions { remarks += checkPermission(rule) }
        remarks += checkIdentifiers() + checkTiers()
        return remarks
    }

    private func check(_ rule: Rule) -> [AgreementRemark] {
        var remarks: [AgreementRemark] = []
        func add(_ severity: AgreementRemark.Severity, _ detail: String) {
            remarks.append(
                AgreementRemark(severity: severity, pointer: rule.pointer, detail: detail))
        }
        if rule.actions.isEmpty { add(.problem, "The rule has no action, so it never applies.") }
        if rule.targets.isEmpty { add(.problem, "The rule has no target, so it never applies.") }
        if rule.assignees.isEmpty, !isForEveryone {
            add(.problem, "The rule has no assignee; only a Set or an Offer speaks to everyone.")
        }
        for action in rule.actions where !Vocabulary.knows(action: action.name) {
            add(.warning, "The action \(action.name) is in neither ODRL nor the profile.")
        }
        let refinements = rule.actions.flatMap(\.refinements)
        for comparison in (rule.constraints + refinements).flatMap(\.comparisons) {
            remarks += check(comparison)
        }
        return remarks
    }

    private func check(_ comparison: Comparison) -> [AgreementRemark] {
        var details: [String] = []
        if !Vocabulary.operands.contains(comparison.operand) {
            details.append(
                "The left operand \(comparison.operand) is unknown, so the rule stays undetermined."
            )
        }
        if comparison.relation == .unknown {
            details.append(
                "The operator is missing or unknown; use one of ODRL's, such as isAnyOf.")
        }
        if Vocabulary.quantities.contains(comparison.operand),
            comparison.right.first.flatMap(plainDecimal) == nil
        {
            details.append("The limit of \(comparison.operand) is not a decimal number.")
        }
        if comparison.operand == "dateTime",
            comparison.right.first.flatMap(Instant.init(iso8601:)) == nil
        {
            details.append("The date is not in the form 2028-12-31 or 2028-12-31T23:59:59Z.")
        }
        if comparison.operand == "slv:manifest" {
            let unknown = comparison.right.filter { !Vocabulary.manifestStatements.contains($0) }
            if !unknown.isEmpty || comparison.relation != .isAllOf {
                details.append(
                    "slv:manifest takes isAllOf and some of "
                        + Vocabulary.manifestStatements.sorted().joined(separator: ", ") + ".")
            }
        }
        return details.map {
            AgreementRemark(severity: .problem, pointer: comparison.pointer, detail: $0)
        }
    }

    private func checkPermission(_ rule: Rule) -> [AgreementRemark] {
        var remarks: [AgreementRemark] = []
        for duty in rule.duties {
            guard let obstacle = duty.obstacle else { continue }
            let detail =
                obstacle == "currency"
                ? "The royalty has no currency; add \"unit\": \"iso4217:EUR\" to payAmount."
                : "The royalty cannot be computed; state payAmount as a decimal number."
            remarks.append(
                AgreementRemark(severity: .problem, pointer: rule.pointer, detail: detail))
        }
        let trains = rule.actions.contains { Vocabulary.includes($0.name, "slv:trainModel") }
        let banned = prohibitions.contains { ban in
            ban.actions.contains { Vocabulary.includes($0.name, "slv:trainModel") }
        }
        if trains, !banned {
            remarks.append(
                AgreementRemark(
                    severity: .warning, pointer: rule.pointer,
                    detail: "This permission includes slv:trainModel. Prohibit it if not meant."))
        }
        return remarks
    }

    private func checkIdentifiers() -> [AgreementRemark] {
        var seen: Set<String> = []
        return (permissions + prohibitions + obligations).compactMap { rule in
            seen.insert(rule.uid).inserted
                ? nil
                : AgreementRemark(
                    severity: .problem, pointer: rule.pointer,
                    detail: "The uid \(rule.uid) is used twice; give each rule its own.")
        }
    }

    /// Tiers of the same action, target and party should adjoin.
    private func checkTiers() -> [AgreementRemark] {
        let tiers = permissions.filter { rule in
            rule.constraints.flatMap(\.comparisons).contains { $0.operand == "slv:cumulativeUnits" }
        }
        let groups = Dictionary(grouping: tiers) { rule in
            [rule.targets.sorted(), rule.assignees.sorted(), rule.actions.map(\.name).sorted()]
        }
        return groups.values.flatMap(Self.seams).sorted { $0.pointer < $1.pointer }
    }

    private static func seams(_ rules: [Rule]) -> [AgreementRemark] {
        let ranges = rules.map { (rule: $0, range: UnitRange(of: $0)) }
            .sorted { $0.range.lower < $1.range.lower }
        return zip(ranges, ranges.dropFirst()).compactMap { lower, upper in
            let end = lower.range.upper.map { "\($0)" } ?? "no end"
            guard lower.range.upper != upper.range.lower else { return nil }
            let gap = lower.range.upper.map { $0 < upper.range.lower } ?? false
            return AgreementRemark(
                severity: .warning, pointer: upper.rule.pointer,
                detail: "This tier begins above \(upper.range.lower) units, the one before ends at "
                    + "\(end): \(gap ? "units between are not licensed" : "the tiers overlap").")
        }
    }
}
