// A catalogue made from image files: signatures computed, images taken in, weak assets named.

internal import Foundation
public import SelvageTypes

extension Catalogue {
    /// An asset that is to be taken in, with its picture.
    public struct Submission: Sendable {
        /// The asset; `image` and `imageDigest` are filled in when it is taken in.
        public var asset: Asset
        /// The path of its image file.
        public var file: String

        /// An asset with the path of its image file.
        public init(asset: Asset, file: String) {
            self.asset = asset
            self.file = file
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
    /// - Returns: The catalogue and what its owner should know about weak assets.
    /// - Throws: `CatalogueError`.
    public static func build(
        folder: String, licensor: String, assets: [Submission], generation: Int = 1,
        created: Instant, seal: (([UInt8]) throws -> Seal)? = nil, decode: Decode
    ) async throws(CatalogueError) -> (catalogue: Catalogue, advice: [Advice]) {
        let taken = try await takeIn(assets, decode)
        let catalogue = try Catalogue(
            licensor: licensor, generation: generation, created: created,
            entries: taken.map(\.entry))
        return try catalogue.finish(folder: folder, taken, seal)
    }

    /// Takes assets into this catalogue's folder as its next generation.
    ///
    /// - Returns: The new generation and what its owner should know about weak assets.
    /// - Throws: `CatalogueError`; the folder then still holds this generation.
    public func adding(
        _ assets: [Submission], folder: String, created: Instant,
        seal: (([UInt8]) throws -> Seal)? = nil, decode: Decode
    ) async throws(CatalogueError) -> (catalogue: Catalogue, advice: [Advice]) {
        let taken = try await Self.takeIn(assets, decode)
        return try adding(taken.map(\.entry), created: created).finish(folder: folder, taken, seal)
    }

    private struct Taken {
        let entry: Entry
        let bytes: [UInt8]
    }

    private static func takeIn(
        _ assets: [Submission], _ decode: Decode
    ) async throws(CatalogueError) -> [Taken] {
        var taken: [Taken] = []
        for submission in assets {
            let bytes = try read(submission.file, limit: largestImage)
            let picture: Picture
            do throws(DecodeError) {
                picture = try await decode(bytes)
            } catch {
                throw CatalogueError(
                    .undecodable(error.reason), file: submission.file,
                    "\(error.detail) Give the asset \(submission.asset.id) another image file.")
            }
            var asset = submission.asset
            let digest = Digest(of: bytes)
            asset.image = imageName(for: asset.id, digest: digest, file: submission.file)
            asset.imageDigest = digest
            let signatures = Signatures(pdq: PDQSignature(of: picture))
            taken.append(Taken(entry: Entry(asset: asset, signatures: signatures), bytes: bytes))
        }
        return taken
    }

    private func finish(
        folder: String, _ taken: [Taken], _ seal: (([UInt8]) throws -> Seal)?
    ) throws(CatalogueError) -> (catalogue: Catalogue, advice: [Advice]) {
        do {
            let images = CatalogueFolder.path(folder, CatalogueFolder.imagesFolder)
            try FileManager.default.createDirectory(
                atPath: images, withIntermediateDirectories: true)
            for one in taken {
                guard let name = one.entry.asset.image else { continue }
                try Self.replace(CatalogueFolder.path(folder, name), with: one.bytes)
            }
            let finished = try seal.map { try sealed(by: $0) } ?? self
            try finished.write(to: folder)
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

    /// `images/fern-trellis-1a2b3c4d.png`: readable, without anything a path could abuse.
    private static func imageName(for id: String, digest: Digest, file: String) -> String {
        let last = id.split(whereSeparator: { $0 == "/" || $0 == "#" || $0 == ":" }).last ?? "asset"
        let safe = last.lowercased().unicodeScalars.map { scalar in
            "abcdefghijklmnopqrstuvwxyz0123456789-".unicodeScalars.contains(scalar)
                ? Character(scalar) : "-"
        }
        let kind = URL(filePath: file).pathExtension.lowercased()
        let ending = ["png", "jpg", "jpeg", "webp"].contains(kind) ? kind : "image"
        return "\(CatalogueFolder.imagesFolder)/\(String(safe.prefix(60)))-"
            + "\(digest.hex.prefix(8)).\(ending)"
    }
}
