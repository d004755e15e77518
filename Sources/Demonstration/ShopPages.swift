// A shop's pages apart from its products: home, about, listings, sitemap, robots and closed rooms.

/// Writes the pages of one shop.
struct ShopPages {
    let shop: DemoShop
    let origin: String
    let products: [DemoProduct]

    /// Products on a listing page.
    static let pageLength = 12

    /// The departments with their listing's first page, and how they are called.
    static func departments(of shop: DemoShop) -> [(String, String)] {
        let goods =
            shop == .loomworks
            ? [DemoGoods.cushion, .fabric, .curtain]
            : [.cushion, .mug, .dress, .wallpaper, .fabric]
        return goods.map { ("\(shop.listingFolder)/\($0.rawValue)", $0.department) }
            + [("\(shop.listingFolder)/all", "Everything")]
    }

    /// All pages by target.
    func all() -> [String: String] {
        var pages = ["/": home, "/about": about]
        for product in products {
            let card = ProductPage(shop: shop, origin: origin, product: product)
            pages[product.path] = card.html
        }
        for (path, title) in Self.departments(of: shop) {
            let chosen = products.filter {
                path.hasSuffix("/all")
                    || $0.path.contains("-\(path.split(separator: "/").last ?? "")-")
            }
            listing(path, title, chosen, into: &pages)
        }
        for seller in Set(products.compactMap(\.seller)) where seller.path != nil {
            pages[seller.path ?? ""] = sellerPage(seller)
        }
        return pages
    }

    private var home: String {
        let chosen = products.prefix(6).map(tile).joined(separator: "\n")
        let more = shop == .kestrelRow ? "<p>\(HTMLText.link("/trade/", "Trade entrance"))</p>" : ""
        return HTMLText.page(
            shop, title: "Welcome",
            head: ["<meta name=\"description\" content=\"\(HTMLText.escaped(shop.motto))\">"],
            main: [
                HTMLText.image("/img/banner.jpg", "Hills", more: "width=\"720\" height=\"240\""),
                "<h1>\(HTMLText.escaped(shop.name))</h1>", "<ul class=\"goods\">\(chosen)</ul>",
                HTMLText.image("/img/season.jpg", "The new season", more: "loading=\"lazy\""),
                HTMLText.image("/img/cursor.bmp", "", more: "width=\"16\" height=\"16\""),
                "<p>\(HTMLText.link("/private-sale/", "Private sale"))</p>", more,
            ])
    }

    private var about: String {
        let seller = shop.seller?.name ?? shop.name
        return HTMLText.page(
            shop, title: "About us",
            main: [
                "<h1>About \(HTMLText.escaped(shop.name))</h1>",
                "<p>\(HTMLText.escaped(seller)) is invented, and so is everything on these pages.</p>",
                HTMLText.image("/img/workshop.webp", "Our workshop"),
                HTMLText.image("/img/since.jpg", "Since then", more: "width=\"320\""),
            ])
    }

    private func sellerPage(_ seller: DemoSeller) -> String {
        let goods = products.filter { $0.seller == seller }
        let items = goods.map { "<li>\(HTMLText.link($0.path, $0.title))</li>" }
        return HTMLText.page(
            shop, title: seller.name,
            main: ["<h1>\(HTMLText.escaped(seller.name))</h1>", "<ul>\(items.joined())</ul>"])
    }

    /// Listings show goods in use; the design itself is on the product's page.
    private func tile(_ product: DemoProduct) -> String {
        let shown = product.images.first { $0.path.contains("-in-use") } ?? product.images[0]
        let picture = HTMLText.image(shown.path, product.title, more: "loading=\"lazy\"")
        return
            "<li><a href=\"\(product.path)\">\(picture)<br>\(HTMLText.escaped(product.title))</a> \(product.price) \(shop.currency)</li>"
    }

    private func listing(
        _ path: String, _ title: String, _ chosen: [DemoProduct], into pages: inout [String: String]
    ) {
        let count = max(1, (chosen.count + Self.pageLength - 1) / Self.pageLength)
        for page in 1...count {
            let target = page == 1 ? path : "\(path)?page=\(page)"
            let items = chosen.dropFirst((page - 1) * Self.pageLength).prefix(Self.pageLength)
            let next = page < count ? "\(path)?page=\(page + 1)" : nil
            let head = next.map { ["<link rel=\"next\" href=\"\($0)\">"] } ?? []
            pages[target] = HTMLText.page(
                shop, title: "\(title), page \(page)",
                head: ["<link rel=\"canonical\" href=\"\(origin)\(target)\">"] + head,
                main: [
                    "<h1>\(title)</h1>",
                    "<ul class=\"goods\">\(items.map(tile).joined(separator: "\n"))</ul>",
                    "<p>Page \(page) of \(count) \(next.map { HTMLText.link($0, "Next page") } ?? "")</p>",
                ])
        }
    }

    /// robots.txt: each shop closes its basket and its private sale.
    var robots: String {
        let map = shop == .loomworks ? "\nSitemap: \(origin)/sitemap.xml\n" : ""
        return "User-agent: *\nDisallow: /cart\nDisallow: /private-sale/\nAllow: /\n\(map)"
    }

    /// The sitemap that Loomworks keeps.
    var sitemap: String {
        let entries = products.map {
            "<url><loc>\(origin)\($0.path)</loc><lastmod>2026-03-02</lastmod></url>"
        }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
            \(entries.joined(separator: "\n"))
            </urlset>

            """
    }

    /// A page of the private sale, which robots.txt closes.
    func privateSale(_ images: [DemoImage]) -> String {
        HTMLText.page(
            shop, title: "Private sale",
            main: ["<h1>Private sale</h1>"] + images.map { HTMLText.image($0.path, "Last metres") })
    }
}
