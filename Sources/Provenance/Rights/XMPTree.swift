// An XMP packet as a tree of elements, kept whole so that what we do not know is written back.

/// A name with its namespace.
struct XMPName: Hashable, Sendable {
    let namespace: String
    let local: String

    init(_ namespace: String, _ local: String) {
        (self.namespace, self.local) = (namespace, local)
    }

    static func rdf(_ local: String) -> XMPName { XMPName(XMPNamespace.rdf, local) }

    /// The language of a text.
    static let language = XMPName(XMPNamespace.xml, "lang")
}

/// The namespaces that are read and written, by their usual prefixes.
enum XMPNamespace {
    static let rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    static let xml = "http://www.w3.org/XML/1998/namespace"
    static let meta = "adobe:ns:meta/"
    static let dc = "http://purl.org/dc/elements/1.1/"
    static let dcterms = "http://purl.org/dc/terms/"
    static let rights = "http://ns.adobe.com/xap/1.0/rights/"
    static let photoshop = "http://ns.adobe.com/photoshop/1.0/"
    static let plus = "http://ns.useplus.org/ldf/xmp/1.0/"
    static let iptcExtension = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"

    /// The prefixes that are written.
    static let prefixes = [
        rdf: "rdf", xml: "xml", meta: "x", dc: "dc", dcterms: "dcterms", rights: "xmpRights",
        photoshop: "photoshop", plus: "plus", iptcExtension: "Iptc4xmpExt",
    ]
}

/// One element of a packet.
struct XMPElement: Hashable, Sendable {
    /// What an element holds.
    enum Child: Hashable, Sendable {
        case element(XMPElement)
        case text(String)
    }

    /// One attribute, namespace declarations excepted.
    struct Attribute: Hashable, Sendable {
        let name: XMPName
        var value: String
    }

    let name: XMPName
    var attributes: [Attribute] = []
    var children: [Child] = []

    init(_ name: XMPName) { self.name = name }

    /// An element that holds one text.
    init(_ name: XMPName, _ text: String) {
        self.name = name
        children = [.text(text)]
    }

    /// An element that holds elements.
    init(_ name: XMPName, _ elements: [XMPElement]) {
        self.name = name
        children = elements.map { .element($0) }
    }

    /// The same with another attribute.
    func with(_ name: XMPName, _ value: String) -> XMPElement {
        var element = self
        element.attributes.append(Attribute(name: name, value: value))
        return element
    }

    /// The elements among the children.
    var elements: [XMPElement] {
        children.compactMap { if case .element(let element) = $0 { element } else { nil } }
    }

    /// The text among the children.
    var text: String {
        children.reduce(into: "") { if case .text(let text) = $1 { $0 += text } }
    }

    /// The value of an attribute.
    subscript(_ name: XMPName) -> String? { attributes.first { $0.name == name }?.value }
}

/// A whole packet.
struct XMPTree: Hashable, Sendable {
    /// The element `x:xmpmeta`, or `rdf:RDF` where it stands alone.
    var root: XMPElement

    /// The prefixes that the packet declared, by namespace; the first one of each.
    var prefixes: [String: String] = [:]

    /// An empty packet.
    init() {
        root = XMPElement(XMPName(XMPNamespace.meta, "xmpmeta"), [XMPElement(.rdf("RDF"))])
    }

    init(root: XMPElement, prefixes: [String: String]) {
        (self.root, self.prefixes) = (root, prefixes)
    }

    /// Changes the element `rdf:RDF`, wherever it stands; false when there is none.
    mutating func changeRDF(_ change: (inout XMPElement) -> Void) -> Bool {
        if root.name == .rdf("RDF") {
            change(&root)
            return true
        }
        for index in root.children.indices {
            guard case .element(var element) = root.children[index], element.name == .rdf("RDF")
            else { continue }
            change(&element)
            root.children[index] = .element(element)
            return true
        }
        return false
    }

    /// The element `rdf:RDF`.
    var rdf: XMPElement? {
        root.name == .rdf("RDF") ? root : root.elements.first { $0.name == .rdf("RDF") }
    }
}
