// The small languages inside pages: srcset, CSS, JSON, robots directives, GS1 keys, prices.

import SelvageTypes
import Testing

@testable import Extraction

@Suite("srcset")
struct SourceSetTests {
    @Test(
        "The largest candidate is chosen, the first among equals",
        arguments: [
            ("a.jpg, b.jpg 2x", "b.jpg"),
            ("a.jpg 1x, b.jpg 1x", "a.jpg"),
            ("a.jpg 320w, b.jpg 1280w, c.jpg 640w", "b.jpg"),
            ("/i/w_200,h_100/a.jpg 200w,/i/w_400,h_200/a.jpg 400w", "/i/w_400,h_200/a.jpg"),
            ("a.jpg 100w 50h, b.jpg (x, y) 2x, c.jpg 90w", "a.jpg"),
            (" , a.jpg,", "a.jpg"),
            ("a.jpg 0w, b.jpg 2x 3x, c.jpg -1x, d.jpg", "d.jpg"),
        ])
    func largest(text: String, expected: String) {
        #expect(SourceSet(text).largest?.address == expected)
    }

    @Test("An empty set has no candidate")
    func empty() { #expect(SourceSet(" , ").largest == nil) }
}

@Suite("CSS")
struct CSSScannerTests {
    @Test(
        "Image addresses are found in every spelling, and nothing else is",
        arguments: [
            ("a{background:url(x.png)}", ["x.png"]),
            ("a{background:URL( 'x y.png' )}", ["x y.png"]),
            ("a{background:url(x\\29 y.png)}", ["x)y.png"]),
            ("/* url(no.png) */ a{b:url(yes.png)}", ["yes.png"]),
            ("a{content:'url(no.png)'}", []),
            ("a{b:image-set('x.png' 1x, url(y.png) 2x)}", ["x.png", "y.png"]),
            ("a{b:-webkit-image-set(\"x.webp\" type('image/webp') 1x)}", ["x.webp"]),
            ("@import url(no.css); a{b:url(yes.png)}", ["yes.png"]),
            ("@font-face{src:url(no.woff2)} a{b:url(yes.png)}", ["yes.png"]),
            ("@media print{a{b:url(yes.png)}}", ["yes.png"]),
            ("a{b:url(data:image/png;base64,AAAA),url(yes.png)}", ["yes.png"]),
            ("a{filter:url(#blur);b:url('data:image/svg+xml,<svg>');c:url(yes.png)}", ["yes.png"]),
            ("a{b:url(unclosed.png", ["unclosed.png"]),
        ])
    func images(text: String, expected: [String]) {
        #expect(CSSScanner.images(in: Array(text.utf8)) == expected)
    }

    @Test("A style sheet's addresses are relative to itself")
    func styleSheet() throws {
        let sheet = StyleSheet(
            Array("a{b:url(../img/x.png)}".utf8), contentType: "text/css",
            address: try address("https://shop.example/css/p.css"))
        #expect(sheet.images.map(\.address.description) == ["https://shop.example/img/x.png"])
        #expect(sheet.images.first?.form == .styleSheet)
    }
}

@Suite("JSON from outside")
struct JSONReaderTests {
    @Test("Every kind of value is read as the library reads it")
    func values() throws {
        let text =
            #"{"a": [1, -2.50, 1e3, true, null, {}], "b": "\u00e9\ud83d\ude00\n\/", "a2": []}"#
        #expect(try JSONReader.read(Array(text.utf8)) == JSONValue(parsing: Array(text.utf8)))
    }

    @Test(
        "What is not JSON is refused",
        arguments: [
            "", "{", "[1,]", "{\"a\":1,}", "{a:1}", "[1 2]", "01", "\"\u{1}\"", "[1]]", "nul",
            "\"\\x\"",
        ])
    func refused(text: String) {
        #expect(throws: ExtractionError.self) { try JSONReader.read(Array(text.utf8)) }
    }

    @Test(
        "What web pages get wrong is forgiven when asked",
        arguments: [
            "[1,]", "{\"a\":1,}", "\"line\nend\"",
        ])
    func forgiven(text: String) throws {
        _ = try JSONReader.read(Array(text.utf8), isForgiving: true)
    }

    @Test("200,000 nested brackets are refused, not followed")
    func deep() {
        let text = Array(String(repeating: "[", count: 200_000).utf8)
        let error = #expect(throws: ExtractionError.self) { try JSONReader.read(text) }
        #expect(error?.reason == .tooDeep)
    }
}

@Suite("Small texts")
struct SmallTextTests {
    @Test("X-Robots-Tag counts for everyone or for us, not for other robots")
    func robots() {
        let ours = RobotsDirectives(
            headerValues: [
                "otherbot: noindex", "Selvage: nofollow", "noimageindex, noai",
                "unavailable_after: 25 Jun 2027 15:00:00 PST",
            ], agent: "selvage")
        #expect(!ours.noindex)
        #expect(ours.nofollow && ours.noimageindex && ours.noai)
        #expect(RobotsDirectives(content: "NONE").noindex)
    }

    @Test("GTINs of any length become the same 14 digits; a wrong check digit is none")
    func gtin() {
        #expect(GS1Key.gtin(digits: "4012345123456") == "04012345123456")
        #expect(GS1Key.gtin(digits: "4012345123457") == nil)
        #expect(GS1Key.gtin(in: "https://id.gs1.org/01/04012345123456/10/RUN") == "04012345123456")
        #expect(GS1Key.gtin(in: "urn:epc:class:lgtin:4012345.012345.998877") == "04012345123456")
    }

    @Test("GLNs are read from Digital Links and EPC URNs")
    func gln() {
        #expect(GS1Key.gln(in: "https://id.gs1.org/414/4012345000009") == "4012345000009")
        #expect(GS1Key.gln(in: "urn:epc:id:sgln:4012345.00000.0") == "4012345000009")
        #expect(GS1Key.gln(in: "urn:epc:id:sgtin:4012345.00000.0") == nil)
    }

    @Test(
        "Prices are decimals whatever the country's marks",
        arguments: [
            ("24.90", "24.90"), ("€ 24,90", "24.90"), ("1.234,50", "1234.50"),
            ("1,234.50", "1234.50"),
            ("1,234", "1234"), ("19", "19"), ("1,234,567", "1234567"),
        ])
    func price(text: String, expected: String) { #expect(Price.decimalText(text) == expected) }

    @Test(
        "A refresh names its target quoted or not",
        arguments: [
            ("5; url=next.html", "next.html"), ("0;URL='a b'", "a b"), ("3", nil),
        ])
    func refresh(text: String, expected: String?) {
        #expect(PageReader.refreshTarget(text) == expected)
    }
}
