// The use that sightings and feed events show: who does what with which asset, where and how much.

public import Foundation

/// The use that sightings show.
///
/// One deployment is judged as one.
public struct Deployment: Hashable, Sendable, Codable {
    /// Who is behind a use.
    public enum Actor: Hashable, Sendable, Codable {
        /// A party of the registry.
        case party(id: String, name: String)
        /// A seller known only by an identifier.
        case stranger(key: String, name: String)
        /// The sources name nobody.
        case nobody

        /// A text that is the same whenever the actor is the same.
        public var key: String {
            switch self {
            case .party(let id, _): "party:\(id)"
            case .stranger(let key, _): "stranger:\(key)"
            case .nobody: "nobody"
            }
        }

        /// The name for people.
        public var name: String {
            switch self {
            case .party(_, let name): name
            case .stranger(let key, let name): name.isEmpty ? key : name
            case .nobody: "nobody named"
            }
        }
    }

    /// Who licenses the asset; the tenant.
    public var licensor: String
    /// The asset's id.
    public var asset: String
    /// Who is behind the use.
    public var actor: Actor
    /// `gtin:…`, `sku:SITE/…`, `event:…`; nil when the page names no product, then the site stands.
    public var product: String?
    /// The site of the page: its registrable domain or address.
    public var site: String
    /// What the sources call the product.
    public var productName: String?
    /// The product category, as agreements use it.
    public var category: String?
    /// ISO 3166-1 alpha-2.
    public var territory: String?
    /// How it is offered.
    public var channel: String?
    /// When the use was first seen or took place.
    public var date: Instant
    /// Units of the event; nil when not observed.
    public var units: Decimal?
    /// UN/ECE Recommendation 20 code of `units`.
    public var unitCode: String?
    /// The action asked of the agreements, as `odrl:sell` or `slv:manufacture`.
    public var action: String
    /// Every fact the deployment was made from.
    public var facts: [Fact]
    /// Ids of the sightings it was made from, sorted.
    public var sightings: [String]

    /// A deployment.
    public init(
        licensor: String, asset: String, actor: Actor, product: String?, site: String,
        date: Instant, action: String, facts: [Fact], sightings: [String]
    ) {
        self.licensor = licensor
        self.asset = asset
        self.actor = actor
        self.product = product
        self.site = site
        self.date = date
        self.action = action
        self.facts = facts
        self.sightings = sightings
    }

    /// The finding's id: UUIDv5 of licensor, asset, actor, product or site, channel and quarter.
    public var findingID: String {
        NameBasedID(parts: [
            "finding", licensor, asset, actor.key, product ?? "site:\(site)", channel ?? "",
            date.quarter,
        ]).text
    }
}
