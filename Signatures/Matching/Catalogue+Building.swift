// A catalogue made from image files: signatures computed, images taken in, weak assets named.

internal import Foundation
internal import Recognition
public import SelvageTypes

extension Catalogue {
    /// An asset that is to be taken in, with its picture.
    public struct Submission: Sendable {
        /// The asset; `image` and `imageDigest` are filled in when it is taken in.
        public var asset: Asset
        /// The path of its image file.
        public var file: String
        /// Image files that show parts by themselves, by the component's id.
        public var parts: [String: String]
        /// Its background score where that is known; then the asset is not calibrated.
        public var background: RepeatRecord.Background?

        /// An asset with the path of its image file.
        public init(
            asset: Asset, file: String, parts: [String: String] = [:],
            background: RepeatRecord.Background? = nil
        ) {
            self.asset = asset
            self.file = file
            self.parts = parts
            self.background = background
        }
    }

    /// Decodes an image file's bytes; in practice a `DecoderPool`.
    public typealias Decode = @Sendable ([UInt8]) async throws(DecodeError) -> Picture

    /// The largest image file that is taken in.
    public static let largestImage = 256 << 20

    /// Builds a new catalogue in a folder from assets with image files.
    ///
    /// Nothing is written before every picture is decoded. Image files are copied into `images/`
    /// under names made from the asset's id and the file's digest.
    ///
    /// - Parameter calibration: The pictures without licensed patterns that each asset is held
    ///   against.
    /// - Returns: The catalogue and what its owner should know about weak assets.
    /// - Throws: `CatalogueError`.
    public static func build(
        folder: String, licensor: String, assets: [Submission], generation: Int = 1,
        created: Instant, calibration: Calibration = Calibration(),
        seal: (([UInt8]) throws -> Seal)? = nil, decode: Decode
    ) async throws(CatalogueError) -> (catalogue: Catalogue, advice: [Advice]) {
        let taken = try await takeIn(assets, calibration, decode)
        let catalogue = try Catalogue(
            licensor: licensor, generation: generation, created: created,
            entries: taken.entries)
        return try catalogue.finish(folder: folder, taken.files, seal)
    }

    /// Takes assets into this catalogue's folder as its next generation.
    ///
    /// Only the signatures of the new assets are computed.
    ///
    /// - Returns: The new generation and what its owner should know about weak assets.
    /// - Throws: `CatalogueError`; the folder then still holds this generation.
    public func adding(
        _ assets: [Submission], folder: String, created: Instant,
        calibration: Calibration = Calibration(), seal: (([UInt8]) throws -> Seal)? = nil,
        decode: Decode
    ) async throws(CatalogueError) -> (catalogue: Catalogue, advice: [Advice]) {
        let taken = try await Self.takeIn(assets, calibration, decode)
        return try adding(taken.entries, created: created).finish(folder: folder, taken.files, seal)
    }

    /// Takes an asset into this catalogue's folder as its next generation, in place of the one of the
    /// same id where there is one.
    ///
    /// - Returns: The new generation and what its owner should know about weak assets.
    /// - Throws: `CatalogueError`; the folder then still holds this generation.
    public func registering(
        _ asset: Submission, folder: String, created: Instant,
        calibration: Calibration = Calibration(), seal: (([UInt8]) throws -> Seal)? = nil,
        decode: Decode
    ) async throws(CatalogueError) -> (catalogue: Catalogue, advice: [Advice]) {
        let taken = try await Self.takeIn([asset], calibration, decode)
        let next =
            self.asset(asset.asset.id) == nil
            ? try adding(taken.entries, created: created)
            : try replacing(taken.entries, created: created)
        return try next.finish(folder: folder, taken.files, seal)
    }

    /// Makes the signatures of assets again that have none, or some of another version, from their
    /// images in the folder, as the next generation.
    ///
    /// - Parameter all: Also those that seem in order.
    /// - Returns: The new generation, the ids of the assets that were done, and advice; this
    ///   catalogue itself when there is nothing to do.
    /// - Throws: `CatalogueError`; the folder then still holds this generation.
    public func refreshed(
        folder: String, all: Bool = false, created: Instant,
        calibration: Calibration = Calibration(), seal: (([UInt8]) throws -> Seal)? = nil,
        decode: Decode
    ) async throws(CatalogueError) -> (catalogue: Catalogue, done: [String], advice: [Advice]) {
        let outdated = entries.filter { $0.asset.image != nil && (all || isOutdated($0)) }
        guard !outdated.isEmpty else { return (self, [], advice) }
        let submissions = outdated.map { entry in
            Submission(
                asset: entry.asset,
                file: CatalogueFolder.path(folder, entry.asset.image ?? ""),
                parts: Dictionary(
                    entry.asset.components.compactMap { part in
                        part.image.map { (part.id, CatalogueFolder.path(folder, $0)) }
                    }, uniquingKeysWith: { first, _ in first }))
        }
        let taken = try await Self.takeIn(submissions, calibration, decode)
        let next = try replacing(taken.entries, created: created)
        let finished = try next.finish(folder: folder, taken.files, seal)
        return (finished.catalogue, outdated.map(\.asset.id), finished.advice)
    }

    private func isOutdated(_ entry: Entry) -> Bool {
        hasNoFeatures(entry) || hasOldBackground(entry)
    }

    func hasNoFeatures(_ entry: Entry) -> Bool {
        entry.signatures.repeat == nil || algorithms["repeat"] != LocalFeatures.version
            || algorithms["palette"] != Palette.version
    }

    func hasOldBackground(_ entry: Entry) -> Bool {
        entry.signatures.repeat?.background != nil
            && algorithms["background"] != BackgroundPicture.version
    }

    private func finish(
        folder: String, _ files: [(name: String, bytes: [UInt8])],
        _ seal: (([UInt8]) throws -> Seal)?
    ) throws(CatalogueError) -> (catalogue: Catalogue, advice: [Advice]) {
        do {
            for name in [CatalogueFolder.imagesFolder, CatalogueFolder.signaturesFolder] {
                try FileManager.default.createDirectory(
                    atPath: CatalogueFolder.path(folder, name), withIntermediateDirectories: true)
            }
            for file in files {
                try Self.replace(CatalogueFolder.path(folder, file.name), with: file.bytes)
            }
            var finished = try seal.map { try sealed(by: $0) } ?? self
            try finished.write(to: folder)
            finished.folder = folder
            return (finished, finished.advice)
        } catch let error as CatalogueError {
            throw error
        } catch {
            throw CatalogueError(
                .unwritable, file: folder,
                "The catalogue cannot be written or sealed: \(error.localizedDescription) "
                    + "Check the folder's permissions, free space and the sealing key.")
        }
    }
}
