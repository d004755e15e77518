// The four shops: whose they are, how they are built, and what lies in their stock.

internal import SelvageTypes

/// A shop of the demo.
enum DemoShop: Int, Sendable, CaseIterable {
    case loomworks, harbourAndHale, kestrelRow, tradewell

    var name: String {
        switch self {
        case .loomworks: "Loomworks"
        case .harbourAndHale: "Harbour & Hale"
        case .kestrelRow: "Kestrel Row"
        case .tradewell: "Tradewell Market"
        }
    }

    /// The line under the name.
    var motto: String {
        switch self {
        case .loomworks: "Woven goods from Chemnitz"
        case .harbourAndHale: "Things for quiet houses, Galway"
        case .kestrelRow: "Homeware and cloth"
        case .tradewell: "Many sellers, one basket"
        }
    }

    /// Who the shop says it is; the marketplace's sellers stand with their products.
    var seller: DemoSeller? {
        switch self {
        case .loomworks: DemoSeller(name: "Loomworks GmbH", path: nil)
        case .harbourAndHale: DemoSeller(name: "Harbour & Hale Ltd", path: nil)
        case .kestrelRow: DemoSeller(name: "Kestrel Row Interiors", path: nil)
        case .tradewell: nil
        }
    }

    /// What the plan says the source itself implies.
    var facts: (territory: String, channel: String) {
        switch self {
        case .loomworks: ("DE", "own-webshop")
        case .harbourAndHale: ("IE", "web-shop")
        case .kestrelRow: ("GB", "web-shop")
        case .tradewell: ("FR", "marketplace")
        }
    }

    var currency: String { self == .kestrelRow ? "GBP" : "EUR" }
    var language: String { self == .loomworks ? "en-DE" : "en" }
    var skuPrefix: String { ["LW", "HH", "KR", "TM"][rawValue] }
    var productFolder: String { ["/products", "/shop/item", "/p", "/listing"][rawValue] }
    var imageFolder: String { ["/img", "/media/catalogue", "/cdn/photos", "/photos"][rawValue] }
    var listingFolder: String { ["/collections", "/shop/aisle", "/c", "/browse"][rawValue] }
}

/// Which patterns are licensed to whom.
enum DemoGroups {
    /// Agreement 001: Loomworks, home textiles, until the end of 2031.
    static let broad = [
        "daisy-meadow", "peony-garden", "harbour-scales", "ogee-palmette", "garland-stripe",
        "little-boats", "terrazzo-dawn", "night-sky",
    ]
    /// Agreement 002: Loomworks, only in Germany, Austria and Switzerland.
    static let alpine = ["rose-trellis", "quarry-hexagons", "regatta-stripe", "tea-time"]
    /// Agreement 003: Papier Sorel, wallpaper, ended on 31 December 2025.
    static let ended = ["vase-damask", "tulip-walk", "contour-lines", "arc-parquet"]
    /// Licensed to nobody.
    static let kept = [
        "kite-mosaic", "thistle-damask", "tide-stripe", "lost-keys", "pebble-bed",
        "lantern-argyle", "scroll-medallion", "ribbon-berry", "brushed-linen", "rain-on-slate",
    ]
}

extension DemoShop {
    var lots: [DemoLot] {
        switch self {
        case .loomworks: loomworksLots
        case .harbourAndHale: harbourLots
        case .kestrelRow: kestrelLots
        case .tradewell: tradewellLots
        }
    }

    private static let textiles: [DemoGoods] = [.cushion, .fabric, .curtain]
    private static let anything: [DemoGoods] = [.cushion, .mug, .dress, .wallpaper, .fabric]

    private func lot(
        _ count: Int, _ design: DemoLot.Design, _ goods: [DemoGoods], brand: String? = nil,
        sellers: [DemoSeller?]? = nil, _ use: DemoUse? = nil
    ) -> DemoLot {
        DemoLot(
            count: count, design: design, goods: goods, brand: brand,
            sellers: sellers ?? [seller], use: use)
    }

