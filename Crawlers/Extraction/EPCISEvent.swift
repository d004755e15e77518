// One EPCIS event: checked, identified, and told as facts.

internal import Foundation
internal import SelvageTypes

/// One EPCIS event.
///
/// - Source: GS1 EPCIS 2.0 section 7.4.
struct EPCISEvent {
    static let kinds: Set<String> = [
        "ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent",
        "AssociationEvent",
    ]

    /// `eventID`, else `sha256:` and the digest of the event in canonical JSON.
    let identifier: String
    /// An error declaration takes the event back.
    let isRetraction: Bool

    private let event: JSONValue
    private let kind: String
    private let date: String
    private let vocabulary: EPCISVocabulary

    /// Checks an event.
    ///
    /// - Throws: What is wrong with it.
    init(_ value: JSONValue, vocabulary: EPCISVocabulary) throws(EPCISProblem) {
        guard var members = value.members else {
            throw EPCISProblem(sentence: "it is no object; send each event as one.")
        }
        event = value
        self.vocabulary = vocabulary
        let type = (members["type"] ?? members["@type"])?.elements.first?.string ?? ""
        kind = EPCISVocabulary.lastWord(type)
        guard Self.kinds.contains(kind) else {
            throw EPCISProblem(
                sentence: "its type “\(type.prefix(60))” is no EPCIS event type; correct it.")
        }
        date = try Self.date(of: value)
        try Self.checkAction(of: value, kind: kind)
        isRetraction = members["errorDeclaration"]?.members != nil
        members["errorDeclaration"] = nil
        members["@context"] = nil
        if let id = members["eventID"]?.string, !id.isEmpty {
            identifier = id
        } else {
            members["recordTime"] = nil
            identifier = "sha256:" + Digest(of: JSONValue.object(members).canonicalText).hex
        }
    }

    private static func date(of event: JSONValue) throws(EPCISProblem) -> String {
        guard let written = event["eventTime"]?.string else {
            throw EPCISProblem(sentence: "it has no eventTime; add when it took place.")
        }
        // After the date, an offset is a `Z` or a sign; without one it would be a local time.
        let hasOffset =
            written.utf8.count > 10
            && written.utf8.dropFirst(10).contains { "Zz+-".utf8.contains($0) }
        guard hasOffset, let moment = Instant(iso8601: written) else {
            throw EPCISProblem(
                sentence: "its eventTime “\(written.prefix(60))” is no date-time with an offset; "
                    + "write it as 2027-03-01T12:00:00+01:00.")
        }
        return moment.iso8601
    }

    private static func checkAction(of event: JSONValue, kind: String) throws(EPCISProblem) {
        guard kind != "TransformationEvent" else { return }
        guard let action = event["action"]?.string else {
            throw EPCISProblem(sentence: "it has no action; add ADD, OBSERVE or DELETE.")
        }
        guard ["ADD", "OBSERVE", "DELETE"].contains(action) else {
            throw EPCISProblem(
                sentence: "its action “\(action.prefix(60))” is not one of ADD, OBSERVE and "
                    + "DELETE; correct it.")
        }
    }

    /// The event as an image reference; nil when it names no design image.
    ///
    /// - Throws: What is wrong with its quantities or its image address.
    func reference(place: String, document: WebAddress) throws(EPCISProblem) -> ImageReference? {
        let quantity = try EPCISQuantity(of: event, kind: kind)
        guard let written = term("designImage") else { return nil }
        guard let address = AddressResolver(base: document).resolve(written) else {
            throw EPCISProblem(
                sentence: "its design image “\(written.prefix(100))” is no web address; give an "
                    + "http or https address.")
        }
        guard !quantity.isMixed else {
            throw EPCISProblem(
                sentence: "its quantities are in different units of measure; send one event for "
                    + "each unit.")
        }
        return ImageReference(address: address, form: .event, facts: facts(quantity, place: place))
    }

