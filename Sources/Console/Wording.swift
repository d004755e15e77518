// The console's words for verdicts, facts, methods and moments.

internal import SelvageTypes

extension Verdict.Kind {
    /// The name for people.
    var name: String {
        switch self {
        case .authorised: "Authorised"
        case .authorisedDutyOpen: "Duty open"
        case .exceedsTier: "Exceeds tier"
        case .outOfScope: "Out of scope"
        case .prohibited: "Prohibited"
        case .breach: "Breach"
        case .unauthorised: "Unauthorised"
        case .unknown: "Unknown"
        }
    }

    /// The chip's colour; the name always stands beside it.
    var tone: String {
        switch self {
        case .authorised: "green"
        case .authorisedDutyOpen: "blue"
        case .exceedsTier, .outOfScope: "amber"
        case .prohibited, .breach, .unauthorised: "red"
        case .unknown: "grey"
        }
    }
}

extension Fact.Name {
    /// `sellerIdentifier` as `Seller identifier`.
    var label: String {
        switch self {
        case .sku: "SKU"
        case .gtin: "GTIN"
        default: Wording.label(rawValue)
        }
    }
}

extension Fact.Source {
    var label: String {
        switch self {
        case .event: "supply-chain event"
        case .jsonLD: "structured data (JSON-LD)"
        case .microdata: "structured data (microdata)"
        case .openGraph: "Open Graph"
        case .pageText: "page text"
        case .feed: "feed"
        case .address: "address of the page"
        case .plan: "crawl plan"
        }
    }
}

extension UseTerm.Name {
    var label: String {
        switch self {
        case .robots: "Robots directive"
        case .reservation: "Text and data mining reserved (1) or not (0)"
        case .policy: "Text and data mining policy"
        case .licence: "Licence"
        case .signal: "Content signal"
        }
    }
}

extension UseTerm.Source {
    var label: String {
        switch self {
        case .field: "header of the answer"
        case .meta: "meta element"
        case .link: "link element"
        case .robotsFile: "robots.txt"
        case .reservationFile: "tdmrep.json"
        }
    }
}

extension RightReliedOn {
    var label: String {
        let place = jurisdiction == "*" ? "everywhere" : jurisdiction
        let kind = Wording.label(kind.rawValue)
        return basis.isEmpty ? "\(kind), \(place)" : "\(kind), \(place): \(basis)"
    }
}

extension Deployment.Actor {
    /// What is known of who it is.
    var standing: String? {
        switch self {
        case .party: "registered party"
        case .stranger: "not in the party registry"
        case .nobody: nil
        }
    }

    /// The name for people, `Nobody named` with a capital.
    var title: String {
        if case .nobody = self { return "Nobody named" }
        return name
    }
}

/// The console's words.
enum Wording {
    /// `exceeds-tier` as `Exceeds tier`, `businessStep` as `Business step`.
    static func label(_ raw: String) -> String {
        var text = ""
        for character in raw {
            if character == "-" || character == "_" {
                text += " "
            } else if character.isUppercase {
                text += " " + character.lowercased()
            } else {
                text.append(character)
            }
        }
        return first(text)
    }

    /// `2027-03-05 10:02 UTC`.
    static func time(_ moment: Instant) -> String {
        "\(day(moment)) \(moment.iso8601.dropFirst(11).prefix(5)) UTC"
    }

    /// `2027-03-05`.
    static func day(_ moment: Instant) -> String { String(moment.iso8601.prefix(10)) }

    /// `1 204` with a thin gap, for counts.
    static func count(_ number: Int) -> String {
        var groups: [String] = []
        var rest = String(number)
        while rest.count > 3 {
            groups.insert(String(rest.suffix(3)), at: 0)
            rest.removeLast(3)
        }
        return ([rest] + groups).joined(separator: "\u{202f}")
    }

    /// `1 page`, `2 pages`.
    static func count(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
        number == 1 ? "1 \(noun)" : "\(count(number)) \(plural ?? noun + "s")"
    }

    /// `below 3 in 100 billion` reads badly; a power of ten is what the figure is.
    static func probability(_ value: Double) -> String {
        guard value > 0, value < 1 else { return value > 0 ? "not bounded" : "below 10⁻¹⁰⁰" }
        var exponent = 0
        var mantissa = value
        while mantissa < 1, exponent < 100 {
            mantissa *= 10
            exponent += 1
        }
        let tenths = Int((mantissa * 10).rounded(.up))
        let superscripts = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
        let power = String(exponent).compactMap(\.wholeNumberValue).map { superscripts[$0] }
        return "below \(tenths / 10).\(tenths % 10) × 10⁻" + String(power)
    }

    /// How a match was made and what may be said on its strength, with the part that it is of.
    static func method(_ match: Match) -> String {
        let part = match.component.map { "; the part \(shortName($0))" } ?? ""
        return first(match.method.words) + ": " + match.grade.words + part
    }

    /// The found area with its colours.
    static func area(_ match: Match) -> String {
        let words = [match.areaWords, match.coloursWords].compactMap { $0 }
        return words.isEmpty ? "Whole picture" : first(words.joined(separator: ", "))
    }

    private static func first(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst()
    }

    /// Units with what they count.
    static func units(_ deployment: Deployment) -> String? {
        guard let units = deployment.units else { return nil }
        let code = deployment.unitCode ?? "C62"
        let whole = Int("\(units)").map { count($0) } ?? "\(units)"
        return code == "C62" ? whole : "\(whole) \(code)"
    }

    /// The last part of an asset's address, when nobody has given it a title.
    static func shortName(_ asset: String) -> String {
        asset.split(separator: "/").last.map(String.init) ?? asset
    }
}