    private var loomworksLots: [DemoLot] {
        let party = ExpectedUse.Actor.party(DemoParty.loomworks.id)
        let broad = DemoUse(verdict: .authorised, actor: party, agreement: DemoAgreement.id("001"))
        let alpine = DemoUse(verdict: .authorised, actor: party, agreement: DemoAgreement.id("002"))
        let mugs = DemoUse(
            verdict: .outOfScope, actor: party, agreement: DemoAgreement.id("001"),
            failedOperand: "product")
        return [
            lot(24, .licensed(DemoGroups.broad), Self.textiles, brand: "Loomworks", broad),
            lot(8, .licensed(DemoGroups.alpine), Self.textiles, brand: "Loomworks", alpine),
            lot(2, .licensed(["night-sky", "little-boats"]), [.mug], brand: "Loomworks", mugs),
            lot(14, .lookalike, Self.textiles, brand: "Loomworks"),
            lot(12, .plain, Self.textiles, brand: "Loomworks"),
        ]
    }

    private var harbourLots: [DemoLot] {
        let party = ExpectedUse.Actor.party(DemoParty.harbourAndHale.id)
        let resale = DemoUse(verdict: .authorised, actor: party, agreement: DemoAgreement.id("001"))
        let abroad = DemoUse(
            verdict: .outOfScope, actor: party, agreement: DemoAgreement.id("002"),
            failedOperand: "spatial",
            possibleResale: true)
        return [
            lot(14, .licensed(DemoGroups.broad), Self.textiles, brand: "Loomworks", resale),
            lot(8, .licensed(DemoGroups.alpine), Self.textiles, brand: "Loomworks", abroad),
            lot(18, .lookalike, Self.anything), lot(16, .plain, Self.anything),
        ]
    }

    private var kestrelLots: [DemoLot] {
        let taken = DemoUse(verdict: .unauthorised, actor: .stranger)
        return [
            lot(14, .licensed(DemoGroups.kept), Self.anything, taken),
            lot(6, .licensed(DemoGroups.broad), [.cushion, .dress], taken),
            lot(4, .licensed(DemoGroups.ended), [.wallpaper], taken),
            lot(18, .lookalike, Self.anything), lot(14, .plain, Self.anything),
        ]
    }

    private static func seller(_ name: String, _ page: String) -> DemoSeller {
        DemoSeller(name: name, path: "/sellers/\(page)")
    }

    private var tradewellLots: [DemoLot] {
        let sorel = Self.seller("Papier Sorel", "papier-sorel")
        let outlet = Self.seller("Loomworks outlet", "loomworks-outlet")
        let finch = Self.seller("Blue Finch Crafts", "blue-finch-crafts")
        let moon = Self.seller("mooncloth88", "mooncloth88")
        let shelf = Self.seller("Second Shelf", "second-shelf")
        let late = DemoUse(
            verdict: .outOfScope, actor: .party(DemoParty.papierSorel.id),
            agreement: DemoAgreement.id("003"),
            failedOperand: "dateTime")
        let own = DemoUse(
            verdict: .authorised, actor: .party(DemoParty.loomworks.id),
            agreement: DemoAgreement.id("001"))
        let taken = DemoUse(verdict: .unauthorised, actor: .stranger)
        let resold = DemoUse(verdict: .unknown, actor: .stranger, possibleResale: true)
        let nameless = DemoUse(verdict: .unknown, actor: .nobody)
        return [
            lot(6, .licensed(DemoGroups.ended), [.wallpaper], sellers: [sorel], late),
            lot(
                6, .licensed(DemoGroups.broad), Self.textiles, brand: "Loomworks",
                sellers: [outlet], own),
            lot(6, .licensed(DemoGroups.kept), Self.anything, sellers: [finch], taken),
            lot(4, .licensed(DemoGroups.broad), [.dress, .cushion], sellers: [moon], taken),
            lot(
                4, .licensed(DemoGroups.broad), [.cushion], brand: "Loomworks", sellers: [shelf],
                resold),
            lot(8, .licensed(DemoGroups.kept.reversed()), Self.anything, sellers: [nil], nameless),
            lot(16, .lookalike, Self.anything, sellers: [finch, moon, nil, shelf]),
            lot(12, .plain, Self.anything, sellers: [finch, nil, moon]),
        ]
    }
}
