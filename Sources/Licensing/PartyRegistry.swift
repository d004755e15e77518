// Who is who: parties with their identifiers and dated relations, and how a seller is resolved.

internal import Foundation
public import SelvageTypes

/// The registry of parties; the file `parties.json`.
public struct PartyRegistry: Hashable, Sendable, Codable {
    /// Somebody who licenses, makes, sells or holds.
    public struct Party: Hashable, Sendable, Codable {
        /// The party's address, as agreements name it.
        public var id: String
        /// The name people use; it also identifies.
        public var name: String
        /// Domains of its own shops and pages; subdomains count.
        public var domains: [String]
        /// Strong identifiers: `gln:4012345000009`, `vat:DE123456789`, `seller:market.example/42`.
        public var identifiers: [String]
        /// Other names it is known by.
        public var names: [String]
        /// Its brands: goods that carry one are its goods.
        public var brands: [String]
        /// GTINs of its goods, or prefixes of them (the GS1 company prefix).
        public var gtins: [String]

        /// A party.
        public init(
            id: String, name: String, domains: [String] = [], identifiers: [String] = [],
            names: [String] = [], brands: [String] = [], gtins: [String] = []
        ) {
            self.id = id
            self.name = name
            self.domains = domains
            self.identifiers = identifiers
            self.names = names
            self.brands = brands
            self.gtins = gtins
        }
    }

    /// A dated relation between two parties, both by id.
    public struct Relation: Hashable, Sendable, Codable {
        /// What one is to the other.
        public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
            case retailerOf = "retailer-of", manufacturerFor = "manufacturer-for"
            case sublicenseeOf = "sublicensee-of", subsidiaryOf = "subsidiary-of"
        }

        /// Who.
        public var party: String
        /// Is what.
        public var kind: Kind
        /// To whom.
        public var of: String
        /// From when; nil when always.
        public var since: Instant?
        /// Until when, exclusive; nil when still.
        public var until: Instant?

        /// A relation.
        public init(
            party: String, kind: Kind, of: String, since: Instant? = nil, until: Instant? = nil
        ) {
            self.party = party
            self.kind = kind
            self.of = of
            self.since = since
            self.until = until
        }
    }

    /// The parties.
    public var parties: [Party]
    /// How they are related.
    public var relations: [Relation]
    /// Domains on which others sell: never a seller's own.
    public var marketplaces: [String]

    /// A registry.
    public init(
        parties: [Party] = [], relations: [Relation] = [], marketplaces: [String] = []
    ) {
        self.parties = parties
        self.relations = relations
        self.marketplaces = marketplaces
    }

    /// The party with an id.
    public func party(_ id: String) -> Party? {
        parties.first { $0.id == id }
    }

    /// The parties to which another stands in a relation at a moment.
    public func related(_ party: String, _ kind: Relation.Kind, at moment: Instant) -> [String] {
        relations.filter { relation in
            relation.party == party && relation.kind == kind
                && relation.since.map { $0 <= moment } ?? true
                && relation.until.map { moment < $0 } ?? true
        }.map(\.of)
    }

    /// Identifiers that two parties claim, as sentences; a registry should have none.
    public func conflicts() -> [String] {
        var owners: [String: String] = [:]
        var conflicts: [String] = []
        for party in parties {
            let keys =
                party.domains.map { "domain:" + PartyName.domain($0) }
                + party.identifiers.map(PartyName.identifier)
                + Set(([party.name] + party.names).map(PartyName.normalised)).map { "name:" + $0 }
            for key in Set(keys).sorted() {
                if let other = owners[key], other != party.id {
                    conflicts.append("\(key) is claimed by \(other) and \(party.id).")
                }
                owners[key] = party.id
            }
        }
        return conflicts
    }
}

extension PartyRegistry.Party {
    private enum Key: String, CodingKey {
        case id, name, domains, identifiers, names, brands, gtins
    }

    /// Reads a party; every list may be left out.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        func list(_ key: Key) throws -> [String] {
            try members.decodeIfPresent([String].self, forKey: key) ?? []
        }
        id = try members.decode(String.self, forKey: .id)
        name = try members.decodeIfPresent(String.self, forKey: .name) ?? id
        domains = try list(.domains)
        identifiers = try list(.identifiers)
        names = try list(.names)
        brands = try list(.brands)
        gtins = try list(.gtins)
    }
}

extension PartyRegistry {
    private enum Key: String, CodingKey {
        case parties, relations, marketplaces
    }

    /// Reads a registry; every list may be left out.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        parties = try members.decodeIfPresent([Party].self, forKey: .parties) ?? []
        relations = try members.decodeIfPresent([Relation].self, forKey: .relations) ?? []
        marketplaces = try members.decodeIfPresent([String].self, forKey: .marketplaces) ?? []
    }
}
