// From sightings to deployments: which of them are one use, and what was asked of the agreements.

internal import Foundation
public import SelvageTypes

/// Joins sightings that are one use: same asset, actor, product or site, channel and quarter.
///
/// The plan's facts have been added to the sightings' facts before. The answer depends on the
/// sightings only, not on their order.
public struct DeploymentAssembler: Sendable {
    private let licensor: String
    private let registry: PartyRegistry
    private let site: @Sendable (WebAddress) -> String

    /// An assembler.
    ///
    /// - Parameter site: The site of a page: its registrable domain or address. The default is the
    ///   host without `www.`, with the port when it is not the scheme's.
    public init(
        licensor: String, registry: PartyRegistry,
        site: @escaping @Sendable (WebAddress) -> String = DeploymentAssembler.host
    ) {
        self.licensor = licensor
        self.registry = registry
        self.site = site
    }

    /// The host of an address without `www.`, with the port when it is not the scheme's.
    public static func host(_ address: WebAddress) -> String {
        let bare = address.host.hasPrefix("www.") ? String(address.host.dropFirst(4)) : address.host
        let standard = address.scheme == "http" ? 80 : 443
        return address.port == standard ? bare : "\(bare):\(address.port)"
    }

    /// The deployments that sightings show, by date, then by key.
    ///
    /// Shipping and retail events only corroborate a production event of the same goods or maker;
    /// without one they stand for themselves, as `odrl:distribute` and `odrl:sell`.
    public func deployments(from sightings: [Sighting]) -> [Deployment] {
        let uses = sightings.sorted { $0.id < $1.id }.map {
            ObservedUse($0, site: site($0.page), registry: registry)
        }
        let produced = uses.filter { $0.action == "slv:manufacture" }
        var groups: [String: [ObservedUse]] = [:]
        var supporting: [(key: String, use: ObservedUse)] = []
        for use in uses {
            if use.corroborates, let run = produced.first(where: use.concernsGoods) {
                supporting.append((run.key(licensor), use))
            } else {
                groups[use.key(licensor), default: []].append(use)
            }
        }
        let support = Dictionary(grouping: supporting, by: \.key)
        return groups.map { key, uses in
            deployment(uses, supportedBy: support[key]?.map(\.use) ?? [])
        }.sorted {
            ($0.date, $0.findingID, $0.asset) < ($1.date, $1.findingID, $1.asset)
        }
    }

    private func deployment(
        _ uses: [ObservedUse], supportedBy others: [ObservedUse]
    ) -> Deployment {
        let first = uses.min { $0.date < $1.date } ?? uses[0]
        let facts = Self.ordered(uses.flatMap(\.sighting.facts))
        var deployment = Deployment(
            licensor: licensor, asset: first.sighting.match.asset, actor: first.actor,
            product: first.product, site: first.site, date: first.date,
            action: uses.map(\.action).max { Self.weight($0) < Self.weight($1) } ?? first.action,
            facts: Self.ordered(facts + others.flatMap(\.sighting.facts).map(Self.asCorroboration)),
            sightings: Set((uses + others).map(\.sighting.id)).sorted())
        deployment.productName = facts.best(.productName)
        deployment.category = facts.best(.category)
        deployment.territory = facts.best(.territory).map(Regions.code)
        deployment.channel = first.channel
        if first.isProduction {
            deployment.units = facts.best(.units).flatMap(plainDecimal)
            deployment.unitCode = deployment.units.map { _ in facts.best(.unitCode) ?? "C62" }
        }
        return deployment
    }

    /// A picture beside an offer belongs to the offer.
    private static func weight(_ action: String) -> Int {
        ["odrl:display", "odrl:distribute", "odrl:sell"].firstIndex(of: action) ?? 3
    }

    /// Facts of later supply-chain steps keep their place but not the rank of the event: their
    /// units and territory are not the run's.
    private static func asCorroboration(_ fact: Fact) -> Fact {
        var lowered = fact
        lowered.source = .plan
        return lowered
    }

    /// Distinct facts: by name, most trusted source first, then value and place.
    private static func ordered(_ facts: [Fact]) -> [Fact] {
        let names = Fact.Name.allCases
        return Set(facts).sorted { a, b in
            let left = names.firstIndex(of: a.name) ?? 0
            let right = names.firstIndex(of: b.name) ?? 0
            return (left, a.source.rank, a.place, a.value) < (
                right, b.source.rank, b.place, b.value
            )
        }
    }
}

