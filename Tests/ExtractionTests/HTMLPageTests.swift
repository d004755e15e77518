// A page's links and images in every form that pages use.

import SelvageTypes
import Testing

@testable import Extraction

/// A page at one address of a shop.
func page(_ html: String, at text: String = "https://shop.example/p/1.html") throws -> HTMLPage {
    HTMLPage(Array(html.utf8), contentType: "text/html", address: try address(text))
}

/// Every form of image reference in a page, with the form it is found as.
struct FormCase: Sendable, CustomTestStringConvertible {
    var html: String
    var form: ImageReference.Form?
    var file = "x.png"

    var testDescription: String { html }

    static let all: [FormCase] = [
        FormCase(html: "<img src=/x.png>", form: .imgSrc),
        FormCase(html: "<image src=/x.png>", form: .imgSrc),
        FormCase(
            html: "<img src='data:image/gif;base64,R0' srcset='/y.png 1x, /x.png 2x'>",
            form: .srcset),
        FormCase(
            html: "<picture><source srcset='/x.png 640w'><img src='data:,'></picture>",
            form: .pictureSource),
        FormCase(html: "<img src='data:,' data-src=/x.png>", form: .lazyAttribute),
        FormCase(html: "<img data-src=/image/12345>", form: .lazyAttribute, file: "image/12345"),
        FormCase(html: "<img data-srcset='/y.png 1x, /x.png 2x'>", form: .lazyAttribute),
        FormCase(html: "<img data-original=/x.png>", form: .lazyAttribute),
        FormCase(html: "<section data-bg=/x.png>", form: .lazyAttribute),
        FormCase(html: "<div data-bg='url(/x.png)'>", form: .lazyAttribute),
        FormCase(html: "<div data-anything=/x.png>", form: .lazyAttribute),
        FormCase(html: "<meta property=og:image content=/x.png>", form: .openGraph),
        FormCase(html: "<meta name=twitter:image content=/x.png>", form: .openGraph),
        FormCase(
            html:
                "<script type=application/ld+json>{\"@type\":\"Article\",\"image\":\"/x.png\"}</script>",
            form: .jsonLD),
        FormCase(
            html:
                "<div itemscope itemtype=https://schema.org/Product><meta itemprop=image content=/x.png>",
            form: .microdata),
        FormCase(html: "<meta itemprop=image content=/x.png>", form: .microdata),
        FormCase(html: "<p style=\"background:url('/x.png')\">", form: .inlineStyle),
        FormCase(html: "<p style='background:url(&quot;/x.png&quot;)'>", form: .inlineStyle),
        FormCase(html: "<p style=\"background:image-set('/x.png' 1x)\">", form: .inlineStyle),
        FormCase(html: "<style>.a{background:url(/x.png)}</style>", form: .styleSheet),
        FormCase(html: "<video poster=/x.png></video>", form: .videoPoster),
        FormCase(html: "<svg><pattern><image href=/x.png /></pattern></svg>", form: .svgImage),
        FormCase(html: "<svg><image xlink:href=/x.png></svg>", form: .svgImage),
        FormCase(html: "<input type=image src=/x.png>", form: .inputImage),
        FormCase(html: "<object data=/x.png></object>", form: .object),
        FormCase(html: "<object data=/x.png type=image/png></object>", form: .object),
        FormCase(html: "<link rel=preload as=image href=/x.png>", form: .linkPreload),
        FormCase(html: "<link rel=image_src href=/x.png>", form: .linkPreload),
        FormCase(html: "<a href=/x.png>full size</a>", form: .linkedImage),
        FormCase(html: "<noscript><img src=/x.png></noscript>", form: .noscript),
        FormCase(
            html:
                "<script>window.__STATE__={\"p\":{\"img\":\"https://shop.example/x.png\"}}</script>",
            form: .lazyAttribute),
        FormCase(
            html: "<script>s={i:\"https:\\/\\/shop.example\\/x.png\"}</script>",
            form: .lazyAttribute),
        FormCase(
            html: "<script>s={i:\"https:\\u002F\\u002Fshop.example\\u002Fx.png\"}</script>",
            form: .lazyAttribute),
    ]

