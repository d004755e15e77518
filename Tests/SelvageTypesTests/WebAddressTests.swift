// Addresses in, canonical spellings out: own cases, and those of the web platform tests.

import Foundation
import Testing

@testable import SelvageTypes

@Suite struct WebAddressTests {
    /// A text, the base it stands on, and the spelling it gets; nil when it is no address.
    struct Spelling: Sendable, CustomTestStringConvertible {
        let text: String
        let base: String?
        let expected: String?

        init(_ text: String, _ expected: String?, on base: String? = nil) {
            self.text = text
            self.base = base
            self.expected = expected
        }

        var testDescription: String { text.debugDescription }
    }

    private static let base = "http://shop.example/a/b?q#f"

    @Test("An address taken as it is, is what the parser would have made of it")
    func plain() throws {
        let texts = (Self.parsing + Self.hosts).map(\.text)
        let pieces =
            texts + [
                "/a/b.html", "/.well-known/x", "/a/../b", "/a/.hidden", "/%7e", "//h.example/x",
                "/",
                "/?q=a b", "/?q='", "/a?b#c", "/a\\b", "/a|b", "https://h.example",
                "https://h.example/",
                "http://h.example:8080/x", "http://h.example:0/x", "http://h.example:00/x",
                "http://1.2.3.4/", "http://1.2.3.04/", "http://1.2.3/", "http://1.2.3.256/x",
                "http://a.1/", "http://a-b.c-d.example/x;y=1", "http://xn--a.example/",
                "http://a.xn--p1ai/", "http://-/", "http://./", "http://a..b/",
                "http://h.example/\u{7F}",
                "http://h.example/a#b?c", "http://h.example/?a=%zz", "http://.h.example/",
                "http://h./",
            ]
        let base = try #require(WebAddress(parsing: Self.base, relativeTo: nil))
        // Every text as it is, and with each of its bytes replaced by those that matter.
        for text in pieces {
            var all = [text]
            let bytes = Array(text.utf8)
            for place in bytes.indices {
                for byte in "/.?#%@:\\ A0-[".utf8 {
                    var changed = bytes
                    changed[place] = byte
                    all.append(String(decoding: changed, as: UTF8.self))
                }
            }
            for text in all {
                let taken = WebAddress(text, relativeTo: base)
                let parsed = WebAddress(parsing: text, relativeTo: base)
                #expect(taken == parsed, "\(text)")
                #expect(taken?.host == parsed?.host && taken?.port == parsed?.port, "\(text)")
                #expect(taken?.target == parsed?.target, "\(text)")
                #expect(taken?.hasCredentials == parsed?.hasCredentials, "\(text)")
            }
        }
    }

    static let parsing: [Spelling] = [
        .init("http://shop.example", "http://shop.example/"),
        .init("HTTPS://Shop.EXAMPLE:443/A", "https://shop.example/A"),
        .init("https://shop.example:80/", "https://shop.example:80/"),
        .init("http://shop.example:080/", "http://shop.example/"),
        .init("http://shop.example:/", "http://shop.example/"),
        .init("http://shop.example:65536/", nil),
        .init("http://shop.example:8a/", nil),
        .init("  http://shop.example/x \u{1} ", "http://shop.example/x"),
        .init("ht\ntp://shop.ex\tample/\rx", "http://shop.example/x"),
        .init("http:\\\\shop.example\\a\\b", "http://shop.example/a/b"),
        .init("http:///shop.example/", "http://shop.example/"),
        .init("http:shop.example/", "http://shop.example/"),
        .init("http://shop.example/a/./b/../c", "http://shop.example/a/c"),
        .init("http://shop.example/a/%2e/%2E%2e/c/.", "http://shop.example/c/"),
        .init("http://shop.example/../../x/..", "http://shop.example/"),
        .init("http://shop.example/a b\"<>`{}^", "http://shop.example/a%20b%22%3C%3E%60%7B%7D%5E"),
        .init("http://shop.example/?a b'\"<>`{}", "http://shop.example/?a%20b%27%22%3C%3E`{}"),
        .init("http://shop.example/é?ü", "http://shop.example/%C3%A9?%C3%BC"),
        .init("http://shop.example/%zz%4", "http://shop.example/%zz%4"),
        .init("http://shop.example/?", "http://shop.example/?"),
        .init("http://shop.example/a#frag?x", "http://shop.example/a"),
        .init("http://", nil), .init("http://:80/", nil), .init("http://user@/", nil),
        .init("", nil), .init("/a", nil), .init("//shop.example/", nil),
        .init("ftp://shop.example/", nil), .init("data:text/html,x", nil),
        .init("javascript:void(0)", nil), .init("mailto:a@shop.example", nil),
        .init("file:///etc/passwd", nil),
    ]

