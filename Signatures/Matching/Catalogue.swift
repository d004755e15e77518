// A catalogue: a licensor's assets with their signatures, in a folder, with digests and a seal.

public import SelvageTypes

/// A licensor's assets with their signatures, of one generation.
///
/// On disk it is a folder: `catalogue.json` (format version, generation, licensor, algorithm
/// versions, digest of the assets, seal), `assets.jsonl` (one asset a line in canonical JSON) and
/// `images/`. Whatever is searched with is derived from these when needed.
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

        /// Signatures of an asset.
        public init(pdq: PDQSignature) {
            self.pdq = pdq
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
            algorithms: Self.currentAlgorithms, seal: nil)
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
        Catalogue(
            licensor: licensor, generation: generation, created: created, entries: entries,
            digest: digest, algorithms: algorithms, seal: try sign(sealedBytes))
    }

    /// The next generation, with assets added.
    ///
    /// - Throws: `CatalogueError` for an id that is there already, or an asset of another licensor.
    public func adding(
        _ added: [Entry], created: Instant
    ) throws(CatalogueError) -> Catalogue {
        try Catalogue(
            licensor: licensor, generation: generation + 1, created: created,
            entries: entries + added)
    }

    /// The asset of an id.
    public func asset(_ id: String) -> Asset? {
        entries.first { $0.asset.id == id }?.asset
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
