// Reading the manifest store of a file and checking everything that can be checked offline.

public import SelvageTypes

/// Reads and checks manifest stores.
///
/// Nothing is fetched: manifests that stand elsewhere are named, not read, and revocation lists are
/// not asked.
///
/// - Source: C2PA 2.2, 15 (validation).
public struct ManifestReader: Sendable {
    /// Whom the caller trusts to sign manifests.
    public let anchors: TrustAnchors
    /// Whom the caller trusts to tell the time.
    public let timeAnchors: TrustAnchors
    /// Whom the caller trusts to say who they are in identity assertions.
    public let identityAnchors: TrustAnchors
    /// The moment at which certificates must be valid where no time-stamp holds.
    public let now: Instant

    /// A reader.
    public init(
        anchors: TrustAnchors = .none, timeAnchors: TrustAnchors = .none,
        identityAnchors: TrustAnchors = .none, at now: Instant
    ) {
        (self.anchors, self.timeAnchors) = (anchors, timeAnchors)
        (self.identityAnchors, self.now) = (identityAnchors, now)
    }

    /// Reads the manifest store of an image file.
    ///
    /// - Returns: nil when the file carries none.
    /// - Throws: `ManifestError` when it carries one that cannot be taken apart at all.
    public func read(_ file: ImageFile) throws(ManifestError) -> ManifestReport? {
        let found: (bytes: [UInt8], ranges: [Range<Int>])?
        do throws(ImageFileError) {
            found = try file.manifestStore()
        } catch {
            throw ManifestError(.unusableFile, error.description)
        }
        guard let found else { return nil }
        let asset = BoundAsset(content: .bytes(file.bytes), storeRanges: found.ranges) {
            () throws(ImageFileError) in try file.boxes()
        }
        return try read(store: found.bytes, asset: asset)
    }

    /// Reads a manifest store that stands beside a file, as a sidecar does.
    ///
    /// - Parameter bytes: The file that it speaks for, without any store in it.
    /// - Throws: `ManifestError` when the store cannot be taken apart at all.
    public func read(
        sidecar store: [UInt8], for bytes: [UInt8]
    ) throws(ManifestError) -> ManifestReport {
        try read(
            store: store, asset: BoundAsset(content: .bytes(bytes), storeRanges: [], boxes: nil))
    }

    /// Reads a manifest store that stands beside a file of which only the digest is at hand.
    ///
    /// - Parameter digest: SHA-256 of the whole file that it speaks for.
    /// - Throws: `ManifestError` when the store cannot be taken apart at all.
    public func read(
        sidecar store: [UInt8], for digest: Digest
    ) throws(ManifestError) -> ManifestReport {
        try read(
            store: store, asset: BoundAsset(content: .digest(digest), storeRanges: [], boxes: nil))
    }

    private func read(store bytes: [UInt8], asset: BoundAsset) throws(ManifestError)
        -> ManifestReport
    {
        let store = try ManifestStore(reading: bytes)
        var check = ManifestCheck(reader: self, store: store, asset: asset)
        var active = check.manifest(store.active, isActive: true)
        for other in store.manifests where check.visited[other.label] == nil {
            active.results.add(
                .informational, "manifest.unreferenced", other.url(),
                "nothing refers to this manifest of the store")
        }
        let state: ManifestState =
            check.brokenPromises ? .invalid : active.results.state
        return ManifestReport(
            state: state, active: active, manifestCount: store.manifests.count,
            storeDigest: Digest(of: bytes))
    }

    /// Where a file says its manifest stands when it does not carry one.
    ///
    /// The address is only reported: it comes from a file that anyone may have made.
    ///
    /// - Source: C2PA 2.2, 11.5 (`dcterms:provenance` in XMP).
    public static func remoteManifest(of file: ImageFile) -> String? {
        guard let packet = try? file.xmpPacket() else { return nil }
        let name = Array("dcterms:provenance".utf8)
        let bytes = packet.prefix(1 << 20)
        guard
            let start = bytes.indices.first(where: { bytes[$0...].starts(with: name) })
        else { return nil }
        // Either an attribute in quotes, or an element with the address as its text.
        let rest = bytes[(start + name.count)...].drop { $0 == 0x20 || $0 == 0x3d }
        guard let opening = rest.first, let closing = closings[opening] else { return nil }
        let value = rest.dropFirst().prefix(2001).prefix { $0 != closing }
        guard !value.isEmpty, value.count <= 2000 else { return nil }
        return String(validating: value, as: UTF8.self)
    }

