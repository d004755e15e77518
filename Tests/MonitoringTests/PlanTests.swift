// Plans: what they say, and what is said about their mistakes.

import Foundation
import SelvageTypes
import Testing

@testable import Monitoring

@Suite("A plan")
struct PlanTests {
    static let whole = """
        plan: high-street
        catalogue: ../catalogue
        seeds:
          - https://shop.example/fabric
          - {url: "https://mill.example/epcis/events.jsonld", kind: epcis, facts: {territory: DE}}
        schedule: {cron: "0 3 * * 1-5", timezone: Europe/Paris}
        scope: {hosts: ["*.shop.example"], exclude: ["/cart"], depth: 3, pages: 200, images: 900, bytes: 2GiB, time: 90m}
        politeness: {delay: 250ms, connections: 1, robots: obey, contact: "mailto:scans@studio.example"}
        network: {allow: ["127.0.10.0/24"]}
        facts: {territory: FR, channel: web-shop}
        report: {server: "https://licences.example/", secret: webhook}
        """

    @Test("Every key is read")
    func everything() throws {
        let plan = try PlanReader.read(text: Self.whole, file: "/plans/high-street.yaml").plan
        #expect(plan.name == "high-street")
        #expect(plan.catalogue == "/catalogue")
        #expect(plan.seeds.map(\.kind) == [.page, .epcis])
        #expect(plan.seeds[1].facts == [.territory: "DE"])
        #expect(plan.scope.bytes == 2 << 30)
        #expect(plan.scope.timeInSeconds == 5400)
        #expect(plan.politeness.delayInMilliseconds == 250)
        #expect(plan.allow == ["127.0.10.0/24"])
        #expect(plan.facts == [.territory: "FR", .channel: "web-shop"])
        #expect(plan.report.server?.description == "https://licences.example/")
    }

    @Test("All mistakes are named at once, each with its line")
    func mistakes() {
        let text = """
            plan: bad name
            catalog: x
            seeds:
              - {url: "ftp://shop.example/", kind: web}
              - {url: "https://shop.example/", kind: carrier-pigeon}
            scope: {depth: many}
            politeness: {delay: soon, connections: 9}
            network: {allow: [everywhere]}
            """
        do {
            _ = try PlanReader.read(text: text, file: "bad.yaml")
            Issue.record("the plan was accepted")
        } catch {
            let lines = error.problems.map(\.line)
            #expect(Set(lines).isSuperset(of: [1, 2, 4, 5, 6, 7, 8]), "\(error)")
            #expect(error.description.contains("bad.yaml:2: unknown key `catalog`"))
            #expect(error.description.contains("did you mean `catalogue`?"))
        }
    }

    @Test("A file that is not YAML, or not there, is one clear line")
    func unreadable() {
        #expect(throws: PlanError.self) {
            try PlanReader.read(text: "plan: [", file: "x.yaml")
        }
        do {
            _ = try PlanReader.read(file: "/nowhere/plan.yaml")
            Issue.record("read a file that is not there")
        } catch {
            #expect(error.description.hasPrefix("/nowhere/plan.yaml: cannot be read"))
        }
    }

    @Test("The plan to fill in is a good plan")
    func template() throws {
        let text = PlanTemplate.text(name: "mine", seed: "https://shop.example/", catalogue: "c")
        #expect(try PlanReader.read(text: text, file: "mine.yaml").plan.name == "mine")
    }

    @Test("A plan that names nothing to judge by is refused")
    func noAgreements() {
        let text = "plan: p\ncatalogue: c\nseeds: [\"https://shop.example/\"]\n"
        #expect(throws: PlanError.self) { try PlanReader.read(text: text, file: "p.yaml") }
    }

    @Test("A seed's facts go before the plan's")
    func seedFacts() throws {
        let plan = try PlanReader.read(text: Self.whole, file: "p.yaml").plan
        let mill = try #require(WebAddress("https://mill.example/epcis/events.jsonld"))
        let shop = try #require(WebAddress("https://shop.example/p/1"))
        #expect(plan.impliedFacts(of: mill).best(.territory) == "DE")
        #expect(plan.impliedFacts(of: shop).best(.territory) == "FR")
    }
}

@Suite("A schedule")
struct CronTests {
    private func moment(_ text: String) throws -> Instant {
        try #require(Instant(iso8601: text))
    }

    @Test("Is due at its own zone's time, also across the change of clocks")
    func zone() throws {
        let cron = try #require(CronSchedule("0 3 * * *", timezone: "Europe/Paris"))
        #expect(
            cron.latest(notAfter: try moment("2026-07-01T12:00:00Z"))
                == (try moment("2026-07-01T01:00:00Z")))
        #expect(
            cron.latest(notAfter: try moment("2026-01-10T01:30:00Z"))
                == (try moment("2026-01-09T02:00:00Z")))
        #expect(
            cron.next(after: try moment("2026-01-10T02:00:00Z"))
                == (try moment("2026-01-11T02:00:00Z")))
    }

    @Test("Knows lists, ranges, steps, names, and that either day field suffices")
    func fields() throws {
        let quarter = try #require(CronSchedule("*/15 8-10 * * mon-fri", timezone: "UTC"))
        #expect(
            quarter.next(after: try moment("2026-11-21T12:00:00Z"))
                == (try moment("2026-11-23T08:00:00Z")))
        let either = try #require(CronSchedule("0 0 13 * 5", timezone: "UTC"))
        #expect(
            either.next(after: try moment("2026-11-20T00:00:00Z"))
                == (try moment("2026-11-27T00:00:00Z")))
        #expect(
            either.next(after: try moment("2026-12-11T00:00:00Z"))
                == (try moment("2026-12-13T00:00:00Z")))
    }

    @Test(
        "Nonsense is refused",
        arguments: ["", "* * * *", "60 * * * *", "* * * * 8", "*/0 * * * *", "5-1 * * * *"])
    func nonsense(text: String) {
        #expect(CronSchedule(text, timezone: "UTC") == nil)
        #expect(CronSchedule("0 3 * * *", timezone: "Mars/Olympus") == nil)
    }
}
