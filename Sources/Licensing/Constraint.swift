// A condition of a clause, and its three-valued answer in a state of the world.

/// A condition: one comparison, or several joined.
public indirect enum Constraint: Hashable, Sendable {
    /// How the operands of a logical constraint are joined.
    public enum Junction: String, Hashable, Sendable, CaseIterable {
        case and, or, xone, andSequence
    }

    case comparison(Comparison)
    case logical(Junction, [Constraint])

    /// Every comparison in it.
    public var comparisons: [Comparison] {
        switch self {
        case .comparison(let comparison): [comparison]
        case .logical(_, let parts): parts.flatMap(\.comparisons)
        }
    }
}

/// One comparison of an observed value with the agreement's.
public struct Comparison: Hashable, Sendable {
    /// How the values are compared.
    ///
    /// - Source: ODRL Vocabulary 2.2 section 4.6.
    public enum Relation: String, Hashable, Sendable, CaseIterable {
        case eq, neq, lt, lteq, gt, gteq
        case isA, isPartOf, hasPart, isAnyOf, isAllOf, isNoneOf
        /// One that ODRL does not define; it can never be evaluated.
        case unknown

        /// Whether it sets an upper limit.
        var isUpperLimit: Bool { self == .lt || self == .lteq || self == .eq }
    }

    /// The left operand, such as `spatial` or `slv:runSize`.
    public var operand: String
    /// The operator.
    public var relation: Relation
    /// The right operand's values as text.
    public var right: [String]
    /// The unit, without prefix: `EUR`, `MTR`.
    public var unit: String?
    /// Where it stands in the document.
    public var pointer: String
}

/// The answer to a condition.
enum Satisfaction: Hashable, Sendable {
    case satisfied, unsatisfied, undetermined
}

/// The answer to one or several conditions, with what made it.
struct Outcome: Hashable, Sendable {
    var satisfaction: Satisfaction
    /// Comparisons that failed.
    var failed: [Comparison] = []
    /// Operands that were not observed.
    var missing: Set<String> = []

    /// All of several: a definite failure beats a missing fact.
    static func all(_ parts: [Outcome]) -> Outcome {
        var joined = gathered(parts)
        if !parts.allSatisfy({ $0.satisfaction == .satisfied }) {
            let fails = parts.contains { $0.satisfaction == .unsatisfied }
            joined.satisfaction = fails ? .unsatisfied : .undetermined
        }
        return joined
    }

    static func any(_ parts: [Outcome]) -> Outcome {
        if parts.contains(where: { $0.satisfaction == .satisfied }) {
            return Outcome(satisfaction: .satisfied)
        }
        var joined = gathered(parts)
        let open = parts.contains { $0.satisfaction == .undetermined }
        joined.satisfaction = open ? .undetermined : .unsatisfied
        if open { joined.failed = [] }
        return joined
    }

    /// Exactly one of several; more than one that holds is a failure even when others are unknown.
    static func exactlyOne(_ parts: [Outcome]) -> Outcome {
        let held = parts.count { $0.satisfaction == .satisfied }
        let open = parts.contains { $0.satisfaction == .undetermined }
        var joined = gathered(parts)
        joined.satisfaction =
            held > 1 ? .unsatisfied : open ? .undetermined : held == 1 ? .satisfied : .unsatisfied
        if joined.satisfaction != .unsatisfied { joined.failed = [] }
        if joined.satisfaction == .satisfied { joined.missing = [] }
        return joined
    }

    private static func gathered(_ parts: [Outcome]) -> Outcome {
        Outcome(
            satisfaction: .satisfied, failed: parts.flatMap(\.failed),
            missing: parts.reduce(into: []) { $0.formUnion($1.missing) })
    }
}
