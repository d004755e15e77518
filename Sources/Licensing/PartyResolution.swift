// From the facts beside a sighting to who is behind it.

internal import Foundation
public import SelvageTypes

extension PartyRegistry {
    /// Who is behind a use, by the strongest identifier: GLN, VAT number, marketplace seller id,
    /// domain of the seller's own shop, exact name.
    ///
    /// A site's domain stands for its seller unless the registry calls it a marketplace, the page
    /// names another seller, or the facts are a supply-chain event's (then the site only hosts the
    /// document). A name alone makes nobody a registered party when a stronger identifier is
    /// present that is not registered: names are easily borrowed.
    public func resolve(facts: [Fact], site: String) -> Deployment.Actor {
        let seller = facts.best(.seller)?.trimmingCharacters(in: .whitespaces) ?? ""
        let identifiers = strongIdentifiers(facts).filter { identifier in
            // The page's own domain is judged below; a marketplace's says nothing of the seller.
            !identifier.hasPrefix("domain:")
                || !(isMarketplace(identifier)
                    || PartyName.domain(identifier) == PartyName.domain(site))
        }
        for identifier in identifiers {
            if let party = owner(of: identifier) { return .party(id: party.id, name: party.name) }
        }
        let isEvent = facts.contains { $0.name == .businessStep || $0.source == .event }
        if let strongest = identifiers.first {
            return .stranger(key: strongest, name: seller)
        }
        if !isEvent, !isMarketplace(site), let own = ownerOfShop(site, named: seller) { return own }
        guard !seller.isEmpty else { return .nobody }
        if let party = party(named: seller) { return .party(id: party.id, name: party.name) }
        return .stranger(key: "name:" + PartyName.normalised(seller), name: seller)
    }

    /// Whether others sell on a site.
    public func isMarketplace(_ site: String) -> Bool {
        let names = Set(PartyName.domains(above: site))
        return marketplaces.contains { names.contains(PartyName.domain($0)) }
    }

    /// The party to which a site belongs.
    public func owner(ofSite site: String) -> Party? {
        PartyName.domains(above: site).lazy.compactMap { name in
            parties.first { $0.domains.contains { PartyName.domain($0) == name } }
        }.first
    }

    /// The party with exactly this name, apart from case, punctuation and legal form.
    func party(named name: String) -> Party? {
        let wanted = PartyName.normalised(name)
        guard !wanted.isEmpty else { return nil }
        return parties.first { party in
            ([party.name] + party.names).contains { PartyName.normalised($0) == wanted }
        }
    }

    /// The site's owner, unless the page names another seller.
    private func ownerOfShop(_ site: String, named seller: String) -> Deployment.Actor? {
        if let owner = owner(ofSite: site) {
            let other = party(named: seller)
            let isOther = other.map { $0.id != owner.id } ?? false
            guard !isOther, seller.isEmpty || other != nil || resembles(owner, seller) else {
                return nil
            }
            return .party(id: owner.id, name: owner.name)
        }
        guard seller.isEmpty || PartyName.resembles(seller, domain: site) else { return nil }
        if let party = party(named: seller), !seller.isEmpty {
            return .party(id: party.id, name: party.name)
        }
        return .stranger(key: "domain:" + PartyName.domain(site), name: seller)
    }

    private func resembles(_ party: Party, _ seller: String) -> Bool {
        ([party.name] + party.names + party.brands).contains { PartyName.resembles(seller, $0) }
            || party.domains.contains { PartyName.resembles(seller, domain: $0) }
    }

    private func owner(of identifier: String) -> Party? {
        if identifier.hasPrefix("domain:") { return owner(ofSite: identifier) }
        return parties.first { party in
            party.identifiers.contains { PartyName.identifier($0) == identifier }
        }
    }

    /// Identifiers that the facts give, strongest first.
    private func strongIdentifiers(_ facts: [Fact]) -> [String] {
        let order = ["gln", "vat", "seller", "domain"]
        func rank(_ identifier: String) -> Int {
            order.firstIndex { identifier.hasPrefix($0 + ":") } ?? order.count
        }
        return facts.values(of: .sellerIdentifier).map(PartyName.identifier).enumerated()
            .sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }
            .map(\.element)
    }
}
