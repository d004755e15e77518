// One HTML page as plain values: its links, its images and what it says about them.

public import SelvageTypes

/// One HTML page, read within limits.
///
/// Reading never fails: hostile markup gives fewer values.
///
/// - Source: WHATWG HTML for the markup, schema.org and OpenGraph for the facts.
public struct HTMLPage: Sendable {
    /// How much of a page is read; each part with those before it.
    public enum Parts: Int, Hashable, Sendable, Comparable {
        /// Links, and what the page asks of robots.
        case links
        /// Images too, without facts.
        case images
        /// All there is.
        case facts

        public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// A link to another page.
    public struct Link: Hashable, Sendable {
        /// The absolute address.
        public var address: WebAddress
        /// The link, or the whole page, asks not to be followed.
        public var nofollow: Bool
    }

    /// The title, white space collapsed; empty when there is none.
    public let title: String
    /// The address the page calls its own.
    public let canonical: WebAddress?
    /// Links to pages, each address once, in document order.
    public let links: [Link]
    /// Images, each address once, in document order, with the facts of what they show.
    public let images: [ImageReference]
    /// A number for each image address as written, when no more than links are read: equal ones
    /// name the same image on the same site.
    public let imageMarks: [UInt64]
    /// What the page says about itself as a whole: its seller, and its product when it has one.
    public let facts: [Fact]
    /// External style sheets, to be read with `StyleSheet`.
    public let styleSheets: [WebAddress]
    /// RSS and Atom feeds, to be read with `Feed`.
    public let feeds: [WebAddress]
    /// What the page asks of robots.
    public let robots: RobotsDirectives
    /// What the page states about uses of its content.
    public let terms: [UseTerm]
    /// What the page is besides a document to read, when it is.
    public let nature: PageNature
    /// By which pages of nearly the same text are found; nil when there is too little text.
    public let sketch: TextSketch?

    /// The page asks not to be indexed.
    public var noindex: Bool { robots.noindex }
    /// The page asks that its links are not followed.
    public var nofollow: Bool { robots.nofollow }
    /// The page asks that its images are not indexed.
    public var noimageindex: Bool { robots.noimageindex }

    /// Reads a page.
    ///
    /// - Parameters:
    ///   - body: The bytes as they came, content encoding removed.
    ///   - contentType: The Content-Type field, for its charset.
    ///   - address: Where the page was, after redirects.
    ///   - parts: What is wanted of it; the rest stays empty.
    public init(
        _ body: [UInt8], contentType: String?, address: WebAddress, parts: Parts = .facts
    ) {
        let text = decodedText(body, contentType: contentType)
        let reader = text.withUnsafeBufferPointer { source in
            var tokenizer = HTMLTokenizer(source, sink: PageReader(parts: parts))
            tokenizer.run()
            return tokenizer.sink
        }
        let base = reader.base.flatMap { WebAddress($0, relativeTo: address) } ?? address
        let resolver = AddressResolver(base: base)
        let assembly = PageAssembly(reader: reader, page: address, resolver: resolver)
        title = String(decoding: reader.title, as: UTF8.self).collapsed(limit: 500)
        canonical = reader.canonical.flatMap(resolver.resolve)
        links = assembly.links()
        facts = assembly.pageFacts
        images = assembly.images()
        imageMarks = reader.imageMarks
        styleSheets = assembly.addresses(reader.styleSheets)
        feeds = assembly.addresses(reader.feeds)
        robots = reader.robots
        terms = StatedTerms.terms(of: reader, page: address, base: base)
        nature = PageNature(reader.census, images: images.count, links: links.count)
        sketch = reader.sketcher.sketch
    }
}
