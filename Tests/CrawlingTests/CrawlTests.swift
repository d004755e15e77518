// Whole crawls over a simulated web, without a clock or a network.

import Crawling
import SelvageTypes
import Synchronization
import Testing

/// Takes every image for one that was looked at.
struct PatientReader: ImageReader {
    func read(_ capture: Capture, of target: Target) async -> ImageReading {
        ImageReading(
            recognition: ImageRecognition(width: 1, height: 1, hash: nil, quality: 0, matches: []))
    }
}

/// One crawl to its end over a simulated web.
func crawl(
    _ web: SimulatedWeb, from seeds: [String] = ["http://shop.example/"],
    store: MemoryStore = MemoryStore(),
    _ change: (inout CrawlSettings) -> Void = { _ in }
) throws -> CrawlSummary {
    var settings = CrawlSettings(
        seeds: seeds.compactMap { WebAddress($0) }.map {
            Target(address: $0, kind: .page, depth: 0)
        })
    settings.manners.delayInMilliseconds = 0
    change(&settings)
    let final = settings
    return try web.simulation.run {
        try await Crawl(
            settings: final, plan: "test", store: store, fetcher: web, clock: web.simulation,
            images: PatientReader(), progress: { _ in }, executor: web.simulation
        ).run()
    }
}

@Suite struct CrawlTests {
    private let simulation = Simulation()