    static let hosts: [Spelling] = [
        .init("http://0x7f000001/", "http://127.0.0.1/"),
        .init("http://0177.0.0.1/", "http://127.0.0.1/"),
        .init("http://2130706433/", "http://127.0.0.1/"),
        .init("http://127.1/", "http://127.0.0.1/"),
        .init("http://127.0.0.1./", "http://127.0.0.1/"),
        .init("http://0x.0x.0/", "http://0.0.0.0/"),
        .init("http://256.0.0.1/", nil), .init("http://1.2.3.4.5/", nil),
        .init("http://08.0.0.1/", nil), .init("http://4294967296/", nil),
        .init("http://a.0x1/", nil), .init("http://1.2.3.4a/", "http://1.2.3.4a/"),
        .init("http://[::1]/", "http://[::1]/"),
        .init("http://[1:0:0:2:0:0:0:3]/", "http://[1:0:0:2::3]/"),
        .init("http://[0:0:0:0:0:ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/"),
        .init("http://[2001:DB8:0:0:1:0:0:1]:8080/", "http://[2001:db8::1:0:0:1]:8080/"),
        .init("http://[::1%25eth0]/", nil), .init("http://[1::2::3]/", nil),
        .init("http://[::1/", nil), .init("http://[1:2:3:4:5:6:7:8:9]/", nil),
        .init("http://%73hop.example/", "http://shop.example/"),
        .init("http://a%00b/", nil), .init("http://a b/", nil), .init("http://a<b/", nil),
        .init("http://a|b/", nil), .init("http://a%25b/", nil),
        .init("http://BÜCHER.example/", "http://xn--bcher-kva.example/"),
        .init("http://straße.example/", "http://xn--strae-oqa.example/"),
        .init("http://☃.example/", "http://xn--n3h.example/"),
        .init("http://０Ｘｃ０．０２５０．０１/", "http://192.168.0.1/"),
        .init("http://shop。example/", "http://shop.example/"),
        .init("http://xn--/", nil), .init("http://\u{AD}/", nil),
    ]

    static let relative: [Spelling] = [
        .init("", "http://shop.example/a/b?q", on: base),
        .init("#x", "http://shop.example/a/b?q", on: base),
        .init("?y", "http://shop.example/a/b?y", on: base),
        .init("c", "http://shop.example/a/c", on: base),
        .init("./c", "http://shop.example/a/c", on: base),
        .init("../../../c", "http://shop.example/c", on: base),
        .init("..", "http://shop.example/", on: base),
        .init("/c", "http://shop.example/c", on: base),
        .init("\\c\\d", "http://shop.example/c/d", on: base),
        .init("//cdn.example/i", "http://cdn.example/i", on: base),
        .init("\\\\cdn.example/i", "http://cdn.example/i", on: base),
        .init("http:c", "http://shop.example/a/c", on: base),
        .init("https:c", "https://c/", on: base),
        .init("c:d", nil, on: base), .init("1:d", "http://shop.example/a/1:d", on: base),
    ]

    @Test("An address has one spelling", arguments: parsing + hosts + relative)
    func spelling(_ given: Spelling) {
        let base = given.base.flatMap { WebAddress($0) }
        #expect(WebAddress(given.text, relativeTo: base)?.description == given.expected)
    }

    @Test("The parts of an address are parts of its spelling")
    func parts() throws {
        let address = try #require(WebAddress("https://Cdn.Shop.example:8443/a/b?c=d?e#f"))
        #expect(address.scheme == "https")
        #expect(address.isSecure)
        #expect(address.host == "cdn.shop.example")
        #expect(address.port == 8443)
        #expect(address.path == "/a/b")
        #expect(address.query == "c=d?e")
        #expect(address.target == "/a/b?c=d?e")
        #expect(address.origin == "https://cdn.shop.example:8443")
        #expect(WebAddress("http://shop.example")?.port == 80)
        #expect(WebAddress("http://shop.example")?.query == nil)
    }

