// Who is behind a use, what is one use, and what the verdict on it is.

import Foundation
import Licensing
import SelvageTypes
import Testing

@Suite("Judging deployments")
struct JudgeTests {
    private func verdict(
        _ sighting: Sighting, _ snapshot: LicensingSnapshot? = nil
    ) throws -> Verdict {
        let snapshot = try snapshot ?? Fixture.snapshot()
        return try #require(Fixture.verdicts([sighting], snapshot).first).verdict
    }

    @Test("A licensee may sell in its own shop what it may make, whatever the quantity")
    func ownShop() throws {
        let verdict = try verdict(Fixture.offer())
        #expect(verdict.kind == .authorised)
        #expect(verdict.agreement == Fixture.uid)
    }

    @Test("A licensee's offer outside its territory, category or channel is out of scope")
    func outOfScope() throws {
        #expect(try verdict(Fixture.offer([.territory: "FR"])).failedOperands == ["spatial"])
        #expect(try verdict(Fixture.offer([.category: "wallpaper"])).failedOperands == ["product"])
        let market = try Fixture.offer(
            [.sellerIdentifier: "gln:4012345000009"], page: "https://market.example/p/9")
        #expect(try verdict(market).failedOperands == ["deliveryChannel"])
    }

    @Test("An agreement may require a complete manifest")
    func manifest() throws {
        let complete = Vocabulary.manifestStatements.sorted()
        let policy = Fixture.policy(extra: [
            "permission": [
                [
                    "uid": .string("\(Fixture.uid)#show"), "action": "sell",
                    "constraint": Fixture.limit(
                        "slv:manifest", "isAllOf", .array(complete.map { .string($0) })),
                ]
            ]
        ])
        func verdict(_ statements: [String]?) throws -> Verdict {
            var snapshot = try Fixture.snapshot(policy: policy)
            snapshot.assets = [
                .init(id: Fixture.asset, components: [], statements: statements)
            ]
            return try self.verdict(Fixture.offer(), snapshot)
        }
        #expect(try verdict(complete).kind == .authorised)
        let without = complete.filter { $0 != "humanCoefficient" }
        #expect(try verdict(without).kind == .outOfScope)
        #expect(try verdict(without).failedOperands == ["slv:manifest"])
        #expect(try verdict([]).failedOperands == ["slv:manifest"])
        let unknown = try verdict(nil)
        #expect(unknown.kind == .unknown && unknown.missing == ["slv:manifest"])
        #expect(try Agreement(jsonLD: policy).check().allSatisfy { $0.severity == .warning })
        let misspelt = Fixture.policy(extra: [
            "permission": [
                [
                    "action": "sell",
                    "constraint": Fixture.limit("slv:manifest", "isAllOf", ["humanCoeficient"]),
                ]
            ]
        ])
        #expect(
            try Agreement(jsonLD: misspelt).check().contains {
                $0.severity == .problem && $0.detail.contains("humanCoefficient")
            })
    }

    @Test("A category that nobody can compare is a missing fact, not a broken clause")
    func strangeCategory() throws {
        let verdict = try verdict(Fixture.offer([.category: "New & Lovely"]))
        #expect(verdict.kind == .unknown)
        #expect(verdict.missing == ["product"])
        let known = "Home & Garden > Decor > Throw Pillows"
        #expect(try self.verdict(Fixture.offer([.category: known])).kind == .authorised)
    }

    @Test("A page that names no seller on a marketplace is unknown, never unauthorised")
    func nobody() throws {
        let page = try Fixture.offer(page: "https://market.example/p/1")
        #expect(try verdict(page).missing == ["assignee"])
    }

    @Test("A stranger is unauthorised, unless facts point to a licensee's goods")
    func stranger() throws {
        let page = "https://knockoff.example/p/1"
        let plain = try verdict(Fixture.offer(page: page))
        #expect(plain.kind == .unauthorised)
        for sign in [Fact.Name.brand: "MillCraft", .gtin: "4012345000016"] {
            let verdict = try verdict(Fixture.offer([sign.key: sign.value], page: page))
            #expect(verdict.kind == .unknown)
            #expect(verdict.possibleResale)
        }
    }

    @Test("A registered retailer resells within the licence, and not beyond it")
    func retailer() throws {
        let facts: [Fact.Name: String] = [.sellerIdentifier: "seller:market.example/42"]
        let page = "https://market.example/p/2"
        #expect(try verdict(Fixture.offer(facts, page: page)).kind == .authorised)
        let abroad = try Fixture.offer(facts.merging([.territory: "FR"]) { $1 }, page: page)
        #expect(try verdict(abroad).kind == .outOfScope)
    }

    @Test("Events of one scan see each other in time order, and counted ones are not added again")
    func cumulative() throws {
        let runs = [
            try Fixture.run("e3", "50", at: "2027-03-01T14:00:00Z"),
            try Fixture.run("e1", "40", at: "2027-03-01T10:00:00Z"),
            try Fixture.run("e2", "950", at: "2027-03-01T12:00:00Z"),
        ]
        let kinds = try Fixture.verdicts(runs, Fixture.snapshot()).map(\.verdict)
        #expect(kinds.map(\.kind) == [.authorisedDutyOpen, .authorisedDutyOpen, .exceedsTier])
        #expect(kinds.map(\.overage) == [nil, nil, "40"])
        let again = try Fixture.snapshot(
            usage: [Fixture.asset: "1040"],
            counted: [
                LicensingSnapshot.countedKey("e1", asset: Fixture.asset): .init(
                    asset: Fixture.asset, units: "40",
                    date: try #require(Instant(iso8601: "2027-03-01T10:00:00Z"))),
                LicensingSnapshot.countedKey("e2", asset: Fixture.asset): .init(
                    asset: Fixture.asset, units: "950",
                    date: try #require(Instant(iso8601: "2027-03-01T12:00:00Z"))),
                LicensingSnapshot.countedKey("e3", asset: Fixture.asset): .init(
                    asset: Fixture.asset, units: "50",
                    date: try #require(Instant(iso8601: "2027-03-01T14:00:00Z"))),
            ])
        #expect(try Fixture.verdicts(runs, again).map(\.verdict) == kinds)
    }

    @Test("An event that is heard of late takes its place in time, and moves the later ones up")
    func lateEvent() throws {
        let snapshot = try Fixture.snapshot(
            usage: [Fixture.asset: "1000"],
            counted: [
                LicensingSnapshot.countedKey("e2", asset: Fixture.asset): .init(
                    asset: Fixture.asset, units: "950",
                    date: try #require(Instant(iso8601: "2027-03-01T12:00:00Z")))
            ])
        let runs = [
            try Fixture.run("e1", "40", at: "2027-03-01T10:00:00Z"),
            try Fixture.run("e2", "950", at: "2027-03-01T12:00:00Z"),
        ]
        let verdicts = try Fixture.verdicts(runs, snapshot).map(\.verdict)
        #expect(verdicts.map(\.kind) == [.authorisedDutyOpen, .exceedsTier])
        #expect(verdicts[1].overage == "40")
    }

    @Test("A payment on account pays one run, not every run")
    func onAccount() throws {
        let runs = [
            try Fixture.run("e1", "40", at: "2027-03-01T10:00:00Z"),
            try Fixture.run("e2", "40", at: "2027-03-01T12:00:00Z"),
        ]
        let snapshot = try Fixture.snapshot(paid: ["\(Fixture.uid)#pay1": "25.00"])
        let verdicts = try Fixture.verdicts(runs, snapshot).map(\.verdict)
        #expect(verdicts.map(\.kind) == [.authorised, .authorisedDutyOpen])
        #expect(verdicts[1].owed.map(\.amount) == ["15.00"])
    }

    @Test("A suspended agreement permits nothing, an expired one is out of time")
    func states() throws {
        #expect(
            try verdict(Fixture.offer(), Fixture.snapshot(state: .suspended)).kind
                == .unauthorised)
        let expired = try verdict(Fixture.offer(), Fixture.snapshot(state: .expired))
        #expect(expired.kind == .outOfScope)
        #expect(expired.failedOperands == ["dateTime"])
        #expect(expired.explanation.contains("expired"))
    }

    @Test("A training set that holds the asset is prohibited to the licensee")
    func training() throws {
        let entry = try Fixture.sighting([.channel: "training-set"])
        #expect(try verdict(entry).kind == .prohibited)
    }

    @Test("The order of sightings changes nothing")
    func order() throws {
        let sightings = [
            try Fixture.offer(), try Fixture.run("e1", "40", at: "2027-03-01T10:00:00Z"),
            try Fixture.sighting([.sku: "R-1"], image: "https://mill.example/i/2.jpg"),
            try Fixture.sighting(
                [.businessStep: "shipping", .eventIdentifier: "s1", .gtin: "4012345000016"],
                source: .event),
        ]
        let assembler = DeploymentAssembler(licensor: Fixture.studio, registry: Fixture.registry)
        let deployments = assembler.deployments(from: sightings)
        #expect(deployments == assembler.deployments(from: sightings.reversed()))
        #expect(deployments.map(\.action) == ["slv:manufacture", "odrl:sell"])
        #expect(deployments.first?.product == "event:e1")
        #expect(deployments.first?.sightings.count == 2)
        #expect(deployments.last?.product == "sku:mill.example/R-1")
        #expect(deployments.last?.sightings.count == 2)
    }

    @Test("Signed snapshots are read back, and damaged or strangely signed ones are refused")
    func snapshots() throws {
        let key = try Keys.signing()
        let snapshot = try Fixture.snapshot()
        let signed = SignedSnapshot(
            snapshot: snapshot, seal: try Seal(of: snapshot.canonicalBytes, with: key))
        let body = try JSONValue(encoding: signed).canonicalBytes
        let read = try SignedSnapshot(verifying: body, trusting: [signed.seal.publicKey])
        #expect(read.snapshot.digest == snapshot.digest)
        #expect(throws: SignedSnapshot.Refusal.strangeKey) {
            try SignedSnapshot(verifying: body, trusting: ["other"])
        }
        let text = String(decoding: body, as: UTF8.self)
        let changed = text.replacing("\"generation\":1", with: "\"generation\":2")
        #expect(throws: SignedSnapshot.Refusal.brokenSeal) {
            try SignedSnapshot(verifying: Array(changed.utf8), trusting: nil)
        }
    }
}
