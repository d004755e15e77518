// The tokenizer's states, one promise each, on inputs small enough to read.

import Testing

@testable import Extraction

/// `start` with its attributes as text.
private func start(
    _ name: String, _ attributes: [String: String] = [:], isSelfClosing: Bool = false
) -> RecordedToken {
    .start(name, attributes.mapValues { Array($0.utf8) }, isSelfClosing: isSelfClosing)
}

private func text(_ text: String) -> RecordedToken { .text(Array(text.utf8)) }
private func comment(_ text: String) -> RecordedToken { .comment(Array(text.utf8)) }

/// A source and its tokens.
struct TokenCase: Sendable, CustomTestStringConvertible {
    var source: String
    var tokens: [RecordedToken]

    var testDescription: String { source }

    fileprivate init(_ source: String, _ tokens: RecordedToken...) {
        self.source = source
        self.tokens = tokens
    }

    static let tags: [TokenCase] = [
        TokenCase("<A HREF=x>", start("a", ["href": "x"])),
        TokenCase("<img/src=x>", start("img", ["src": "x"])),
        TokenCase("<img\u{C}src='a b'>", start("img", ["src": "a b"])),
        TokenCase("<img src=a src=b>", start("img", ["src": "a"])),
        TokenCase("<img src=a SRC=b>", start("img", ["src": "a"])),
        TokenCase("<br/>", start("br", isSelfClosing: true)),
        TokenCase("<a b=c/>", start("a", ["b": "c/"])),
        TokenCase("<a =b>", start("a", ["=b": ""])),
        TokenCase("<a b = c>", start("a", ["b": "c"])),
        TokenCase("<a b=>", start("a", ["b": ""])),
        TokenCase("<a b=\"c\"d=e>", start("a", ["b": "c", "d": "e"])),
        TokenCase("<a b='c"),
        TokenCase("x<y", text("x")),
        TokenCase("1 < 2", text("1 < 2")),
        TokenCase("</>x", text("x")),
        TokenCase("</", text("</")),
        TokenCase("</p x=y>", .end("p")),
    ]

    static let references: [TokenCase] = [
        TokenCase("&amp;&lt", text("&<")),
        TokenCase("&notit; &notin;", text("¬it; ∉")),
        TokenCase("<a href='?a=1&copy=2'>", start("a", ["href": "?a=1&copy=2"])),
        TokenCase("<a href='?a=1&copy;'>", start("a", ["href": "?a=1©"])),
        TokenCase("<a b=&ampx>", start("a", ["b": "&ampx"])),
        TokenCase("&#128;&#x41;&#0;", text("€A\u{FFFD}")),
        TokenCase("&#xD800;&#99999999999;", text("\u{FFFD}\u{FFFD}")),
        TokenCase("&#;&#x;&;", text("&#;&#x;&;")),
        TokenCase("&NotEqualTilde;", text("≂\u{338}")),
        TokenCase("&unknown;", text("&unknown;")),
    ]

    static let markup: [TokenCase] = [
        TokenCase("<!--a-->b", comment("a"), text("b")),
        TokenCase("<!--><img>", comment(""), start("img")),
        TokenCase("<!---><img>", comment(""), start("img")),
        TokenCase("<!--a--!>b", comment("a"), text("b")),
        TokenCase("<!--a-- >b-->", comment("a-- >b")),
        TokenCase("<!--a--", comment("a")),
        TokenCase("<?php x>y", comment("?php x"), text("y")),
        TokenCase("<!x>y", comment("x"), text("y")),
        TokenCase("<![CDATA[<img>]]>", comment("[CDATA[<img"), text("]]>")),
        TokenCase(
            "<!DOCTYPE HTML>", .doctype(HTMLDoctype(name: Array("html".utf8)))),
    ]

    static let content: [TokenCase] = [
        TokenCase("<title><img>&amp;</title>", start("title"), text("<img>&"), .end("title")),
        TokenCase(
            "<textarea></title><b></textarea>",
            start("textarea"), text("</title><b>"), .end("textarea")),
        TokenCase("<style>a<b></STYLE >", start("style"), text("a<b>"), .end("style")),
        TokenCase("<iframe><img></iframe>", start("iframe"), text("<img>"), .end("iframe")),
        TokenCase("<xmp>&lt;</xmp>", start("xmp"), text("&lt;"), .end("xmp")),
        TokenCase("<plaintext></plaintext>", start("plaintext"), text("</plaintext>")),
        TokenCase("<noscript><img></noscript>", start("noscript"), start("img"), .end("noscript")),
        TokenCase(
            "<script><!--</script>-->", start("script"), text("<!--"), .end("script"),
            text("-->")),
        TokenCase(
            "<script><!--<script></script><img></script>x", start("script"),
            text("<!--<script></script><img>"), .end("script"), text("x")),
        TokenCase(
            "<script><!--><script></script><img>", start("script"),
            text("<!--><script>"), .end("script"), start("img")),
        TokenCase("<script></scriptx></script", start("script"), text("</scriptx></script")),
        TokenCase("<svg><![CDATA[<img>]]></svg>", start("svg"), text("<img>"), .end("svg")),
        TokenCase("<svg><title><b>", start("svg"), start("title"), start("b")),
        TokenCase(
            "<svg><p><style><b></style>", start("svg"), start("p"), start("style"),
            text("<b>"), .end("style")),
        TokenCase("<svg/><![CDATA[a]]>", start("svg", isSelfClosing: true), comment("[CDATA[a]]")),
    ]
}

@Suite("The WHATWG tokenizer")
struct TokenizerTests {
    @Test("Tags and attributes are read as browsers read them", arguments: TokenCase.tags)
    func tags(test: TokenCase) { #expect(pageTokens(test.source) == test.tokens) }

    @Test("Character references follow the rules of their place", arguments: TokenCase.references)
    func references(test: TokenCase) { #expect(pageTokens(test.source) == test.tokens) }

    @Test("Comments, types and sections end where they must", arguments: TokenCase.markup)
    func markup(test: TokenCase) { #expect(pageTokens(test.source) == test.tokens) }

    @Test("Raw text and foreign content are told from markup", arguments: TokenCase.content)
    func content(test: TokenCase) { #expect(pageTokens(test.source) == test.tokens) }

    @Test("A tag keeps its first thousand attributes, the first of each name")
    func manyAttributes() {
        let source = "<a " + (0..<3000).map { "n\($0 % 1500)=\($0)" }.joined(separator: " ") + ">"
        guard case .start(_, let attributes, _)? = pageTokens(source).first else {
            Issue.record("no start tag")
            return
        }
        #expect(attributes.count == HTMLAttributeList.limit)
        #expect((0..<1000).allSatisfy { attributes["n\($0)"] == Array("\($0)".utf8) })
    }

    @Test(
        "Hostile shapes are read to their end",
        arguments: [
            "<a " + String(repeating: "x=y ", count: 200_000) + "><b>",
            String(repeating: "<div>", count: 200_000) + "<b>",
            String(repeating: "<", count: 200_000) + "<b>",
            String(repeating: "</title", count: 100_000) + "><b>",
            String(repeating: "<svg><desc>", count: 100_000) + "<b>",
            String(repeating: "&", count: 200_000) + "<b>",
            "<title>" + String(repeating: "</titl", count: 100_000) + "</title><b>",
            "<script>" + String(repeating: "<!--<script>", count: 50_000) + "-->" + "</script><b>",
        ])
    func hostile(source: String) {
        #expect(pageTokens(source).last == start("b"))
    }
}
