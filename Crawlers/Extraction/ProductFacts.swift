// What a schema.org Product and its offers say, as facts.

internal import Foundation
internal import SelvageTypes

/// Reads products of a page's linked data.
///
/// - Source: schema.org Product, Offer, AggregateOffer, Organization.
struct ProductFacts {
    /// Offers of one product that are read.
    static let offerLimit = 20
    /// Characters of one value that are kept.
    static let valueLimit = 300

    let graph: LinkedGraph
    let page: WebAddress
    let source: Fact.Source

    /// The facts of one product, the most general first.
    func facts(of product: LinkedNode) -> [Fact] {
        var facts: [Fact] = []
        let plain: [(Fact.Name, String)] = [
            (.productName, "name"), (.sku, "sku"), (.brand, "brand"), (.category, "category"),
            (.colourway, "color"),
        ]
        for (name, property) in plain {
            add(name, text(product, property), product, property, to: &facts)
        }
        if facts.best(.sku) == nil {
            add(.sku, text(product, "mpn"), product, "mpn", to: &facts)
        }
        for property in ["gtin14", "gtin13", "gtin12", "gtin8", "gtin", "isbn"] {
            guard let gtin = text(product, property).flatMap(GS1Key.gtin(digits:)) else { continue }
            add(.gtin, gtin, product, property, to: &facts)
            break
        }
        for offer in offers(of: product) { facts += offerFacts(of: offer) }
        return facts
    }

    /// The offers in order, those inside an AggregateOffer included.
    private func offers(of product: LinkedNode) -> [LinkedNode] {
        var offers: [LinkedNode] = []
        for (index, value) in product.values("offers").enumerated() {
            let pointer = "\(product.pointer)/offers/\(index)"
            guard offers.count < Self.offerLimit, let offer = graph.node(value, at: pointer) else {
                continue
            }
            offers.append(offer)
            for (inner, value) in offer.values("offers").enumerated() {
                guard offers.count < Self.offerLimit,
                    let part = graph.node(value, at: "\(pointer)/offers/\(inner)")
                else { continue }
                offers.append(part)
            }
        }
        return offers
    }

    private func offerFacts(of offer: LinkedNode) -> [Fact] {
        var facts: [Fact] = []
        for property in ["seller", "offeredBy"] {
            for value in offer.values(property).prefix(5) {
                guard let name = graph.text(value) else { continue }
                add(.seller, name, offer, property, to: &facts)
            }
            for value in offer.values(property).prefix(5) {
                guard let seller = graph.node(value, at: offer.pointer) else { continue }
                for identifier in SellerIdentifiers(of: seller, on: page).values {
                    add(.sellerIdentifier, identifier, offer, property, to: &facts)
                }
            }
        }
        addPrice(of: offer, to: &facts)
        add(
            .availability, text(offer, "availability").map(Self.lastWord), offer, "availability",
            to: &facts)
        for property in ["eligibleRegion", "areaServed", "shippingDestination", "shippingDetails"] {
            for territory in territories(offer.values(property)) {
                add(.territory, territory, offer, property, to: &facts)
            }
        }
        return facts
    }

    /// Price and currency, from the offer or its price specification.
    private func addPrice(of offer: LinkedNode, to facts: inout [Fact]) {
        var nodes = [offer]
        for value in offer.values("priceSpecification").prefix(5) {
            let pointer = offer.pointer + "/priceSpecification"
            if let part = graph.node(value, at: pointer) { nodes.append(part) }
        }
        for node in nodes {
            for property in ["price", "lowPrice"] {
                guard let price = text(node, property).flatMap(Price.decimalText) else { continue }
                add(.price, price, node, property, to: &facts)
                add(
                    .currency, text(node, "priceCurrency").flatMap(Price.currency), node,
                    "priceCurrency", to: &facts)
                return
            }
        }
    }

    /// ISO alpha-2 codes in regions, countries, addresses and shipping details.
    private func territories(_ values: [JSONValue]) -> [String] {
        var found: [String] = []
        var pending = Array(values.prefix(300).reversed())
        var steps = 0
        while let value = pending.popLast(), steps < 500 {
            steps += 1
            if let text = value.string {
                if let code = Territory.code(text), !found.contains(code) { found.append(code) }
            } else if let node = graph.node(value, at: "") {
                for property in [
                    "shippingDestination", "addressCountry", "address", "identifier", "name",
                ] {
                    let inner = node.values(property)
                    pending += inner.prefix(300).reversed()
                }
            }
        }
        return found
    }

    private func text(_ node: LinkedNode, _ property: String) -> String? {
        node.values(property).lazy.compactMap { graph.text($0) }.first { !$0.isEmpty }
    }

    private func add(
        _ name: Fact.Name, _ value: String?, _ node: LinkedNode, _ property: String,
        to facts: inout [Fact]
    ) {
        guard let value = value?.collapsed(limit: Self.valueLimit), !value.isEmpty,
            !facts.contains(where: { $0.name == name && $0.value == value })
        else { return }
        let place = "\(page.description)#\(node.pointer)/\(property)"
        facts.append(Fact(name, value, source: source, place: place))
    }

    /// `InStock` of `https://schema.org/InStock`.
    static func lastWord(_ text: String) -> String {
        String(text.split(separator: "/").last ?? "")
    }
}

/// Prices and currencies as pages write them.
enum Price {
    /// A decimal with a point: `24.90` of `24.90`, `€ 24,90` or `1.234,50`.
    ///
    /// - Returns: nil when no single number can be read.
    static func decimalText(_ text: String) -> String? {
        let kept = text.filter { $0.isNumber || $0 == "." || $0 == "," }
        let parts = kept.split(omittingEmptySubsequences: false) { $0 == "." || $0 == "," }
        guard kept.utf8.count <= 20, kept.utf8.first?.isASCIIDigit == true,
            kept.utf8.last?.isASCIIDigit == true, kept.utf8.allSatisfy({ $0 < 0x80 })
        else { return nil }
        if parts.count == 1 { return kept }
        let separators = kept.filter { $0 == "." || $0 == "," }
        let isThousands =
            separators.last == "," && parts.last?.count == 3
            || separators.count > 1 && Set(separators).count == 1
        if isThousands { return parts.joined() }
        guard let fraction = parts.last else { return nil }
        return parts.dropLast().joined() + "." + fraction
    }

    /// An ISO 4217 code.
    static func currency(_ text: String) -> String? {
        let code = text.trimmed.uppercased()
        return code.utf8.count == 3 && code.utf8.allSatisfy(\.isASCIILetter) ? code : nil
    }
}

/// Countries as pages write them.
enum Territory {
    /// An ISO 3166-1 alpha-2 code: of `fr`, `FR` or of a subdivision as `DE-BY`.
    static func code(_ text: String) -> String? {
        let upper = text.trimmed.uppercased()
        let country = upper.split(separator: "-", maxSplits: 1).first.map(String.init) ?? upper
        guard country.utf8.count == 2, country.utf8.allSatisfy(\.isASCIILetter),
            upper.utf8.count <= 6
        else { return nil }
        return country == "UK" ? "GB" : country
    }
}
