// Weights of a model as a licensed asset: a manifest beside the file, and tensors to know it by.

internal import Foundation
internal import Persistence
public import Provenance
public import SelvageTypes

/// What came of sealing the weights of a model.
public struct ModelSealOutcome: Hashable, Sendable, Codable {
    /// The asset.
    public var asset: String
    /// The name people use.
    public var title: String
    /// Whether it had been sealed before, so that nothing was done now.
    public var wasSealed: Bool
    /// Where the manifest is.
    public var sidecar: String
    /// The seal.
    public var seal: AssetSeal
    /// How many tensors it is recognised by; 0 where only the whole file is.
    public var tensors: Int
    /// Why the tensors of a safetensors file cannot be used; nil when they can.
    public var fault: String?
    /// The number of the registry.
    public var number: UInt32
    /// Where its entry stands in the ledger.
    public var ledgerIndex: UInt64
}

extension Registrar {
    /// Seals the weights of a model: a signed manifest beside the file, an entry in registry and
    /// ledger.
    ///
    /// The weights stay as they are, however large: they are read once, piece by piece. The outputs
    /// of the model are marked when they are sealed themselves.
    ///
    /// - Parameters:
    ///   - out: Where the manifest goes, in practice `NAME.c2pa`.
    ///   - again: Whether weights that were sealed before are sealed anew, under their number.
    /// - Throws: `RegisteringError` and the errors of the parts; then nothing was registered.
    public func sealModel(
        _ path: String, as definition: SealDefinition, to out: String, again: Bool = false
    ) async throws -> ModelSealOutcome {
        let model = try ModelFile(reading: path)
        let wish = wish(path, definition, digest: model.digest)
        let known = try await known(wish, again: again)
        if !again, let known, let seal = known.seal {
            try await restoreSidecar(known, out)
            return outcome(wish, known.number, seal, known.ledgerIndex ?? 0, model, out, was: true)
        }
        try SealFiles.checkFree(out, holds: known?.seal?.manifest)
        let number = try await issueNumber(wish)
        let (seal, store) = try sign(model, wish)
        let aside = try SealFiles.write(store, besides: out)
        defer { SealFiles.remove(aside) }
        let index = try await enterLedger(seal, wish)
        try await enterRegistry(
            StoredSeal.Completion(
                seal: seal,
                body: ["title": .string(wish.title), "model": try JSONValue(encoding: model)],
                manifestStore: store, softBindings: []), wish, number, index)
        try SealFiles.name(aside, out)
        return outcome(wish, number, seal, index, model, out, was: false)
    }

    private func sign(_ model: ModelFile, _ wish: Wish) throws -> (AssetSeal, [UInt8]) {
        let definition = wish.definition.manifest(
            title: wish.title, bindings: [], master: nil, carriesCredentials: false, files: [:],
            version: Sealer.version)
        let now = clock.now()
        // Labels are never the same twice; nothing is replayed from them.
        var random = SystemRandomNumberGenerator()
        let signed = try ManifestWriter(definition, signer: keys.identity.signer).sign(
            beside: model.digest, at: now, using: &random)
        let report = try ManifestReader(at: now).read(sidecar: signed.store, for: model.digest)
        guard report.state != .invalid else {
            throw RegisteringError(
                .selfCheck,
                "The credentials that were just written do not hold: \(report.summary)")
        }
        let seal = AssetSeal(
            at: now, file: model.digest, manifest: signed.storeDigest,
            manifestLabel: signed.label, statements: ManifestRule.statements(of: report.active),
            mark: nil, iscc: nil, licence: wish.definition.licence)
        return (seal, signed.store)
    }

    private func restoreSidecar(_ known: StoredSeal, _ out: String) async throws {
        guard let seal = known.seal, try !SealFiles.holds(out, seal.manifest) else { return }
        try SealFiles.checkFree(out, holds: nil)
        let store = try await books.registry.read {
            try $0.manifestStore(label: seal.manifestLabel)
        }
        guard let store else { return }
        try SealFiles.name(SealFiles.write(store, besides: out), out)
    }

    private func outcome(
        _ wish: Wish, _ number: UInt32, _ seal: AssetSeal, _ index: UInt64, _ model: ModelFile,
        _ out: String, was: Bool
    ) -> ModelSealOutcome {
        ModelSealOutcome(
            asset: wish.asset, title: wish.title, wasSealed: was, sidecar: out, seal: seal,
            tensors: model.tensors.count, fault: model.fault?.detail, number: number,
            ledgerIndex: index)
    }
}

extension ModelFile {
    /// Reads a file of weights once, piece by piece.
    ///
    /// - Throws: `RegisteringError` when it cannot be read.
    public init(reading path: String) throws(RegisteringError) {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw RegisteringError(
                .unreadable, "\(path): cannot be read; check the path and its permissions.")
        }
        defer { try? handle.close() }
        var reader = ModelFileReader()
        do {
            while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
                reader.append(piece)
            }
        } catch {
            throw RegisteringError(.unreadable, "\(path): reading it failed half way.")
        }
        self = reader.finish()
    }

    /// Whether a file is one of weights, by its name.
    public static func isNamed(_ path: String) -> Bool {
        ["safetensors", "ckpt", "pt", "pth", "bin", "onnx", "gguf"].contains(
            URL(fileURLWithPath: path).pathExtension.lowercased())
    }
}
