// The agreements of the demo, in the profile's form of ODRL 2.2.

public import SelvageTypes

/// One agreement of the demo as a JSON-LD document.
public struct DemoAgreement: Hashable, Sendable {
    /// The number in its address: `001`.
    public let number: String
    /// The document.
    public let document: JSONValue

    /// The address of an agreement by its number.
    static func id(_ number: String) -> String {
        "https://licences.example/agreements/\(number)"
    }

    /// The address.
    public var id: String { Self.id(number) }

    /// All agreements of the demo, by number.
    public static let all: [DemoAgreement] = [
        .init(
            "001", DemoParty.loomworks, DemoGroups.broad, until: "2031-12-31",
            uses: goods(
                ["home-textile"],
                in: ["DE", "AT", "CH", "FR", "BE", "NL", "LU", "IT", "ES", "IE", "DK", "PL", "CZ"])),
        .init(
            "002", DemoParty.loomworks, DemoGroups.alpine, until: "2031-12-31",
            uses: goods(["home-textile"], in: ["DE", "AT", "CH"])),
        .init(
            "003", DemoParty.papierSorel, DemoGroups.ended, until: "2025-12-31",
            uses: goods(["wallpaper"], in: ["FR", "BE", "CH"])),
        .init(
            "004", DemoParty.linnetHome, ["fern-trellis"], until: "2031-12-31",
            uses: [
                .tier("motif-tier1", part: "motif", above: nil, upTo: 1000, each: "0.35"),
                .tier("motif-tier2", part: "motif", above: 1000, upTo: 10000, each: "0.22"),
                .tier(
                    "texture", part: "texture", above: nil, upTo: 5000, each: "0.04",
                    to: .grainfieldModels),
            ]),
        .init(
            "005", DemoParty.linnetHome, ["lemon-grove"], until: "2031-12-31",
            uses: [
                .tier("tier1", part: nil, above: nil, upTo: 2000, each: "0.30"),
                .tier("tier2", part: nil, above: 2000, upTo: 5000, each: "0.24"),
            ]),
        .init(
            "006", DemoParty.linnetHome, ["songbirds"], until: "2031-12-31",
            uses: [
                .free(
                    "run", action: "slv:manufacture", categories: ["home-textile"],
                    in: ["DE", "AT"], upTo: 20000)
            ]),
    ]

    private static func goods(_ categories: [String], in territories: [String]) -> [Clause] {
        [
            .offered("sell", action: "sell", categories: categories, in: territories),
            .offered("display", action: "display", categories: nil, in: nil),
        ]
    }

    private init(
        _ number: String, _ licensee: DemoParty, _ patterns: [String], until day: String,
        uses: [Clause]
    ) {
        self.number = number
        let uid = Self.id(number)
        let end = constraint("dateTime", "lteq", typed("\(day)T23:59:59Z", "dateTime"))
        let targets = patterns.map { "https://assets.example/patterns/\($0)" }
        let common: [String: JSONValue] = [
            "assigner": .string(DemoParty.studioMarlow.id), "assignee": .string(licensee.id),
        ]
        let permissions = uses.map { $0.permission(uid, targets, common, licensee, end: end) }
        let training = common.merging([
            "uid": .string("\(uid)#no-training"), "target": .array(targets.map(JSONValue.string)),
            "action": "slv:trainModel",
        ]) { $1 }
        let reporting = common.merging([
            "uid": .string("\(uid)#tracking"), "target": .array(targets.map(JSONValue.string)),
            "action": "acceptTracking",
        ]) { $1 }
        document = .object([
            "@context": [
                "http://www.w3.org/ns/odrl.jsonld",
                ["slv": "https://w3id.org/selvage/ns#", "iso4217": "urn:iso:std:iso:4217:"],
            ],
            "@type": "Agreement", "uid": .string(uid), "profile": "https://w3id.org/selvage/ns",
            "conflict": "prohibit", "permission": .array(permissions),
            "prohibition": [.object(training)], "obligation": [.object(reporting)],
        ])
    }
}

