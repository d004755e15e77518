// From the tree of a packet to its bytes.

extension XMPTree {
    /// The packet with its wrapper and room for later writers to change it in place.
    ///
    /// - Source: XMP specification part 1, section 7.3.
    func packet(paddingInBytes padding: Int) -> [UInt8] {
        var writer = XMPWriter(prefixes: namespacePrefixes())
        writer.write(root, declaring: true)
        let line = String(repeating: " ", count: 99) + "\n"
        let room = String(repeating: line, count: padding / 100)
        return [UInt8](
            ("<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n" + writer.text
                + "\n" + room + "<?xpacket end=\"w\"?>").utf8)
    }

    /// A prefix of its own for each namespace in use: the usual one, the packet's, or a number.
    private func namespacePrefixes() -> [String: String] {
        var used: Set<String> = []
        Self.collect(root, into: &used)
        var result: [String: String] = [:]
        var taken = Set(XMPNamespace.prefixes.values)
        for namespace in used.sorted() {
            if let usual = XMPNamespace.prefixes[namespace] {
                result[namespace] = usual
                continue
            }
            let wish = prefixes[namespace] ?? "ns1"
            var prefix = wish
            var number = 1
            while taken.contains(prefix) {
                number += 1
                prefix = "\(wish)\(number)"
            }
            taken.insert(prefix)
            result[namespace] = prefix
        }
        return result
    }

    private static func collect(_ element: XMPElement, into used: inout Set<String>) {
        used.insert(element.name.namespace)
        used.formUnion(element.attributes.map(\.name.namespace))
        used.remove("")
        for child in element.elements { collect(child, into: &used) }
    }
}

/// Writes elements as XML text.
private struct XMPWriter {
    let prefixes: [String: String]
    var text = ""

    private func qualified(_ name: XMPName) -> String {
        prefixes[name.namespace].map { "\($0):\(name.local)" } ?? name.local
    }

    mutating func write(_ element: XMPElement, declaring: Bool = false) {
        let name = qualified(element.name)
        text += "<" + name
        if declaring {
            for (namespace, prefix) in prefixes.sorted(by: { $0.value < $1.value })
            where prefix != "xml" {
                text += "\n xmlns:\(prefix)=\"\(Self.escaped(namespace))\""
            }
        }
        for attribute in element.attributes {
            text += " \(qualified(attribute.name))=\""
            text += Self.escaped(attribute.value, inAttribute: true) + "\""
        }
        guard !element.children.isEmpty else {
            text += "/>"
            return
        }
        text += ">"
        for child in element.children {
            switch child {
            case .element(let element): write(element)
            case .text(let piece): text += Self.escaped(piece)
            }
        }
        text += "</\(name)>"
    }

    /// The text as it may stand in an element or in quotation marks.
    ///
    /// A carriage return would be read as a line feed, and white space in an attribute as blanks.
    private static func escaped(_ text: String, inAttribute: Bool = false) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\r": result += "&#13;"
            case "\n" where inAttribute: result += "&#10;"
            case "\t" where inAttribute: result += "&#9;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
