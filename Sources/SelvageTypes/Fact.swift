// One observed property, with where it was read: what verdicts are made from.

/// One observed property of a use, with its source.
public struct Fact: Hashable, Sendable, Codable {
    /// What the property is.
    public enum Name: String, Hashable, Sendable, Codable, CaseIterable {
        /// The name of the seller or maker as written.
        case seller
        /// A strong identifier of the seller or maker: `gln:…`, `vat:…`, `seller:HOST/ID`, `domain:…`.
        case sellerIdentifier
        case brand
        case productName, sku, gtin, category
        /// A decimal string.
        case price
        /// ISO 4217.
        case currency
        /// ISO 3166-1 alpha-2.
        case territory
        /// `own-webshop`, `marketplace`, `web-shop`, `editorial`, `manufacturing`, `print-on-demand`.
        case channel
        /// Units of the event, a decimal string.
        case units
        /// UN/ECE Recommendation 20 unit code of `units`; C62 (each) when absent.
        case unitCode
        /// When the use took place, RFC 3339; the time of the capture when absent.
        case date
        /// `commissioning`, `shipping`, `retail_selling` …: the step of a supply-chain event.
        case businessStep
        /// The event's own identifier, which makes a second delivery of it no second count.
        case eventIdentifier
        /// The asset or agreement that the source itself names; a hint, never evidence of a match.
        case claimedAsset, claimedAgreement
        case colourway, availability
    }

    /// Where a fact was read.
    ///
    /// Later cases rank lower: the most specific source wins.
    public enum Source: String, Hashable, Sendable, Codable, CaseIterable {
        case event, jsonLD, microdata, openGraph, pageText, feed, address, plan

        /// 0 is the most trusted.
        public var rank: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }
    }

    /// What the property is.
    public var name: Name
    /// The value as text; its form depends on the name.
    public var value: String
    /// The kind of place it was read from.
    public var source: Source
    /// The place: an address, with a pointer into the document after `#` where there is one.
    public var place: String

    /// A fact with its source.
    public init(_ name: Name, _ value: String, source: Source, place: String) {
        self.name = name
        self.value = value
        self.source = source
        self.place = place
    }
}

extension Sequence<Fact> {
    /// The value of the best source for a property; among equals the first.
    public func best(_ name: Fact.Name) -> String? {
        filter { $0.name == name }.min { $0.source.rank < $1.source.rank }?.value
    }

    /// The distinct values of a property, best source first; more than one is a conflict to show.
    public func values(of name: Fact.Name) -> [String] {
        var seen: Set<String> = []
        return filter { $0.name == name }
            .sorted { $0.source.rank < $1.source.rank }
            .map(\.value).filter { seen.insert($0).inserted }
    }
}
