// The evaluation of one question against agreements: prohibitions, permissions, components, duties.

internal import Foundation
public import SelvageTypes

/// What the agreements say about a question in a state of the world.
///
/// The answer is exact: nothing is read into the question (`Judge` chooses what to ask). Agreements
/// are those in force; whether one is suspended or expired is the caller's knowledge.
///
/// - Source: ODRL Information Model 2.2 section 2.6 and 2.7, the profile's evaluation rules.
public func evaluate(
    _ request: EvaluationRequest, in world: WorldState, against agreements: [Agreement],
    leavingOut ignored: Set<String> = [], countingDuties: Bool = true
) -> Verdict {
    var charges: [Charge] = []
    return Evaluator(
        request: request, world: world, agreements: agreements, ignored: ignored,
        countingDuties: countingDuties
    ).verdict(charges: &charges)
}

/// A sum that a permitted use costs, whether paid or not.
struct Charge: Hashable, Sendable {
    let duty: String
    let sum: Decimal
}

/// A rule that speaks about the question, with the answer to its conditions.
struct Assessment: Sendable {
    let rule: Rule
    let agreement: Agreement
    /// The component it speaks about; the asset itself when it speaks about the whole.
    let component: String
    let outcome: Outcome
}

/// One evaluation.
struct Evaluator {
    let request: EvaluationRequest
    let world: WorldState
    let agreements: [Agreement]
    let ignored: Set<String>
    let countingDuties: Bool

    func verdict(charges: inout [Charge]) -> Verdict {
        guard request.party != nil else { return verdictForNobody(&charges) }
        let prohibitions = assessed(\.prohibitions)
        let permissions = assessed(\.permissions)
        if let ban = prohibitions.first(where: { $0.outcome.satisfaction == .satisfied }),
            !overruled(ban, by: permissions)
        {
            var verdict = Verdict(
                .prohibited, agreement: ban.agreement.uid,
                explanation: Wording.prohibited(ban, request: request))
            verdict.rules = [ban.rule.uid]
            return verdict
        }
        guard !permissions.isEmpty else {
            return Verdict(.unauthorised, explanation: Wording.uncovered(request))
        }
        let verdict = verdict(of: permissions, &charges)
        let open = prohibitions.filter { $0.outcome.satisfaction == .undetermined }
        guard verdict.isPermission, !open.isEmpty,
            !open.allSatisfy({ overruled($0, by: permissions) })
        else { return verdict }
        // A clause that cannot be evaluated never leaves a use authorised.
        return undetermined(open)
    }

    /// Nobody is named: only what is offered to everyone can permit it.
    private func verdictForNobody(_ charges: inout [Charge]) -> Verdict {
        let permissions = assessed(\.permissions)
        if !permissions.isEmpty {
            let open = verdict(of: permissions, &charges)
            let banned = assessed(\.prohibitions).contains {
                $0.outcome.satisfaction != .unsatisfied
            }
            if open.isPermission, !banned { return open }
        }
        var verdict = Verdict(.unknown, explanation: Wording.nobody)
        verdict.missing = ["assignee"]
        return verdict
    }

    /// `conflict: perm` lets an active permission of the same agreement win.
    private func overruled(_ ban: Assessment, by permissions: [Assessment]) -> Bool {
        ban.agreement.conflict == .permit
            && permissions.contains {
                $0.agreement.uid == ban.agreement.uid && $0.outcome.satisfaction == .satisfied
            }
    }

    /// The rules of a kind that speak about this party, action and target.
    private func assessed(_ kind: KeyPath<Agreement, [Rule]>) -> [Assessment] {
        agreements.flatMap { agreement in
            agreement[keyPath: kind].filter { kind != \.prohibitions || !dependsOnIgnored($0) }
                .compactMap { assess($0, of: agreement) }
        }
    }

    /// Whether a rule speaks of something that this question leaves out.
    ///
    /// A permission is then read without it; a prohibition says nothing, or it would forbid more
    /// than it was written for.
    private func dependsOnIgnored(_ rule: Rule) -> Bool {
        (rule.constraints + rule.actions.flatMap(\.refinements)).flatMap(\.comparisons)
            .contains { ignored.contains($0.operand) }
    }

    private func assess(_ rule: Rule, of agreement: Agreement) -> Assessment? {
        let concerns =
            if rule.assignees.isEmpty {
                agreement.isForEveryone
            } else {
                request.party.map(rule.assignees.contains) ?? false
            }
        guard concerns, let component = rule.targets.lazy.compactMap(component).first,
            let action = rule.actions.first(where: {
                Vocabulary.includes($0.name, request.action)
            })
        else { return nil }
        let conditions = ConstraintEvaluation(
            world: world, agreement: agreement.uid, ruleUnit: rule.unitCode, ignored: ignored)
        return Assessment(
            rule: rule, agreement: agreement, component: component,
            outcome: conditions.outcome(rule.constraints + action.refinements))
    }

