// Which registered model a file of weights is, or holds, and how that was established.

public import Persistence
public import Provenance
public import SelvageTypes

/// What is known about a file of weights.
public struct ModelVerification: Hashable, Sendable, Codable {
    /// How a registered model was found again, the surest first.
    public enum Ground: String, Hashable, Sendable, Codable, CaseIterable {
        /// The same file, byte for byte.
        case file
        /// Most of its tensors, byte for byte, under any name or in another file.
        case tensors
        /// The signs of its weights, far beyond chance: rounded, scaled or trained further, or a
        /// common ancestor.
        case weights
        /// Names and shapes alone: the same architecture, which says nothing about the weights.
        case architecture
    }

    /// A registered model that was found again.
    public struct Found: Hashable, Sendable, Codable {
        /// The asset.
        public var asset: String
        /// The name people use.
        public var title: String
        /// Where the licence stands; nil when none was named.
        public var licence: String?
        /// How it was found again.
        public var ground: Ground
        /// The share of the registered tensors that are there byte for byte.
        public var equalContents: Double
        /// The share of the registered tensors whose names and shapes are there.
        public var equalShapes: Double
        /// A bound on the chance that independent weights agree as much.
        public var chance: Double
    }

    /// SHA-256 of the file.
    public var file: Digest
    /// How many tensors it has; 0 when it is no safetensors file.
    public var tensors: Int
    /// Registered models, the surest first; empty when none is found again.
    public var found: [Found]
    /// What the credentials beside the file come to; nil when there are none.
    public var credentials: String?

    /// The chance below which signs are taken for the same weights.
    static let least = 1e-9

    /// Compares a file of weights with every model of a registry.
    ///
    /// - Parameter sidecar: The manifest store that stands beside the file; nil when none does.
    public init(
        of model: ModelFile, among seals: [StoredSeal], sidecar: [UInt8]?,
        anchors: TrustAnchors = .none, at now: Instant
    ) {
        file = model.digest
        tensors = model.tensors.count
        found = seals.compactMap { Self.found($0, in: model) }
            .sorted { Self.order($0) < Self.order($1) }
        credentials = sidecar.map { store in
            do throws(ManifestError) {
                return try ManifestReader(anchors: anchors, at: now)
                    .read(sidecar: store, for: model.digest).summary
            } catch {
                return "The credentials cannot be read: \(error.detail)"
            }
        }
    }

    private static func found(_ stored: StoredSeal, in model: ModelFile) -> Found? {
        guard let seal = stored.seal,
            let registered = try? stored.body?["model"]?.decoded(as: ModelFile.self)
        else { return nil }
        let comparison = ModelComparison(of: model, with: registered)
        guard let ground = ground(comparison, hasTensors: !registered.tensors.isEmpty) else {
            return nil
        }
        return Found(
            asset: stored.asset, title: stored.body?["title"]?.string ?? stored.asset,
            licence: seal.licence, ground: ground, equalContents: comparison.equalContents,
            equalShapes: comparison.equalShapes, chance: max(comparison.chance, 1e-100))
    }

    private static func ground(_ comparison: ModelComparison, hasTensors: Bool) -> Ground? {
        if comparison.isSameFile { return .file }
        guard hasTensors else { return nil }
        if comparison.equalContents >= 0.5 { return .tensors }
        if comparison.chance <= least { return .weights }
        return comparison.equalShapes >= 0.9 ? .architecture : nil
    }

    private static func order(_ one: Found) -> (Int, Double, String) {
        (Ground.allCases.firstIndex(of: one.ground) ?? 0, -one.equalContents, one.asset)
    }
}
