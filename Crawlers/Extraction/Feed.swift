// Feeds: RSS with Media RSS and merchant fields, and Atom.

public import SelvageTypes

/// One RSS or Atom feed.
///
/// - Source: RSS 2.0; Media RSS 1.5.1; RFC 4287; Google's product data specification for `g:`.
public struct Feed: Sendable {
    /// Entries of one feed.
    public static let limit = 20_000

    /// The feed's title.
    public private(set) var title = ""
    /// The pages its entries link to, in order.
    public private(set) var pages: [WebAddress] = []
    /// The images of its entries, each with the entry's facts.
    public private(set) var images: [ImageReference] = []
    /// Why the document was not read to its end; nil when it is whole.
    public private(set) var damage: ExtractionError?

    private let address: WebAddress
    private let resolver: AddressResolver

    /// Reads a feed.
    ///
    /// - Throws: `wrongKind` when it is something else, `declaresEntities`, `tooDeep`, `tooLarge`,
    ///   or `malformed` when it holds no element at all.
    public init(_ body: [UInt8], address: WebAddress) throws(ExtractionError) {
        self.address = address
        resolver = AddressResolver(base: address)
        var pull = try XMLPull(body)
        var path: [String] = []
        var entry: FeedEntry?
        var text = ""
        var entries = 0
        while entries < Self.limit, let event = try pull.next() {
            switch event {
            case .start(let element):
                if path.isEmpty { try Self.checkRoot(element) }
                path.append(element.name)
                text = ""
                if element.name == "item" || element.name == "entry" {
                    entry = FeedEntry()
                } else {
                    entry?.start(element, depth: path.count)
                }
            case .text(let part):
                if text.utf8.count < 1 << 20 { text += part }
            case .end:
                let name = path.popLast() ?? ""
                if name == "item" || name == "entry", let done = entry {
                    take(done, number: entries)
                    entries += 1
                    entry = nil
                } else if entry != nil {
                    entry?.end(name, in: path.last, text: text)
                } else if name == "title", path.count <= 2, title.isEmpty {
                    title = text.collapsed(limit: 300)
                }
                text = ""
            }
        }
        damage = pull.damage
    }

    private static func checkRoot(_ element: XMLElement) throws(ExtractionError) {
        guard ["rss", "feed", "RDF"].contains(element.name) else {
            throw ExtractionError(
                .wrongKind,
                "The document is no feed: its root element is <\(element.name.prefix(40))>.")
        }
    }

    /// Keeps an entry's page and images.
    private mutating func take(_ entry: FeedEntry, number: Int) {
        if let page = entry.link.flatMap(resolver.resolve) { pages.append(page) }
        let place = "\(address.description)#entry[\(number)]"
        let facts = entry.facts.map { Fact($0, $1, source: .feed, place: place) }
        var collector = ImageCollector(limit: 200)
        for written in entry.images {
            guard let image = resolver.resolve(written) else { continue }
            collector.add(
                ImageReference(address: image, form: .feed, text: entry.title, facts: facts))
        }
        let room = max(0, Self.limit * 5 - images.count)
        images += collector.references.prefix(room)
    }
}

/// What one `item` or `entry` says, as written.
private struct FeedEntry {
    var title = ""
    var link: String?
    var images: [String] = []
    var facts: [(Fact.Name, String)] = []

    /// Takes what stands in attributes: enclosures, media, Atom links.
    mutating func start(_ element: XMLElement, depth: Int) {
        let attributes = element.attributes
        switch element.name {
        case "enclosure":
            if Self.isImage(attributes["type"], attributes["url"]) { add(attributes["url"]) }
        case "content" where attributes["url"] != nil:
            let isImage = attributes["medium"] == "image"
            if isImage || Self.isImage(attributes["type"], attributes["url"]) {
                add(attributes["url"])
            }
        case "thumbnail": add(attributes["url"])
        case "link" where attributes["href"] != nil:
            let relation = attributes["rel"] ?? "alternate"
            if relation == "enclosure" {
                if Self.isImage(attributes["type"], attributes["href"]) { add(attributes["href"]) }
            } else if relation == "alternate", link == nil {
                link = attributes["href"]
            }
        default: break
        }
    }

    /// Takes what stands as text.
    mutating func end(_ name: String, in parent: String?, text: String) {
        let value = text.collapsed(limit: ProductFacts.valueLimit)
        guard !value.isEmpty else { return }
        switch name {
        case "title": if title.isEmpty { title = value }
        case "link": link = link ?? text.trimmed
        case "image_link", "additional_image_link": add(text.trimmed)
        case "url" where parent == "image": add(text.trimmed)
        case "encoded", "description", "content", "summary": addImages(inHTML: text)
        case "price" where parent != "shipping":
            // `24.90 EUR`
            if let price = Price.decimalText(value) { facts.append((.price, price)) }
            if let code = Price.currency(String(value.suffix(3))) {
                facts.append((.currency, code))
            }
        default: if let fact = Self.fact(name, in: parent, value) { facts.append(fact) }
        }
    }

    private mutating func add(_ address: String?) {
        if let address, images.count < 200 { images.append(address) }
    }

    /// Entries carry their text as escaped HTML.
    private mutating func addImages(inHTML text: String) {
        guard text.contains("<") else { return }
        let bytes = Array(text.utf8)
        let found = bytes.withUnsafeBufferPointer { source in
            var tokenizer = HTMLTokenizer(source, sink: PageReader(parts: .images))
            tokenizer.run()
            return tokenizer.sink.images
        }
        for image in found { add(image.address) }
    }

    /// Merchant fields and categories.
    private static func fact(
        _ name: String, in parent: String?, _ value: String
    ) -> (Fact.Name, String)? {
        switch name {
        case "id" where parent == "item": return (.sku, value)
        case "brand": return (.brand, value)
        case "gtin": return GS1Key.gtin(digits: value).map { (.gtin, $0) }
        case "color": return (.colourway, value)
        case "availability": return (.availability, value)
        case "google_product_category", "product_type", "category": return (.category, value)
        case "country": return Territory.code(value).map { (.territory, $0) }
        default: return nil
        }
    }

    private static func isImage(_ type: String?, _ address: String?) -> Bool {
        type?.lowercased().hasPrefix("image/") ?? address.map(hasImageExtension) ?? false
    }
}
