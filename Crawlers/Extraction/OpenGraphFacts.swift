// What a page's OpenGraph and product meta tags say, as facts.

internal import SelvageTypes

/// What OpenGraph and product meta tags say.
///
/// - Source: ogp.me; the product namespace as Facebook's catalogue documentation has it.
struct OpenGraphFacts {
    /// Facts of the product that the page is about.
    var product: [Fact] = []
    /// The site as a seller.
    var site: [Fact] = []

    init(metas: [(name: String, content: String)], page: WebAddress) {
        let isProduct = metas.contains { meta in
            meta.name == "og:type" && meta.content.lowercased().contains("product")
        }
        for (name, content) in metas {
            let value = content.collapsed(limit: ProductFacts.valueLimit)
            let place = "\(page.description)#meta[\(name)]"
            guard !value.isEmpty, let (fact, text) = Self.fact(name, value, isProduct) else {
                continue
            }
            let entry = Fact(fact, text, source: .openGraph, place: place)
            if fact == .seller { site.append(entry) } else { product.append(entry) }
        }
    }

    private static func fact(
        _ name: String, _ value: String, _ isProduct: Bool
    ) -> (Fact.Name, String)? {
        switch name {
        case "og:site_name": return (.seller, value)
        case "og:title": return isProduct ? (.productName, value) : nil
        case "product:price:amount", "og:price:amount":
            return Price.decimalText(value).map { (.price, $0) }
        case "product:price:currency", "og:price:currency":
            return Price.currency(value).map { (.currency, $0) }
        case "product:brand", "og:brand": return (.brand, value)
        case "product:retailer_item_id", "product:retailer_part_no": return (.sku, value)
        case "product:availability", "og:availability": return (.availability, value)
        case "product:category": return (.category, value)
        case "product:color": return (.colourway, value)
        case "product:ean", "product:gtin", "product:upc":
            return GS1Key.gtin(digits: value).map { (.gtin, $0) }
        default: return nil
        }
    }
}