    static let none: [FormCase] = [
        "<link rel=icon href=/x.png>", "<link rel=apple-touch-icon href=/x.png>",
        "<textarea><img src=/x.png></textarea>", "<title><img src=/x.png></title>",
        "<iframe><img src=/x.png></iframe>", "<xmp><img src=/x.png></xmp>",
        "<plaintext><img src=/x.png>", "<!-- <img src=/x.png> -->",
        "<script><!--<script></script><img src=/x.png></script>",
        "<svg><![CDATA[<img src=/x.png>]]></svg>", "<object data=/x.pdf></object>",
        "<iframe data-src=/embed/1></iframe>", "<img data-lazy=true>", "<img src=>",
        "<img src='javascript:x.png'>", "<input src=/x.png>",
    ].map { FormCase(html: $0, form: nil) }
}

@Suite("HTML pages")
struct HTMLPageTests {
    @Test("Every form of image reference is found", arguments: FormCase.all)
    func forms(test: FormCase) throws {
        let images = try page(test.html).images
        #expect(images.map(\.address.description) == ["https://shop.example/\(test.file)"])
        #expect(images.first?.form == test.form)
    }

    @Test("What shows no image names none", arguments: FormCase.none)
    func none(test: FormCase) throws { #expect(try page(test.html).images.isEmpty) }

    @Test("An image named twice is one reference with the more specific form and its text")
    func merged() throws {
        let found = try page(
            "<meta property=og:image content=/x.png><img src=/x.png alt='Fern  trellis'>"
        ).images
        #expect(found.count == 1)
        #expect(found.first?.form == .openGraph)
        #expect(found.first?.text == "Fern trellis")
    }

    @Test("Title, canonical, feeds, style sheets and refresh are read against the base")
    func head() throws {
        let page = try page(
            """
            <title> Fern &amp;
             trellis </title><link rel=canonical href=fern><base href="https://cdn.example/a/">
            <link rel=alternate type=application/rss+xml href=/feed.xml>
            <link rel="stylesheet" href="s.css"><link rel=next href="?page=2">
            <meta http-equiv=refresh content="0; url=moved"><svg><title>no</title></svg>
            """)
        #expect(page.title == "Fern & trellis")
        #expect(page.canonical?.description == "https://cdn.example/a/fern")
        #expect(page.feeds.map(\.description) == ["https://cdn.example/feed.xml"])
        #expect(page.styleSheets.map(\.description) == ["https://cdn.example/a/s.css"])
        #expect(
            page.links.map(\.address.description) == [
                "https://cdn.example/a/?page=2", "https://cdn.example/a/moved",
            ])
    }

    @Test("A link is followed when one of its anchors may be")
    func nofollow() throws {
        let page = try page(
            """
            <a rel="nofollow noopener" href=/a>1</a><a href=/a#x>2</a><a rel=nofollow href=/b>3</a>
            <a href="mailto:x@y.example">4</a><a href="#top">5</a><iframe src=/c></iframe>
            """)
        #expect(
            page.links.map { [$0.address.target, "\($0.nofollow)"] } == [
                ["/a", "false"], ["/b", "true"], ["/c", "false"],
            ])
    }

    @Test("Meta robots holds for the whole page")
    func robots() throws {
        let page = try page("<meta name=ROBOTS content='NoFollow, noimageindex, noai'><a href=/a>")
        #expect(page.nofollow && page.noimageindex && page.robots.noai && !page.noindex)
        #expect(page.links.allSatisfy { $0.nofollow })
    }

    @Test("Any bytes at all give a page", arguments: 1...40)
    func anyBytes(seed: Int) throws {
        var state = UInt64(seed)
        let alphabet = Array("<>!-/=\"' &;abscriptylemgx[]CDATA{}:()\u{0}#".utf8) + [0xC3, 0xFF]
        let bytes = (0..<5000).map { _ -> UInt8 in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return alphabet[Int(state >> 33) % alphabet.count]
        }
        let page = HTMLPage(bytes, contentType: nil, address: try address("https://a.example/"))
        #expect(page.images.count <= PageReader.imageLimit)
    }
}