    @Test("Every page that links reach is fetched, and each once")
    func reachable() throws {
        let web = SimulatedWeb(
            simulation,
            pages: [
                "http://shop.example/": page("/a", "/b"),
                "http://shop.example/a": page("/b", "/c", "http://other.example/"),
                "http://shop.example/b": page(["/"], images: ["/i.png", "//cdn.example/j.png"]),
                "http://shop.example/c": page(["/a", "/missing"], images: ["/i.png"]),
                "http://shop.example/i.png": .page("png"),
                "http://cdn.example/j.png": .page("png"),
            ])
        let store = MemoryStore()
        let summary = try crawl(web, store: store)
        #expect(summary.isComplete)
        #expect(
            web.asked.sorted() == [
                "http://cdn.example/j.png", "http://shop.example/", "http://shop.example/a",
                "http://shop.example/b", "http://shop.example/c", "http://shop.example/i.png",
                "http://shop.example/missing",
            ])
        #expect(summary.counts.pagesDone == 5)
        #expect(summary.counts.imagesDone == 2)
        #expect(summary.linksOutOfScope == 1)
        #expect(summary.coverage.first { $0.site == "shop.example" }?.notChecked == [.gone: 1])
    }

    @Test("Seven spellings of one page are one fetch")
    func spellings() throws {
        let spellings = [
            "/d.html", "/d.html#a", "/./d.html", "/x/../d.html", "/%64.html",
            "/d.html?utm_source=n", "/d.html?fbclid=1",
        ]
        let web = SimulatedWeb(
            simulation,
            pages: ["http://shop.example/": page(spellings), "http://shop.example/d.html": page()])
        _ = try crawl(web)
        #expect(web.asked == ["http://shop.example/", "http://shop.example/d.html"])
    }

    @Test("Variants that name one canonical page lead nowhere but to it")
    func canonical() throws {
        let head = "<link rel=\"canonical\" href=\"/p\">"
        let web = SimulatedWeb(
            simulation,
            pages: [
                "http://shop.example/": page("/p?s=1", "/p?s=2"),
                "http://shop.example/p?s=1": page(["/q?s=1"], images: ["/1.png"], head: head),
                "http://shop.example/p?s=2": page(["/q?s=2"], images: ["/2.png"], head: head),
                "http://shop.example/p": page(["/q"], images: ["/0.png"], head: head),
            ])
        _ = try crawl(web)
        #expect(web.asked.filter { $0.contains("/q") } == ["http://shop.example/q"])
        #expect(web.asked.filter { $0.hasSuffix(".png") } == ["http://shop.example/0.png"])
        #expect(web.asked.filter { $0 == "http://shop.example/p" }.count == 1)
    }

    @Test("robots.txt that answers 503 keeps the whole host from being asked")
    func robotsUnavailable() throws {
        let web = SimulatedWeb(
            simulation,
            pages: ["http://shop.example/robots.txt": .page("no", status: 503)])
        let store = MemoryStore()
        let summary = try crawl(web, store: store)
        #expect(web.asked.isEmpty)
        #expect(summary.coverage.first?.notChecked == [.robotsUnavailable: 1])
    }

    @Test("What robots.txt disallows is not asked, and its sitemap is read")
    func robotsRules() throws {
        let robots = "User-agent: *\nDisallow: /no/\nSitemap: http://shop.example/map.xml\n"
        let map =
            "<?xml version=\"1.0\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/"
            + "sitemap/0.9\"><url><loc>http://shop.example/only</loc></url></urlset>"
        let web = SimulatedWeb(
            simulation,
            pages: [
                "http://shop.example/robots.txt": .page(robots),
                "http://shop.example/": page("/no/a", "/b"),
                "http://shop.example/b": page(),
                "http://shop.example/map.xml": .page(map),
                "http://shop.example/only": page(),
            ])
        let store = MemoryStore()
        let summary = try crawl(web, store: store)
        #expect(!web.asked.contains("http://shop.example/no/a"))
        #expect(web.asked.contains("http://shop.example/only"))
        #expect(summary.coverage.first?.notChecked == [.robots: 1])
    }

    @Test("Pages that ask for it are not followed, and their images not used")
    func metaRobots() throws {
        let web = SimulatedWeb(
            simulation,
            pages: [
                "http://shop.example/": page("/f", "/i", "/h"),
                "http://shop.example/f": page(
                    "/f2", head: "<meta name=\"robots\" content=\"nofollow\">"),
                "http://shop.example/i": page(
                    ["/i2"], images: ["/i.png"],
                    head: "<meta name=\"robots\" content=\"noindex\">"),
                "http://shop.example/h": .page(
                    "<a href=\"/h2\">h</a>",
                    headers: [HeaderField("X-Robots-Tag", "nofollow")]),
            ])
        let store = MemoryStore()
        let summary = try crawl(web, store: store)
        #expect(!web.asked.contains("http://shop.example/f2"))
        #expect(!web.asked.contains("http://shop.example/h2"))
        #expect(!web.asked.contains("http://shop.example/i.png"))
        #expect(web.asked.contains("http://shop.example/i2"))
        #expect(summary.coverage.first?.notChecked[.metaRobots] == 1)
    }

    @Test("The end of a redirect is not fetched again; a loop is cut")
    func redirects() throws {
        let web = SimulatedWeb(
            simulation,
            pages: [
                "http://shop.example/": page("/r1", "/l1"),
                "http://shop.example/r1": .redirect("/r2"),
                "http://shop.example/r2": .redirect("/ok"),
                "http://shop.example/ok": page("/ok", "/r2"),
                "http://shop.example/l1": .redirect("/l2"),
                "http://shop.example/l2": .redirect("/l1"),
            ])
        _ = try crawl(web)
        #expect(web.asked.filter { $0.hasSuffix("/ok") }.count <= 2)
        #expect(web.asked.count { $0.contains("/l") } == 6)
    }

    @Test("A redirect out of the plan's hosts brings nothing")
    func redirectOut() throws {
        let web = SimulatedWeb(
            simulation,
            pages: [
                "http://shop.example/": .redirect("http://other.example/"),
                "http://other.example/": page("http://shop.example/secret"),
            ])
        let store = MemoryStore()
        let summary = try crawl(web, store: store)
        #expect(!web.asked.contains("http://shop.example/secret"))
        #expect(summary.coverage.first?.notChecked == [.outOfScope: 1])
    }

    @Test("A host that moved to https is taken up there, under its own robots.txt")
    func moved() throws {
        let web = SimulatedWeb(
            simulation,
            pages: [
                "http://shop.example/": .redirect("https://shop.example/"),
                "https://shop.example/": page("/a"),
                "https://shop.example/a": page(),
            ])
        _ = try crawl(web)
        #expect(web.asked.contains("https://shop.example/a"))
        #expect(web.log.contains { $0.address.description == "https://shop.example/robots.txt" })
    }
}