    @Test("A user and a password are noticed and never shown")
    func credentials() {
        let address = WebAddress("http://me:secret@shop.example/")
        #expect(address?.description == "http://shop.example/")
        #expect(address?.hasCredentials == true)
        #expect(WebAddress("http://:@shop.example/")?.hasCredentials == false)
        #expect(WebAddress("http://a@b@shop.example/")?.host == "shop.example")
        #expect(WebAddress("x", relativeTo: address)?.hasCredentials == true)
    }

    @Test("A text beyond the limit is no address")
    func limit() {
        let long = String(repeating: "a", count: WebAddress.limitInBytes)
        #expect(WebAddress("http://shop.example/" + long) == nil)
        #expect(WebAddress("http://shop.example/" + long.dropLast(20)) != nil)
    }

    @Test("The spelling of an address parses to itself", arguments: parsing + hosts)
    func stable(_ given: Spelling) {
        guard let address = WebAddress(given.text) else { return }
        #expect(WebAddress(address.description) == address)
        #expect(WebAddress(address.description)?.origin == address.origin)
    }

    @Test(
        "A site is the registrable domain, or the address itself",
        arguments: [
            "shop.example": "shop.example", "www.shop.example": "shop.example",
            "a.b.shop.co.uk": "shop.co.uk", "shop.com.au": "shop.com.au", "localhost": "localhost",
            "127.0.1.3": "127.0.1.3", "[::1]": "[::1]", "shop.example.": "shop.example",
            "www.anna.github.io": "anna.github.io", "github.io": "github.io",
            "a.b.kobe.jp": "a.b.kobe.jp", "x.city.kobe.jp": "city.kobe.jp", "co.uk": "co.uk",
            "www.xn--85x722f.xn--55qx5d.cn": "xn--85x722f.xn--55qx5d.cn",
        ])
    func site(host: String, site: String) {
        #expect(WebAddress("http://\(host)/")?.site == site)
    }

    // MARK: Web platform tests

    private static let corpus = sharedFile("corpora/wpt-url/urltestdata-given.json")

    @Test(
        "Every http and https case of the web platform tests is read alike, others are refused",
        .enabled(if: corpus != nil, "shared/corpora/wpt-url is not beside the project"))
    func platformTests() throws {
        let file = try #require(Self.corpus)
        let cases = try JSONDecoder().decode([PlatformCase].self, from: Data(contentsOf: file))
        #expect(cases.count > 400)
        for one in cases {
            let base = one.base.flatMap { WebAddress($0) }
            let found = WebAddress(one.input, relativeTo: base)
            #expect(found?.description == one.spelling, "\(one.input) on \(one.base ?? "nothing")")
        }
    }
}

/// One case of `urltestdata.json`; text entries between them are comments.
private struct PlatformCase: Decodable {
    let input: String
    let base: String?
    let failure: Bool?
    let `protocol`: String?
    let host: String?
    let pathname: String?
    let search: String?
    let href: String?

    /// The expected address without credentials and fragment; nil when it is none that is fetched.
    var spelling: String? {
        guard failure != true, let scheme = `protocol`, scheme == "http:" || scheme == "https:"
        else { return nil }
        let hasEmptyQuery = search == "" && href?.prefix { $0 != "#" }.hasSuffix("?") == true
        return "\(scheme)//\(host ?? "")\(pathname ?? "")\(search ?? "")\(hasEmptyQuery ? "?" : "")"
    }
}

/// A file of the folder `shared` beside the project; nil when it is not there.
private func sharedFile(_ path: String, from source: String = #filePath) -> URL? {
    var folder = URL(fileURLWithPath: source).deletingLastPathComponent()
    while folder.path != "/" {
        let file = folder.deletingLastPathComponent().appending(path: "shared/\(path)")
        if FileManager.default.fileExists(atPath: file.path) { return file }
        folder.deleteLastPathComponent()
    }
    return nil
}
