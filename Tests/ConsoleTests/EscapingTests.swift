// That no foreign text ever becomes markup, tried with everything that is known to break pages.

import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import SelvageTypes
import Testing

@testable import Console

@Suite("Foreign text")
struct EscapingTests {
    static let payloads = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)",
        "\"\u{301} onmouseover=\"alert(1)", "<\u{338}script>", "</title><script>alert(1)</script>",
        "{{{content}}}", "{{> layout}}", "javascript:alert(1)", "</textarea><svg onload=alert(1)>",
        "<!--", "]]>", "&lt;script&gt;", "\u{0}<b>", "\u{202e}txt.exe", "a\r\nSet-Cookie: x=y",
        "<\u{200d}img src=x>", "'\u{20dd} autofocus onfocus='alert(1)", "`onload=alert(1)",
    ]

    static var naughtyStrings: [String] {
        var folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            let file = folder.appendingPathComponent("shared/corpora/naughty-strings/blns.json")
            guard let data = try? Data(contentsOf: file) else { continue }
            return (try? JSONDecoder().decode([String].self, from: data)) ?? []
        }
        return []
    }

    /// All pages that show a finding whose every foreign text is one string.
    private func pages(_ hostile: String) async throws -> [String] {
        var parts = Sample.Parts()
        parts.asset = "https://assets.example/\(hostile)"
        parts.actor = .stranger(key: hostile, name: hostile)
        parts.productName = hostile
        parts.channel = hostile
        parts.territory = hostile
        parts.plan = hostile
        parts.facts = [
            Fact(.seller, hostile, source: .pageText, place: hostile),
            Fact(.seller, hostile + "2", source: .jsonLD, place: "https://shop.example/" + hostile),
        ]
        parts.verdict = Verdict(.unknown, agreement: hostile, explanation: hostile)
        parts.verdict.missing = [hostile]
        parts.verdict.rules = [hostile]
        let sample = try #require(try Sample(parts))
        let scan = ScanRecord(
            number: 1, plan: hostile, planDigest: Digest(of: "p"),
            began: sample.finding.deployment.date)
        let site = SiteCoverage(site: hostile, pages: 1, images: 1, notChecked: [:])
        let console = ConsoleService.showing(
            [sample], coverage: [ConsoleService.ScanCoverage(scan: scan, sites: [site])],
            titles: [parts.asset: hostile], history: [sample.finding],
            reports: [
                ConsoleService.Report(receiver: hostile, state: .refused, detail: hostile)
            ])
        let query = hostile.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let addresses = [
            "/", "/?q=\(query)", "/?verdict=\(query)", "/coverage",
            "/findings/\(sample.finding.id)", "/findings/\(query)",
        ]
        let app = Application(router: console.router())
        return try await app.test(.router) { client in
            var pages: [String] = []
            for address in addresses {
                let response = try await client.execute(
                    uri: address, method: .get,
                    headers: [.authorization: "Bearer \(ConsoleService.token)"])
                pages.append(String(decoding: response.body.readableBytesView, as: UTF8.self))
            }
            return pages
        }
    }

    /// The tags of a page with their attribute names, as a browser's tokenizer would see them.
    private func markup(_ page: String) -> Set<String> {
        var found: Set<String> = []
        let bytes = Array(page.utf8)
        var start = 0
        while let open = bytes[start...].firstIndex(of: UInt8(ascii: "<")) {
            var tag: [UInt8] = []
            var quote: UInt8?
            var index = open + 1
            while index < bytes.count, quote != nil || bytes[index] != UInt8(ascii: ">") {
                let byte = bytes[index]
                if let mark = quote {
                    if byte == mark { quote = nil }
                } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                    quote = byte
                } else {
                    tag.append(byte)
                }
                index += 1
            }
            found.insert(String(decoding: tag, as: UTF8.self))
            start = min(index, bytes.count)
        }
        return found
    }

    private func check(_ hostile: [String]) async throws {
        let calm = try await pages("calm")
        let quiet = try await pages("https://calm.example/")
        let known = (calm + quiet).reduce(into: Set<String>()) { $0.formUnion(markup($1)) }
        for text in hostile {
            for page in try await pages(text) {
                #expect(markup(page).subtracting(known).isEmpty, "\(text.debugDescription)")
                #expect(!page.contains("href=\"javascript:"), "\(text.debugDescription)")
            }
        }
    }

    @Test("Script payloads in title, seller, product, facts and query stay text")
    func scripts() async throws {
        try await check(Self.payloads)
    }

    @Test(
        "The corpus of naughty strings adds not one tag or attribute to any page",
        .enabled(if: !EscapingTests.naughtyStrings.isEmpty, "no shared corpora"))
    func naughty() async throws {
        try await check(Self.naughtyStrings)
    }

    @Test("One place alone takes text as it is: the layout, for the page just rendered")
    func templates() {
        let all = [
            Templates.layout, Templates.finding, Templates.findings, Templates.coverage,
            Templates.message, Templates.link,
        ]
        let unescaped = all.map { $0.components(separatedBy: "{{{").count - 1 }
        #expect(unescaped == [1, 0, 0, 0, 0, 0])
        #expect(all.allSatisfy { !$0.contains("{{&") && !$0.contains("<script") })
    }
}
