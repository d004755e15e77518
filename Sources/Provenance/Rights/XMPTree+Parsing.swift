// From the bytes of a packet to its tree, with limits and without entities.

internal import Foundation

#if canImport(FoundationXML)
    internal import FoundationXML
#endif

extension XMPTree {
    /// Elements nested deeper than this are refused.
    static let depthLimit = 64

    /// More elements and attributes than this are refused.
    static let partLimit = 200_000

    /// Parses a packet, with or without its wrapper.
    init(parsing packet: [UInt8]) throws(RightsError) {
        guard packet.count <= ImageFile.packetLimitInBytes else {
            throw RightsError(
                .tooLarge(limitInBytes: ImageFile.packetLimitInBytes),
                "The XMP packet has \(packet.count) bytes.")
        }
        // Some writers pad with zeros, which XML does not know.
        var bytes = packet[...]
        while let last = bytes.last, last == 0 || last == 0x20 || last == 0x0A {
            bytes.removeLast()
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw RightsError(.notUTF8, "The XMP packet is not UTF-8.")
        }
        try Self.refuseDeclarations(in: text)
        let builder = XMPTreeBuilder()
        let parser = XMLParser(data: Data(text.drop { $0.isWhitespace || $0 == "\u{FEFF}" }.utf8))
        parser.shouldProcessNamespaces = false
        parser.externalEntityResolvingPolicy = .never
        parser.delegate = builder
        let isWhole = parser.parse()
        if let failure = builder.failure { throw failure }
        guard isWhole, let root = builder.root else {
            throw RightsError(
                .malformed, "The XMP packet is no well-formed XML (line \(parser.lineNumber)).")
        }
        self.init(root: root, prefixes: builder.prefixes)
    }

    /// Refuses a document type, entities, and an encoding under which they could hide.
    private static func refuseDeclarations(in text: String) throws(RightsError) {
        var place = text.utf8.startIndex
        while let found = text.utf8[place...].firstIndex(of: UInt8(ascii: "<")) {
            place = text.utf8.index(after: found)
            let rest = text.utf8[place...]
            if rest.starts(with: "!--".utf8) || rest.starts(with: "![CDATA[".utf8) { continue }
            if rest.first == UInt8(ascii: "!") {
                throw RightsError(
                    .declarations, "The XMP packet declares a document type; it is not read.")
            }
            guard rest.starts(with: "?xml".utf8), let after = rest.dropFirst(4).first,
                [0x20, 0x09, 0x0A, 0x0D].contains(after),
                let end = text.utf8[place...].firstIndex(of: 0x3E)
            else { continue }
            let declaration = text[place..<end].lowercased()
            if declaration.contains("encoding"), !declaration.contains("utf-8") {
                throw RightsError(.notUTF8, "The XMP packet says that it is not UTF-8.")
            }
        }
    }
}

/// Builds the tree as the parser reports it; the namespaces are resolved here.
private final class XMPTreeBuilder: NSObject, XMLParserDelegate {
    var root: XMPElement?
    var failure: RightsError?
    var prefixes: [String: String] = [:]

    /// The elements that are open.
    private var open: [XMPElement] = []

    /// The declarations in force.
    private var scope = ["xml": XMPNamespace.xml]

    /// What each open element's declarations hid, to be in force again when it ends: nothing is
    /// copied that was not declared anew.
    private var hidden: [[(prefix: String, namespace: String?)]] = []
    private var partCount = 0

    private func fail(_ error: RightsError, _ parser: XMLParser) {
        if failure == nil { failure = error }
        parser.abortParsing()
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String]
    ) {
        guard failure == nil else { return }
        partCount += 1 + attributes.count
        guard open.count < XMPTree.depthLimit else {
            let limit = XMPTree.depthLimit
            return fail(
                RightsError(.tooDeep(limit: limit), "The XMP packet nests too deep."), parser)
        }
        guard partCount <= XMPTree.partLimit else {
            let limit = XMPTree.partLimit
            return fail(
                RightsError(.tooManyParts(limit: limit), "The XMP packet has too many parts."),
                parser)
        }
        declare(attributes)
        do throws(RightsError) {
            var element = XMPElement(try resolved(name, isAttribute: false))
            // The parser gives a dictionary; sorted, so that the same packet gives the same bytes.
            for (name, value) in attributes.sorted(by: { $0.key < $1.key })
            where name != "xmlns" && !name.hasPrefix("xmlns:") {
                element = element.with(try resolved(name, isAttribute: true), value)
            }
            open.append(element)
        } catch { fail(error, parser) }
    }

    /// Opens the scope of an element with the namespaces that it declares.
    private func declare(_ attributes: [String: String]) {
        var before: [(prefix: String, namespace: String?)] = []
        for (name, value) in attributes.sorted(by: { $0.key < $1.key }) {
            if name == "xmlns" {
                before.append(("", scope.updateValue(value, forKey: "")))
            } else if name.hasPrefix("xmlns:") {
                let prefix = String(name.dropFirst(6))
                before.append((prefix, scope.updateValue(value, forKey: prefix)))
                if prefixes[value] == nil { prefixes[value] = prefix }
            }
        }
        hidden.append(before)
    }

    private func resolved(_ name: String, isAttribute: Bool) throws(RightsError) -> XMPName {
        guard let colon = name.firstIndex(of: ":") else {
            return XMPName(isAttribute ? "" : scope[""] ?? "", name)
        }
        guard let namespace = scope[String(name[..<colon])] else {
            throw RightsError(.malformed, "The XMP packet uses the prefix of \(name) undeclared.")
        }
        return XMPName(namespace, String(name[name.index(after: colon)...]))
    }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
        qualifiedName: String?
    ) {
        guard failure == nil, let element = open.popLast() else { return }
        for (prefix, namespace) in hidden.removeLast() { scope[prefix] = namespace }
        if open.isEmpty {
            root = element
        } else {
            open[open.count - 1].children.append(.element(element))
        }
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        guard failure == nil, !open.isEmpty else { return }
        let last = open.count - 1
        // Text comes in pieces; they are one. Taken out before it grows, so that it is not copied.
        if case .text(var whole) = open[last].children.last {
            open[last].children.removeLast()
            whole += text
            open[last].children.append(.text(whole))
        } else {
            open[last].children.append(.text(text))
        }
    }

    func parser(_ parser: XMLParser, foundCDATA data: Data) {
        self.parser(parser, foundCharacters: String(decoding: data, as: UTF8.self))
    }
}
