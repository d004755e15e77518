// Sitemaps: XML sitemaps with images, sitemap indexes, and plain text lists.

public import SelvageTypes

/// One sitemap or sitemap index.
///
/// - Source: sitemaps.org protocol 0.9; Google's image extension 1.1.
public struct Sitemap: Sendable {
    /// Addresses of one sitemap; the protocol's own limit.
    public static let limit = 50_000

    /// The pages listed, in order.
    public private(set) var pages: [WebAddress] = []
    /// The images listed beside pages; `listedOn` has their page.
    public private(set) var images: [ImageReference] = []
    /// For each image of `images`, the page it is listed beside.
    public private(set) var listedOn: [WebAddress?] = []
    /// The sitemaps that an index lists.
    public private(set) var sitemaps: [WebAddress] = []
    /// Why the document was not read to its end; nil when it is whole.
    public private(set) var damage: ExtractionError?

    private let resolver: AddressResolver

    /// Reads a sitemap.
    ///
    /// - Throws: `wrongKind` when it is something else, `declaresEntities`, `tooDeep`, `tooLarge`,
    ///   or `malformed` when it holds no element at all.
    public init(_ body: [UInt8], address: WebAddress) throws(ExtractionError) {
        resolver = AddressResolver(base: address)
        let first = body.first { !$0.isHTMLSpace && $0 != 0xEF && $0 != 0xBB && $0 != 0xBF }
        if first != Byte.less, body.prefix(2) != [0xFF, 0xFE], body.prefix(2) != [0xFE, 0xFF] {
            try readText(body)
            return
        }
        try readXML(body)
    }

    /// One address a line, UTF-8.
    private mutating func readText(_ body: [UInt8]) throws(ExtractionError) {
        for line in body.split(separator: Byte.lineFeed).prefix(Self.limit) {
            let text = String(decoding: line, as: UTF8.self).trimmed.trimmingMark
            guard text.hasPrefix("http"), let page = resolver.resolve(text) else { continue }
            pages.append(page)
        }
        guard !pages.isEmpty else {
            throw ExtractionError(.wrongKind, "The document is no sitemap: it lists no address.")
        }
    }

    private mutating func readXML(_ body: [UInt8]) throws(ExtractionError) {
        var pull = try XMLPull(body)
        var path: [String] = []
        var text = ""
        var imageAddresses: [WebAddress] = []
        var page: WebAddress?
        while let event = try pull.next() {
            switch event {
            case .start(let element):
                if path.isEmpty { try Self.checkRoot(element) }
                path.append(element.name)
                text = ""
            case .text(let part):
                if text.utf8.count < AddressResolver.limitInBytes { text += part }
            case .end:
                let name = path.popLast()
                if name == "loc" {
                    take(text, in: path.last, page: &page, images: &imageAddresses)
                } else if name == "url" {
                    finish(page, imageAddresses)
                    page = nil
                    imageAddresses = []
                }
                text = ""
            }
            guard pages.count + sitemaps.count < Self.limit else { break }
        }
        finish(page, imageAddresses)
        damage = pull.damage
    }

    private static func checkRoot(_ element: XMLElement) throws(ExtractionError) {
        guard element.name == "urlset" || element.name == "sitemapindex" else {
            throw ExtractionError(
                .wrongKind,
                "The document is no sitemap: its root element is <\(element.name.prefix(40))>.")
        }
    }

    /// Takes the address of a `loc` element by what it stands in.
    private mutating func take(
        _ text: String, in parent: String?, page: inout WebAddress?, images: inout [WebAddress]
    ) {
        guard let address = resolver.resolve(text) else { return }
        switch parent {
        case "url":
            pages.append(address)
            page = address
        case "sitemap": sitemaps.append(address)
        case "image": if images.count < 1000 { images.append(address) }
        default: break
        }
    }

    private mutating func finish(_ page: WebAddress?, _ addresses: [WebAddress]) {
        for address in addresses where images.count < Self.limit {
            images.append(ImageReference(address: address, form: .sitemap))
            listedOn.append(page)
        }
    }
}

extension String {
    /// Without a leading byte order mark.
    fileprivate var trimmingMark: String { hasPrefix("\u{FEFF}") ? String(dropFirst()) : self }
}