    /// The component that a rule's target is, as the question sees it; nil when it is another's.
    private func component(_ target: String) -> String? {
        let asked = request.target
        if target == asked || target.hasPrefix(asked + "#") || request.components.contains(target) {
            return target
        }
        return asked.hasPrefix(target + "#") ? asked : nil
    }

    private func undetermined(_ assessments: [Assessment]) -> Verdict {
        let missing = assessments.reduce(into: Set<String>()) { $0.formUnion($1.outcome.missing) }
        var verdict = Verdict(
            .unknown, agreement: assessments.first?.agreement.uid,
            explanation: Wording.missing(missing, assessments.first?.rule))
        verdict.missing = missing.sorted()
        verdict.rules = assessments.map(\.rule.uid)
        return verdict
    }
}

extension Evaluator {
    /// Steps 4 and 5: each component for itself, then the worst decides.
    private func verdict(of permissions: [Assessment], _ charges: inout [Charge]) -> Verdict {
        var components: [String] = []
        for permission in permissions where !components.contains(permission.component) {
            components.append(permission.component)
        }
        let results = components.map { component in
            ComponentResult(
                permissions.filter { $0.component == component }, evaluator: self)
        }
        let showsComponent = components.count > 1 || components.first != request.target
        if let worst = results.compactMap(\.outOfScope).min(by: {
            $0.outcome.failed.count < $1.outcome.failed.count
        }) {
            return failed(.outOfScope, worst, showsComponent, Wording.outOfScope(worst, world))
        }
        let open = results.flatMap(\.undetermined)
        if !open.isEmpty { return undetermined(open) }
        if let nearest = results.compactMap(\.exceeding).min(by: { $0.overage < $1.overage }) {
            let unit = UnitCode.base(of: world.unitCode)
            let overage = "\(nearest.overage / unit.factor)"
            var verdict = failed(
                .exceedsTier, nearest.assessment, showsComponent,
                Wording.exceeds(nearest.assessment, world, overage: overage))
            verdict.overage = overage
            return verdict
        }
        let active = results.compactMap(\.active)
        return Settlement(active: active, permissions: permissions, evaluator: self)
            .verdict(charges: &charges)
    }

    private func failed(
        _ kind: Verdict.Kind, _ assessment: Assessment, _ showsComponent: Bool, _ text: String
    ) -> Verdict {
        var verdict = Verdict(kind, agreement: assessment.agreement.uid, explanation: text)
        verdict.rules = [assessment.rule.uid]
        verdict.failedOperands = Set(assessment.outcome.failed.map(\.operand)).sorted()
        verdict.failedComponent = showsComponent ? assessment.component : nil
        return verdict
    }
}

/// What the permissions of one component give.
struct ComponentResult {
    var active: Assessment?
    var undetermined: [Assessment] = []
    var exceeding: (assessment: Assessment, overage: Decimal)?
    var outOfScope: Assessment?

    init(_ permissions: [Assessment], evaluator: Evaluator) {
        active = permissions.first { $0.outcome.satisfaction == .satisfied }
        guard active == nil else { return }
        undetermined = permissions.filter { $0.outcome.satisfaction == .undetermined }
        guard undetermined.isEmpty else { return }
        exceeding =
            permissions
            .compactMap { permission in
                evaluator.overage(of: permission).map { (permission, $0) }
            }.min { $0.1 < $1.1 }
        guard exceeding == nil else { return }
        outOfScope = permissions.min { $0.outcome.failed.count < $1.outcome.failed.count }
    }
}

extension Evaluator {
    /// By how much a permission that fails only on upper limits of quantities is exceeded, in base
    /// units; nil when it fails on anything else.
    func overage(of permission: Assessment) -> Decimal? {
        let conditions = ConstraintEvaluation(
            world: world, agreement: permission.agreement.uid, ruleUnit: permission.rule.unitCode,
            ignored: ignored)
        var largest: Decimal = 0
        for comparison in permission.outcome.failed {
            guard Vocabulary.quantities.contains(comparison.operand),
                comparison.relation.isUpperLimit, let limit = conditions.limit(of: comparison),
                let value = conditions.quantity(of: comparison), value >= limit
            else { return nil }
            largest = max(largest, value - limit)
        }
        return permission.outcome.failed.isEmpty ? nil : largest
    }
}

extension Verdict {
    /// Whether it leaves the use permitted, with or without open duties.
    public var isPermission: Bool {
        [.authorised, .authorisedDutyOpen, .breach].contains(kind)
    }
}
