// robots.txt: RFC 9309 case by case, and the cases of other readers.

import Crawling
import Foundation
import SelvageTypes
import Testing

@Suite struct RobotsTests {
    private func robots(_ text: String, for token: String = "selvage") -> Robots {
        Robots(text.utf8, for: token)
    }

    @Test("Groups of one product token count together, in any case (RFC 9309 section 2.2.1)")
    func groups() {
        let rules = robots(
            "User-Agent: SELVAGE\nDisallow: /a\n\nUser-agent: x\nDisallow: /\n\n"
                + "user-agent: selvage\nuser-agent: y\ndisallow: /b\nUser-agent: *\nDisallow: /c")
        #expect(!rules.allows(target: "/a"))
        #expect(!rules.allows(target: "/b"))
        #expect(rules.allows(target: "/c"))
    }

    @Test("The longest rule wins, and Allow wins a tie (section 2.2.2)")
    func longest() {
        let rules = robots(
            "User-agent: *\nDisallow: /x/\nAllow: /x/yes\nDisallow: /t\nAllow: /t\nDisallow: /*.htm$"
        )
        #expect(!rules.allows(target: "/x/no"))
        #expect(rules.allows(target: "/x/yes/a"))
        #expect(rules.allows(target: "/t"))
        #expect(!rules.allows(target: "/a.htm"))
        #expect(rules.allows(target: "/a.html"))
        #expect(rules.allows(target: "/robots.txt"))
    }

    @Test("Stars and the end mark match as written (section 2.2.3)")
    func wildcards() {
        let rules = robots("User-agent: *\nDisallow: /*/b*c$\nDisallow: /q?*id=")
        #expect(!rules.allows(target: "/a/bxcxc"))
        #expect(rules.allows(target: "/a/bxcx"))
        #expect(!rules.allows(target: "/q?x=1&id=2"))
        #expect(rules.allows(target: "/q?x=1"))
    }

    @Test("Escaped spellings are disallowed alike (section 2.2.2)")
    func escapes() {
        let rules = robots("User-agent: *\nDisallow: /%70age\nDisallow: /caf\u{E9}")
        #expect(!rules.allows(target: "/page"))
        #expect(!rules.allows(target: "/p%61ge"))
        #expect(!rules.allows(target: "/caf%c3%a9"))
    }

    @Test("A byte order mark, CR line ends, comments and broken bytes do no harm")
    func lines() {
        let text: [UInt8] =
            [0xEF, 0xBB, 0xBF] + Array("User-agent: * # all\r# \u{1}".utf8) + [0xFF, 0xFE]
            + Array("\rDisallow: /a\r\n  DISALLOW :/b  \nnonsense\n".utf8)
        let rules = Robots(text, for: "selvage")
        #expect(!rules.allows(target: "/a"))
        #expect(!rules.allows(target: "/b"))
    }

    @Test("500 KiB are read, no more, and no half rule (section 2.5)")
    func size() {
        let filler = String(repeating: "#2345678\n", count: 45_000)
        let early = robots("User-agent: *\n\(filler)Disallow: /a\n")
        #expect(!early.allows(target: "/a"))
        let late = robots("User-agent: *\nDisallow: /b\n\(filler)\(filler)Disallow: /a\n")
        #expect(late.allows(target: "/a"))
        #expect(!late.allows(target: "/b"))
    }

    @Test(
        "A status decides when there is no file to read (section 2.3.1)",
        arguments: [
            (200, true), (310, true), (401, true), (403, true), (404, true), (410, true),
            (429, false), (500, false), (503, false), (0, false),
        ])
    func status(status: Int, allowed: Bool) {
        #expect(Robots(status: status, body: [], for: "selvage").allows(target: "/a") == allowed)
    }

    @Test("Pauses and sitemaps are read")
    func others() {
        let rules = robots(
            "Sitemap: https://a.example/1.xml\nUser-agent: *\nCrawl-delay: 1.5\nDisallow:\n"
                + "Sitemap: /2.xml")
        #expect(rules.crawlDelayInMilliseconds == 1500)
        #expect(rules.sitemaps == ["https://a.example/1.xml", "/2.xml"])
        #expect(robots("User-agent: x\nCrawl-delay: 9").crawlDelayInMilliseconds == nil)
        #expect(robots("User-agent: *\nCrawl-delay: -1").crawlDelayInMilliseconds == nil)
    }

    // MARK: Shared material

    private struct Case: Decodable {
        let robots: String
        let agent: String
        let url: String
        let allowed: Bool
    }

    private static let google = sharedFile("corpora/robots/google-robotstxt-given.json")

    @Test(
        "Every given case of the published matcher is decided alike",
        .enabled(if: google != nil, "shared/corpora/robots is not beside the project"))
    func published() throws {
        let file = try #require(Self.google)
        let cases = try JSONDecoder().decode([Case].self, from: Data(contentsOf: file))
        #expect(cases.count > 70)
        for one in cases {
            let target = WebAddress(one.url)?.target ?? "/"
            let allowed = Robots(one.robots.utf8, for: one.agent).allows(target: target)
            #expect(allowed == one.allowed, "\(one.agent) \(one.url) under \(one.robots)")
        }
    }

    private struct Expected: Decodable {
        struct Case: Decodable {
            let ua: String
            let path: String
            let allowed: Bool
        }
        let cases: [Case]
        let sitemaps: [String]
    }

    private static let profile = sharedFile("samples/selvage-profile/robots/robots.txt")

    @Test(
        "The sample with lines of other standards is decided as expected",
        .enabled(if: profile != nil, "shared/samples is not beside the project"))
    func sample() throws {
        let file = try #require(Self.profile)
        let text = try Data(contentsOf: file)
        let json = file.deletingLastPathComponent().appending(path: "expected.json")
        let expected = try JSONDecoder().decode(Expected.self, from: Data(contentsOf: json))
        for one in expected.cases {
            let allowed = Robots(text, for: one.ua).allows(target: one.path)
            #expect(allowed == one.allowed, "\(one.ua) \(one.path)")
        }
        #expect(Robots(text, for: "x").sitemaps == expected.sitemaps)
        #expect(Robots(text, for: "x").crawlDelayInMilliseconds == 2000)
    }
}

/// A file of the folder `shared` beside the project; nil when it is not there.
func sharedFile(_ path: String, from source: String = #filePath) -> URL? {
    var folder = URL(fileURLWithPath: source).deletingLastPathComponent()
    while folder.path != "/" {
        let file = folder.deletingLastPathComponent().appending(path: "shared/\(path)")
        if FileManager.default.fileExists(atPath: file.path) { return file }
        folder.deleteLastPathComponent()
    }
    return nil
}
