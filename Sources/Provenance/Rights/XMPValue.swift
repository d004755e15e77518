// What a property of a packet says, whichever of RDF's shapes it is written in.

/// The value of a property.
///
/// - Source: XMP specification part 1, sections 6.3 and 7 and annex C.
indirect enum XMPValue: Hashable, Sendable {
    case text(String, language: String?)
    /// A bag, a sequence or a list of alternatives.
    case array([XMPValue])
    case structure([XMPName: XMPValue])

    /// The value of a property element.
    init(_ element: XMPElement) {
        let nodes = element.elements
        if let resource = element[.rdf("resource")] {
            self = .text(resource, language: nil)
        } else if element[.rdf("parseType")] == "Resource" {
            self = Self.node(element)
        } else if let node = nodes.first, nodes.count == 1 {
            if ["Bag", "Seq", "Alt"].map(XMPName.rdf).contains(node.name) {
                self = .array(node.elements.filter { $0.name == .rdf("li") }.map { XMPValue($0) })
            } else {
                self = Self.node(node)
            }
        } else if nodes.isEmpty, Self.properties(of: element).isEmpty {
            self = .text(element.text.trimmingXMLSpace(), language: element[.language])
        } else {
            self = Self.node(element)
        }
    }

    /// A node with its attributes and elements; its `rdf:value`, when the rest only qualifies it.
    private static func node(_ element: XMPElement) -> XMPValue {
        let fields = properties(of: element)
        return fields[.rdf("value")] ?? .structure(fields)
    }

    /// The properties that a node has as attributes or elements; the first of each name.
    static func properties(of element: XMPElement) -> [XMPName: XMPValue] {
        var result: [XMPName: XMPValue] = [:]
        for (name, value) in everyProperty(of: element) where result[name] == nil {
            result[name] = value
        }
        return result
    }

    /// Every property of a node, also those that stand twice.
    static func everyProperty(of element: XMPElement) -> [(name: XMPName, value: XMPValue)] {
        let attributes = element.attributes.filter { isProperty($0.name) }.map {
            (name: $0.name, value: XMPValue.text($0.value, language: nil))
        }
        let elements = element.elements.filter { isProperty($0.name) }.map {
            (name: $0.name, value: XMPValue($0))
        }
        return attributes + elements
    }

    /// Whether a name is a property and no part of the syntax.
    static func isProperty(_ name: XMPName) -> Bool {
        switch name.namespace {
        case "", XMPNamespace.xml: false
        case XMPNamespace.rdf: name.local == "value"
        default: true
        }
    }

    /// The text, of alternatives the default one.
    var text: String? {
        switch self {
        case .text(let text, _): return text.isEmpty ? nil : text
        case .structure: return nil
        case .array(let items):
            let standard = items.first {
                if case .text(_, let language?) = $0 { language == "x-default" } else { false }
            }
            return (standard ?? items.first)?.text
        }
    }

    /// The texts of a list; a single text is a list of one.
    var texts: [String] {
        if case .array(let items) = self {
            items.compactMap(\.text)
        } else {
            text.map { [$0] } ?? []
        }
    }

    /// The structures of a list; a single structure is a list of one.
    var structures: [[XMPName: XMPValue]] {
        switch self {
        case .structure(let fields): [fields]
        case .array(let items): items.flatMap(\.structures)
        case .text: []
        }
    }
}

extension String {
    /// Without white space of XML at both ends.
    fileprivate func trimmingXMLSpace() -> String {
        let isSpace = { (character: Character) in
            character == " " || character == "\n" || character == "\t" || character == "\r\n"
        }
        var rest = self[...].drop(while: isSpace)
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        return String(rest)
    }
}
