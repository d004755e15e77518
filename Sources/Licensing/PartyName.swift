// One spelling for names, domains and identifiers, so that equal ones compare as equal.

internal import Foundation

/// Normal forms of what identifies a party.
enum PartyName {
    /// Lower case, letters and digits only, without the legal form.
    ///
    /// `Loomworks GmbH` gives `loomworks`. The whole name when nothing else is left.
    static func normalised(_ name: String) -> String {
        let words = words(name)
        let kept = words.filter { !legalForms.contains($0) }
        return (kept.isEmpty ? words : kept).joined(separator: " ")
    }

    private static func words(_ name: String) -> [String] {
        name.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil)
            .lowercased().replacing(".", with: "")
            .split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }

    private static let legalForms: Set<String> = [
        "gmbh", "ag", "kg", "ohg", "ug", "ltd", "limited", "llc", "inc", "corp", "co", "plc",
        "sa", "sas", "sarl", "srl", "spa", "bv", "nv", "ab", "as", "aps", "oy", "kft", "sl", "the",
    ]

    /// `loomworks.example` for `https://www.Loomworks.example/` or the like.
    static func domain(_ text: String) -> String {
        var name = text.lowercased()
        for prefix in ["domain:", "https://", "http://", "www."] where name.hasPrefix(prefix) {
            name = String(name.dropFirst(prefix.count))
        }
        return name.split(separator: "/").first.map(String.init) ?? name
    }

    /// A strong identifier in one spelling: kind in lower case, digits without blanks.
    static func identifier(_ text: String) -> String {
        guard let colon = text.firstIndex(of: ":") else { return text }
        let kind = text[..<colon].lowercased()
        let value = String(text[text.index(after: colon)...])
        switch kind {
        case "gln", "vat":
            return "\(kind):" + value.filter { $0.isLetter || $0.isNumber }.uppercased()
        case "domain": return "domain:" + domain(value)
        case "seller":
            let parts = value.split(separator: "/", maxSplits: 1).map(String.init)
            return "seller:"
                + ([domain(parts.first ?? "")] + parts.dropFirst()).joined(separator: "/")
        default: return "\(kind):\(value)"
        }
    }

    /// A site, and what it lies in: with port, without, and each parent domain.
    static func domains(above site: String) -> [String] {
        let whole = domain(site)
        let bare = whole.hasSuffix("]") ? whole : String(whole.split(separator: ":").first ?? "")
        var names = [whole, bare]
        guard bare.contains(where: \.isLetter) else { return names }
        var labels = bare.split(separator: ".")
        while labels.count > 2 {
            labels.removeFirst()
            names.append(labels.joined(separator: "."))
        }
        return names
    }

    /// Whether a seller's name and a domain share a telling word: `Knockoff Ltd`, `knockoff.example`.
    static func resembles(_ name: String, domain site: String) -> Bool {
        let letters = domain(site).split(separator: ".").dropLast().joined()
            .filter { $0.isLetter || $0.isNumber }
        let joined = normalised(name).filter { $0 != " " }
        if !joined.isEmpty, letters.contains(joined) { return true }
        return words(name).contains { $0.count >= 4 && letters.contains($0) }
    }

    /// Whether two names share a telling word.
    static func resembles(_ name: String, _ other: String) -> Bool {
        let telling = Set(words(name).filter { $0.count >= 4 && !legalForms.contains($0) })
        return normalised(name) == normalised(other) || !telling.isDisjoint(with: words(other))
    }

    /// A GTIN's digits without leading zeros, so that GTIN-13 and GTIN-14 compare as equal.
    static func gtin(_ text: String) -> String {
        String(text.filter(\.isNumber).drop { $0 == "0" })
    }
}
