// The strong identifiers of a seller that linked data gives: GLN, VAT number, own site, shop page.

internal import SelvageTypes

/// The strong identifiers of one seller, in the order of their strength.
struct SellerIdentifiers {
    /// `gln:…`, `vat:…`, `domain:…`, `seller:HOST/PATH`; each once.
    private(set) var values: [String] = []

    /// Reads an Organization or Person node.
    ///
    /// A page on the marketplace's own host names a shop there (`seller:HOST/PATH`), as does one in
    /// a social network; any other address stands for the seller's own site (`domain:HOST`).
    init(of seller: LinkedNode, on page: WebAddress) {
        for property in ["globalLocationNumber", "identifier"] {
            for text in Self.texts(seller, property) {
                if let gln = GS1Key.gln(digits: text) ?? GS1Key.gln(in: text) { add("gln:\(gln)") }
            }
        }
        for property in ["vatID", "taxID"] {
            for text in Self.texts(seller, property) {
                let number = text.uppercased().filter { $0.isLetter || $0.isNumber }
                if (6...16).contains(number.utf8.count) { add("vat:\(number)") }
            }
        }
        var addresses = Self.texts(seller, "url") + Self.texts(seller, "sameAs")
        addresses += seller.members["@id"]?.string.map { [$0] } ?? []
        addresses += seller.members["itemid"]?.string.map { [$0] } ?? []
        let resolver = AddressResolver(base: page)
        for text in addresses {
            guard let address = resolver.resolve(text), address != page else { continue }
            add(Self.identifier(of: address, on: page))
        }
    }

    private mutating func add(_ value: String) {
        if !values.contains(value), values.count < 10 { values.append(value) }
    }

    private static func texts(_ node: LinkedNode, _ property: String) -> [String] {
        node.values(property).prefix(10).compactMap { value in
            value.string ?? value["value"]?.string ?? value["@id"]?.string
        }
    }

    private static func identifier(of address: WebAddress, on page: WebAddress) -> String {
        let host = bareHost(address)
        let path = String(address.target.prefix { $0 != "?" })
        let isShopPage = host == bareHost(page) || networks.contains(host)
        guard isShopPage, path != "/" else { return "domain:\(host)" }
        return "seller:\(host)\(path.hasSuffix("/") ? String(path.dropLast()) : path)"
    }

    private static func bareHost(_ address: WebAddress) -> String {
        address.host.hasPrefix("www.") ? String(address.host.dropFirst(4)) : address.host
    }

    /// Hosts where many sellers have a page each.
    private static let networks: Set<String> = [
        "facebook.com", "instagram.com", "x.com", "twitter.com", "pinterest.com", "youtube.com",
        "tiktok.com", "linkedin.com", "etsy.com", "ebay.com", "amazon.com", "wikipedia.org",
        "en.wikipedia.org", "wikidata.org", "google.com", "goo.gl", "linktr.ee",
    ]
}
