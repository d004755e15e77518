// Assets taken in: their images decoded, their signatures computed, the files that are to be kept.

internal import Foundation
internal import Recognition
internal import SelvageTypes

extension Catalogue {
    /// Assets with their signatures, and the files that belong to them.
    struct Intake {
        var entries: [Entry] = []
        var files: [(name: String, bytes: [UInt8])] = []
        /// What calibration needs: entry, part, signature.
        var targets: [(entry: Int, part: String?, signature: RepeatSignature)] = []
    }

    static func takeIn(
        _ assets: [Submission], _ calibration: Calibration, _ decode: Decode
    ) async throws(CatalogueError) -> Intake {
        var intake = Intake()
        for submission in assets { try await intake.take(submission, decode) }
        await intake.calibrate(calibration)
        return intake
    }
}

extension Catalogue.Intake {
    /// One image file: where it is kept, and what it shows.
    private struct Image {
        let name: String
        let digest: Digest
        let picture: Picture
    }

    mutating func take(
        _ submission: Catalogue.Submission, _ decode: Catalogue.Decode
    ) async throws(CatalogueError) {
        var asset = submission.asset
        let image = try await read(submission.file, for: asset.id, decode)
        asset.image = image.name
        asset.imageDigest = image.digest
        var parts: [String: PartSignatures] = [:]
        for index in asset.components.indices {
            let part = asset.components[index]
            guard let file = submission.parts[part.id] else { continue }
            let shown = try await read(file, for: part.id, decode)
            asset.components[index].image = shown.name
            asset.components[index].imageDigest = shown.digest
            parts[part.id] = PartSignatures(
                repeat: record(of: shown.picture, part: part.id),
                palette: Palette(of: shown.picture))
        }
        let signatures = Catalogue.Signatures(
            pdq: PDQSignature(of: image.picture),
            repeat: record(of: image.picture, part: nil, background: submission.background),
            palette: Palette(of: image.picture), parts: parts.isEmpty ? nil : parts)
        entries.append(Catalogue.Entry(asset: asset, signatures: signatures))
    }

    private mutating func read(
        _ file: String, for id: String, _ decode: Catalogue.Decode
    ) async throws(CatalogueError) -> Image {
        let bytes = try Catalogue.read(file, limit: Catalogue.largestImage)
        do throws(DecodeError) {
            let picture = try await decode(bytes)
            let digest = Digest(of: bytes)
            let name = Self.imageName(for: id, digest: digest, file: file)
            files.append((name, bytes))
            return Image(name: name, digest: digest, picture: picture)
        } catch {
            throw CatalogueError(
                .undecodable(error.reason), file: file,
                "\(error.detail) Give \(id) another image file.")
        }
    }

    private mutating func record(
        of picture: Picture, part: String?, background: RepeatRecord.Background? = nil
    ) -> RepeatRecord {
        let signature = RepeatSignature(of: picture)
        let bytes = signature.bytes
        let record = RepeatRecord(
            features: Digest(of: bytes), keypoints: signature.features.keypoints.count,
            background: background)
        files.append((record.file, bytes))
        guard background == nil else { return record }
        targets.append((entries.count, part, signature))
        return record
    }

    /// Holds every new repeat against pictures that show no licensed pattern.
    mutating func calibrate(_ calibration: Calibration) async {
        guard calibration.pictures > 0, !targets.isEmpty else { return }
        let levels = await calibration.backgrounds(of: targets.map(\.signature))
        for (target, level) in zip(targets, levels) {
            let background = RepeatRecord.Background(
                level: level, pictures: calibration.pictures)
            if let part = target.part {
                entries[target.entry].signatures.parts?[part]?.repeat.background = background
            } else {
                entries[target.entry].signatures.repeat?.background = background
            }
        }
    }

    /// `images/fern-trellis-1a2b3c4d.png`: readable, without anything a path could abuse.
    private static func imageName(for id: String, digest: Digest, file: String) -> String {
        let last = id.split(whereSeparator: { $0 == "/" || $0 == ":" }).last ?? "asset"
        let safe = last.lowercased().unicodeScalars.map { scalar in
            "abcdefghijklmnopqrstuvwxyz0123456789-".unicodeScalars.contains(scalar)
                ? Character(scalar) : "-"
        }
        let kind = URL(filePath: file).pathExtension.lowercased()
        let known = ["png", "jpg", "jpeg", "webp", "gif", "tif", "tiff", "avif", "svg"]
        let ending = known.contains(kind) ? kind : "image"
        return "\(CatalogueFolder.imagesFolder)/\(String(safe.prefix(60)))-"
            + "\(digest.hex.prefix(8)).\(ending)"
    }
}
