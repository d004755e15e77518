// A catalogue written to its folder: completely, or not at all.

internal import Foundation
internal import Glibc
internal import Recognition
internal import SelvageTypes

extension Catalogue {
    /// The versions that signatures are made with now, of the kinds that assets have.
    static func algorithms(of entries: [Entry]) -> [String: String] {
        var algorithms = ["pdq": PDQ.version]
        let kept = entries.filter { $0.signatures.repeat != nil }
        if !kept.isEmpty {
            algorithms["repeat"] = LocalFeatures.version
            algorithms["palette"] = Palette.version
        }
        if kept.contains(where: { $0.signatures.repeat?.background != nil }) {
            algorithms["background"] = BackgroundPicture.version
        }
        return algorithms
    }

    private var head: CatalogueHead {
        CatalogueHead(
            format: Self.format, generation: generation, licensor: licensor, created: created,
            algorithms: algorithms,
            assets: .init(
                file: CatalogueFolder.assetsFile, count: entries.count, sha256: digest),
            seal: seal)
    }

    /// The bytes that the seal is over: `catalogue.json` without the seal, in canonical form.
    public var sealedBytes: [UInt8] {
        var unsealed = head
        unsealed.seal = nil
        return (try? JSONValue(encoding: unsealed))?.canonicalBytes ?? []
    }

    /// Writes `catalogue.json` and `assets.jsonl`; images are placed by `Catalogue.Builder`.
    ///
    /// Whenever this stops, the folder holds the old generation or the new one: the assets are laid
    /// beside the old ones, then `catalogue.json` changes in one step, then they take their place.
    ///
    /// - Throws: `CatalogueError` with `unwritable`.
    public func write(to folder: String) throws(CatalogueError) {
        let pending = CatalogueFolder.path(folder, CatalogueFolder.pendingFile)
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            let headBytes = try JSONValue(encoding: head).canonicalBytes + [UInt8(ascii: "\n")]
            try Self.replace(pending, with: AssetLines.bytes(of: entries))
            try Self.replace(
                CatalogueFolder.path(folder, CatalogueFolder.headFile), with: headBytes)
            try Self.move(
                pending, to: CatalogueFolder.path(folder, CatalogueFolder.assetsFile))
        } catch {
            throw CatalogueError(
                .unwritable, file: folder,
                "The catalogue cannot be written. Check the folder's permissions and free space.")
        }
    }

    /// Writes a file beside its place, makes it durable, and moves it there.
    static func replace(_ path: String, with bytes: [UInt8]) throws {
        let temporary = path + ".tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw POSIXError(.EACCES) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try handle.write(contentsOf: Data(bytes))
        try handle.synchronize()
        try handle.close()
        try move(temporary, to: path)
    }

    private static func move(_ path: String, to new: String) throws {
        guard rename(path, new) == 0 else { throw POSIXError(.EIO) }
        let parent = URL(filePath: new).deletingLastPathComponent().path(percentEncoded: false)
        let folder = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw POSIXError(.EIO) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw POSIXError(.EIO) }
    }
}
