// What is written when an asset is sealed, in which order, and how it is taken back.

internal import Foundation
internal import Matching
internal import Persistence
internal import Provenance
internal import SelvageTypes

extension Registrar {
    /// Enters a sealed file into catalogue, ledger and registry, and gives it its name.
    func register(
        _ sealed: SealedFile, _ wish: Wish, _ number: UInt32, _ out: String
    ) async throws -> SealOutcome {
        let aside = try SealFiles.write(sealed.bytes, besides: out)
        defer { SealFiles.remove(aside) }
        let before = CatalogueBefore(folder: target.folder)
        let (catalogue, advice) = try await enterCatalogue(sealed, wish, file: aside)
        let index: UInt64
        do {
            index = try await enterLedger(sealed.seal, wish)
            try await enterRegistry(try Self.completion(sealed), wish, number, index)
        } catch {
            before.restore()
            throw error
        }
        try SealFiles.name(aside, out)
        // The index is derived: whoever reads the catalogue makes it when it is not there.
        _ = try? catalogue.makeIndex()
        return SealOutcome(
            asset: wish.asset, title: wish.title, wasSealed: false, file: out, seal: sealed.seal,
            report: sealed.report, number: number, ledgerIndex: index,
            generation: catalogue.generation, signer: keys.identity.signer.subject,
            signerIsUnknown: keys.identity.isDevelopment, remarks: sealed.remarks,
            advice: advice.filter { $0.asset == wish.asset || $0.other == wish.asset }
                .map { "\($0.asset): \($0.detail)" })
    }

    /// Tells of a seal that is there already, and makes its file again when it is missing.
    func repeated(_ known: StoredSeal, _ wish: Wish, _ out: String) async throws -> SealOutcome {
        guard let seal = known.seal,
            let report = try known.body?["report"]?.decoded(as: RecoveryReport.self)
        else { preconditionFailure("only completed seals are repeated") }
        let catalogue = try Catalogue(folder: target.folder)
        guard let asset = catalogue.asset(known.asset), asset.seal == seal else {
            throw RegisteringError(
                .conflict,
                "\(known.asset) is sealed, but the catalogue \(target.folder) does not have it so. "
                    + "Name the catalogue that does, or give --again to seal it anew.")
        }
        if try !SealFiles.holds(out, seal.file), wish.digest != seal.file {
            try SealFiles.checkFree(out, holds: nil)
            let kept = try SealFiles.read("\(target.folder)/\(asset.image ?? "")")
            guard Digest(of: kept) == seal.file else {
                throw RegisteringError(
                    .conflict,
                    "\(known.asset) is sealed, but neither \(out) nor the catalogue has the sealed "
                        + "file. Restore it, or give --again to seal it anew.")
            }
            try SealFiles.name(SealFiles.write(kept, besides: out), out)
        }
        return SealOutcome(
            asset: known.asset, title: asset.title, wasSealed: true,
            file: wish.digest == seal.file ? wish.path : out, seal: seal,
            report: report, number: known.number, ledgerIndex: known.ledgerIndex ?? 0,
            generation: catalogue.generation, signer: keys.identity.signer.subject,
            signerIsUnknown: keys.identity.isDevelopment)
    }

    private func enterCatalogue(
        _ sealed: SealedFile, _ wish: Wish, file: String
    ) async throws -> (catalogue: Catalogue, advice: [Catalogue.Advice]) {
        var asset = wish.definition.asset(id: wish.asset, licensor: licensor, title: wish.title)
        asset.seal = sealed.seal
        var submission = Catalogue.Submission(asset: asset, file: file)
        let placed = wish.definition.parts.filter(\.kind.isPlaced)
        for (component, part) in zip(asset.components, placed) {
            if let file = part.file { submission.parts[component.id] = file }
        }
        let plain = decoders.plain
        // The catalogue sees the sealed file as it was just decoded.
        let decode: SealingDecoders.Plain = { bytes throws(DecodeError) in
            if bytes == sealed.bytes, let shown = sealed.shown.take() { return shown }
            return try await plain(bytes)
        }
        let now = clock.now()
        guard CatalogueBefore.exists(in: target.folder) else {
            return try await Catalogue.build(
                folder: target.folder, licensor: licensor, assets: [submission], created: now,
                calibration: target.calibration, seal: target.seal, decode: decode)
        }
        let catalogue = try Catalogue(folder: target.folder)
        return try await catalogue.registering(
            submission, folder: target.folder, created: now, calibration: target.calibration,
            seal: target.seal, decode: decode)
    }

    func enterLedger(_ seal: AssetSeal, _ wish: Wish) async throws -> UInt64 {
        let subject = "asset-seal \(licensor) \(wish.asset)"
        guard let salt = CommitmentSalt(kept: try books.salts.salt(for: subject)) else {
            preconditionFailure("salts have 32 bytes")
        }
        let leaf = LedgerLeaf.assetSeal(
            LedgerLeaf.AssetSealed(
                asset: wish.asset, file: seal.file, manifest: seal.manifest,
                licensor: Commitment(to: licensor, salt: salt), at: seal.at))
        guard let receipt = try await books.ledger.append([leaf]).first else {
            preconditionFailure("the ledger answers for every entry")
        }
        return receipt.index
    }

    private static func completion(_ sealed: SealedFile) throws -> StoredSeal.Completion {
        StoredSeal.Completion(
            seal: sealed.seal, body: ["report": try JSONValue(encoding: sealed.report)],
            manifestStore: sealed.manifestStore,
            softBindings: sealed.softBindings.map {
                StoredSeal.SoftBinding(algorithm: $0.algorithm, value: $0.value)
            })
    }

    func enterRegistry(
        _ completion: StoredSeal.Completion, _ wish: Wish, _ number: UInt32, _ index: UInt64
    ) async throws {
        try await books.registry.write { [licensor] registry in
            try registry.complete(
                completion, number: number, of: licensor, master: wish.digest,
                request: wish.request, ledgerIndex: index)
        }
    }
}

/// A catalogue's folder as it was, to be put back when the rest fails.
private struct CatalogueBefore {
    let folder: String
    let catalogue: Catalogue?

    init(folder: String) {
        self.folder = folder
        catalogue = try? Catalogue(folder: folder)
    }

    /// The images and features that were added stay; nothing names them.
    func restore() {
        if let catalogue {
            try? catalogue.write(to: folder)
        } else {
            for name in ["catalogue.json", "assets.jsonl"] {
                try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
            }
        }
    }

    static func exists(in folder: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(folder)/catalogue.json")
    }
}
