// What an agreement says, exactly as asked.

import Foundation
import Licensing
import SelvageTypes
import Testing

@Suite("Evaluation")
struct EvaluationTests {
    private func ask(
        _ action: String, by party: String? = Fixture.mill, _ values: [String: String],
        paid: [String: Decimal] = [:], policy: JSONValue = Fixture.policy(), now: String? = nil
    ) throws -> Verdict {
        var world = WorldState(values: values.mapValues { [$0] }, paid: paid)
        world.values["dateTime"] = ["2027-03-01T12:00:00Z"]
        world.now = now.flatMap(Instant.init(iso8601:))
        return evaluate(
            EvaluationRequest(action: action, party: party, target: Fixture.asset), in: world,
            against: [try Agreement(jsonLD: policy)])
    }

    private func run(_ units: String, total: String, in territory: String = "DE")
        -> [String: String]
    {
        [
            "product": "home-textile", "spatial": territory, "slv:runSize": units,
            "slv:cumulativeUnits": total,
        ]
    }

    @Test("A run is priced as a whole at the tier it ends in")
    func volume() throws {
        let verdict = try ask("slv:manufacture", run("60", total: "130"))
        #expect(verdict.kind == .authorisedDutyOpen)
        #expect(verdict.rules == ["\(Fixture.uid)#tier2"])
        #expect(verdict.owed.map(\.amount) == ["24.00"])
        #expect(verdict.owed.first?.to == Fixture.studio)
    }

    @Test("A graduated agreement prices each range at its own price")
    func graduated() throws {
        let verdict = try ask(
            "slv:manufacture", run("60", total: "130"),
            policy: Fixture.policy(tierRule: "graduated"))
        #expect(verdict.owed.map(\.amount) == ["15.00", "12.00"])
    }

    @Test("What is paid is no longer owed, and half a cent is rounded up")
    func paid() throws {
        let open = try ask(
            "slv:manufacture", run("10", total: "10"), paid: ["#pay1": Decimal(4.995)])
        #expect(open.owed.map(\.amount) == ["0.01"])
        let closed = try ask("slv:manufacture", run("10", total: "10"), paid: ["#pay1": 5])
        #expect(closed.kind == .authorised)
        #expect(Money.text(Decimal(1) / 3, "JPY") == "0")
        #expect(Money.text(Decimal(12345) / 10000, "KWD") == "1.235")
    }

