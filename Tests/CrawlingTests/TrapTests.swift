// Eight endless spaces, each beside forty real pages that have to be found.

import Crawling
import SelvageTypes
import Testing

@Suite struct TrapTests {
    /// The endless spaces.
    enum Trap: String, CaseIterable, Sendable {
        case calendar, session, depth, facets, softLinks, mirrorHosts, redirectMaze, megaPage
    }

    /// Forty real pages, each with an image and two links on, and what the trap adds to every page.
    private static func answer(_ trap: Trap, _ address: WebAddress, time: Int)
        -> SimulatedWeb.Answer
    {
        let path = address.path
        let name = Digest(of: "\(address.host)\(path)\(address.query ?? "")\(time)").bytes
        var random = SeededRandom(seed: name.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
        if path == "/robots.txt" { return .page("", status: 404) }
        if path.hasPrefix("/i/") { return .page("png") }
        if trap == .redirectMaze, path.hasPrefix("/go/") {
            return .redirect("/land/\(random.next() >> 40)")
        }
        var links = path == "/" ? ["/p/0"] : []
        var images: [String] = []
        if path.hasPrefix("/p/"), let number = Int(path.dropFirst(3)), number < 40 {
            links = [2 * number + 1, 2 * number + 2].filter { $0 < 40 }.map { "/p/\($0)" }
            images = ["/i/\(number).png"]
        }
        links += Self.links(of: trap, address, &random)
        return .page(
            "<title>\(path)\(address.query ?? "")</title>" + body(page(links, images: images)))
    }

    private static func body(_ answer: SimulatedWeb.Answer) -> String {
        if case .page(let text, _, _) = answer { text } else { "" }
    }

    private static func links(of trap: Trap, _ address: WebAddress, _ random: inout SeededRandom)
        -> [String]
    {
        let path = address.path
        let number = Int(random.next() >> 40)
        switch trap {
        case .calendar:
            let parts = path.split(separator: "/").compactMap { Int($0) }
            let (year, month) = parts.count >= 2 ? (parts[0], parts[1]) : (2026, 1)
            return ["/cal/\(year + month / 12)/\(month % 12 + 1)"]
                + ["/cal/\(year - (month == 1 ? 1 : 0))/\((month + 10) % 12 + 1)"]
                + (1...28).map { "/cal/\(year)/\(month)/\($0)" }
        case .session:
            return (0..<5).flatMap { index in
                let id = String(random.next(), radix: 16)
                return ["\(path)?sid=\(id)", "/p/\(index)?sid=\(id)"]
            }
        case .depth: return path.hasPrefix("/p/") ? ["a/"] : ["\(path)a/", "\(path)b/"]
        case .facets:
            let query = address.query.map { "\($0)&" } ?? ""
            return (0..<10).map { "/shop?\(query)f\(random.next() % 40)=\($0)" }
        case .softLinks:
            return (0..<20).map { "/about/\(String(number + $0, radix: 16)).html" }
        case .mirrorHosts:
            return (0..<10).map { "http://m\((number + $0) % 100_000).trap.example/" }
        case .redirectMaze: return (0..<10).map { "/go/\(number + $0)" }
        case .megaPage:
            guard path.hasPrefix("/mega") else { return ["/mega/0"] }
            return (0..<400).map { "/mega/\(number + $0)" }
        }
    }

    @Test("A trap ends by itself, and all forty real pages are found", arguments: Trap.allCases)
    func trapped(trap: Trap) throws {
        let web = SimulatedWeb(Simulation()) { address, time in
            (Self.answer(trap, address, time: time), 5)
        }
        let summary = try crawl(web, from: ["http://trap.example/"]) {
            $0.hosts = ["*.trap.example"]
        }
        #expect(summary.isComplete)
        let real = (0..<40).filter { number in
            web.asked.contains("http://trap.example/p/\(number)")
        }
        #expect(real.count == 40)
        #expect(web.asked.count < 2000, "\(trap): \(web.asked.count) requests")
    }
}

@Suite struct TrapMemoryTests {
    @Test("The same parameters in another order are the same page")
    func order() throws {
        var guarding = TrapGuard()
        let links = try ["/s?a=1&b=2", "/s?b=2&a=1", "/s?a=1&b=3", "/s?a=1&b=2", "/s?a=1"].map {
            try #require(WebAddress("http://shop.example\($0)"))
        }
        #expect(
            guarding.admitted(links).map(\.target) == [
                "/s?a=1&b=2", "/s?a=1&b=3", "/s?a=1&b=2", "/s?a=1",
            ])
    }

    @Test("A calendar whose pages name the same picture under new queries ends, a gallery does not")
    func noise() throws {
        func pages(_ differs: Bool) throws -> Int {
            let web = SimulatedWeb(Simulation()) { address, _ in
                if address.path == "/robots.txt" { return (.page("", status: 404), 1) }
                if address.path.hasPrefix("/i") {
                    return (.page(differs ? "picture \(address.query ?? "")" : "logo"), 1)
                }
                let day = Int(address.path.dropFirst(5)) ?? 0
                let next = day < 1500 ? ["/cal/\(day + 1)", "/cal/\(day + 2)"] : []
                return (page(next, images: ["/i.png?\(day)"]), 1)
            }
            _ = try crawl(web) { $0.depth = 2000 }
            return web.asked.count { $0.contains("/cal/") }
        }
        #expect(try pages(false) < 400)
        #expect(try pages(true) == 1501)
    }

    /// How many pages of one shape are fetched of a site of pages without images.
    private func pages(of site: Int, _ text: @escaping @Sendable (Int) -> String) throws -> Int {
        let web = SimulatedWeb(Simulation()) { address, _ in
            if address.path == "/robots.txt" { return (.page("", status: 404), 1) }
            let number = Int(address.path.dropFirst(6)) ?? 0
            let next = (1...2).map { number + $0 }.filter { $0 < site }.map { "/note/\($0)" }
            guard case .page(let links, _, _) = page(next) else { return (.page(""), 1) }
            return (.page("\(links)<p>\(text(number))</p>"), 1)
        }
        _ = try crawl(web) { $0.depth = 5000 }
        return web.asked.count { $0.contains("/note/") }
    }

    /// A text of pseudo-words.
    private static func text(_ number: Int) -> String {
        var random = SeededRandom(seed: UInt64(number))
        let syllables = ["ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru", "sa", "te"]
        return (0..<120).map { _ in
            (0..<3).map { _ in syllables[Int(random.next() >> 8) % 12] }.joined()
        }.joined(separator: " ")
    }

    @Test("Pages that differ in numbers only end, pages that each say something are read")
    func ownTexts() throws {
        let template = Self.text(0)
        #expect(try pages(of: 350) { "Day \($0): \(template), \($0 * 7) places free." } < 110)
        #expect(try pages(of: 350, Self.text) == 349)
        // Texts without end are a trap as well.
        let endless = try pages(of: .max / 4, Self.text)
        #expect((380...420).contains(endless), "\(endless) pages")
    }

    @Test("Session ids of common shop systems are no part of an address")
    func sessions() {
        for name in ["osCsid", "zenid", "XTCsid"] {
            let address = WebAddress("http://shop.example/a?\(name)=1f2e&b=1")
            #expect(address?.canonical.target == "/a?b=1")
        }
    }
}
