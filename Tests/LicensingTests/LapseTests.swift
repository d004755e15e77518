// Agreements that have run out, and bans that speak of what a question leaves out.

import Foundation
import SelvageTypes
import Testing

@testable import Licensing

@Suite("An agreement with an end")
struct LapseTests {
    /// One permission to sell until the last day of June 2027, and a ban on large runs.
    private static let policy: JSONValue = [
        "@type": "Agreement", "uid": "https://licences.example/agreements/summer",
        "target": .string(Fixture.asset), "assigner": .string(Fixture.studio),
        "assignee": .string(Fixture.mill),
        "permission": [
            [
                "uid": "https://licences.example/agreements/summer#sell", "action": "sell",
                "constraint": [
                    [
                        "leftOperand": "dateTime", "operator": "lteq",
                        "rightOperand": "2027-06-30",
                    ]
                ],
            ]
        ],
        "prohibition": [
            [
                "uid": "https://licences.example/agreements/summer#large",
                "action": "slv:manufacture",
                "constraint": [
                    ["leftOperand": "slv:runSize", "operator": "gt", "rightOperand": 10000]
                ],
            ]
        ],
    ]

    private func verdict(seen: String, _ state: AgreementState) throws -> Verdict {
        let offer = try Fixture.sighting(
            [.price: "12.00", .currency: "EUR", .sku: "A1", .productName: "Cushion"], seen: seen)
        let snapshot = try Fixture.snapshot(
            state: state, policy: Self.policy, issued: "2027-09-01")
        return try #require(try Fixture.verdicts([offer], snapshot).first).verdict
    }

    @Test("Still covers what was sold inside its time when it has run out or was superseded")
    func insideTheTerm() throws {
        for state in [AgreementState.active, .expired, .superseded] {
            #expect(try verdict(seen: "2027-03-01T12:00:00Z", state).kind == .authorised)
        }
        let late = try verdict(seen: "2027-08-01T12:00:00Z", .expired)
        #expect(late.kind == .outOfScope)
        #expect(late.failedOperands == ["dateTime"])
    }

    @Test("Ends with the last second of its last day")
    func lastDay() throws {
        let agreement = try Agreement(jsonLD: Self.policy)
        let end = try #require(agreement.end)
        #expect(try #require(Instant(iso8601: "2027-06-30T23:59:00Z")) < end)
        #expect(end < (try #require(Instant(iso8601: "2027-07-01"))))
        #expect(try verdict(seen: "2027-06-30T18:00:00Z", .expired).kind == .authorised)
    }

    @Test("A ban on large runs forbids no sale, which shows no run")
    func banLeftOut() throws {
        #expect(try verdict(seen: "2027-03-01T12:00:00Z", .active).kind == .authorised)
        let run = try Fixture.run("e1", "20000", at: "2027-03-01T12:00:00Z")
        let snapshot = try Fixture.snapshot(policy: Self.policy)
        #expect(try Fixture.verdicts([run], snapshot).map(\.verdict.kind) == [.prohibited])
    }

    @Test("One event that makes goods with two assets is counted for each, once")
    func twoAssets() throws {
        let date = try #require(Instant(iso8601: "2027-03-01T12:00:00Z"))
        var counted: [String: LicensingSnapshot.CountedUse] = [:]
        for asset in [Fixture.asset, "https://assets.example/other"] {
            counted[LicensingSnapshot.countedKey("e1", asset: asset)] = .init(
                asset: asset, units: "600", date: date)
        }
        let snapshot = try Fixture.snapshot(
            usage: [Fixture.asset: "600", "https://assets.example/other": "600"], counted: counted)
        let run = try Fixture.run("e1", "600", at: "2027-03-01T12:00:00Z")
        #expect(
            try Fixture.verdicts([run], snapshot).map(\.verdict.kind) == [.authorisedDutyOpen])
    }

    @Test("Somebody's resale, or what is not known, never puts the licensee's agreement in cure")
    func lifecycle() {
        let now = Instant(seconds: 1_800_000_000)
        func next(_ state: AgreementState, _ verdicts: Set<Verdict.Kind>) -> AgreementState? {
            AgreementLifecycle.next(after: state, verdicts: verdicts, end: nil, at: now)?.state
        }
        #expect(next(.inCure, [.unknown]) == nil)
        #expect(next(.active, [.authorised]) == nil)
        #expect(next(.due, [.authorised]) == .active)
        #expect(next(.active, [.authorised, .outOfScope]) == .inCure)
    }
}
