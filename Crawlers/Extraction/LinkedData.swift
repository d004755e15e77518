// Linked data of a page as one graph of nodes: JSON-LD blocks and microdata items alike.

internal import SelvageTypes

/// A node of linked data with its place in the document.
struct LinkedNode {
    var members: [String: JSONValue]
    /// The block and pointer: `json-ld[0]/@graph/2`.
    var pointer: String

    /// The values of a property, whether written plain, prefixed or as a full IRI.
    ///
    /// - Source: schema.org is used with and without `www.`, http and https alike.
    func values(_ name: String) -> [JSONValue] {
        for prefix in Self.prefixes {
            if let value = members[prefix + name] {
                if let list = value["@list"] ?? value["@set"] { return list.elements }
                return value.elements
            }
        }
        return []
    }

    private static let prefixes = [
        "", "schema:", "https://schema.org/", "http://schema.org/", "sdo:",
    ]

    /// The types without prefix: `Product`, `Offer`.
    var types: [String] {
        (members["@type"] ?? members["type"] ?? .null).elements.compactMap(\.string).map {
            String($0.split { $0 == "/" || $0 == "#" || $0 == ":" }.last ?? "")
        }
    }

    /// Whether the node says nothing but which other node it is.
    var isReference: Bool {
        members["@id"] != nil && members.keys.allSatisfy { $0 == "@id" || $0 == "@type" }
    }
}

/// All nodes of a page's linked data.
///
/// - Invariant: At most `limit` values are visited, without recursion.
struct LinkedGraph {
    /// Values visited on one page.
    static let limit = 50_000

    /// A node that the walk met, with whether another product contains it.
    struct Visit {
        var node: LinkedNode
        var isInsideProduct: Bool
    }

    private(set) var visits: [Visit] = []
    private var byID: [String: LinkedNode] = [:]
    private var visited = 0

    /// Adds one block, in document order.
    ///
    /// - Parameter name: The block's name in pointers: `json-ld[0]`.
    mutating func add(_ root: JSONValue, named name: String) {
        var stack: [(value: JSONValue, pointer: String, isInside: Bool)] = [(root, name, false)]
        while let (value, pointer, isInside) = stack.popLast(), visited < Self.limit {
            visited += 1
            switch value {
            case .array(let elements):
                for (index, element) in elements.enumerated().reversed() {
                    stack.append((element, "\(pointer)/\(index)", isInside))
                }
            case .object(let members):
                let node = LinkedNode(members: members, pointer: pointer)
                visit(node, isInside)
                let isNowInside = isInside || node.isProduct
                for (key, member) in members.sorted(by: { $0.key > $1.key }) where member.isNested {
                    stack.append((member, "\(pointer)/\(key)", isNowInside))
                }
            default: break
            }
        }
    }

    private mutating func visit(_ node: LinkedNode, _ isInside: Bool) {
        visits.append(Visit(node: node, isInsideProduct: isInside))
        if let id = node.members["@id"]?.string, !node.isReference, byID[id] == nil {
            byID[id] = node
        }
    }

    /// A value as a node; a mere reference is followed once.
    func node(_ value: JSONValue, at pointer: String) -> LinkedNode? {
        guard let members = value.members else { return nil }
        let node = LinkedNode(members: members, pointer: pointer)
        guard node.isReference, let id = members["@id"]?.string else { return node }
        return byID[id] ?? node
    }

    /// A value as text: a string, a number, `@value`, or a node's name.
    func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): return text.trimmed
        case .number(let number): return "\(number)"
        case .object:
            if let inner = value["@value"] { return text(scalar: inner) }
            guard let node = node(value, at: "") else { return nil }
            return node.values("name").lazy.compactMap { text(scalar: $0) }.first
        default: return nil
        }
    }

    private func text(scalar value: JSONValue) -> String? {
        switch value {
        case .string(let text): text.trimmed
        case .number(let number): "\(number)"
        case .object(let members): members["@value"]?.string
        default: nil
        }
    }

    /// The image addresses that a value names: a URL, an ImageObject, or a list of either.
    func imageAddresses(_ values: [JSONValue]) -> [String] {
        var addresses: [String] = []
        for value in values.prefix(200) {
            if let text = value.string {
                addresses.append(text)
            } else if let node = node(value, at: "") {
                let named = ["contentUrl", "url", "thumbnailUrl"].lazy
                    .flatMap { node.values($0) }.compactMap(\.string).first
                let id = node.members["@id"]?.string.flatMap { hasImageExtension($0) ? $0 : nil }
                if let address = named ?? id { addresses.append(address) }
            }
        }
        return addresses
    }
}

extension LinkedNode {
    /// Whether this is a product of some kind.
    var isProduct: Bool { !Self.productTypes.isDisjoint(with: types) }

    private static let productTypes: Set<String> = [
        "Product", "ProductGroup", "IndividualProduct", "ProductModel", "SomeProducts",
        "ProductCollection",
    ]
}

extension JSONValue {
    fileprivate var isNested: Bool {
        switch self {
        case .array, .object: true
        default: false
        }
    }
}
