// A licensed pattern, its components, and what a claim about it may rest on.

/// A licensed pattern.
public struct Asset: Hashable, Sendable, Codable {
    /// The asset's address, as agreements name it: `https://assets.example/patterns/fern-trellis`.
    public var id: String
    /// Who licenses it; the tenant.
    public var licensor: String
    /// The name people use.
    public var title: String
    /// The pattern's parts with own owners; empty when it is one work.
    public var components: [Component]
    /// What a claim rests on.
    ///
    /// Empty means nobody has said, which counts as contract only.
    public var rights: [RightReliedOn]
    /// The image file inside the catalogue folder, relative; nil when only signatures are kept.
    public var image: String?
    /// SHA-256 of the image file.
    public var imageDigest: Digest?
    /// Its mark and its manifest; nil when it was never sealed.
    public var seal: AssetSeal?

    /// An asset.
    public init(
        id: String, licensor: String, title: String, components: [Component] = [],
        rights: [RightReliedOn] = [], image: String? = nil, imageDigest: Digest? = nil,
        seal: AssetSeal? = nil
    ) {
        self.id = id
        self.licensor = licensor
        self.title = title
        self.components = components
        self.rights = rights
        self.image = image
        self.imageDigest = imageDigest
        self.seal = seal
    }

    /// A part of a pattern that can have an owner of its own.
    public struct Component: Hashable, Sendable, Codable {
        /// The asset's id with a fragment: `…/fern-trellis#motif`.
        public var id: String
        /// `motif`, `texture` or `colourway`.
        public var role: String
        /// Who owns it.
        public var owner: String
        /// The image file that shows this part by itself, inside the catalogue folder; nil when the
        /// part is not recognised by itself.
        public var image: String?
        /// SHA-256 of the image file.
        public var imageDigest: Digest?

        /// A component.
        public init(
            id: String, role: String, owner: String, image: String? = nil,
            imageDigest: Digest? = nil
        ) {
            self.id = id
            self.role = role
            self.owner = owner
            self.image = image
            self.imageDigest = imageDigest
        }
    }
}

/// What a claim about an asset may rest on in a jurisdiction.
public struct RightReliedOn: Hashable, Sendable, Codable {
    /// The kind of right.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        case copyright
        case registeredDesign = "registered-design"
        case unregisteredDesign = "unregistered-design"
        case contract, tradeSecret = "trade-secret", none
    }

    /// The kind of right.
    public var kind: Kind
    /// ISO 3166-1 alpha-2, or `*` for everywhere.
    public var jurisdiction: String
    /// Why: a registration number, a human author, a clause.
    public var basis: String

    /// A right with its jurisdiction and basis.
    public init(kind: Kind, jurisdiction: String, basis: String) {
        self.kind = kind
        self.jurisdiction = jurisdiction
        self.basis = basis
    }
}

extension Asset {
    /// How the mark's tiles lie on what a match shows: on the asset itself, in whatever colourway.
    ///
    /// - Returns: nil for other parts, and where it is not known.
    public func markTiles(for match: Match) -> AssetSeal.MarkTiles? {
        guard match.asset == id, let tiles = seal?.markTiles else { return nil }
        let isWhole =
            match.component == nil
            || components.contains { $0.id == match.component && $0.role == "colourway" }
        return isWhole ? tiles : nil
    }
}