    /// What ends a value that begins with a quote, an apostrophe or the end of a tag.
    private static let closings: [UInt8: UInt8] = [0x22: 0x22, 0x27: 0x27, 0x3e: 0x3c]
}

/// The file that a manifest store is bound to.
struct BoundAsset {
    /// As much of it as is at hand.
    enum Content {
        case bytes([UInt8])
        /// SHA-256 of the whole file.
        case digest(Digest)
    }

    let content: Content
    /// The ranges that carry the store.
    let storeRanges: [Range<Int>]
    /// The file's boxes as general box hashes name them; nil when it has none.
    let boxes: (() throws(ImageFileError) -> [(names: [String], range: Range<Int>)])?

    /// The hash of the file without some ranges; nil when it cannot be told.
    func digest(without exclusions: [Range<Int>], _ hash: ManifestHash) -> [UInt8]? {
        switch content {
        case .bytes(let bytes):
            DataHashBinding.digest(of: bytes, without: exclusions, hash)
        case .digest(let digest):
            exclusions.isEmpty && hash == .sha256 ? digest.bytes : nil
        }
    }

    /// The hash of some ranges, one after the other; nil when it cannot be told.
    func digest(of ranges: [Range<Int>], _ hash: ManifestHash) -> [UInt8]? {
        guard case .bytes(let bytes) = content,
            ranges.allSatisfy({ $0.upperBound <= bytes.count })
        else { return nil }
        return hash.digest(of: ranges.map { bytes[$0] })
    }
}

/// One reading of one store: what was visited, and what was found.
struct ManifestCheck {
    let reader: ManifestReader
    let store: ManifestStore
    let asset: BoundAsset
    /// Manifests that were already read, with what their checks came to.
    var visited: [String: ManifestState] = [:]
    /// Whether something that a manifest promised of its ingredients does not hold.
    var brokenPromises = false
    /// What the claims on the way down from the active manifest took out of their ingredients.
    ///
    /// Only they may: anyone can put a manifest that nothing refers to into a store.
    var redacted: Set<String> = []
    /// The labels of the manifests that they took something out of.
    var redactedManifests: Set<String> = []
    /// Ingredients below the active manifest.
    var depth = 0
    /// Hashes of parts that several references may name.
    var digests: [String: [UInt8]] = [:]

    /// How many generations of ingredients are followed.
    static let depthLimit = 30

    init(reader: ManifestReader, store: ManifestStore, asset: BoundAsset) {
        (self.reader, self.store, self.asset) = (reader, store, asset)
    }

    /// Reads one manifest and checks it, and its ingredients after it.
    mutating func manifest(_ manifest: StoredManifest, isActive: Bool) -> ReadManifest {
        var read = ReadManifest(label: manifest.label)
        visited[manifest.label] = .invalid
        guard let claim = claim(of: manifest, into: &read.results) else { return read }
        read.claimVersion = claim.version
        read.title = claim.title
        read.format = claim.format
        read.instance = claim.instance
        read.claimGenerator = claim.generator
        read.signer = signature(of: manifest, claim, into: &read.results)
        let declared = assertions(of: manifest, claim, into: &read.results)
        read.describe(manifest, declared)
        checkActions(of: manifest, claim, read.actions, into: &read.results)
        checkHardBinding(of: manifest, claim, declared, isActive: isActive, into: &read)
        read.identities = identities(of: manifest, claim, declared, into: &read.results)
        visited[manifest.label] = read.results.state
        read.redactions = claim.redacted
        let above = (redacted, redactedManifests)
        redacted.formUnion(claim.redacted)
        redactedManifests.formUnion(claim.redacted.compactMap { JUMBFPath($0)?.manifest })
        read.ingredients = ingredients(of: manifest, claim, declared, into: &read.results)
        (redacted, redactedManifests) = above
        visited[manifest.label] = read.results.state
        return read
    }

    private func claim(
        of manifest: StoredManifest, into results: inout ManifestResults
    ) -> ManifestClaim? {
        guard let box = manifest.claims.first else {
            results.add(.failure, "claim.missing", manifest.url(), "the manifest has no claim")
            return nil
        }
        let url = manifest.url(box.label)
        guard manifest.claims.count == 1 else {
            results.add(.failure, "claim.multiple", url, "the manifest has several claims")
            return nil
        }
        guard let claim = ManifestClaim(box) else {
            results.add(.failure, "claim.malformed", url, "the claim cannot be read")
            return nil
        }
        return claim
    }
}
