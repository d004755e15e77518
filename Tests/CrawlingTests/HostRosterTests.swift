// A frontier of more hosts than memory holds is gone through piece by piece.

import SelvageTypes
import Testing

@testable import Crawling

@Suite struct HostRosterTests {
    private let simulation = Simulation()

    /// Hosts with a front page and nine more; `wait` says how one answers otherwise.
    private func web(
        _ other: @escaping @Sendable (WebAddress, Int) -> SimulatedWeb.Answer? = { _, _ in nil }
    )
        -> SimulatedWeb
    {
        SimulatedWeb(simulation) { address, time in
            if let answer = other(address, time) { return (answer, 20) }
            if address.path == "/robots.txt" { return (.page("", status: 404), 20) }
            return (page((1...9).map { "/p\($0)" }), 20)
        }
    }

    private func seeds(_ count: Int) -> [String] {
        (0..<count).map { "http://h\($0).example/" }
    }

    @Test("Three hundred hosts with room for eight are crawled whole, each address once")
    func smallRoom() throws {
        let web = web()
        let store = MemoryStore()
        let summary = try crawl(web, from: seeds(300), store: store) {
            $0.residentHosts = 8
            $0.manners.delayInMilliseconds = 100
            $0.recordsTerms = false
        }
        #expect(summary.isComplete)
        #expect(summary.counts.pagesDone == 3000)
        #expect(web.asked.count == 3000 && Set(web.asked).count == 3000)
    }

    @Test("Hosts that made room are remembered, of millions of them so many and no more")
    func memory() {
        var roster = HostRoster()
        let host = LeftHost(
            gate: HostGate(.init()), place: SharedPace.Place(origin: "http://x.example"),
            robotsTries: 1, requests: 7)
        roster.remember(host, of: "http://x.example")
        #expect(roster.recall("http://x.example")?.requests == 7)
        #expect(roster.recall("http://x.example") == nil)
        for number in 0..<HostRoster.leftLimit + 1000 {
            roster.remember(host, of: "http://h\(number).example")
        }
        #expect(roster.left.count == HostRoster.leftLimit)
        #expect(roster.recall("http://h\(HostRoster.leftLimit + 999).example") != nil)
    }

    @Test("Hosts that wait for long do not hold up the others")
    func longWaits() throws {
        let web = web { address, time in
            let number = Int(address.host.dropFirst().prefix { $0.isNumber }) ?? 0
            guard number < 20, address.path == "/", time == 1 else { return nil }
            return .page("later", status: 503, headers: [HeaderField("Retry-After", "600")])
        }
        let began = simulation.now()
        let summary = try crawl(web, from: seeds(60)) {
            $0.residentHosts = 8
            $0.manners.delayInMilliseconds = 100
            $0.recordsTerms = false
        }
        #expect(summary.isComplete && summary.counts.pagesDone == 600)
        let late = web.log.filter { $0.began.milliseconds(since: began) > 590_000 }
        let hosts = Set(late.map(\.address.host))
        #expect(hosts == Set((0..<20).map { "h\($0).example" }))
        for host in hosts {
            let times = web.log.filter { $0.address.host == host }.map(\.began)
            let waits = zip(times, times.dropFirst()).map { $1.milliseconds(since: $0) }
            #expect((waits.max() ?? 0) >= 600_000, "\(host)")
        }
    }

    @Test("A host that was given up stays given up when it has made room and is named again")
    func givenUp() throws {
        let web = web { address, _ in
            if address.host == "dead.example" { return .failure(.unreachable) }
            guard address.host == "h29.example", address.path == "/p9" else { return nil }
            return page("http://dead.example/again", "http://dead.example/and-again")
        }
        let store = MemoryStore()
        let summary = try crawl(web, from: ["http://dead.example/"] + seeds(30), store: store) {
            $0.residentHosts = 2
            $0.manners.delayInMilliseconds = 3000
            $0.robots = .ignore
            $0.recordsTerms = false
            $0.hosts = ["*.example"]
        }
        #expect(summary.isComplete)
        let asked = web.asked.filter { $0.contains("dead.example") }
        #expect(asked.count <= 5, "\(asked)")
        for path in ["", "again", "and-again"] {
            let reason = try runReason(store, "http://dead.example/\(path)")
            #expect(reason == .unreachable, "\(path)")
        }
    }

    @Test("A crawl of many hosts that is killed goes on without losing or repeating any")
    func killed() throws {
        let web = web()
        let store = MemoryStore(commitsLeft: 40)
        let change: (inout CrawlSettings) -> Void = {
            $0.residentHosts = 8
            $0.batch = 16
            $0.recordsTerms = false
        }
        #expect(throws: MemoryStore.Killed.self) {
            try crawl(web, from: seeds(100), store: store, change)
        }
        let before = web.asked.count
        #expect(before < 1000)
        try simulation.run { await store.allow(commits: nil) }
        let summary = try crawl(web, from: seeds(100), store: store, change)
        #expect(summary.isComplete && summary.counts.pagesDone == 1000)
        #expect(Set(web.asked).count == 1000)
        #expect(web.asked.count <= 1000 + 32)
    }

    @Test("Seeds that come in pieces are put in the frontier, and after a kill all of them again")
    func pieces() throws {
        struct Source: SeedSource {
            struct Broken: Error {}
            let pieces: Int
            let breaks: Bool

            func forEachPiece(_ body: @Sendable ([Target]) async throws -> Void) async throws {
                for piece in 0..<pieces {
                    if breaks, piece == pieces / 2 { throw Broken() }
                    try await body(
                        (0..<10).compactMap { WebAddress("http://h\($0).example/s\(piece)") }
                            .map { Target(address: $0, kind: .page, depth: 0) })
                }
            }
        }
        let store = MemoryStore()
        let web = SimulatedWeb(simulation) { address, _ in
            address.path == "/robots.txt" ? (.page("", status: 404), 5) : (page(), 5)
        }
        var settings = CrawlSettings(seeds: [])
        settings.seedHosts = Set((0..<10).map { "h\($0).example" })
        settings.manners.delayInMilliseconds = 0
        settings.recordsTerms = false
        let final = settings
        let run = { (breaks: Bool) in
            try simulation.run {
                try await Crawl(
                    settings: final, plan: "test", store: store, fetcher: web,
                    clock: web.simulation, images: PatientReader(), progress: { _ in },
                    executor: web.simulation, furtherSeeds: Source(pieces: 6, breaks: breaks)
                ).run()
            }
        }
        #expect(throws: Source.Broken.self) { try run(true) }
        #expect(web.asked.isEmpty)
        let summary = try run(false)
        #expect(summary.isComplete && summary.counts.pagesDone == 60)
        #expect(Set(web.asked).count == 60 && web.asked.count == 60)
    }

    private func runReason(_ store: MemoryStore, _ address: String) throws -> NotChecked? {
        try simulation.run { await store.reason(address) }
    }
}
