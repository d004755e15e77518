// The features of a catalogue's repeats, read from their side files; no file is believed unverified.

internal import Foundation
internal import Recognition
internal import SelvageTypes

extension Catalogue {
    /// Every asset and part that has features, with its signature, in the order of the file.
    ///
    /// - Throws: `CatalogueError` when a file is missing, was changed, or is no signature.
    public func repeatTargets() throws(CatalogueError) -> [RepeatTarget] {
        var targets: [RepeatTarget] = []
        for one in searchedRepeats {
            targets.append(RepeatTarget(one.subject, try signature(one.record)))
        }
        return targets
    }

    /// Reads the features that a record names.
    ///
    /// - Throws: `CatalogueError`.
    func signature(_ record: RepeatRecord) throws(CatalogueError) -> RepeatSignature {
        guard let folder else {
            throw CatalogueError(
                .unreadable, file: record.file,
                "The catalogue is not in a folder. Write it to one first.")
        }
        let path = CatalogueFolder.path(folder, record.file)
        let bytes = try Self.read(path, limit: RepeatSignature.mostBytes)
        guard Digest(of: bytes) == record.features else {
            throw CatalogueError(
                .digestMismatch, file: path,
                "The features are not the ones that the catalogue names. Restore the file, or run "
                    + "`selvage catalogue refresh --all` to make it again from the image.")
        }
        return try RepeatSignature(bytes, file: path)
    }

    /// Assets of which only whole pictures are recognised: without features, or with those of
    /// another version.
    public var withoutFeatures: [String] { entries.filter(hasNoFeatures).map(\.asset.id) }

    /// Assets whose background is from pictures, or looks at them, of another version, so that what is
    /// said of a match's certainty is not quite true.
    public var withOldBackground: [String] { entries.filter(hasOldBackground).map(\.asset.id) }

    /// What is wrong with the side files.
    func featureProblems() -> [Problem] {
        entries.flatMap { entry in
            entry.signatures.repeats.compactMap { record -> Problem? in
                do throws(CatalogueError) {
                    _ = try signature(record)
                    return nil
                } catch {
                    return error.reason == .unknownFormat
                        ? nil
                        : Problem(
                            file: record.file,
                            what:
                                "The features of \(entry.asset.id) cannot be used: \(error.detail)",
                            remedy: "Run `selvage catalogue refresh --all`.")
                }
            }
        }
    }
}

extension Catalogue.Entry {
    /// The palettes of the asset's colourways: the same geometry, told apart by colours only.
    var colourways: [String: Palette] {
        let ids = Set(asset.components.filter { $0.role == "colourway" }.map(\.id))
        return (signatures.parts ?? [:]).filter { ids.contains($0.key) }.compactMapValues(\.palette)
    }
}
