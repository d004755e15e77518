// The demo's registry of parties, as the file parties.json holds it.

internal import SelvageTypes

/// The registry for given addresses.
struct DemoRegistry {
    /// Hosts of the four shops and the mill.
    let hosts: [String]

    /// The file's content.
    var document: JSONValue {
        [
            "parties": .array(parties),
            "relations": [
                relation(.harbourAndHale, "retailer-of", .loomworks),
                relation(.talbachMill, "manufacturer-for", .linnetHome),
            ],
            "marketplaces": [.string(hosts[DemoShop.tradewell.rawValue])],
        ]
    }

    private var parties: [JSONValue] {
        let market = hosts[DemoShop.tradewell.rawValue]
        return [
            party(.studioMarlow, identifiers: ["vat:GB417220968"]),
            party(.grainfieldModels, identifiers: ["vat:NL853746333B01"]),
            party(
                .loomworks, domains: [hosts[DemoShop.loomworks.rawValue]],
                identifiers: ["vat:DE318804512", "seller:\(market)/sellers/loomworks-outlet"],
                brands: ["Loomworks"], gtins: ["4012345"]),
            party(.linnetHome, identifiers: ["vat:DE290177346"], brands: ["Linnet Home"]),
            party(
                .papierSorel,
                identifiers: ["vat:FR40303265045", "seller:\(market)/sellers/papier-sorel"]),
            party(
                .harbourAndHale, domains: [hosts[DemoShop.harbourAndHale.rawValue]],
                identifiers: ["vat:IE6388047V"]),
            party(
                .talbachMill, domains: [hosts[DemoMill.host]], identifiers: ["gln:\(DemoMill.gln)"]),
        ]
    }

    private func party(
        _ party: DemoParty, domains: [String] = [], identifiers: [String], brands: [String] = [],
        gtins: [String] = []
    ) -> JSONValue {
        var members: [String: JSONValue] = ["id": .string(party.id), "name": .string(party.name)]
        let lists = [
            "domains": domains, "identifiers": identifiers, "brands": brands, "gtins": gtins,
        ]
        for (name, values) in lists where !values.isEmpty {
            members[name] = .array(values.map(JSONValue.string))
        }
        return .object(members)
    }

    private func relation(_ party: DemoParty, _ kind: String, _ other: DemoParty) -> JSONValue {
        [
            "party": .string(party.id), "kind": .string(kind), "of": .string(other.id),
            "since": "2024-01-01T00:00:00Z",
        ]
    }
}