/// A permission of the demo's agreements before it is written out.
private struct Clause {
    var name: String
    var action: String
    var part: String?
    var constraints: [JSONValue]
    var each: String?
    var payee: DemoParty = .studioMarlow

    /// Goods or pictures offered in web shops.
    static func offered(
        _ name: String, action: String, categories: [String]?, in territories: [String]?
    ) -> Clause {
        var constraints = [
            constraint(
                "deliveryChannel", "isAnyOf", texts(["own-webshop", "web-shop", "marketplace"]))
        ]
        if let categories {
            constraints.append(constraint("product", "isAnyOf", texts(categories)))
        }
        if let territories {
            constraints.append(constraint("spatial", "isAnyOf", texts(territories)))
        }
        return Clause(name: name, action: action, constraints: constraints)
    }

    /// Production within a range of units so far, at a price for each.
    static func tier(
        _ name: String, part: String?, above: Int?, upTo: Int, each: String,
        to payee: DemoParty = .studioMarlow
    ) -> Clause {
        var constraints = [
            constraint("product", "isAnyOf", texts(["home-textile"])),
            constraint("spatial", "isAnyOf", texts(["DE", "AT", "CH"])),
        ]
        if let above { constraints.append(units("gt", above)) }
        constraints.append(units("lteq", upTo))
        return Clause(
            name: name, action: "slv:manufacture", part: part, constraints: constraints, each: each,
            payee: payee)
    }

    /// Production up to a number of units, for which nothing is owed.
    static func free(
        _ name: String, action: String, categories: [String], in territories: [String], upTo: Int
    ) -> Clause {
        Clause(
            name: name, action: action,
            constraints: [
                constraint("product", "isAnyOf", texts(categories)),
                constraint("spatial", "isAnyOf", texts(territories)), units("lteq", upTo),
            ])
    }

    func permission(
        _ uid: String, _ targets: [String], _ common: [String: JSONValue], _ licensee: DemoParty,
        end: JSONValue
    ) -> JSONValue {
        var members = common
        let whole = targets.map { part.map { "\(targets[0])#\($0)" } ?? $0 }
        let named = part == nil ? targets : Array(whole.prefix(1))
        members["uid"] = .string("\(uid)#\(name)")
        members["target"] = named.count == 1 ? .string(named[0]) : texts(named)
        members["action"] = .string(action)
        members["assigner"] = .string(payee.id)
        members["constraint"] = .array(constraints + [end])
        if let each {
            members["duty"] = [
                [
                    "uid": .string("\(uid)#\(name)-royalty"),
                    "action": [royalty(each)],
                    "compensatedParty": .string(payee.id),
                    "compensatingParty": .string(licensee.id),
                ]
            ]
        }
        return .object(members)
    }

    private func royalty(_ each: String) -> JSONValue {
        var amount = constraint("payAmount", "eq", typed(each, "decimal"))
        if case .object(var members) = amount {
            members["unit"] = "iso4217:EUR"
            amount = .object(members)
        }
        return [
            "rdf:value": ["@id": "odrl:compensate"],
            "refinement": [amount, constraint("slv:perUnit", "eq", "C62")],
        ]
    }
}

private func units(_ relation: String, _ count: Int) -> JSONValue {
    constraint("slv:cumulativeUnits", relation, typed(String(count), "integer"))
}

private func constraint(_ left: String, _ relation: String, _ right: JSONValue) -> JSONValue {
    ["leftOperand": .string(left), "operator": .string(relation), "rightOperand": right]
}

private func typed(_ value: String, _ type: String) -> JSONValue {
    ["@value": .string(value), "@type": .string("http://www.w3.org/2001/XMLSchema#\(type)")]
}

private func texts(_ values: [String]) -> JSONValue {
    .array(values.map(JSONValue.string))
}
