// Near-duplicates by their sketches: what is alike, what is not, what cannot be told.

import Extraction
import SelvageTypes
import Testing

@Suite struct TextSketchTests {
    /// A text of pseudo-words, the same for the same seed.
    private func text(_ seed: UInt64, words: Int) -> [String] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        return (0..<words).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return "w" + String(state >> 33 % 5000, radix: 26)
        }
    }

    private func sketch(_ words: [String]) throws -> TextSketch {
        try #require(TextSketch(words.joined(separator: " ")))
    }

    @Test("Case, punctuation and numbers make no difference")
    func spelling() throws {
        let one = try #require(
            TextSketch(
                "On 3 May 2026 we print 120 metres of Fern, a pattern of leaves, for the shop."))
        let other = try #require(
            TextSketch(
                "on 7 May 1999 WE print 480 metres of fern. A pattern of leaves: for the shop"))
        #expect(one == other)
    }

    @Test("Few changed words leave a text near; other texts are far, also within one frame")
    func distances() throws {
        var (near, nearest, nearestFramed) = (0, 64, 64)
        let frame = text(9_999, words: 60)
        for seed in UInt64(0)..<200 {
            let words = text(seed, words: 400)
            let first = try sketch(words)
            var edited = words
            for place in [17, 140, 333] { edited[place] = "other\(seed)" }
            let other = try sketch(text(seed + 1000, words: 400))
            let framed = try sketch(frame + words.prefix(90))
            let otherFramed = try sketch(frame + text(seed + 1000, words: 90))
            near += first.isNear(try sketch(edited)) ? 1 : 0
            nearest = min(nearest, distance(first, other))
            nearestFramed = min(nearestFramed, distance(framed, otherFramed))
        }
        #expect(near >= 195, "\(near) of 200")
        #expect(nearest > 12, "\(nearest) bits")
        #expect(nearestFramed > 8, "\(nearestFramed) bits")
    }

    private func distance(_ one: TextSketch, _ other: TextSketch) -> Int {
        (one.bits ^ other.bits).nonzeroBitCount
    }

    @Test("A page's sketch is that of its visible text, however much is read of it")
    func page() throws {
        let address = try #require(WebAddress("http://shop.example/"))
        let words = text(5, words: 80).joined(separator: " ")
        let body = """
            <title>Not this</title><style>nor { this: 1 }</style><script>nor = this</script>
            <nav><a href="/">Nor any of these words that lead to other pages</a></nav>
            <p>\(words)</p>
            """
        for parts in [HTMLPage.Parts.links, .images, .facts] {
            let page = HTMLPage(
                Array(body.utf8), contentType: "text/html", address: address, parts: parts)
            #expect(page.sketch == TextSketch(words))
        }
    }

    @Test("Too few words have no sketch; of a long text the beginning counts")
    func limits() throws {
        #expect(TextSketch("") == nil)
        #expect(TextSketch("only a few words are no text to go by") == nil)
        let words = text(6, words: 4000)
        let prefix = String(words.joined(separator: " ").prefix(4096))
        #expect(try sketch(words) == TextSketch(prefix))
    }
}
