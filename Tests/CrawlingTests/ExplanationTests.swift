// Why an address would be fetched or not, in words, with the line of robots.txt that decides.

import Crawling
import SelvageTypes
import Testing

@Suite struct ExplanationTests {
    private let now = Instant(microseconds: 1_800_000_000_000_000)

    private func explained(
        _ address: String, robots: String? = nil, status: Int = 200,
        _ change: (inout CrawlSettings) -> Void = { _ in }
    ) throws -> AddressExplanation {
        let seed = try #require(WebAddress("https://shop.example/"))
        var settings = CrawlSettings(seeds: [Target(address: seed, kind: .page, depth: 0)])
        settings.exclude = ["/cart"]
        change(&settings)
        let host = robots.map {
            HostState(
                origin: "https://shop.example", nextAllowed: now.advanced(milliseconds: 5000),
                delayInMilliseconds: 3000, robots: Array($0.utf8), robotsStatus: status,
                robotsUntil: now.advanced(milliseconds: 9000))
        }
        return AddressExplanation(
            try #require(WebAddress(address)), under: settings, host: host, at: now)
    }

    private func answer(_ explanation: AddressExplanation, _ question: String) -> String {
        explanation.steps.first { $0.question == question }?.answer ?? ""
    }

    @Test("The line of robots.txt that decides is named, whatever the line ends")
    func robotsLine() throws {
        for end in ["\n", "\r\n", "\r"] {
            let file = ["# all", "User-agent: *", "", "Disallow: /p", "Allow: /p/yes", ""]
                .joined(separator: end)
            let no = try explained("https://shop.example/p/no", robots: file)
            #expect(!no.isFetched && answer(no, "robots").hasSuffix("line 4: Disallow: /p"))
            let yes = try explained("https://shop.example/p/yes", robots: file)
            #expect(yes.isFetched && answer(yes, "robots").hasSuffix("line 5: Allow: /p/yes"))
            let other = try explained("https://shop.example/q", robots: file)
            #expect(other.isFetched && answer(other, "robots").contains("no rule"))
        }
    }

    @Test("robots.txt that could not be read, or was not read yet, is told apart")
    func unread() throws {
        let failed = try explained("https://shop.example/a", robots: "", status: 503)
        #expect(!failed.isFetched && answer(failed, "robots").contains("status 503"))
        let unread = try explained("https://shop.example/a")
        #expect(unread.isFetched && answer(unread, "robots").contains("has not been read"))
        let ignored = try explained("https://shop.example/a", robots: "", status: 503) {
            $0.robots = .ignore
        }
        #expect(ignored.isFetched)
    }

    @Test("Scope, excluded paths, endless shapes, spelling and pace are explained")
    func others() throws {
        #expect(try !explained("https://other.example/").isFetched)
        let cart = try explained("https://shop.example/cart/1")
        #expect(!cart.isFetched && answer(cart, "exclude").contains("/cart"))
        let deep = try explained("https://shop.example/a/a/a/a")
        #expect(!deep.isFetched && answer(deep, "traps").contains("folder"))
        let spelled = try explained("https://www.shop.example/a?utm_source=x", robots: "") {
            $0.hosts = ["*.shop.example"]
        }
        #expect(spelled.isFetched && spelled.site == "shop.example")
        #expect(spelled.canonical.description == "https://www.shop.example/a")
        #expect(answer(spelled, "pace").contains("3000 ms"))
        #expect(answer(spelled, "pace").contains("Not before"))
    }
}
