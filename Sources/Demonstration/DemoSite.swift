// One site of the demo world: what it answers to each request target.

internal import SelvageTypes

/// What lies at a target.
enum DemoContent: Hashable, Sendable {
    case text(String, type: String)
    case image(DemoImage)
    /// The beginning of an image, as a broken upload leaves it.
    case truncated(DemoImage)
    case bytes([UInt8], type: String)
    case refused
}

/// One site: a host with its answers.
struct DemoSite: Sendable {
    /// The host's place among the addresses.
    let index: Int
    /// `http://127.0.10.1:18470`.
    let origin: String
    /// The products; none at the mill.
    var products: [DemoProduct] = []
    /// What lies where, by path and query.
    private(set) var contents: [String: DemoContent] = [:]
    /// Pictures that a polite robot must not or cannot fetch, by path.
    private(set) var hidden: [String: NotChecked] = [:]

    /// A shop's site.
    init(_ shop: DemoShop, origin: String) {
        index = shop.rawValue
        self.origin = origin
        products = StockMaker.stock(of: shop)
        let pages = ShopPages(shop: shop, origin: origin, products: products)
        for (target, html) in pages.all() { contents[target] = .text(html, type: Self.html) }
        contents["/robots.txt"] = .text(pages.robots, type: Self.plain)
        if shop == .loomworks {
            contents["/sitemap.xml"] = .text(pages.sitemap, type: "application/xml")
        }
        for image in products.flatMap({ $0.images + $0.alternates }) {
            contents[image.path] = .image(image)
        }
        addFurniture(of: shop)
        addClosedRooms(of: shop, pages)
    }

    /// The mill's site.
    init(mill: DemoMill) {
        index = DemoMill.host
        origin = mill.origin
        contents["/"] = .text(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Weberei Talbach</title></head><body><main><h1>Weberei Talbach</h1><p>Production events: \(HTMLText.link(DemoMill.eventsPath, "EPCIS 2.0")).</p></main></body></html>\n",
            type: Self.html)
        contents["/robots.txt"] = .text("User-agent: *\nDisallow: /orders/\n", type: Self.plain)
        contents[DemoMill.eventsPath] = .text(
            mill.document.canonicalText, type: "application/ld+json")
        for run in DemoMill.runs { contents[run.image.path] = .image(run.image) }
        contents["/orders/"] = .text(
            "<!doctype html><title>Orders</title><p>For our partners.", type: Self.html)
    }

    private static let html = "text/html; charset=utf-8"
    private static let plain = "text/plain; charset=utf-8"
}

extension DemoSite {
    /// Logo, banners, and the pictures that cannot be looked at: broken, gone, of another format.
    private mutating func addFurniture(of shop: DemoShop) {
        let seed = UInt64(shop.rawValue + 1)
        let lossy = DemoImage.Storage(format: .jpeg, quality: 84)
        let places: [(String, DemoImage.Treatment, DemoImage.Storage)] = [
            ("/img/logo.png", .logo(seed: seed), .png),
            ("/img/banner.jpg", .banner(seed: seed), lossy),
            ("/img/workshop.webp", .banner(seed: seed + 10), .init(format: .webp, quality: 80)),
        ]
        for (path, treatment, storage) in places {
            let image = DemoImage(
                path: path, subject: .plain(0xffffff), treatment: treatment, storage: storage)
            contents[path] = .image(image)
        }
        let season = DemoImage(
            path: "/img/season.jpg", subject: .plain(0xffffff), treatment: .banner(seed: seed + 20),
            storage: lossy)
        contents[season.path] = .truncated(season)
        hidden[season.path] = .undecodable
        contents["/img/cursor.bmp"] = .bytes(Self.bitmap, type: "image/bmp")
        hidden["/img/cursor.bmp"] = .unsupportedFormat
        hidden["/img/since.jpg"] = .gone
    }

    /// The private sale behind robots.txt, and Kestrel Row's trade entrance, which answers 403.
    private mutating func addClosedRooms(of shop: DemoShop, _ pages: ShopPages) {
        let images = [DemoGroups.broad, DemoGroups.kept].enumerated().map { index, names in
            DemoImage(
                path: "/private-sale/lot-\(index + 1).jpg", subject: .pattern(names[shop.rawValue]),
                treatment: .whole(side: 400), storage: .init(format: .jpeg, quality: 80))
        }
        contents["/private-sale/"] = .text(pages.privateSale(images), type: Self.html)
        hidden["/private-sale/"] = .robots
        for image in images {
            contents[image.path] = .image(image)
            hidden[image.path] = .robots
        }
        guard shop == .kestrelRow else { return }
        contents["/trade/"] = .refused
        hidden["/trade/"] = .refused
    }

    /// A bitmap of one white pixel: a format that is not read.
    private static let bitmap: [UInt8] =
        Array("BM".utf8) + [58, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0]
        + [40, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 24, 0, 0, 0, 0, 0, 4, 0, 0, 0]
        + [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 0]
}
