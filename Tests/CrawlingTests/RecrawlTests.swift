// What a second scan asks of a site that an earlier one knows, and what it sees of its changes.

import SelvageTypes
import Synchronization
import Testing

@testable import Crawling

@Suite struct RecrawlTests {
    private static let day: Int64 = 86_400_000
    private let start = Instant(microseconds: 1_800_000_000_000_000)

    private func known(
        checked days: Int64, since: Int64 = 0, changes: Double = 0, isUrgent: Bool = false
    ) -> KnownContent {
        KnownContent(
            etag: "\"1\"", lastModified: "Sun, 06 Nov 1994 08:49:37 GMT", content: Digest(of: "a"),
            history: VisitHistory(
                checked: start.advanced(milliseconds: days * Self.day),
                since: start.advanced(milliseconds: since * Self.day), changes: changes),
            isUrgent: isUrgent)
    }

    private func target(_ known: KnownContent?, depth: Int = 1) throws -> Target {
        Target(
            address: try #require(WebAddress("http://shop.example/a")), kind: .page, depth: depth,
            known: known)
    }

    @Test("The interval grows while nothing changes, shrinks with changes, and has bounds")
    func interval() {
        let hours = { (known: KnownContent) in
            RecrawlRule.interval(after: known.history) / 3_600_000
        }
        #expect(hours(known(checked: 0)) == 1)
        #expect(hours(known(checked: 4)) == 48)
        #expect(hours(known(checked: 400)) == 30 * 24)
        #expect(hours(known(checked: 50, changes: 1)) == 5 * 24)
        #expect(hours(known(checked: 50, changes: 10)) == 12)
        #expect(hours(known(checked: 1, changes: 10)) == 1)
    }

    @Test("A changed page's older habits are forgotten as far as they are older than three months")
    func forgetting() {
        let before = known(checked: 899, changes: 10)
        let now = start.advanced(milliseconds: 900 * Self.day)
        let history = RecrawlRule.history(after: before, isChanged: true, at: now)
        #expect(history.since == start.advanced(milliseconds: 810 * Self.day))
        #expect(history.changes == 2)
        #expect(RecrawlRule.history(after: before, isChanged: false, at: now).changes == 10)
    }

    @Test("A seed that was taken out of the plan is not asked again")
    func removedSeed() throws {
        let store = MemoryStore()
        let pages: [String: SimulatedWeb.Answer] = [
            "http://shop.example/": .page("<a href=/a>a</a>"),
            "http://shop.example/a": .page("a"), "http://other.example/": .page("other"),
        ]
        let both = ["http://shop.example/", "http://other.example/"]
        let simulation = Simulation()
        let first = try crawl(
            SimulatedWeb(simulation, pages: pages), from: both, store: store)
        try simulation.run { await store.finish(first.scan, at: simulation.now()) }
        let second = SimulatedWeb(simulation, pages: pages)
        let summary = try crawl(second, store: store) { $0.recrawl = RecrawlRule(.conditional) }
        #expect(summary.isComplete)
        #expect(Set(second.asked) == ["http://shop.example/", "http://shop.example/a"])
        let other = summary.coverage.first { $0.site == "other.example" }
        #expect(other?.notChecked == [.outOfScope: 1])
    }

