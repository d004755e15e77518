// A product on a page of the demo: what it is, who sells it, how it is shown, and what is expected.

internal import SelvageTypes

/// Who sells a product, as its page says.
struct DemoSeller: Hashable, Sendable {
    /// The name as written.
    var name: String
    /// The path of the seller's own page on a marketplace; nil when the site is the seller's.
    var path: String?
}

/// A product on a page.
struct DemoProduct: Hashable, Sendable {
    var path: String
    var title: String
    /// The category, as agreements use it.
    var category: String
    var brand: String?
    var sku: String
    var gtin: String?
    /// A decimal string.
    var price: String
    var seller: DemoSeller?
    /// The first is the main one.
    var images: [DemoImage]
    /// Other encodings or sizes of the second image, for `srcset` and `<picture>`.
    var alternates: [DemoImage]
    /// What the agreements say about it; nil for innocent goods.
    var use: DemoUse?

    /// The licensed pattern on it; nil for innocent goods.
    var pattern: String? { images.lazy.compactMap(\.pattern).first }
}

/// What should come of one use.
struct DemoUse: Hashable, Sendable {
    var verdict: Verdict.Kind
    var actor: ExpectedUse.Actor
    var agreement: String?
    var failedOperand: String?
    var possibleResale = false
}

/// A number of products of one kind in a shop's stock.
struct DemoLot: Sendable {
    /// What is on them.
    enum Design: Sendable {
        case licensed([String])
        case lookalike
        case plain
    }

    var count: Int
    var design: Design
    var goods: [DemoGoods]
    var brand: String?
    var sellers: [DemoSeller?]
    var use: DemoUse?
}

/// The kinds of goods with their category and the scene they are photographed in.
enum DemoGoods: String, Sendable, CaseIterable {
    case cushion, curtain, mug, dress, wallpaper, fabric

    var scene: ProductScene {
        switch self {
        case .cushion: .cushion
        case .mug: .mug
        case .dress: .dress
        case .wallpaper: .room
        case .curtain, .fabric: .roll
        }
    }

    /// The category, as the agreements use it.
    var category: String {
        switch self {
        case .cushion, .curtain, .fabric: "home-textile"
        case .mug: "tableware"
        case .dress: "apparel"
        case .wallpaper: "wallpaper"
        }
    }

    /// The heading of its department.
    var department: String {
        switch self {
        case .cushion: "Cushions"
        case .curtain: "Curtains"
        case .mug: "Mugs"
        case .dress: "Dresses"
        case .wallpaper: "Wallpaper"
        case .fabric: "Fabric"
        }
    }

    /// What shops call it.
    var title: String {
        switch self {
        case .cushion: "cushion cover"
        case .curtain: "curtain fabric"
        case .mug: "mug"
        case .dress: "summer dress"
        case .wallpaper: "wallpaper, 10 m roll"
        case .fabric: "cotton by the metre"
        }
    }
}
