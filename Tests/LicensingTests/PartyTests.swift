// How a seller is resolved to a party, a stranger or nobody.

import Crypto
import Foundation
import Licensing
import SelvageTypes
import Testing

enum Keys {
    static func signing() throws -> Curve25519.Signing.PrivateKey {
        try Curve25519.Signing.PrivateKey(rawRepresentation: Array(1...32))
    }
}

@Suite("Parties")
struct PartyTests {
    private func actor(_ facts: [Fact.Name: String], _ site: String) -> String {
        Fixture.registry.resolve(
            facts: facts.map { Fact($0.key, $0.value, source: .jsonLD, place: "p") }, site: site
        ).key
    }

    @Test("The strongest identifier decides")
    func strongest() {
        let facts: [Fact.Name: String] = [
            .sellerIdentifier: "GLN:4012345 00000 9", .seller: "Corner Shop",
        ]
        #expect(actor(facts, "market.example") == "party:\(Fixture.mill)")
    }

    @Test("A shop's own domain and its subdomains stand for it")
    func domain() {
        #expect(actor([:], "shop.mill.example") == "party:\(Fixture.mill)")
        #expect(actor([.seller: "Mill Online"], "mill.example") == "party:\(Fixture.mill)")
        #expect(actor([:], "knockoff.example") == "stranger:domain:knockoff.example")
    }

    @Test("A page that names another seller speaks for that seller")
    func otherSeller() {
        #expect(actor([.seller: "Corner Shop Ltd."], "mill.example") == "party:\(Fixture.shop)")
        #expect(actor([.seller: "Zeta Trading"], "bazaar.example") == "stranger:name:zeta trading")
    }

    @Test("A borrowed name does not make a marketplace seller a party")
    func borrowed() {
        let facts: [Fact.Name: String] = [
            .sellerIdentifier: "seller:market.example/666", .seller: "Mill GmbH",
        ]
        #expect(actor(facts, "market.example") == "stranger:seller:market.example/666")
    }

    @Test("A marketplace page that names nobody shows nobody")
    func nobody() {
        #expect(actor([:], "www.market.example") == "nobody")
    }

    @Test("A registry file may leave lists out, and double claims are found")
    func file() throws {
        let text = """
            {"parties": [{"id": "a", "name": "One", "domains": ["x.example"]},
             {"id": "b", "domains": ["www.X.example"]}],
             "relations": [{"party": "a", "kind": "retailer-of", "of": "b", "until": "2027-01-01"}]}
            """
        let registry = try JSONDecoder().decode(PartyRegistry.self, from: Data(text.utf8))
        #expect(registry.conflicts().count == 1)
        let before = try #require(Instant(iso8601: "2026-12-31"))
        let after = try #require(Instant(iso8601: "2027-01-01"))
        #expect(registry.related("a", .retailerOf, at: before) == ["b"])
        #expect(registry.related("a", .retailerOf, at: after) == [])
    }
}

@Suite("Standard Webhooks")
struct StandardWebhookTests {
    private let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    private func check(_ signature: String, age: Int64 = 0) -> StandardWebhook.Refusal? {
        do throws(StandardWebhook.Refusal) {
            try StandardWebhook.verify(
                headers: [
                    "webhook-id": "m1", "webhook-timestamp": "1804241473",
                    "webhook-signature": signature,
                ], body: "{}".utf8, secrets: ["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", secret],
                now: Instant(microseconds: (1_804_241_473 + age) * 1_000_000))
            return nil
        } catch { return error }
    }

    @Test("One fitting signature of several is enough, within five minutes")
    func verify() throws {
        let good = try #require(
            StandardWebhook.sign(
                id: "m1", timestamp: 1_804_241_473, body: "{}".utf8, secret: secret))
        #expect(check(good) == nil)
        #expect(check("v1a,xx v1,AAAA \(good)") == nil)
        #expect(check(good, age: 300) == nil)
        #expect(check(good, age: 301) == .staleTimestamp)
        #expect(check(good, age: -301) == .staleTimestamp)
        #expect(check("v1,AAAA") == .wrongSignature)
    }

    @Test(
        "The profile's signed event verifies", .enabled(if: Beside.profile != nil, "no ../shared"))
    func sample() throws {
        let sample = try Beside.json("events/standard-webhook-v1.json")
        let headers = (sample["headers"]?.members ?? [:]).compactMapValues(\.string)
        let body = try #require(sample["body"]?.string)
        let stamp = try #require(headers["webhook-timestamp"].flatMap { Int64($0) })
        try StandardWebhook.verify(
            headers: headers, body: body.utf8, secrets: [try #require(sample["secret"]?.string)],
            now: Instant(microseconds: stamp * 1_000_000))
        #expect(
            StandardWebhook.sign(
                id: headers["webhook-id"] ?? "", timestamp: stamp, body: body.utf8,
                secret: sample["secret"]?.string ?? "") == headers["webhook-signature"])
    }
}