    /// What the event says about the goods it made, moved or sold.
    private func facts(_ quantity: EPCISQuantity, place: String) -> [Fact] {
        var facts: [Fact] = []
        func add(_ name: Fact.Name, _ value: String?) {
            guard let value, !value.isEmpty else { return }
            facts.append(Fact(name, value, source: .event, place: place))
        }
        add(.eventIdentifier, identifier)
        add(.date, date)
        add(.businessStep, event["bizStep"]?.string.map(EPCISVocabulary.lastWord))
        add(.units, quantity.units)
        add(.unitCode, quantity.unitCode)
        add(.gtin, quantity.gtin)
        add(.sellerIdentifier, location.map { "gln:" + $0 })
        add(.category, term("productCategory"))
        add(.colourway, term("colourway"))
        add(.claimedAsset, term("pattern"))
        add(.claimedAgreement, term("agreement"))
        add(.channel, "manufacturing")
        return facts
    }

    /// A term in the master data of the event, else in the event itself.
    private func term(_ name: String) -> String? {
        vocabulary.text(name, in: event["ilmd"]) ?? vocabulary.text(name, in: event)
    }

    /// The GLN of where the goods are kept, else of where they were seen.
    private var location: String? {
        for place in ["bizLocation", "readPoint"] {
            let id = event[place]?["id"]?.string ?? event[place]?["@id"]?.string
            if let gln = (id ?? event[place]?.string).flatMap(GS1Key.gln(in:)) { return gln }
        }
        return nil
    }
}

/// How much an event is about.
struct EPCISQuantity {
    /// A decimal string; nil when the event does not say.
    private(set) var units: String?
    /// UN/ECE Recommendation 20; nil means each.
    private(set) var unitCode: String?
    /// The GTIN of what it is about.
    private(set) var gtin: String?
    /// The quantities are in different units of measure, so there is no sum.
    private(set) var isMixed = false

    /// Adds up the quantities, else counts the instances.
    ///
    /// - Throws: What is wrong with them.
    init(of event: JSONValue, kind: String) throws(EPCISProblem) {
        let (quantityName, instanceName) = Self.names(kind)
        let quantities = try Self.list(quantityName, in: event)
        let instances = try Self.list(instanceName, in: event)
        let identifiers =
            quantities.compactMap { $0["epcClass"]?.string }
            + instances.compactMap(\.string)
        gtin = identifiers.prefix(1000).lazy.compactMap(GS1Key.gtin(in:)).first
        guard !quantities.isEmpty else {
            if !instances.isEmpty { units = String(instances.count) }
            return
        }
        try addUp(quantities)
    }

    private static func names(_ kind: String) -> (String, String) {
        switch kind {
        case "TransformationEvent": ("outputQuantityList", "outputEPCList")
        case "AggregationEvent", "AssociationEvent": ("childQuantityList", "childEPCs")
        default: ("quantityList", "epcList")
        }
    }

    private static func list(_ name: String, in event: JSONValue) throws(EPCISProblem)
        -> [JSONValue]
    {
        switch event[name] {
        case nil, .null: return []
        case .array(let elements): return elements
        default: throw EPCISProblem(sentence: "its \(name) is no list; send one.")
        }
    }

    private mutating func addUp(_ quantities: [JSONValue]) throws(EPCISProblem) {
        var sum = Decimal(0)
        var codes: Set<String> = []
        for (index, entry) in quantities.enumerated() {
            switch entry["quantity"] {
            case nil, .null:
                // An unspecified amount: the whole is then unspecified too.
                return
            case .number(let number) where number >= 0:
                sum += number
            default:
                throw EPCISProblem(
                    sentence: "quantity \(index + 1) of its list is no number; send it as a JSON "
                        + "number, not as text.")
            }
            codes.insert(entry["uom"]?.string ?? "")
        }
        guard codes.count == 1, let code = codes.first else {
            isMixed = true
            return
        }
        units = "\(sum)"
        unitCode = code.isEmpty ? nil : code
    }
}
