// The members of one JSON-LD object, found under any spelling of their names.

internal import SelvageTypes

/// One object of a policy with its place in the document.
struct PolicyMembers {
    private var members: [String: JSONValue]
    let spelling: TermSpelling
    let pointer: String

    init(_ members: [String: JSONValue], spelling: TermSpelling, pointer: String) {
        self.spelling = spelling
        self.pointer = pointer
        var named: [String: JSONValue] = [:]
        for (name, value) in members { named[Self.plain(name, spelling)] = value }
        self.members = named
    }

    /// ODRL's members by their bare names, JSON-LD keywords as they are, others prefixed.
    private static func plain(_ name: String, _ spelling: TermSpelling) -> String {
        if name.hasPrefix("@") || name == "id" || name == "type" {
            return name.hasPrefix("@") ? name : "@" + name
        }
        if name == "tierRule" || name == "paymentDelay" { return "slv:" + name }
        if name == "rdf:value" || name.hasSuffix("#value") { return "rdf:value" }
        let term = spelling.operand(name)
        return term.hasPrefix("slv:") || term.contains("/") ? term : PolicyReader.tail(term)
    }

    subscript(name: String) -> JSONValue? { members[name] }

    /// These members, with those of the policy where they are silent.
    func inheriting(_ others: [String: JSONValue]) -> Self {
        var whole = self
        whole.members.merge(others) { own, _ in own }
        return whole
    }

    /// The texts of a member: strings, `{"@id"}`, `{"@value"}`, `{"uid"}`, or arrays of these.
    func texts(_ name: String) -> [String] {
        (members[name]?.elements ?? []).compactMap(Self.text)
    }

    func text(_ name: String) -> String? { texts(name).first }

    static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .number(let number): "\(number)"
        case .bool(let flag): flag ? "true" : "false"
        case .object(let members):
            (members["@value"] ?? members["@id"] ?? members["uid"] ?? members["odrl:uid"])
                .flatMap(scalar)
        default: nil
        }
    }

    private static func scalar(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .number(let number): "\(number)"
        default: nil
        }
    }

    /// The identifiers of a member, with declared prefixes written out.
    func identifiers(_ name: String) -> [String] {
        texts(name).map(spelling.expanded)
    }

    /// The object's own identifier.
    func identifier(_ name: String) -> String? {
        (text(name) ?? text("@id")).map(spelling.expanded)
    }
}
