// The files of sealing: read within a limit, written aside, named when all else is done.

internal import Foundation
internal import Matching
internal import SelvageTypes

/// The files of sealing.
enum SealFiles {
    /// Reads a file whole.
    ///
    /// - Throws: `RegisteringError` when it cannot be read or is larger than any image we take in.
    static func read(_ path: String) throws(RegisteringError) -> [UInt8] {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        if let size = attributes?[.size] as? Int, size > Catalogue.largestImage {
            throw RegisteringError(
                .unreadable,
                "\(path): larger than \(Catalogue.largestImage >> 20) MiB, which is the most.")
        }
        guard let content = contents(path, size: attributes?[.size] as? Int ?? 0) else {
            throw RegisteringError(
                .unreadable, "\(path): cannot be read; check the path and its permissions.")
        }
        return content
    }

    /// A file's bytes, read into their place: a master may have hundreds of megabytes.
    private static func contents(_ path: String, size: Int) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { room, count in
            count = fread(room.baseAddress, 1, size, file)
        }
        return bytes.count == size && ferror(file) == 0 ? bytes : nil
    }

    /// Refuses to write over another file.
    static func checkFree(_ path: String, holds digest: Digest?) throws(RegisteringError) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        if let digest, try holds(path, digest) { return }
        throw RegisteringError(
            .conflict, "\(path): there is another file already; move it away or choose --out.")
    }

    /// Whether a file is there and has this digest.
    static func holds(_ path: String, _ digest: Digest) throws(RegisteringError) -> Bool {
        guard FileManager.default.fileExists(atPath: path) else { return false }
        return Digest(of: try read(path)) == digest
    }

    /// Writes a file beside the place where it will be named, flushed.
    ///
    /// - Returns: Its path, which has the same ending.
    static func write(_ bytes: [UInt8], besides out: String) throws(RegisteringError) -> String {
        let place = URL(filePath: out)
        let name = ".selvage-\(UUID().uuidString).\(place.pathExtension)"
        let aside = place.deletingLastPathComponent().appending(path: name)
            .path(percentEncoded: false)
        do {
            guard FileManager.default.createFile(atPath: aside, contents: nil),
                let handle = FileHandle(forWritingAtPath: aside)
            else { throw CocoaError(.fileWriteNoPermission) }
            try handle.write(contentsOf: Data(bytes))
            try handle.synchronize()
            try handle.close()
        } catch {
            remove(aside)
            throw RegisteringError(
                .unreadable,
                "\(out): cannot be written; check that the folder is there, its permissions and "
                    + "free space.")
        }
        return aside
    }

    /// Gives a file that was written aside its name.
    static func name(_ aside: String, _ out: String) throws(RegisteringError) {
        guard rename(aside, out) == 0 else {
            throw RegisteringError(
                .unreadable,
                "\(out): the sealed file cannot be named so; check the folder and run the same "
                    + "command again.")
        }
    }

    /// Removes a file when it is still there.
    static func remove(_ path: String) {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Letters and digits of a name, as ids are made from file names.
    static func slug(_ name: String) -> String {
        name.lowercased().map { $0.isLetter || $0.isNumber ? String($0) : "-" }.joined()
    }
}
