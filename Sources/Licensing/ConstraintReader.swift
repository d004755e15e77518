// Constraints and actions of a policy, read to a bounded depth.

internal import SelvageTypes

/// Reads constraints and refined actions.
struct ConstraintReader {
    static let depthLimit = 8
    static let countLimit = 500

    let spelling: TermSpelling

    /// The actions of a rule: names, or `rdf:value` with refinements.
    func actions(of members: PolicyMembers) throws(AgreementError) -> [RuleAction] {
        var actions: [RuleAction] = []
        for (index, value) in (members["action"]?.elements ?? []).enumerated() {
            let place = "\(members.pointer)/action/\(index)"
            let parts = value.members.map {
                PolicyMembers($0, spelling: spelling, pointer: place)
            }
            let name = parts?.text("rdf:value") ?? PolicyMembers.text(value)
            guard let name, !name.isEmpty else {
                throw AgreementError(
                    .malformed, at: place,
                    "this action has no name. Write \"odrl:display\" or an object with rdf:value.")
            }
            let refinements =
                if let parts { try constraints("refinement", of: parts) } else { [Constraint]() }
            actions.append(RuleAction(name: spelling.action(name), refinements: refinements))
        }
        return actions
    }

    /// The constraints under a member; all of them must hold.
    func constraints(
        _ name: String, of members: PolicyMembers, depth: Int = 1
    ) throws(AgreementError) -> [Constraint] {
        try constraints(
            members[name]?.elements ?? [], at: "\(members.pointer)/\(name)", depth: depth)
    }

    private func constraints(
        _ values: [JSONValue], at place: String, depth: Int
    ) throws(AgreementError) -> [Constraint] {
        guard depth <= Self.depthLimit, values.count <= Self.countLimit else {
            throw AgreementError(
                .overLimit, at: place,
                "more than \(Self.depthLimit) levels or \(Self.countLimit) constraints in one place."
            )
        }
        var read: [Constraint] = []
        for (index, value) in values.enumerated() {
            let pointer = "\(place)/\(index)"
            guard let members = value.members else {
                throw AgreementError(
                    .malformed, at: pointer,
                    "a constraint must be an object; references elsewhere are not followed.")
            }
            read.append(
                try constraint(
                    PolicyMembers(members, spelling: spelling, pointer: pointer), depth: depth))
        }
        return read
    }

    private func constraint(
        _ members: PolicyMembers, depth: Int
    ) throws(AgreementError) -> Constraint {
        for junction in Constraint.Junction.allCases {
            guard let operands = members[junction.rawValue] else { continue }
            let list = operands["@list"] ?? operands
            return .logical(
                junction,
                try constraints(
                    list.elements, at: "\(members.pointer)/\(junction.rawValue)", depth: depth + 1))
        }
        guard let operand = members.text("leftOperand") else {
            throw AgreementError(
                .malformed, at: members.pointer,
                "this constraint has no leftOperand. Name what is compared, such as \"spatial\".")
        }
        let name = spelling.operand(operand)
        let right = (members["rightOperand"] ?? members["rightOperandReference"])?.elements ?? []
        guard !right.isEmpty else {
            throw AgreementError(
                .malformed, at: members.pointer,
                "this constraint on \(name) has no rightOperand. Give the value to compare with.")
        }
        return .comparison(
            Comparison(
                operand: name, relation: relation(members.text("operator")),
                right: right.flatMap { $0["@list"]?.elements ?? [$0] }
                    .compactMap(PolicyMembers.text),
                unit: members.text("unit").map(spelling.unit), pointer: members.pointer))
    }

    private func relation(_ text: String?) -> Comparison.Relation {
        let name = text.map(spelling.operand) ?? ""
        return Comparison.Relation(rawValue: name) ?? .unknown
    }
}
