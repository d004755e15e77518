// Writing a signed manifest into an image file.

public import SelvageTypes

/// A file with its new manifest.
public struct SignedManifest: Sendable {
    /// The whole file.
    public let file: [UInt8]
    /// The manifest store in it.
    public let store: [UInt8]
    /// SHA-256 of the store: what a ledger entry names it by.
    public let storeDigest: Digest
    /// The manifest's label, `urn:c2pa:` and a UUID.
    public let label: String
}

/// A manifest that stands beside its file.
public struct DetachedManifest: Sendable {
    /// The manifest store; a sidecar file ends in `.c2pa`.
    public let store: [UInt8]
    /// SHA-256 of the store: what a ledger entry names it by.
    public let storeDigest: Digest
    /// The manifest's label, `urn:c2pa:` and a UUID.
    public let label: String
}

/// A manifest that lacks only what ties it to its file.
private struct Draft {
    let label: String
    let assembly: ManifestAssembly
    let carried: [JUMBFBox]
    let signer: ManifestSigner
    let moment: Instant
    let room: Int

    func store(_ binding: HardBinding) throws(ManifestError) -> [UInt8] {
        try assembly.store(binding, carried, signer, moment, room: room)
    }
}

/// Writes manifests: claim version 2, one hard binding over the whole file but the manifest store.
///
/// - Source: C2PA 2.2, 10 (claims), 11.1 (stores), A.3 (embedding).
public struct ManifestWriter: Sendable {
    /// What the manifest says.
    public let definition: ManifestDefinition
    /// Who signs it.
    public let signer: ManifestSigner

    /// A writer.
    public init(_ definition: ManifestDefinition, signer: ManifestSigner) {
        (self.definition, self.signer) = (definition, signer)
    }

    /// Writes the manifest into a file.
    ///
    /// All else that is to stand in the file, such as rights metadata and a watermark, must be in
    /// it already: any later change breaks the manifest.
    ///
    /// - Parameters:
    ///   - moment: When it is signed. The certificate must be valid then.
    ///   - leavesRoom: Whether room is left for a time-stamp, which `stamped` puts in.
    ///   - random: Where labels and instance identifiers come from.
    /// - Throws: `ManifestError` when the definition contradicts itself, the certificate does not
    ///   hold, or the file carries credentials that the definition does not take along as an
    ///   ingredient (remove them first to leave them behind).
    public func sign(
        _ file: ImageFile, at moment: Instant, leavesRoom: Bool = false,
        using random: inout some RandomNumberGenerator
    ) throws(ManifestError) -> SignedManifest {
        try refuseToDrop(file)
        let room = leavesRoom ? SignedManifest.roomForTimeStamp : 0
        let draft = try draft(at: moment, room: room, using: &random)
        // The exclusions change the size of the store, and the store's size the exclusions.
        var exclusions: [Range<Int>] = []
        for _ in 0..<6 {
            let store = try draft.store(.dataHash(exclusions, .placeholder))
            let embedded = try Self.embed(store, in: file)
            guard embedded.ranges == exclusions else {
                exclusions = embedded.ranges
                continue
            }
            return try bind(draft, to: embedded.bytes, exclusions, in: file)
        }
        throw ManifestError(.unusableFile, "No place for the manifest was found in the file.")
    }

    /// Writes a manifest that stands beside a file, as a sidecar does.
    ///
    /// For files that have no place for a manifest, such as the weights of a model, however large.
    ///
    /// - Parameter digest: SHA-256 of the whole file.
    /// - Throws: `ManifestError` when the definition contradicts itself or the certificate does not
    ///   hold.
    public func sign(
        beside digest: Digest, at moment: Instant, using random: inout some RandomNumberGenerator
    ) throws(ManifestError) -> DetachedManifest {
        let draft = try draft(at: moment, room: 0, using: &random)
        let store = try draft.store(.dataHash([], digest.bytes))
        return DetachedManifest(store: store, storeDigest: Digest(of: store), label: draft.label)
    }

    private func draft(
        at moment: Instant, room: Int, using random: inout some RandomNumberGenerator
    ) throws(ManifestError) -> Draft {
        let ingredients = try definition.ingredients.map {
            ingredient throws(ManifestError) in try PreparedIngredient(ingredient, at: moment)
        }
        let carried = try PreparedIngredient.merged(ingredients)
        let label = "urn:c2pa:" + Self.identifier(&random)
        let instance = "xmp:iid:" + Self.identifier(&random)
        let assembly = try ManifestAssembly(
            definition, ingredients, label: label, instance: instance)
        return Draft(
            label: label, assembly: assembly, carried: carried, signer: signer, moment: moment,
            room: room)
    }

    private func bind(
        _ draft: Draft, to bytes: [UInt8], _ exclusions: [Range<Int>], in file: ImageFile
    ) throws(ManifestError) -> SignedManifest {
        guard let digest = DataHashBinding.digest(of: bytes, without: exclusions, .sha256) else {
            throw ManifestError(.unusableFile, "The manifest's place in the file is not in order.")
        }
        let store = try draft.store(.dataHash(exclusions, digest))
        let embedded = try Self.embed(store, in: file)
        guard embedded.ranges == exclusions,
            DataHashBinding.digest(of: embedded.bytes, without: exclusions, .sha256) == digest
        else {
            throw ManifestError(.unusableFile, "The manifest moved while it was written.")
        }
        return SignedManifest(
            file: embedded.bytes, store: store, storeDigest: Digest(of: store), label: draft.label)
    }

    /// Credentials that are there may only be replaced by ones that take them along.
    private func refuseToDrop(_ file: ImageFile) throws(ManifestError) {
        let present: [UInt8]?
        do throws(ImageFileError) {
            present = try file.manifestStore()?.bytes
        } catch {
            throw ManifestError(.unusableFile, error.description)
        }
        guard let present else { return }
        let isTaken = definition.ingredients.contains {
            (try? $0.file?.manifestStore()?.bytes) == present
        }
        guard isTaken else {
            throw ManifestError(
                .unusableDefinition,
                "The file carries credentials already. Name it as an ingredient so that they are "
                    + "taken along, or remove them first.")
        }
    }

    private static func embed(
        _ store: [UInt8], in file: ImageFile
    ) throws(ManifestError) -> (bytes: [UInt8], ranges: [Range<Int>]) {
        do throws(ImageFileError) {
            return try file.replacingManifestStore(with: store)
        } catch {
            throw ManifestError(.unusableFile, error.description)
        }
    }

    /// A random UUID.
    ///
    /// - Source: RFC 9562, 5.4.
    private static func identifier(_ random: inout some RandomNumberGenerator) -> String {
        var bytes = (0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }
        bytes[6] = bytes[6] & 0x0f | 0x40
        bytes[8] = bytes[8] & 0x3f | 0x80
        let groups = [bytes[0..<4], bytes[4..<6], bytes[6..<8], bytes[8..<10], bytes[10..<16]]
        return groups.map { $0.hex }.joined(separator: "-")
    }
}

extension [UInt8] {
    /// As long as a hash, so that the size of what holds it is known before it is.
    fileprivate static let placeholder = [UInt8](repeating: 0, count: 32)
}
