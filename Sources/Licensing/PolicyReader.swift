// From JSON-LD to an agreement: the policy's own members, and what its rules inherit.

internal import SelvageTypes

/// Reads one policy within stated limits.
struct PolicyReader {
    static let ruleLimit = 2000

    let spelling: TermSpelling
    var agreement: Agreement
    /// Assigner, assignee, target and action of the policy, which its rules inherit.
    var inherited: [String: JSONValue] = [:]

    static func read(_ document: JSONValue) throws(AgreementError) -> Agreement {
        let (policy, context, place) = try locate(document)
        let spelling = TermSpelling(context: context)
        let probe = PolicyMembers(policy, spelling: spelling, pointer: place)
        guard let uid = probe.identifier("uid") else {
            throw AgreementError(
                .noIdentifier, at: place,
                "the policy has no \"uid\" and no \"@id\". Give it an address of its own.")
        }
        let kind = probe.texts("@type").lazy
            .compactMap { Agreement.Kind(rawValue: PolicyReader.tail($0)) }.first
        var reader = PolicyReader(
            spelling: spelling, agreement: Agreement(uid: uid, kind: kind ?? .set))
        try reader.readPolicy(probe)
        return reader.agreement
    }

    /// The policy in a document, an array or a graph, with the context that governs it.
    private static func locate(
        _ document: JSONValue
    ) throws(AgreementError) -> (policy: [String: JSONValue], context: JSONValue?, place: String) {
        var place = ""
        var value = document
        if case .array(let parts) = document, let first = parts.first {
            value = first
            place = "/0"
        }
        let context = value["@context"]
        if let graph = value["@graph"]?.elements {
            let index = graph.firstIndex { part in
                ruleKinds.contains { kind in
                    part[kind] != nil || part["odrl:" + kind] != nil
                }
            }
            value = index.map { graph[$0] } ?? .null
            place += "/@graph/\(index ?? 0)"
        }
        guard let members = value.members else {
            throw AgreementError(
                .notAPolicy, at: place,
                "this is not an ODRL policy. Give one JSON object with permissions.")
        }
        return (members, members["@context"] ?? context, place)
    }

    private static let ruleKinds = ["permission", "prohibition", "obligation"]

    static func tail(_ text: String) -> String {
        String(text.split(whereSeparator: { ":/#".contains($0) }).last ?? "")
    }

    private mutating func readPolicy(_ policy: PolicyMembers) throws(AgreementError) {
        agreement.profiles = policy.identifiers("profile")
        if policy.texts("conflict").map(Self.tail).contains("perm") { agreement.conflict = .permit }
        if let rule = policy.text("slv:tierRule").map(Self.tail) {
            guard let known = Agreement.TierRule(rawValue: rule) else {
                throw AgreementError(
                    .malformed, at: policy.pointer + "/slv:tierRule",
                    "the tier rule is \"\(rule)\". Write \"volume\" or \"graduated\".")
            }
            agreement.tierRule = known
        }
        if let delay = policy.text("slv:paymentDelay") {
            guard let duration = CalendarDuration(delay) else {
                throw AgreementError(
                    .malformed, at: policy.pointer + "/slv:paymentDelay",
                    "\"\(delay)\" is not an ISO 8601 duration. Write for example \"P30D\".")
            }
            agreement.paymentDelay = duration
        }
        for name in ["assigner", "assignee", "target", "action"] {
            inherited[name] = policy[name]
        }
        agreement.permissions = try rules("permission", of: policy)
        agreement.prohibitions = try rules("prohibition", of: policy)
        agreement.obligations =
            try rules("obligation", of: policy) + rules("duty", of: policy)
        if agreement.permissions.isEmpty, agreement.prohibitions.isEmpty,
            agreement.obligations.isEmpty
        {
            throw AgreementError(
                .notAPolicy, at: policy.pointer,
                "the policy has no permission, prohibition or obligation. Add at least one rule.")
        }
    }

    private mutating func rules(
        _ name: String, of policy: PolicyMembers
    ) throws(AgreementError) -> [Rule] {
        let elements = policy[name]?.elements ?? []
        guard elements.count <= Self.ruleLimit else {
            throw AgreementError(
                .overLimit, at: policy.pointer + "/\(name)",
                "more than \(Self.ruleLimit) rules. Split the agreement.")
        }
        var rules: [Rule] = []
        for (index, element) in elements.enumerated() {
            let place = "\(policy.pointer)/\(name)/\(index)"
            guard let members = element.members else {
                throw AgreementError(
                    .malformed, at: place,
                    "a rule must be an object; references to rules elsewhere are not followed.")
            }
            rules.append(
                try rule(PolicyMembers(members, spelling: spelling, pointer: place)))
        }
        return rules
    }

    private func rule(_ members: PolicyMembers) throws(AgreementError) -> Rule {
        let whole = members.inheriting(inherited)
        let assigners = whole.identifiers("assigner")
        let constraints = ConstraintReader(spelling: spelling)
        var duties: [Duty] = []
        for (index, element) in (members["duty"]?.elements ?? []).enumerated() {
            let place = "\(members.pointer)/duty/\(index)"
            guard let parts = element.members else {
                throw AgreementError(
                    .malformed, at: place,
                    "a duty must be an object; references to duties elsewhere are not followed.")
            }
            let reader = DutyReader(spelling: spelling, agreement: agreement.uid)
            duties.append(
                try reader.duty(
                    PolicyMembers(parts, spelling: spelling, pointer: place),
                    payer: assigners.first))
        }
        return Rule(
            uid: members.identifier("uid") ?? "\(agreement.uid)#\(members.pointer)",
            targets: whole.identifiers("target"), actions: try constraints.actions(of: whole),
            assigners: assigners, assignees: whole.identifiers("assignee"),
            constraints: try constraints.constraints("constraint", of: members), duties: duties,
            pointer: members.pointer)
    }
}
