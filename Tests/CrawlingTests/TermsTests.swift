// What sites state about uses of their content is recorded with every capture, and not obeyed as a ban.

import SelvageTypes
import Testing

@testable import Crawling

@Suite struct TermsTests {
    private func terms(_ pages: [String: SimulatedWeb.Answer], of address: String) throws
        -> [String]
    {
        let store = MemoryStore()
        let web = SimulatedWeb(Simulation(), pages: pages)
        _ = try crawl(web, store: store)
        let asked = try #require(WebAddress(address))
        let stated = try web.simulation.run { await store.terms[asked] ?? [] }
        return stated.map { "\($0.source.rawValue) \($0.name.rawValue) \($0.value)" }
    }

    @Test("Header, meta element, link, robots.txt and tdmrep.json are all recorded")
    func all() throws {
        let robots =
            "User-agent: *\nAllow: /\nLicense: /rsl.xml\nContent-Signal: search=yes, ai-train=no\n"
        let rules = """
            [{"location": "/other", "tdm-reservation": 0},
             {"location": "/p*", "tdm-reservation": 1, "tdm-policy": "/policy.json"},
             {"location": "/", "tdm-reservation": 0}]
            """
        let head =
            "<meta name=robots content=\"noai, noimageai\"><meta name=tdm-reservation content=1>"
            + "<link rel=license type=\"application/rsl+xml\" href=\"/r.xml\">"
        let fields = [
            HeaderField("X-Robots-Tag", "noai"), HeaderField("tdm-policy", "https://p.example/"),
            HeaderField(
                "Link", "</l.xml>; rel=\"license\"; type=\"application/rsl+xml\", </n>; rel=next"),
        ]
        let found = try terms(
            [
                "http://shop.example/robots.txt": .page(robots),
                "http://shop.example/.well-known/tdmrep.json": .page(rules),
                "http://shop.example/": page("/p"),
                "http://shop.example/p": .page(
                    "<head>\(head)</head><img src=/i.png>", headers: fields),
            ], of: "http://shop.example/p")
        #expect(
            Set(found) == [
                "meta robots noai", "meta robots noimageai", "meta tdm-reservation 1",
                "link licence http://shop.example/r.xml", "header robots noai",
                "header tdm-policy https://p.example/", "header licence http://shop.example/l.xml",
                "robots.txt licence http://shop.example/rsl.xml",
                "robots.txt content-signal search=yes, ai-train=no",
                "tdmrep.json tdm-reservation 1",
                "tdmrep.json tdm-policy http://shop.example/policy.json",
            ])
    }

    @Test("An image's own fields are recorded with the image, which is fetched all the same")
    func image() throws {
        let found = try terms(
            [
                "http://shop.example/": page([], images: ["/i.png"]),
                "http://shop.example/i.png": .page(
                    "png", headers: [HeaderField("X-Robots-Tag", "noimageai, noindex")]),
            ], of: "http://shop.example/i.png")
        #expect(found == ["header robots noindex", "header robots noimageai"])
    }

    @Test("The file is asked once for a host with pages, and never where robots.txt forbids it")
    func manners() throws {
        let pages = [
            "http://shop.example/": page(["/a", "/b"], images: ["http://cdn.example/i.png"]),
            "http://shop.example/a": page(), "http://shop.example/b": page(),
        ]
        let open = SimulatedWeb(Simulation(), pages: pages)
        _ = try crawl(open)
        let asked = open.log.filter { $0.address.path.hasPrefix("/.well-known/") }
        #expect(asked.map(\.address.host) == ["shop.example"])
        var closed = pages
        closed["http://shop.example/robots.txt"] = .page("User-agent: *\nDisallow: /.well-known/")
        let shut = SimulatedWeb(Simulation(), pages: closed)
        _ = try crawl(shut)
        #expect(!shut.log.contains { $0.address.path.hasPrefix("/.well-known/") })
    }

    @Test("A file that is no list of rules states nothing")
    func broken() throws {
        for body in [
            "", "{}", "[1, {\"location\": 2}, {\"location\": \"/\", \"tdm-reservation\": 7}]",
        ] {
            let found = try terms(
                [
                    "http://shop.example/.well-known/tdmrep.json": .page(body),
                    "http://shop.example/": page(),
                ], of: "http://shop.example/")
            #expect(found == [])
        }
    }

    @Test("Pages to log in and pages that scripts build are not counted as read")
    func barriers() throws {
        let web = SimulatedWeb(
            Simulation(),
            pages: [
                "http://shop.example/": page("/account", "/app", "/news", "/moved"),
                "http://shop.example/account": .page(
                    "<form>Please log in<input name=u><input type=password name=p></form>"),
                "http://shop.example/moved": .redirect("/customer-login.html"),
                "http://shop.example/customer-login.html": .page(
                    "<img src=/logo.png><form>Log in <input type=password></form>"),
                "http://shop.example/app": .page(
                    "<title>Shop</title><div id=app></div><script src=/app.js></script>"
                        + "<noscript>Please turn on scripts to see this shop.</noscript>"),
                "http://shop.example/news": .page(
                    "<header><input type=password></header><p>"
                        + String(repeating: "News of prints. ", count: 200) + "<script></script>"),
            ])
        let summary = try crawl(web)
        #expect(summary.coverage.first?.notChecked[.login] == 2)
        #expect(summary.coverage.first?.notChecked[.scriptOnly] == 1)
        #expect(summary.counts.imagesDone + summary.counts.imagesPending >= 1)
    }
}
