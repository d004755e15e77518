// Sitemaps and feeds, and XML that means harm.

import SelvageTypes
import Testing

@testable import Extraction

private func sitemap(_ text: String) throws -> Sitemap {
    try Sitemap(Array(text.utf8), address: try address("https://shop.example/sitemap.xml"))
}

private func feed(_ text: String) throws -> Feed {
    try Feed(Array(text.utf8), address: try address("https://shop.example/feed.xml"))
}

@Suite("Sitemaps")
struct SitemapTests {
    @Test(
        "The profile's image sitemap names its page and both images",
        .enabled(if: hasShared, "the shared samples are not on this machine"))
    func profile() throws {
        let found = try Sitemap(
            try sharedFile("samples/selvage-profile/feeds/sitemap-images.xml"),
            address: try address("http://127.0.0.1:8080/sitemap.xml"))
        #expect(found.pages.map(\.target) == ["/products/fern-cushion"])
        #expect(
            found.images.map(\.address.target) == [
                "/img/fern-cushion-1.jpg", "/img/fern-cushion-2.jpg",
            ])
        #expect(found.listedOn == [found.pages[0], found.pages[0]])
        #expect(found.images.allSatisfy { $0.form == .sitemap })
    }

    @Test("An index lists sitemaps, not pages")
    func index() throws {
        let found = try sitemap(
            "<sitemapindex><sitemap><loc> /a.xml </loc></sitemap><sitemap><loc>https://x.example/b.xml?a&amp;b</loc></sitemap></sitemapindex>"
        )
        #expect(
            found.sitemaps.map(\.description) == [
                "https://shop.example/a.xml", "https://x.example/b.xml?a&b",
            ])
        #expect(found.pages.isEmpty)
    }

    @Test("A text sitemap has one address a line")
    func text() throws {
        #expect(
            try sitemap("\u{FEFF}https://shop.example/a\r\nnonsense\nhttps://shop.example/b").pages
                .count == 2)
    }

    @Test("What was read before the damage is kept, and the damage is told")
    func damaged() throws {
        let found = try sitemap("<urlset><url><loc>/a</loc></url><url><loc>/b</lo")
        #expect(found.pages.map(\.target).first == "/a")
        #expect(found.damage?.reason == .malformed)
    }

    @Test("A document of another kind is refused", arguments: ["<html></html>", "", "hello", "<"])
    func refused(text: String) {
        #expect(throws: ExtractionError.self) { try sitemap(text) }
    }
}

@Suite("Feeds")
struct FeedTests {
    @Test(
        "The profile's merchant feed gives three images with the product's facts",
        .enabled(if: hasShared, "the shared samples are not on this machine"))
    func merchant() throws {
        let found = try Feed(
            try sharedFile("samples/selvage-profile/feeds/merchant.xml"),
            address: try address("http://127.0.0.1:8080/merchant.xml"))
        #expect(found.title == "Loomworks")
        #expect(found.images.map(\.address.target) == (1...3).map { "/img/fern-cushion-\($0).jpg" })
        let facts = found.images[2].facts
        #expect(facts.best(.gtin) == "04012345123456")
        #expect(facts.best(.price) == "24.90")
        #expect(facts.best(.currency) == "EUR")
        #expect(facts.best(.sku) == "LW-CUSH-50-GRN")
        #expect(facts.values(of: .territory) == ["DE", "FR"])
        #expect(facts.allSatisfy { $0.source == .feed })
        #expect(found.pages.map(\.target) == ["/products/fern-cushion?variant=grn"])
    }

    @Test("RSS enclosures, media and the images in an entry's text are found")
    func rss() throws {
        let found = try feed(
            """
            <rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>T</title>
            <image><url>/logo.png</url></image>
            <item><title>One</title><link>/one</link><enclosure url="/e.jpg" type="image/jpeg"/>
            <enclosure url="/e.mp3" type="audio/mpeg"/><media:content url="/m.jpg" medium="image"/>
            <media:thumbnail url="/t.jpg"/><description><![CDATA[<p><img src="/d.jpg">]]></description>
            </item></channel></rss>
            """)
        #expect(found.pages.map(\.target) == ["/one"])
        #expect(found.images.map(\.address.target) == ["/e.jpg", "/m.jpg", "/t.jpg", "/d.jpg"])
        #expect(found.images.allSatisfy { $0.text == "One" && $0.form == .feed })
    }

    @Test("Atom entries give their alternate link and their enclosures")
    func atom() throws {
        let found = try feed(
            """
            <feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><title>One</title>
            <link rel="self" href="/self"/><link href="/one"/><link rel="enclosure" type="image/png" href="/e.png"/>
            <content type="html">&lt;img src="/c.png"&gt;</content></entry></feed>
            """)
        #expect(found.pages.map(\.target) == ["/one"])
        #expect(found.images.map(\.address.target) == ["/e.png", "/c.png"])
    }
}

@Suite("Hostile XML")
struct HostileXMLTests {
    static let bombFiles = (try? sharedFiles(in: "corpora/xml-bombs", ending: ".xml")) ?? []

    @Test(
        "No entity bomb is expanded",
        .enabled(if: hasShared, "the shared corpora are not on this machine"), arguments: bombFiles)
    func bombs(file: String) throws {
        let body = try sharedFile("corpora/xml-bombs/\(file)")
        let place = try address("https://a.example/")
        let error = #expect(throws: ExtractionError.self) { try Sitemap(body, address: place) }
        let reasons: [ExtractionError.Reason] = [.declaresEntities, .malformed, .wrongKind]
        #expect(error.map { reasons.contains($0.reason) } == true)
        #expect(throws: ExtractionError.self) { try Feed(body, address: place) }
    }

    @Test("A sitemap that declares entities is refused before any is used")
    func entities() {
        let text = """
            <!DOCTYPE urlset [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>
            <urlset><url><loc>/&b;</loc></url></urlset>
            """
        let error = #expect(throws: ExtractionError.self) { try sitemap(text) }
        #expect(error?.reason == .declaresEntities)
    }

    @Test("A file of this machine is never read through an entity")
    func external() {
        let text = """
            <!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/hostname">]>
            <urlset><url><loc>/&x;</loc></url></urlset>
            """
        let error = #expect(throws: ExtractionError.self) { try sitemap(text) }
        #expect(error?.reason == .declaresEntities)
    }

    @Test("200,000 nested elements end the reading, not the process")
    func deep() throws {
        let text = "<urlset><url><loc>/a</loc></url>" + String(repeating: "<x>", count: 200_000)
        let found = try sitemap(text)
        #expect(found.pages.count == 1)
        #expect(found.damage?.reason == .tooDeep)
    }
}