    @Test("An entity tag is the better condition, and nothing known is fetched in full")
    func conditions() throws {
        let rule = RecrawlRule(.conditional)
        #expect(
            try rule.conditions(for: target(known(checked: 1)))
                == [HeaderField("If-None-Match", "\"1\"")])
        var dated = known(checked: 1)
        dated.etag = nil
        #expect(try rule.conditions(for: target(dated)).map(\.name) == ["If-Modified-Since"])
        #expect(try rule.conditions(for: target(nil)).isEmpty)
        #expect(try RecrawlRule(.full).conditions(for: target(dated)).isEmpty)
    }

    @Test("Only an adaptive plan leaves pages unasked, and never seeds or urgent ones")
    func tooEarly() throws {
        let now = start.advanced(milliseconds: 11 * Self.day)
        let quiet = try target(known(checked: 10))
        #expect(RecrawlRule(.adaptive).isTooEarly(for: quiet, at: now))
        #expect(!RecrawlRule(.conditional).isTooEarly(for: quiet, at: now))
        let urgent = try target(known(checked: 10, isUrgent: true))
        #expect(!RecrawlRule(.adaptive).isTooEarly(for: urgent, at: now))
        let seed = try target(known(checked: 10), depth: 0)
        #expect(!RecrawlRule(.adaptive).isTooEarly(for: seed, at: now))
        let lively = try target(known(checked: 10, changes: 10))
        #expect(!RecrawlRule(.adaptive).isTooEarly(for: lively, at: now))
    }

    /// Pages that change at random: one in twenty is lively, the others hardly ever change.
    @Test(
        "Of one page in a hundred that change, 95 % are seen the same day with 10 % of the requests"
    )
    func simulated() throws {
        let rule = RecrawlRule(.adaptive)
        var random = SeededRandom(seed: 11)
        let pages = 2000
        var targets = try (0..<pages).map { _ in
            try target(
                KnownContent(
                    content: Digest(of: "a"), history: VisitHistory(checked: start, since: start)))
        }
        var isChanged = [Bool](repeating: false, count: pages)
        var (changes, seen, requests) = (0, 0, 0)
        for day in 1...240 {
            // A scan is not to the minute at the same time each day.
            let now = start.advanced(
                milliseconds: Int64(day) * Self.day + Int64.random(in: 0..<600_000, using: &random))
            for page in 0..<pages {
                let chance = page % 20 == 0 ? 0.198 : 0.000_1
                let changesNow = Double.random(in: 0..<1, using: &random) < chance
                isChanged[page] = isChanged[page] || changesNow
                let isAsked = !rule.isTooEarly(for: targets[page], at: now)
                if isAsked {
                    let history = RecrawlRule.history(
                        after: targets[page].known, isChanged: isChanged[page], at: now)
                    targets[page].known?.history = history
                    isChanged[page] = false
                }
                guard day > 120 else { continue }
                changes += changesNow ? 1 : 0
                seen += changesNow && isAsked ? 1 : 0
                requests += isAsked ? 1 : 0
            }
        }
        #expect((0.008...0.012).contains(Double(changes) / Double(pages * 120)))
        #expect(Double(seen) >= 0.95 * Double(changes), "\(seen) of \(changes)")
        #expect(Double(requests) <= 0.10 * Double(pages * 120), "\(requests) requests")
    }

    /// A shop of forty pages with an image each; the page of one number has a new link and a new
    /// text after the first scan.
    private func shop(_ simulation: Simulation, changing number: Int, since scan: ScanNumber)
        -> SimulatedWeb
    {
        SimulatedWeb(simulation) { address, _ in
            if address.path == "/robots.txt" { return (.page("", status: 404), 1) }
            if address.path.hasPrefix("/.well-known") { return (.page("", status: 404), 1) }
            if address.path.hasPrefix("/i/") {
                let tag = HeaderField("ETag", "\"\(address.path)\"")
                return (.page(String(repeating: "png", count: 2000), headers: [tag]), 1)
            }
            let page = address.path == "/" ? 0 : Int(address.path.dropFirst(3)) ?? 0
            let isNew = page == number && scan.value > 1
            var links = [2 * page + 1, 2 * page + 2].filter { $0 < 40 }.map { "/p/\($0)" }
            if isNew { links.append("/p/99") }
            let text = body(links, image: "/i/\(page).png")
            let tag = HeaderField("ETag", "\"\(page)-\(isNew)\"")
            return (.page(text, headers: [tag]), 1)
        }
    }

    private func body(_ links: [String], image: String) -> String {
        links.map { "<a href=\"\($0)\">\($0)</a>" }.joined()
            + "<img src=\"\(image)\">" + String(repeating: "<p>text of the page</p>", count: 200)
    }

    @Test("An unchanged site costs hardly a byte, and all of it stays known")
    func unchanged() throws {
        let scan = ScanNumber()
        let web = shop(Simulation(), changing: -1, since: scan)
        let store = MemoryStore()
        let first = try crawl(web, store: store) { $0.recrawl = RecrawlRule(.conditional) }
        let sent = web.log.reduce(0) { $0 + $1.bytes }
        let requests = web.log.count
        try web.simulation.run { await store.finish(first.scan, at: web.simulation.now()) }
        scan.value = 2
        let second = try crawl(web, store: store) { $0.recrawl = RecrawlRule(.conditional) }
        #expect(second.isComplete && second.scan.number == 2)
        #expect(second.counts.pagesDone == first.counts.pagesDone)
        #expect(second.counts.imagesDone == 40)
        let again = web.log.dropFirst(requests)
        #expect(Double(again.reduce(0) { $0 + $1.bytes }) <= 0.03 * Double(sent))
        #expect(again.filter { $0.address.path.hasPrefix("/p/") }.allSatisfy { $0.status == 304 })
        #expect(again.count <= requests)
    }

    @Test("A changed page is read again and what is new on it is found")
    func changed() throws {
        let scan = ScanNumber()
        let web = shop(Simulation(), changing: 17, since: scan)
        let store = MemoryStore()
        let first = try crawl(web, store: store) { $0.recrawl = RecrawlRule(.conditional) }
        try web.simulation.run { await store.finish(first.scan, at: web.simulation.now()) }
        scan.value = 2
        let requests = web.log.count
        let second = try crawl(web, store: store) { $0.recrawl = RecrawlRule(.conditional) }
        let read = web.log.dropFirst(requests).filter { $0.status == 200 }.map(\.address.target)
        #expect(Set(read) == ["/p/17", "/p/99", "/i/99.png"])
        #expect(second.counts.pagesDone == 41)
    }

    @Test("An adaptive scan soon after another asks its seeds and takes over the rest")
    func adaptive() throws {
        let web = shop(Simulation(), changing: -1, since: ScanNumber())
        let store = MemoryStore()
        for number in 1...3 {
            let requests = web.log.count
            let summary = try crawl(web, store: store) { $0.recrawl = RecrawlRule(.adaptive) }
            #expect(summary.isComplete && summary.counts.pagesDone == 40)
            if number > 1 { #expect(web.log.dropFirst(requests).map(\.address.path) == ["/"]) }
            let clock = web.simulation
            try clock.run {
                await store.finish(summary.scan, at: clock.now())
                try await clock.sleep(until: clock.now().advanced(milliseconds: 60_000))
            }
        }
    }

    @Test("A full scan asks everything anew, whatever is known")
    func full() throws {
        let web = shop(Simulation(), changing: -1, since: ScanNumber())
        let store = MemoryStore()
        for _ in 1...2 {
            let summary = try crawl(web, store: store)
            try web.simulation.run { await store.finish(summary.scan, at: web.simulation.now()) }
        }
        #expect(!web.log.contains { $0.status == 304 })
    }
}

/// A number behind a lock.
final class ScanNumber: Sendable {
    private let number = Mutex(1)
    var value: Int {
        get { number.withLock { $0 } }
        set { number.withLock { $0 = newValue } }
    }
}
