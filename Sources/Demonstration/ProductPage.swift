// A product's page: each shop names its pictures and facts in a manner of its own.

internal import SelvageTypes

/// Writes one product's page.
struct ProductPage {
    let shop: DemoShop
    let origin: String
    let product: DemoProduct

    /// The page.
    var html: String {
        let title = HTMLText.escaped(product.title)
        let price = "<p class=\"price\">\(product.price) \(shop.currency)</p>"
        var head = ["<link rel=\"canonical\" href=\"\(origin)\(product.path)\">"]
        var main: [String]
        switch shop {
        case .loomworks:
            head.append(HTMLText.linkedData(linkedProduct))
            main = ["<h1>\(title)</h1>"] + plainShots + [price, description]
        case .harbourAndHale: main = microdata
        case .kestrelRow:
            head += openGraph
            if hasLinkedData { head.append(HTMLText.linkedData(linkedProduct)) }
            main = ["<h1>\(title)</h1>"] + lazyShots + [price, description]
        case .tradewell:
            head.append(HTMLText.linkedData(linkedProduct))
            main = ["<h1>\(title)</h1>"] + backgroundShots + [price, soldBy, description]
        }
        main.append("<p>\(HTMLText.link("\(shop.listingFolder)/all", "Back to everything"))</p>")
        return HTMLText.page(shop, title: product.title, head: head, main: main)
    }

    /// Every third page of Kestrel Row has OpenGraph only.
    private var hasLinkedData: Bool { !product.sku.hasSuffix("3") && !product.sku.hasSuffix("7") }

    private var description: String {
        "<p>\(HTMLText.escaped(product.title)). Item \(product.sku). Printed on demand in small lots.</p>"
    }

    private var soldBy: String {
        guard let seller = product.seller, let path = seller.path else {
            return "<p>Dispatched from our partners' stock.</p>"
        }
        return "<p>Sold by \(HTMLText.link(path, seller.name)).</p>"
    }

    /// The second image in the sizes or encodings that the shop offers.
    private func sources(of image: DemoImage) -> [DemoImage] {
        image.path.contains("-in-use") ? product.alternates : []
    }
}

extension ProductPage {
    /// `<img>` with `srcset`, the main one linked to itself.
    private var plainShots: [String] {
        product.images.enumerated().map { index, image in
            let others = sources(of: image).map { "\($0.path) 240w" }
            let set =
                others.isEmpty
                ? "" : "srcset=\"\((others + ["\(image.path) 480w"]).joined(separator: ", "))\""
            let picture = HTMLText.image(image.path, product.title, more: set)
            return index == 0 ? "<a href=\"\(image.path)\">\(picture)</a>" : picture
        }
    }

    /// Pictures that a script would load, with a plain copy for readers without scripts.
    private var lazyShots: [String] {
        product.images.enumerated().map { index, image in
            let others = sources(of: image).map {
                "<source srcset=\"\($0.path)\" type=\"\($0.storage.format.mediaType)\">"
            }
            let alternative = HTMLText.escaped(product.title)
            if !others.isEmpty {
                return
                    "<picture>\(others.joined())<img src=\"\(image.path)\" alt=\"\(alternative)\"></picture>"
            }
            let lazy = "<img data-src=\"\(image.path)\" alt=\"\(alternative)\" class=\"lazy\">"
            return index == 0
                ? lazy + "<noscript>\(HTMLText.image(image.path, product.title))</noscript>" : lazy
        }
    }

    /// The main picture as a CSS background, the others as images.
    private var backgroundShots: [String] {
        product.images.enumerated().map { index, image in
            guard index == 0 else {
                let others = sources(of: image).map {
                    "<source srcset=\"\($0.path)\" type=\"\($0.storage.format.mediaType)\">"
                }
                return
                    "<picture>\(others.joined())\(HTMLText.image(image.path, product.title))</picture>"
            }
            let plain = sources(of: image).map { HTMLText.image($0.path, product.title) }.joined()
            let shot = "class=\"shot\" role=\"img\" style=\"background-image:url('\(image.path)')\""
            return "<div \(shot)></div>" + (plain.isEmpty ? "" : "<noscript>\(plain)</noscript>")
        }
    }

    private var openGraph: [String] {
        let facts = [
            ("og:type", "product"), ("og:title", product.title), ("og:site_name", shop.name),
            ("og:url", origin + product.path), ("og:image", origin + product.images[0].path),
            ("product:price:amount", product.price), ("product:price:currency", shop.currency),
            ("product:category", product.category),
        ]
        return facts.map { "<meta property=\"\($0.0)\" content=\"\(HTMLText.escaped($0.1))\">" }
    }

    /// schema.org Product with its offer.
    private var linkedProduct: JSONValue {
        var offer: [String: JSONValue] = [
            "@type": "Offer", "url": .string(origin + product.path),
            "priceCurrency": .string(shop.currency), "price": .string(product.price),
            "availability": "https://schema.org/InStock",
        ]
        if let seller = product.seller {
            offer["seller"] = [
                "@type": "Organization", "name": .string(seller.name),
                "url": .string(origin + (seller.path ?? "/")),
            ]
        }
        var members: [String: JSONValue] = [
            "@context": "https://schema.org/", "@type": "Product", "name": .string(product.title),
            "sku": .string(product.sku), "category": .string(product.category),
            "image": .array(product.images.map { .string(origin + $0.path) }),
            "offers": .object(offer),
        ]
        if let gtin = product.gtin { members["gtin13"] = .string(gtin) }
        if let brand = product.brand {
            members["brand"] = ["@type": "Brand", "name": .string(brand)]
        }
        return .object(members)
    }

    /// schema.org Product in microdata, as Harbour & Hale writes it.
    private var microdata: [String] {
        let title = HTMLText.escaped(product.title)
        var parts = [
            "<article itemscope itemtype=\"https://schema.org/Product\">",
            "<h1 itemprop=\"name\">\(title)</h1>",
            "<meta itemprop=\"sku\" content=\"\(product.sku)\">",
            "<meta itemprop=\"category\" content=\"\(product.category)\">",
        ]
        if let gtin = product.gtin {
            parts.append("<meta itemprop=\"gtin13\" content=\"\(gtin)\">")
        }
        if let brand = product.brand {
            parts.append(
                "<p>From <span itemprop=\"brand\" itemscope itemtype=\"https://schema.org/Brand\"><span itemprop=\"name\">\(brand)</span></span></p>"
            )
        }
        for image in product.images {
            let others = sources(of: image).map {
                "<source srcset=\"\($0.path)\" type=\"\($0.storage.format.mediaType)\">"
            }
            parts.append(
                "<picture>\(others.joined())\(HTMLText.image(image.path, product.title, more: "itemprop=\"image\""))</picture>"
            )
        }
        let seller = product.seller?.name ?? shop.name
        parts += [
            "<div itemprop=\"offers\" itemscope itemtype=\"https://schema.org/Offer\">",
            "<span itemprop=\"price\" content=\"\(product.price)\">\(product.price)</span>",
            "<meta itemprop=\"priceCurrency\" content=\"\(shop.currency)\">",
            "<link itemprop=\"availability\" href=\"https://schema.org/InStock\">",
            "<p itemprop=\"seller\" itemscope itemtype=\"https://schema.org/Organization\">Sold by <span itemprop=\"name\">\(HTMLText.escaped(seller))</span></p>",
            "</div>", description, "</article>",
        ]
        return parts
    }
}
