// Sealing as a user sees it: one asset registered completely, or nothing changed.

internal import Foundation
public import Matching
public import Persistence
public import Provenance
public import SelvageTypes

/// Seals assets: marked, signed, in the catalogue, in the registry, in the ledger.
///
/// Everything that can fail on its own is done in memory first. Then the catalogue's next
/// generation, the ledger's entry and the registry's row are written in this order; when one fails,
/// the catalogue is put back and the file removed, so that no asset is half registered. After a
/// crash between them the same command, run again, seals again under the same number and puts that
/// in place; a ledger entry of a file that nobody was given may then be left over.
///
/// - Invariant: The sealed file is visible under its name only when the registry knows it.
public struct Registrar: Sendable {
    /// The catalogue that an asset is registered in.
    public struct Target: Sendable {
        /// Its folder, made when it is missing.
        public var folder: String
        /// The pictures that a new asset is held against.
        public var calibration: Calibration
        /// Who seals the catalogue; nil for nobody.
        public var seal: (@Sendable ([UInt8]) throws -> Seal)?

        /// A catalogue.
        public init(
            folder: String, calibration: Calibration = Calibration(),
            seal: (@Sendable ([UInt8]) throws -> Seal)? = nil
        ) {
            (self.folder, self.calibration, self.seal) = (folder, calibration, seal)
        }
    }

    /// The books that a seal is entered into.
    public struct Books: Sendable {
        let registry: LicensingStore
        let ledger: Ledger
        let salts: LedgerSalts

        /// The registry, the ledger and the salts of its commitments.
        public init(registry: LicensingStore, ledger: Ledger, salts: LedgerSalts) {
            (self.registry, self.ledger, self.salts) = (registry, ledger, salts)
        }
    }

    let licensor: String
    let target: Target
    let books: Books
    let keys: LicensorKeys
    let decoders: SealingDecoders
    let clock: any Timekeeper
    let stamper: TimeStamper?
    let observer: SealObserver

    /// A registrar of one licensor.
    ///
    /// - Parameters:
    ///   - stamper: A time-stamp authority for the manifests; nil for none.
    ///   - observer: Is told of each stage of sealing a picture.
    public init(
        licensor: String, target: Target, books: Books, keys: LicensorKeys,
        decoders: SealingDecoders, clock: any Timekeeper, stamper: TimeStamper? = nil,
        observer: @escaping SealObserver = { _ in }
    ) {
        (self.stamper, self.observer) = (stamper, observer)
        (self.licensor, self.target, self.books) = (licensor, target, books)
        (self.keys, self.decoders, self.clock) = (keys, decoders, clock)
    }

    /// Seals a file.
    ///
    /// The same file with the same wishes is sealed once: a repetition says so, and gives the sealed
    /// file again when it is missing.
    ///
    /// - Parameters:
    ///   - path: The master.
    ///   - out: Where the sealed file goes; in a folder that exists.
    ///   - again: Whether a file that was sealed before is sealed anew, under its number.
    /// - Throws: `RegisteringError` and the errors of the parts; then nothing was registered.
    public func seal(
        _ path: String, as definition: SealDefinition, to out: String, again: Bool = false
    ) async throws -> SealOutcome {
        let master = try SealFiles.read(path)
        let wish = wish(path, definition, digest: Digest(of: master))
        let known = try await known(wish, again: again)
        if let known, !again { return try await repeated(known, wish, out) }
        try SealFiles.checkFree(out, holds: known?.seal?.file)
        let number = try await issueNumber(wish)
        var order = Sealer.Order(
            master: master, definition: definition, title: wish.title, number: number)
        for (place, part) in definition.parts.enumerated() {
            if let file = part.file { order.partFiles[place] = try SealFiles.read(file) }
        }
        let sealer = Sealer(
            keys: keys, decoders: decoders, stamper: stamper, observer: observer)
        let sealed = try await sealer.seal(order, at: clock.now())
        observer(.registering)
        return try await register(sealed, wish, number, out)
    }

    /// What is to be sealed as what.
    struct Wish: Sendable {
        /// The file that was given.
        let path: String
        let asset: String
        let title: String
        let definition: SealDefinition
        /// SHA-256 of the master.
        let digest: Digest
        /// SHA-256 of what is asked for.
        let request: Digest
    }

    func wish(_ path: String, _ definition: SealDefinition, digest: Digest) -> Wish {
        let name = URL(filePath: path).deletingPathExtension().lastPathComponent
        let start = licensor.hasSuffix("/") ? licensor : licensor + "/"
        return Wish(
            path: path, asset: definition.id ?? start + "patterns/" + SealFiles.slug(name),
            title: definition.title ?? name, definition: definition, digest: digest,
            request: definition.digest)
    }

    func issueNumber(_ wish: Wish) async throws -> UInt32 {
        try await books.registry.write { [licensor] registry in
            try registry.issueNumber(
                to: wish.asset, of: licensor, master: wish.digest, request: wish.request)
        }
    }

    /// The completed seal of this file or this asset.
    ///
    /// - Throws: `RegisteringError` when the wish contradicts what was sealed before.
    func known(_ wish: Wish, again: Bool) async throws -> StoredSeal? {
        let licensor = licensor
        let (ofFile, ofAsset) = try await books.registry.read { registry in
            (
                try registry.seals(ofFile: wish.digest, licensor: licensor)
                    .filter { $0.seal != nil },
                try registry.seal(ofAsset: wish.asset, licensor: licensor)
            )
        }
        // The sealed file itself says nothing new, whatever is wished.
        if let one = ofFile.first(where: { $0.seal?.file == wish.digest }) {
            guard !again || one.master == wish.digest else {
                throw RegisteringError(
                    .conflict,
                    "This file is the sealed one of \(one.asset). Seal its master again instead.")
            }
            return one
        }
        if let other = ofFile.first(where: { $0.asset != wish.asset }) {
            throw RegisteringError(
                .conflict,
                "This file was sealed as \(other.asset). Give that as --id, or use another file.")
        }
        guard let ofAsset, ofAsset.seal != nil else { return nil }
        guard again || (ofAsset.master == wish.digest && ofAsset.request == wish.request) else {
            let what = ofAsset.master == wish.digest ? "with other wishes" : "from another file"
            throw RegisteringError(
                .conflict,
                "\(wish.asset) was sealed \(what) before. Give --again to seal it anew, or "
                    + "another --id.")
        }
        return ofAsset
    }
}