    @Test("A royalty open longer than the agreement's delay is a breach")
    func breach() throws {
        let facts = run("10", total: "10")
        #expect(
            try ask("slv:manufacture", facts, now: "2027-03-31T11:00:00Z").kind
                == .authorisedDutyOpen)
        #expect(try ask("slv:manufacture", facts, now: "2027-03-31T13:00:00Z").kind == .breach)
    }

    @Test("A territory outside the region is out of scope, and the sentence names it")
    func territory() throws {
        let verdict = try ask("slv:manufacture", run("10", total: "10", in: "FR"))
        #expect(verdict.kind == .outOfScope)
        #expect(verdict.failedOperands == ["spatial"])
        #expect(
            verdict.explanation == "Territory FR is not part of DACH (rule \(Fixture.uid)#tier1).")
    }

    @Test("A fact that was not observed makes the verdict unknown")
    func missing() throws {
        var facts = run("10", total: "10")
        facts["spatial"] = nil
        let verdict = try ask("slv:manufacture", facts)
        #expect(verdict.kind == .unknown)
        #expect(verdict.missing == ["spatial"])
    }

    @Test("A prohibition that cannot be evaluated leaves nothing authorised")
    func undeterminedProhibition() throws {
        let ban: JSONValue = [
            "action": "use", "constraint": Fixture.limit("purpose", "eq", "political"),
        ]
        let verdict = try ask(
            "odrl:display", ["deliveryChannel": "own-webshop"],
            policy: Fixture.policy(extra: ["prohibition": ban]))
        #expect(verdict.kind == .unknown)
        #expect(verdict.missing == ["purpose"])
    }

    @Test(
        "Logical constraints are three-valued",
        arguments: [
            ("or", Verdict.Kind.authorised), ("and", .outOfScope), ("xone", .authorised),
            ("andSequence", .outOfScope),
        ])
    func logical(junction: String, expected: Verdict.Kind) throws {
        let parts: JSONValue = [
            Fixture.limit("deliveryChannel", "eq", "own-webshop"),
            Fixture.limit("spatial", "eq", "FR"),
        ]
        let permission: JSONValue = [
            "action": "display", "constraint": .object([junction: ["@list": parts]]),
        ]
        let verdict = try ask(
            "odrl:display", ["deliveryChannel": "own-webshop", "spatial": "DE"],
            policy: Fixture.policy(extra: ["permission": permission]))
        #expect(verdict.kind == expected)
    }

    @Test("An offer to everyone covers a use by nobody named; an agreement does not")
    func everyone() throws {
        let offer: JSONValue = [
            "@type": "Offer", "@id": "https://licences.example/offers/1",
            "permission": ["target": .string(Fixture.asset), "action": "odrl:display"],
        ]
        #expect(try ask("odrl:display", by: nil, [:], policy: offer).kind == .authorised)
        let closed = try ask("odrl:display", by: nil, ["deliveryChannel": "own-webshop"])
        #expect(closed.kind == .unknown)
        #expect(closed.missing == ["assignee"])
    }

    @Test("Quantities in another kind of unit are not compared")
    func units() throws {
        var world = WorldState(values: run("10", total: "10").mapValues { [$0] })
        world.unitCode = "MTR"
        let verdict = evaluate(
            EvaluationRequest(
                action: "slv:manufacture", party: Fixture.mill, target: Fixture.asset),
            in: world, against: [try Agreement(jsonLD: Fixture.policy())])
        #expect(verdict.kind == .unknown)
    }

    @Test("The policy's full addresses, prefixes and bare words mean the same")
    func spellings() throws {
        let full: JSONValue = [
            "@type": "http://www.w3.org/ns/odrl/2/Agreement", "@id": "https://licences.example/2",
            "http://www.w3.org/ns/odrl/2/permission": [
                "odrl:target": ["@id": .string(Fixture.asset)],
                "odrl:assignee": ["@id": .string(Fixture.mill)],
                "odrl:action": ["@id": "http://www.w3.org/ns/odrl/2/display"],
                "odrl:constraint": [
                    "odrl:leftOperand": ["@id": "odrl:spatial"],
                    "odrl:operator": ["@id": "odrl:isPartOf"], "odrl:rightOperand": "EU",
                ],
            ],
        ]
        #expect(try ask("display", ["spatial": "FR"], policy: [full]).kind == .authorised)
        #expect(try ask("display", ["spatial": "CH"], policy: full).kind == .outOfScope)
    }

    @Test("A policy that cannot be read says where and what to do")
    func errors() {
        func reading(_ policy: JSONValue) -> AgreementError? {
            do throws(AgreementError) {
                _ = try Agreement(jsonLD: policy)
                return nil
            } catch { return error }
        }
        #expect(reading("text")?.reason == .notAPolicy)
        #expect(reading(["permission": []])?.reason == .noIdentifier)
        let bare: JSONValue = ["uid": "u", "permission": ["constraint": ["operator": "eq"]]]
        #expect(reading(bare)?.pointer == "/permission/0/constraint/0")
        var deep: JSONValue = Fixture.limit("spatial", "eq", "DE")
        for _ in 0..<20 { deep = ["and": [deep]] }
        #expect(
            reading(["uid": "u", "permission": ["constraint": deep]])?.reason == .overLimit)
    }

    @Test("The check finds gaps, unknown operands and missing currencies")
    func check() throws {
        #expect(try Agreement(jsonLD: Fixture.policy()).check() == [])
        let broken: JSONValue = [
            "@type": "Agreement", "uid": "u",
            "permission": [
                ["action": "use", "constraint": Fixture.limit("moonPhase", "equals", "full")],
                [
                    "target": "a", "assignee": "b", "action": "slv:manufacture",
                    "constraint": Fixture.limit("slv:cumulativeUnits", "lteq", 10),
                ],
                [
                    "target": "a", "assignee": "b", "action": "slv:manufacture",
                    "constraint": Fixture.limit("slv:cumulativeUnits", "gt", 20),
                    "duty": [
                        "action": [
                            "rdf:value": "compensate",
                            "refinement": Fixture.limit("payAmount", "eq", "1"),
                        ]
                    ],
                ],
            ],
        ]
        let details = try Agreement(jsonLD: broken).check().map(\.detail).joined(separator: "\n")
        for word in [
            "no target", "no assignee", "moonPhase", "operator", "no currency", "not licensed",
            "includes slv:trainModel",
        ] {
            #expect(details.contains(word), Comment(rawValue: word))
        }
    }
}
