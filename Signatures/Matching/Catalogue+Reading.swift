// A catalogue read from its folder: digests and seal are verified before an asset is believed.

internal import Foundation
internal import SelvageTypes

/// The names in a catalogue's folder.
enum CatalogueFolder {
    static let headFile = "catalogue.json"
    static let assetsFile = "assets.jsonl"
    /// The next generation's assets, until `catalogue.json` names them and they take their place.
    static let pendingFile = "assets.next.jsonl"
    static let imagesFolder = "images"
    static let signaturesFolder = "signatures"

    static func path(_ folder: String, _ name: String) -> String {
        URL(filePath: folder).appending(path: name).path(percentEncoded: false)
    }
}

/// `catalogue.json`.
struct CatalogueHead: Codable {
    var format: String
    var generation: Int
    var licensor: String
    var created: Instant
    var algorithms: [String: String]
    var assets: AssetsReference
    var seal: Seal?

    struct AssetsReference: Codable {
        var file: String
        var count: Int
        var sha256: Digest
    }
}

extension Catalogue {
    /// A catalogue of this many bytes of assets is taken for damaged; it would hold millions.
    static let mostBytes = 4 << 30

    /// Reads a catalogue's folder and verifies the digest of its assets and its seal.
    ///
    /// The image files are not read; `problems(in:)` does that.
    ///
    /// - Parameter trustedKeys: When given, the seal must be there and by one of these public keys
    ///   (base64). Otherwise a seal, if there is one, must only fit.
    /// - Throws: `CatalogueError` with file, line and what to do.
    public init(folder: String, trustedKeys: Set<String>? = nil) throws(CatalogueError) {
        let headPath = CatalogueFolder.path(folder, CatalogueFolder.headFile)
        let head = try Self.readHead(headPath)
        try Self.checkSeal(head.seal, over: head.sealedBytes, trustedKeys, file: headPath)
        let (bytes, path) = try Self.readAssets(head.head.assets, in: folder)
        let entries = try AssetLines.entries(in: bytes, file: path)
        guard entries.count == head.head.assets.count else {
            throw CatalogueError(
                .malformed, file: path,
                "There are \(entries.count) assets where the catalogue has "
                    + "\(head.head.assets.count). Restore both files from one backup.")
        }
        try Self.check(entries, licensor: head.head.licensor)
        self.init(
            licensor: head.head.licensor, generation: head.head.generation,
            created: head.head.created, entries: entries, digest: head.head.assets.sha256,
            algorithms: head.head.algorithms, seal: head.seal)
        self.folder = folder
    }

    private static func readHead(
        _ path: String
    ) throws(CatalogueError) -> (head: CatalogueHead, seal: Seal?, sealedBytes: [UInt8]) {
        let bytes = try read(path, limit: 1 << 20)
        do {
            let value = try JSONValue(parsing: bytes)
            guard let version = value["format"]?.string, version == format else {
                throw CatalogueError(
                    .unknownFormat, file: path,
                    "This is no catalogue of format \(format). "
                        + "Use the program that wrote it, or build the catalogue again.")
            }
            let head = try value.decoded(as: CatalogueHead.self)
            var members = value.members ?? [:]
            members["seal"] = nil
            return (head, head.seal, JSONValue.object(members).canonicalBytes)
        } catch let error as CatalogueError {
            throw error
        } catch {
            throw CatalogueError(
                .malformed, file: path,
                "The file is no catalogue (\(error)). Restore it or build the catalogue again.")
        }
    }

    private static func checkSeal(
        _ seal: Seal?, over bytes: [UInt8], _ trustedKeys: Set<String>?, file: String
    ) throws(CatalogueError) {
        if let seal, !seal.verifies(bytes) {
            throw CatalogueError(
                .brokenSeal, file: file,
                "The seal does not fit the catalogue, so it was changed after it was sealed. "
                    + "Get it again from the licensor.")
        }
        if let trustedKeys, !trustedKeys.contains(seal?.publicKey ?? "") {
            throw CatalogueError(
                .brokenSeal, file: file,
                seal == nil
                    ? "The catalogue is not sealed, although a trusted key is asked for."
                    : "The catalogue is sealed by a key that is not trusted.")
        }
    }

    /// The assets' bytes that the head names: in place, or still pending after a power cut.
    private static func readAssets(
        _ reference: CatalogueHead.AssetsReference, in folder: String
    ) throws(CatalogueError) -> (bytes: [UInt8], path: String) {
        let path = CatalogueFolder.path(folder, CatalogueFolder.assetsFile)
        let pending = CatalogueFolder.path(folder, CatalogueFolder.pendingFile)
        if FileManager.default.fileExists(atPath: pending) {
            let bytes = try read(pending, limit: mostBytes)
            if Digest(of: bytes) == reference.sha256 { return (bytes, pending) }
        }
        let bytes = try read(path, limit: mostBytes)
        guard Digest(of: bytes) == reference.sha256 else {
            throw CatalogueError(
                .digestMismatch, file: path,
                "The assets are not the ones that this catalogue was made with. "
                    + "Restore the file or build the catalogue again.")
        }
        return (bytes, path)
    }

    static func read(_ path: String, limit: Int) throws(CatalogueError) -> [UInt8] {
        do {
            let handle = try FileHandle(forReadingFrom: URL(filePath: path))
            let bytes = try handle.read(upToCount: limit + 1) ?? Data()
            try handle.close()
            if bytes.count <= limit { return [UInt8](bytes) }
        } catch {
            throw CatalogueError(
                .unreadable, file: path,
                "The file cannot be read. Check that it exists and may be read.")
        }
        throw CatalogueError(
            .malformed, file: path, "The file has more than \(limit) bytes. Restore it.")
    }
}
