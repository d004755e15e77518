// How an asset was sealed: its mark, its manifest, and the file that carries both.

/// How an asset was sealed.
///
/// It stands in the catalogue, so that a copy is traced to its asset and licence offline: by the
/// file's digest, by the manifest in it, by the payload of its mark, by its ISCC.
public struct AssetSeal: Hashable, Sendable, Codable {
    /// The mark that an asset carries.
    public struct Mark: Hashable, Sendable, Codable {
        /// The payload, sixteen hexadecimal digits.
        public var payload: String
        /// The name of the licensor's key that it was made with; the key itself is kept elsewhere.
        public var key: String

        /// A mark by its payload and its key's name.
        public init(payload: String, key: String) {
            (self.payload, self.key) = (payload, key)
        }
    }

    /// How many of a mark's tiles lie along the edges of the file: whole and half numbers.
    ///
    /// Whoever finds the pattern in a picture knows from this where the mark's tiles lie.
    public struct MarkTiles: Hashable, Sendable, Codable {
        /// Tiles along one edge of the file.
        public struct Count: Hashable, Sendable, Codable {
            /// Tiles across, in the mark's own direction.
            public var across: Double
            /// Tiles down.
            public var down: Double

            /// A number of tiles.
            public init(across: Double, down: Double) { (self.across, self.down) = (across, down) }
        }

        /// Along the upper edge, from left to right.
        public var width: Count
        /// Along the left edge, from top to bottom.
        public var height: Count

        /// Tiles along both edges.
        public init(width: Count, height: Count) { (self.width, self.height) = (width, height) }
    }

    /// When it was sealed.
    public var at: Instant
    /// SHA-256 of the sealed file.
    public var file: Digest
    /// SHA-256 of the manifest store in it.
    public var manifest: Digest
    /// The manifest's label, `urn:c2pa:` and a UUID.
    public var manifestLabel: String
    /// What the manifest says of what a licensor can ask for, by the names that `asset audit --require` takes;
    /// nil where that was not kept yet.
    public var statements: [String]?
    /// Its mark; nil for an asset that is known by its hashes only.
    public var mark: Mark?
    /// How the mark's tiles lie on the file; nil without a mark, and where it was not kept yet.
    public var markTiles: MarkTiles?
    /// Its ISCC Image-Code, as the manifest names it; nil for the weights of a model.
    public var iscc: String?
    /// Where the licence stands; nil when the owner named none.
    public var licence: String?

    /// A seal.
    public init(
        at: Instant, file: Digest, manifest: Digest, manifestLabel: String,
        statements: [String]? = nil, mark: Mark?,
        markTiles: MarkTiles? = nil, iscc: String?, licence: String?
    ) {
        (self.at, self.file, self.manifest) = (at, file, manifest)
        (self.manifestLabel, self.mark) = (manifestLabel, mark)
        self.statements = statements
        self.markTiles = markTiles
        (self.iscc, self.licence) = (iscc, licence)
    }
}
