// A small licence and the uses that the tests hold against it.

import Foundation
import Licensing
import SelvageTypes
import Testing

enum Fixture {
    static let asset = "https://assets.example/patterns/reed"
    static let studio = "https://parties.example/studio"
    static let mill = "https://parties.example/mill"
    static let shop = "https://parties.example/shop"
    static let uid = "https://licences.example/agreements/reed"

    static func royalty(_ name: String, _ amount: String) -> JSONValue {
        [
            [
                "uid": .string("\(uid)#\(name)"),
                "action": [
                    [
                        "rdf:value": ["@id": "odrl:compensate"],
                        "refinement": [
                            [
                                "leftOperand": "payAmount", "operator": "eq",
                                "rightOperand": [
                                    "@value": .string(amount), "@type": "xsd:decimal",
                                ],
                                "unit": "iso4217:EUR",
                            ],
                            [
                                "leftOperand": "slv:perUnit", "operator": "eq",
                                "rightOperand": "C62",
                            ],
                        ],
                    ]
                ],
            ]
        ]
    }

    static func limit(_ operand: String, _ relation: String, _ value: JSONValue) -> JSONValue {
        ["leftOperand": .string(operand), "operator": .string(relation), "rightOperand": value]
    }

    /// Two tiers, 0.50 up to 100 and 0.40 up to 1000; home textiles in DACH; own webshop only.
    static func policy(tierRule: String = "volume", extra: [String: JSONValue] = [:]) -> JSONValue {
        let scope: [JSONValue] = [
            limit("product", "isAnyOf", ["home-textile"]), limit("spatial", "isPartOf", "DACH"),
        ]
        func rule(_ name: String, _ action: String, _ constraint: [JSONValue], _ duty: JSONValue)
            -> JSONValue
        {
            [
                "uid": .string("\(uid)#\(name)"), "action": .string(action),
                "constraint": .array(constraint), "duty": duty,
            ]
        }
        var members: [String: JSONValue] = [
            "@context": ["http://www.w3.org/ns/odrl.jsonld", ["iso4217": "urn:iso:std:iso:4217:"]],
            "@type": "Agreement", "uid": .string(uid), "target": .string(asset),
            "assigner": ["uid": .string(studio)], "assignee": .string(mill),
            "slv:tierRule": .string(tierRule), "slv:paymentDelay": "P30D",
            "permission": [
                rule(
                    "tier1", "slv:manufacture",
                    scope + [limit("slv:cumulativeUnits", "lteq", 100)], royalty("pay1", "0.50")),
                rule(
                    "tier2", "slv:manufacture",
                    scope + [
                        limit("slv:cumulativeUnits", "gt", 100),
                        limit("slv:cumulativeUnits", "lteq", 1000),
                    ], royalty("pay2", "0.40")),
                rule(
                    "show", "display", [limit("deliveryChannel", "eq", "own-webshop")], []),
            ],
            "prohibition": ["uid": .string("\(uid)#no-training"), "action": "slv:trainModel"],
        ]
        members.merge(extra) { $1 }
        return .object(members)
    }

    static let registry = PartyRegistry(
        parties: [
            .init(
                id: mill, name: "Mill GmbH", domains: ["mill.example"],
                identifiers: ["gln:4012345000009"], brands: ["Millcraft"], gtins: ["4012345"]),
            .init(id: shop, name: "Corner Shop", identifiers: ["seller:market.example/42"]),
        ],
        relations: [.init(party: shop, kind: .retailerOf, of: mill)],
        marketplaces: ["market.example"])

    static func snapshot(
        state: AgreementState = .active, usage: [String: String] = [:],
        paid: [String: String] = [:], counted: [String: LicensingSnapshot.CountedUse] = [:],
        policy: JSONValue = policy(), issued: String = "2027-03-02"
    ) throws -> LicensingSnapshot {
        LicensingSnapshot(
            generation: 1, issued: try #require(Instant(iso8601: issued)), licensor: studio,
            agreements: [
                .init(policy: policy, state: state, usage: usage, paid: paid, counted: counted)
            ],
            parties: registry)
    }

    static func sighting(
        _ facts: [Fact.Name: String], page: String = "https://mill.example/p/1",
        image: String = "https://mill.example/i/1.jpg", source: Fact.Source = .jsonLD,
        seen: String = "2027-03-01T12:00:00Z"
    ) throws -> Sighting {
        let address = try #require(WebAddress(page))
        return Sighting(
            match: Match(
                asset: asset, method: .perceptualHash, symmetry: .asIs, distance: 4,
                falseMatchProbability: 1e-9),
            page: address, image: try #require(WebAddress(image)), imageDigest: Digest(of: image),
            pageDigest: Digest(of: page), seen: try #require(Instant(iso8601: seen)), form: .imgSrc,
            facts: facts.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                Fact($0.key, $0.value, source: source, place: page)
            })
    }

    static func run(_ event: String, _ units: String, at date: String, in territory: String = "DE")
        throws -> Sighting
    {
        try sighting(
            [
                .businessStep: "commissioning", .eventIdentifier: event, .units: units,
                .date: date, .sellerIdentifier: "gln:4012345000009", .territory: territory,
                .category: "home-textile", .gtin: "04012345000016",
            ], page: "https://feeds.example/epcis.json", source: .event)
    }

    static func offer(_ more: [Fact.Name: String] = [:], page: String = "https://mill.example/p/1")
        throws -> Sighting
    {
        try sighting(
            [
                .price: "24.90", .currency: "EUR", .territory: "DE", .category: "home-textile",
                .sku: "R-1",
            ].merging(more) { $1 }, page: page)
    }

    /// The verdicts on what some sightings show.
    static func verdicts(
        _ sightings: [Sighting], _ snapshot: LicensingSnapshot
    ) throws -> [(deployment: Deployment, verdict: Verdict)] {
        let assembler = DeploymentAssembler(licensor: studio, registry: snapshot.parties)
        let deployments = assembler.deployments(from: sightings)
        return Array(zip(deployments, try Judge(snapshot).verdicts(on: deployments)))
    }
}
