// What a page and the fields of an answer state about uses of their content.

public import SelvageTypes

/// What a page and the fields of an answer state about uses of their content.
///
/// Directives and reservations are gathered as they are stated; nothing here is a decision.
public enum StatedTerms {
    /// More statements of one answer are left out.
    static let limit = 100
    private static let textLimit = 2000

    /// What the header fields of an answer state.
    ///
    /// - Parameter agent: The product token whose robots directives are read.
    public static func terms(
        of fields: [HeaderField], at address: WebAddress, agent: String
    ) -> [UseTerm] {
        // The lengths alone rule almost every field out.
        guard
            fields.contains(where: {
                lengths.contains($0.name.utf8.count) && names.contains($0.name.lowercased())
            })
        else { return [] }
        let place = address.description
        let robots = RobotsDirectives(headerValues: fields.all("x-robots-tag"), agent: agent)
        var terms = robots.words.map { UseTerm(.robots, $0, source: .field, place: place) }
        if let value = fields.first("tdm-reservation"), let stated = reservation(value) {
            terms.append(UseTerm(.reservation, stated, source: .field, place: place))
        }
        if let value = fields.first("tdm-policy")?.trimmed, isShort(value) {
            let policy = WebAddress(value, relativeTo: address)?.description ?? value
            terms.append(UseTerm(.policy, policy, source: .field, place: place))
        }
        for target in fields.all("link").flatMap(licences(inLink:)) {
            guard let licence = WebAddress(target, relativeTo: address) else { continue }
            terms.append(UseTerm(.licence, licence.description, source: .field, place: place))
        }
        return Array(terms.prefix(limit))
    }

    /// What the elements of a page state.
    static func terms(of reader: PageReader, page: WebAddress, base: WebAddress) -> [UseTerm] {
        let place = page.description
        var terms = reader.robots.words.map {
            UseTerm(.robots, $0, source: .meta, place: place)
        }
        for (name, content) in reader.metas {
            let content = content.trimmed
            switch name {
            case "tdm-reservation":
                guard let stated = reservation(content) else { continue }
                terms.append(UseTerm(.reservation, stated, source: .meta, place: place))
            case "tdm-policy" where isShort(content):
                let policy = WebAddress(content, relativeTo: base)?.description ?? content
                terms.append(UseTerm(.policy, policy, source: .meta, place: place))
            default: continue
            }
        }
        for target in reader.licences {
            guard let licence = WebAddress(target, relativeTo: base) else { continue }
            terms.append(UseTerm(.licence, licence.description, source: .link, place: place))
        }
        return Array(terms.prefix(limit))
    }

    private static let names: Set<String> = [
        "x-robots-tag", "tdm-reservation", "tdm-policy", "link",
    ]
    private static let lengths = Set(names.map(\.utf8.count))

    private static func reservation(_ value: String) -> String? {
        let value = value.trimmed
        return value == "0" || value == "1" ? value : nil
    }

    private static func isShort(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= textLimit
    }

    /// The targets of `<address>; rel="license"` in a Link field (RFC 8288).
    static func licences(inLink value: String) -> [String] {
        var targets: [String] = []
        var rest = value[...]
        while let open = rest.firstIndex(of: "<"), targets.count < limit {
            rest = rest[rest.index(after: open)...]
            guard let close = rest.firstIndex(of: ">") else { break }
            let target = String(rest[..<close])
            rest = rest[rest.index(after: close)...]
            // The parameters go up to the next link.
            let parameters = rest.prefix { $0 != "<" }.lowercased()
            let isLicence = parameters.split(separator: ";").contains { parameter in
                let parts = parameter.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, parts[0].filter({ !$0.isWhitespace }) == "rel" else {
                    return false
                }
                return parts[1].split { " \t\",".contains($0) }.contains("license")
            }
            if isLicence { targets.append(target) }
        }
        return targets
    }
}
