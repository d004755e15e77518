// Budgets, traps, interruptions: how a crawl ends when it has to.

import Crawling
import SelvageTypes
import Testing

@Suite struct CrawlLimitTests {
    private let simulation = Simulation()

    @Test("An endless calendar ends, and the real pages beside it are all found")
    func calendar() throws {
        let web = SimulatedWeb(simulation) { address, _ in
            guard address.path != "/robots.txt" else { return (.page("", status: 404), 5) }
            if let query = address.query, query.hasPrefix("d=") {
                let day = Int(query.dropFirst(2).prefix { $0 != "&" }) ?? 0
                return (page("/cal?d=\(day + 1)", "/cal?d=\(day + 2)&v=w"), 5)
            }
            let number = Int(address.path.dropFirst(3)) ?? 0
            let next = [2 * number + 1, 2 * number + 2].filter { $0 < 40 }.map { "/p/\($0)" }
            return (page(next + ["/cal?d=1"], images: ["/i/\(number).png"]), 5)
        }
        _ = try crawl(web)
        #expect(web.asked.filter { $0.contains("/cal") }.count <= 220)
        #expect(Set(web.asked.filter { $0.contains("/p/") }).count == 39)
    }

    @Test("Pages of random facets and of ever deeper folders end")
    func facetsAndFolders() throws {
        let web = SimulatedWeb(simulation) { address, time in
            guard address.path != "/robots.txt" else { return (.page("", status: 404), 5) }
            var random = SeededRandom(seed: UInt64(address.target.utf8.count * 31 + time))
            let query = address.query.map { "\($0)&" } ?? ""
            let facets = (0..<10).map {
                "/shop?\(query)f\(Int.random(in: 0..<40, using: &random))=\($0)"
            }
            return (page(facets + ["a/", "b/"]), 5)
        }
        let summary = try crawl(web)
        #expect(summary.isComplete)
        #expect(web.asked.count < 600)
    }

    @Test("A thousand products of one shape are all fetched, for each shows an image of its own")
    func manyProducts() throws {
        let web = SimulatedWeb(simulation) { address, _ in
            guard address.path != "/robots.txt" else { return (.page("", status: 404), 1) }
            if address.path == "/" { return (page((0..<1000).map { "/products/\($0)" }), 1) }
            return (page([], images: ["/media\(address.path).jpg", "/logo.png"]), 1)
        }
        _ = try crawl(web)
        #expect(web.asked.filter { $0.contains("example/products/") }.count == 1000)
    }

    @Test("A budget of pages, images or depth is kept, and what it left out is named")
    func budgets() throws {
        let web = SimulatedWeb(simulation) { address, _ in
            let number = Int(address.path.dropFirst(2)) ?? 0
            return (
                page(["/p\(2 * number + 1)", "/p\(2 * number + 2)"], images: ["/i\(number).png"]), 5
            )
        }
        let summary = try crawl(web) {
            $0.robots = .ignore
            $0.pages = 10
            $0.images = 3
            $0.depth = 20
        }
        #expect(summary.isComplete)
        #expect(web.asked.filter { !$0.hasSuffix(".png") }.count == 10)
        #expect(web.asked.filter { $0.hasSuffix(".png") }.count == 3)
        #expect(summary.coverage.first?.notChecked[.budget] == 18)
    }

    @Test("When the time is up the rest is given up, and says so")
    func time() throws {
        let web = SimulatedWeb(simulation) { address, _ in
            (page(address.path + "a", address.path + "b"), 1000)
        }
        let summary = try crawl(web) {
            $0.robots = .ignore
            $0.seconds = 10
        }
        #expect(summary.isComplete)
        #expect(web.asked.count <= 21)
        #expect((summary.coverage.first?.notChecked[.budget] ?? 0) > 0)
    }

    @Test(
        "A scan that is killed at any commit and taken up again finds the same", arguments: 1...20)
    func resume(kill: Int) throws {
        let pages: [String: SimulatedWeb.Answer] = Dictionary(
            uniqueKeysWithValues: (0..<40).map { number in
                let links = [2 * number + 1, 2 * number + 2].filter { $0 < 40 }.map { "/p\($0)" }
                return ("http://shop.example/p\(number)", page(links, images: ["/i\(number).png"]))
            })
        let store = MemoryStore(commitsLeft: kill)
        let first = SimulatedWeb(simulation, pages: pages)
        #expect(throws: MemoryStore.Killed.self) {
            try crawl(first, from: ["http://shop.example/p0"], store: store)
        }
        try simulation.run { await store.allow(commits: nil) }
        let second = SimulatedWeb(simulation, pages: pages)
        let summary = try crawl(second, from: ["http://shop.example/p0"], store: store)
        #expect(summary.scan.resumed)
        #expect(summary.counts.pagesDone == 40)
        #expect(summary.counts.imagesDone == 40)
        let again = Set(first.asked).intersection(second.asked)
        #expect(again.count <= 2, "at most what was in flight is fetched again")
        #expect(!second.log.contains { $0.address.path == "/robots.txt" } || kill < 2)
    }

    @Test("A crawl that is stopped stores what was in flight and can be taken up again")
    func stop() throws {
        let pages: [String: SimulatedWeb.Answer] = [
            "http://shop.example/": page((0..<50).map { "/p\($0)" })
        ]
        let store = MemoryStore()
        let web = SimulatedWeb(simulation, milliseconds: 100, pages: pages)
        let simulation = simulation
        var settings = CrawlSettings(
            seeds: [WebAddress("http://shop.example/")].compactMap(\.self).map {
                Target(address: $0, kind: .page, depth: 0)
            })
        settings.manners.delayInMilliseconds = 0
        let final = settings
        let summary = try simulation.run {
            let crawl = Crawl(
                settings: final, plan: "test", store: store, fetcher: web, clock: simulation,
                images: PatientReader(), progress: { _ in }, executor: simulation)
            async let result = crawl.run()
            try await simulation.sleep(until: simulation.now().advanced(milliseconds: 950))
            await crawl.stop()
            return try await result
        }
        #expect(!summary.isComplete)
        #expect(summary.counts.pagesDone == web.asked.count)
        let rest = try crawl(web, store: store)
        #expect(rest.isComplete)
        #expect(Set(web.asked).count == 51)
        #expect(web.asked.count == 51)
    }

    @Test("The statistics of a run count every request once, by how it ended")
    func statistics() throws {
        let web = SimulatedWeb(simulation) { address, time in
            switch address.path {
            case "/": (page("/a", "/gone", "/busy", "/dead"), 20)
            case "/busy" where time == 1: (.page("busy", status: 503), 40)
            case "/dead": (.failure(.unreachable), 20)
            case "/a", "/busy": (page(), 20)
            default: (.page("", status: 404), 20)
            }
        }
        let summary = try crawl(web) { $0.recordsTerms = false }
        let statistics = summary.statistics
        #expect(statistics.requests == web.log.count)
        #expect(statistics.answers == [200: 3, 404: 2, 503: 1])
        #expect(statistics.failures == 3 && statistics.retries == 3)
        #expect(statistics.notChecked == [.gone: 1, .unreachable: 1])
        #expect(statistics.longestMilliseconds == 40 && statistics.meanMilliseconds == 140 / 6)
        #expect(statistics.mostInFlight == 2)
        #expect(statistics.hosts.map(\.requests) == [statistics.requests])
        #expect(statistics.seconds > 0)
    }
}
