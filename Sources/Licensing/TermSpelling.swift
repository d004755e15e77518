// One spelling for every term of a policy: full addresses, prefixed names and bare words alike.

internal import Foundation
internal import SelvageTypes

/// Reads terms in the spellings that JSON-LD allows, with the prefixes of the document's context.
struct TermSpelling: Sendable {
    private var prefixes = ["odrl": Vocabulary.odrl, "slv": Vocabulary.slv]

    /// The prefixes that an `@context` declares inline; remote contexts are not fetched.
    init(context: JSONValue?) {
        for part in context?.elements ?? [] {
            for (prefix, value) in part.members ?? [:] {
                prefixes[prefix] = value.string ?? value["@id"]?.string ?? prefixes[prefix]
            }
        }
    }

    /// A full address for a prefixed name whose prefix is declared; other text as it is.
    func expanded(_ text: String) -> String {
        guard let colon = text.firstIndex(of: ":"),
            let namespace = prefixes[String(text[..<colon])], !namespace.isEmpty
        else { return text }
        let rest = text[text.index(after: colon)...]
        return rest.hasPrefix("//") ? text : namespace + rest
    }

    /// `odrl:display`, `slv:manufacture`; anything else as a full address.
    func term(_ text: String) -> String {
        if !text.contains(":") {
            return (Vocabulary.profileWords.contains(text) ? "slv:" : "odrl:") + text
        }
        let full = expanded(text).replacing("https://www.w3.org/ns/odrl/2/", with: Vocabulary.odrl)
        if full.hasPrefix(Vocabulary.odrl) {
            return "odrl:" + full.dropFirst(Vocabulary.odrl.count)
        }
        if full.hasPrefix(Vocabulary.slv) {
            return "slv:" + full.dropFirst(Vocabulary.slv.count)
        }
        return full
    }

    /// An action; deprecated ones by the action that replaced them.
    func action(_ text: String) -> String {
        let name = term(text)
        return Vocabulary.replacements[name] ?? name
    }

    /// A left operand: bare when it is ODRL's (`spatial`), prefixed when it is ours.
    func operand(_ text: String) -> String {
        let name = term(text)
        return name.hasPrefix("odrl:") ? String(name.dropFirst(5)) : name
    }

    /// A currency's three letters from `EUR`, `iso4217:EUR` or an address that ends in them; other
    /// units as they are, without a prefix.
    func unit(_ text: String) -> String {
        String(expanded(text).split(whereSeparator: { ":/#".contains($0) }).last ?? "")
    }
}
