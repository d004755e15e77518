// The sentences that explain a verdict: the rule, the fact and the value.

internal import Foundation
internal import SelvageTypes

/// Calm sentences for people.
enum Wording {
    static let nobody =
        "The sources name nobody behind this use, so no agreement can be held against it."

    static func uncovered(_ request: EvaluationRequest) -> String {
        "No agreement lets \(request.partyName ?? request.party ?? "this party") "
            + "\(verb(request.action)) \(request.target)."
    }

    static func prohibited(_ ban: Assessment, request: EvaluationRequest) -> String {
        "The agreement prohibits to \(verb(request.action)) \(request.target) "
            + "(rule \(ban.rule.uid))."
    }

    static func authorised(_ rules: [String]) -> String {
        "Every condition of \(named(rules)) holds."
    }

    static func dutyOpen(_ rules: [String], _ owed: [Verdict.Amount]) -> String {
        "Permitted by \(named(rules)). Still owed: \(sums(owed))."
    }

    static func breach(_ late: [String], _ owed: [Verdict.Amount]) -> String {
        let sum = owed.isEmpty ? "" : " Still owed: \(sums(owed))."
        return "A duty is overdue (\(late.joined(separator: ", "))).\(sum)"
    }

    static func uncomputable(_ missing: Set<String>, _ rules: [String]) -> String {
        "The royalty of \(named(rules)) cannot be computed: "
            + "\(missing.sorted().map(Vocabulary.phrase).joined(separator: ", ")) is missing or "
            + "does not fit."
    }

    static func missing(_ operands: Set<String>, _ rule: Rule?) -> String {
        let phrases = operands.sorted().map(Vocabulary.phrase).joined(separator: ", ")
        return "Not observed, and needed to tell: \(phrases)"
            + (rule.map { " (rule \($0.uid))" } ?? "")
            + "."
    }

    static func exceeds(_ assessment: Assessment, _ world: WorldState, overage: String) -> String {
        guard let comparison = assessment.outcome.failed.first else {
            return "A limit on units is exceeded by \(overage) (rule \(assessment.rule.uid))."
        }
        let seen = world.observed(comparison.operand, under: assessment.agreement.uid).first ?? "?"
        return "\(seen) \(Vocabulary.phrase(comparison.operand)) exceed the limit of "
            + "\(comparison.right.first ?? "?") by \(overage) (rule \(assessment.rule.uid))."
    }

    static func outOfScope(_ assessment: Assessment, _ world: WorldState) -> String {
        let failures = assessment.outcome.failed.map { comparison in
            let seen = world.observed(comparison.operand, under: assessment.agreement.uid)
                .joined(separator: ", ")
            return "\(Vocabulary.phrase(comparison.operand)) \(seen) "
                + "\(objection(comparison.relation)) \(comparison.right.joined(separator: ", "))"
        }
        let sentence = failures.joined(separator: "; ")
        return
            "\(sentence.prefix(1).uppercased())\(sentence.dropFirst()) (rule \(assessment.rule.uid))."
    }

    private static func objection(_ relation: Comparison.Relation) -> String {
        switch relation {
        case .eq, .isA: "is not"
        case .neq: "is excluded by"
        case .lt, .lteq: "is beyond"
        case .gt, .gteq: "is before or below"
        case .isPartOf: "is not part of"
        case .hasPart, .isAllOf: "does not cover"
        case .isAnyOf: "is not among"
        case .isNoneOf: "is among the excluded"
        case .unknown: "cannot be compared with"
        }
    }

    static func sums(_ owed: [Verdict.Amount]) -> String {
        owed.map { "\($0.amount) \($0.currency) to \($0.to)" }.joined(separator: ", ")
    }

    private static func named(_ rules: [String]) -> String {
        (rules.count == 1 ? "rule " : "rules ") + rules.joined(separator: ", ")
    }

    private static func verb(_ action: String) -> String {
        switch action {
        case "slv:trainModel": "train a model on"
        case "slv:reverseEngineer": "reverse engineer"
        default: String(action.split(separator: ":").last ?? "use")
        }
    }
}