/// One sighting as a use: who, what, where, when.
private struct ObservedUse {
    let sighting: Sighting
    let site: String
    let actor: Deployment.Actor
    let action: String
    let product: String?
    let channel: String?
    let date: Instant
    let corroborates: Bool
    let isProduction: Bool
    private let gtin: String?

    init(_ sighting: Sighting, site: String, registry: PartyRegistry) {
        let facts = sighting.facts
        self.sighting = sighting
        self.site = site
        actor = registry.resolve(facts: facts, site: site)
        gtin = facts.best(.gtin).map(PartyName.gtin)
        let step = facts.best(.businessStep).map(Self.step)
        let event = facts.best(.eventIdentifier)
        action = Self.action(facts, step: step)
        isProduction = ["slv:manufacture", "odrl:reproduce"].contains(action)
        corroborates = step != nil && !isProduction
        let isEvent = step != nil || event != nil || isProduction
        channel =
            Self.channel(facts, site: site, actor: actor, registry: registry)
            ?? (isProduction ? "manufacturing" : nil)
        date = (isEvent ? facts.best(.date).flatMap(Instant.init(iso8601:)) : nil) ?? sighting.seen
        if isEvent {
            product = "event:" + (event ?? Self.digest(sighting))
        } else if let gtin, !gtin.isEmpty {
            product = "gtin:\(gtin)"
        } else {
            product = facts.best(.sku).map { "sku:\(site)/\($0)" }
        }
    }

    /// The use that this one is part of.
    func key(_ licensor: String) -> String {
        [
            licensor, sighting.match.asset, actor.key, product ?? "site:\(site)", channel ?? "",
            date.quarter,
        ].joined(separator: "\u{1f}")
    }

    /// Whether a production event made the goods that this later step moves.
    func concernsGoods(of run: ObservedUse) -> Bool {
        guard run.sighting.match.asset == sighting.match.asset else { return false }
        if let gtin, let made = run.gtin { return gtin == made }
        return actor != .nobody && actor == run.actor
    }

    /// `commissioning` out of `cbv:BizStep-commissioning` or an address that ends in it.
    private static func step(_ text: String) -> String {
        let tail = text.split(whereSeparator: { ":/#".contains($0) }).last.map(String.init) ?? text
        return tail.replacing("BizStep-", with: "").lowercased()
    }

    private static func action(_ facts: [Fact], step: String?) -> String {
        let channel = facts.best(.channel)
        switch (step, channel) {
        case ("commissioning", _), ("creating_class_instance", _), (nil, "manufacturing"):
            return "slv:manufacture"
        case (_, "training-set"): return "slv:trainModel"
        case ("retail_selling", _): return "odrl:sell"
        case (.some, _): return "odrl:distribute"
        case (_, "print-on-demand"): return "odrl:reproduce"
        default:
            let isOffer = facts.contains { $0.name == .price || $0.name == .availability }
            return isOffer ? "odrl:sell" : "odrl:display"
        }
    }

    /// The channel as agreements name it: a shop on the seller's own domain is its own webshop, and
    /// a site where others sell is a marketplace, also when the source only says `web-shop`.
    private static func channel(
        _ facts: [Fact], site: String, actor: Deployment.Actor, registry: PartyRegistry
    ) -> String? {
        let named = facts.best(.channel)
        guard named == nil || named == "web-shop" else { return named }
        let goods: Set<Fact.Name> = [.price, .availability, .sku, .gtin]
        guard named != nil || facts.contains(where: { goods.contains($0.name) }) else {
            return nil
        }
        if registry.isMarketplace(site) { return "marketplace" }
        switch actor {
        case .party(let id, _) where registry.owner(ofSite: site)?.id == id: return "own-webshop"
        case .stranger(let key, _) where key.hasPrefix("seller:"): return "marketplace"
        case .stranger(let key, _) where key == "domain:" + PartyName.domain(site):
            return "own-webshop"
        default: return named
        }
    }

    private static func digest(_ sighting: Sighting) -> String {
        let facts = sighting.facts.map { "\($0.name.rawValue)=\($0.value)" }.sorted()
        return String(
            Digest(of: ([sighting.page.description] + facts).joined(separator: "\n")).hex
                .prefix(32))
    }
}
