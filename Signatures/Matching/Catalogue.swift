// A catalogue: a licensor's assets with their signatures, in a folder, with digests and a seal.

public import Recognition
public import SelvageTypes

/// A licensor's assets with their signatures, of one generation.
///
/// On disk it is a folder: `catalogue.json` (format version, generation, licensor, algorithm
/// versions, digest of the assets, seal), `assets.jsonl` (one asset a line in canonical JSON),
/// `signatures/` (the features of repeats, named by their SHA-256) and `images/`. Whatever is
/// searched with is derived from these when needed.
public struct Catalogue: Hashable, Sendable {
    /// The version of the folder's format.
    public static let format = "selvage-catalogue-1"

    /// An asset with what it is recognised by.
    public struct Entry: Hashable, Sendable {
        /// The asset.
        public var asset: Asset
        /// What it is recognised by.
        public var signatures: Signatures

        /// An asset with its signatures.
        public init(asset: Asset, signatures: Signatures) {
            self.asset = asset
            self.signatures = signatures
        }
    }

    /// What an asset is recognised by, in open encodings.
    public struct Signatures: Hashable, Sendable, Codable {
        /// PDQ of the whole picture.
        public var pdq: PDQSignature
        /// Where the features of its repeat are; nil where only whole pictures are recognised.
        public var `repeat`: RepeatRecord?
        /// Its colours; nil where only whole pictures are recognised.
        public var palette: Palette?
        /// The parts that are recognised by themselves, by their ids; nil when there are none.
        public var parts: [String: PartSignatures]?

        /// Signatures of an asset.
        public init(
            pdq: PDQSignature, repeat: RepeatRecord? = nil, palette: Palette? = nil,
            parts: [String: PartSignatures]? = nil
        ) {
            self.pdq = pdq
            self.repeat = `repeat`
            self.palette = palette
            self.parts = parts
        }
    }

    /// Who licenses the assets; the tenant.
    public let licensor: String
    /// Counts up with each change.
    public let generation: Int
    /// When this generation was made.
    public let created: Instant
    /// The assets, in the order of the file.
    public let entries: [Entry]
    /// SHA-256 of `assets.jsonl`; names the contents.
    public let digest: Digest
    /// The algorithm versions that the signatures were made with.
    public let algorithms: [String: String]
    /// The licensor's signature over `catalogue.json` without it; nil when it is not sealed.
    public let seal: Seal?
    /// Where it was read from or written to; nil for one in memory, which has no side files.
    public internal(set) var folder: String?

    /// A catalogue in memory, not yet sealed.
    ///
    /// - Throws: `CatalogueError` for two assets with one id, or one of another licensor.
    public init(
        licensor: String, generation: Int, created: Instant, entries: [Entry]
    ) throws(CatalogueError) {
        try Self.check(entries, licensor: licensor)
        self.init(
            licensor: licensor, generation: generation, created: created, entries: entries,
            digest: Digest(of: AssetLines.bytes(of: entries)),
            algorithms: Self.algorithms(of: entries), seal: nil)
    }

    init(
        licensor: String, generation: Int, created: Instant, entries: [Entry], digest: Digest,
        algorithms: [String: String], seal: Seal?
    ) {
        self.licensor = licensor
        self.generation = generation
        self.created = created
        self.entries = entries
        self.digest = digest
        self.algorithms = algorithms
        self.seal = seal
    }

    /// The same catalogue with a signature over its `catalogue.json`.
    ///
    /// - Throws: What the signing throws.
    public func sealed(by sign: ([UInt8]) throws -> Seal) rethrows -> Catalogue {
        var result = Catalogue(
            licensor: licensor, generation: generation, created: created, entries: entries,
            digest: digest, algorithms: algorithms, seal: try sign(sealedBytes))
        result.folder = folder
        return result
    }

    /// Whether two catalogues are the same generation with the same contents and seal.
    public static func == (left: Catalogue, right: Catalogue) -> Bool {
        left.digest == right.digest && left.seal == right.seal
            && left.sealedBytes == right.sealedBytes
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(digest)
        hasher.combine(generation)
    }

    /// The next generation, with assets added.
    ///
    /// - Throws: `CatalogueError` for an id that is there already, or an asset of another licensor.
    public func adding(
        _ added: [Entry], created: Instant
    ) throws(CatalogueError) -> Catalogue {
        try next(carried + added, keeping: carried, created: created)
    }

    /// The next generation.
    ///
    /// One version is named for all backgrounds: as long as one that is kept is of another, it is
    /// that one, so that adding an asset does not hide what has to be refreshed.
    private func next(
        _ entries: [Entry], keeping kept: [Entry], created: Instant
    ) throws(CatalogueError) -> Catalogue {
        let next = try Catalogue(
            licensor: licensor, generation: generation + 1, created: created, entries: entries)
        guard kept.contains(where: hasOldBackground) else { return next }
        var versions = next.algorithms
        versions["background"] = algorithms["background"]
        return Catalogue(
            licensor: licensor, generation: next.generation, created: created,
            entries: next.entries, digest: next.digest, algorithms: versions, seal: nil)
    }

    /// The assets as the next generation may hold them: without features of another version, which
    /// nobody could compare with new ones.
    private var carried: [Entry] {
        guard let version = algorithms["repeat"], version != LocalFeatures.version else {
            return entries
        }
        return entries.map {
            Entry(asset: $0.asset, signatures: Signatures(pdq: $0.signatures.pdq))
        }
    }

    /// The asset of an id.
    public func asset(_ id: String) -> Asset? {
        entries.first { $0.asset.id == id }?.asset
    }

    /// The next generation, with assets in place of those of the same ids.
    ///
    /// - Throws: `CatalogueError` for an asset of another licensor.
    func replacing(_ changed: [Entry], created: Instant) throws(CatalogueError) -> Catalogue {
        let byID = Dictionary(
            changed.map { ($0.asset.id, $0) }, uniquingKeysWith: { first, _ in first })
        let carried = carried
        return try next(
            carried.map { byID[$0.asset.id] ?? $0 },
            keeping: carried.filter { byID[$0.asset.id] == nil }, created: created)
    }

    static func check(_ entries: [Entry], licensor: String) throws(CatalogueError) {
        var seen: Set<String> = []
        for (index, entry) in entries.enumerated() {
            let asset = entry.asset
            guard seen.insert(asset.id).inserted else {
                throw CatalogueError(
                    .duplicateAsset, file: CatalogueFolder.assetsFile, line: index + 1,
                    "The asset \(asset.id) is there twice. Give each asset an id of its own.")
            }
            guard asset.licensor == licensor else {
                throw CatalogueError(
                    .foreignAsset, file: CatalogueFolder.assetsFile, line: index + 1,
                    "The asset \(asset.id) is \(asset.licensor)'s, the catalogue \(licensor)'s. "
                        + "Keep one catalogue for each licensor.")
            }
        }
    }
}
