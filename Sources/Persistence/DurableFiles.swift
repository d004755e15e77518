// Files that are there whole or not at all, also after a crash: written aside, flushed, renamed.

internal import Foundation

/// The few steps on files that everything durable outside the databases is made of.
enum DurableFiles {
    /// Makes a folder for its owner alone, with those above it; one that exists stays as it is.
    static func makeFolder(_ path: String) throws(StoreError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            var status = stat()
            let exists = stat(path, &status) == 0
            throw exists
                ? StoreError(
                    .foreign, at: path,
                    detail: "A file stands where a folder is needed. Choose another folder.")
                : StoreError(errno: errnoOf(error), at: path, doing: "create the folder")
        }
    }

    /// Writes a file so that its name never stands for a part of its content.
    ///
    /// - Parameters:
    ///   - folder: Where the file is written first; on the same file system as `path`.
    ///   - replacing: Whether a file of this name gives way; else `.exists` is thrown.
    static func write(
        _ bytes: [UInt8], to path: String, mode: mode_t, through folder: String,
        replacing: Bool = true
    ) throws(StoreError) {
        let aside = "\(folder)/.new-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        let file = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw StoreError(errno: errno, at: path, doing: "create the file") }
        do throws(StoreError) {
            defer { close(file) }
            try append(bytes, to: file, at: path)
            guard fchmod(file, mode) == 0, fsync(file) == 0 else {
                throw StoreError(errno: errno, at: path, doing: "flush the file to disk")
            }
        } catch {
            unlink(aside)
            throw error
        }
        let named = replacing ? rename(aside, path) : link(aside, path)
        let number = errno
        if !replacing || named != 0 { unlink(aside) }
        guard named == 0 else {
            throw StoreError(errno: number, at: path, doing: "name the file")
        }
        try flushFolder(parent(of: path))
    }

    /// Flushes a folder, so that the names in it survive a loss of power.
    static func flushFolder(_ path: String) throws(StoreError) {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw StoreError(errno: errno, at: path, doing: "open it") }
        defer { close(folder) }
        guard fsync(folder) == 0 else {
            throw StoreError(errno: errno, at: path, doing: "flush the folder to disk")
        }
    }

    /// Reads a regular file; symbolic links are not followed.
    static func read(_ path: String) throws(StoreError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { throw StoreError(errno: errno, at: path, doing: "open the file") }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw StoreError(.foreign, at: path, detail: "This is not a regular file. Remove it.")
        }
        return try readAll(file, length: Int(status.st_size), at: path)
    }

    /// The rights of a file or folder, the lowest nine bits; nil when it is not there.
    static func mode(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : nil
    }

    /// Whether something of this name is there.
    static func exists(_ path: String) -> Bool { mode(of: path) != nil }

    /// Removes what a crash left half written.
    static func removeUnfinished(in folder: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.hasPrefix(".new-") { unlink("\(folder)/\(name)") }
    }

    private static func append(_ bytes: [UInt8], to file: Int32, at path: String)
        throws(StoreError)
    {
        var written = 0
        while written < bytes.count {
            let step = bytes.withUnsafeBytes { buffer in
                Foundation.write(
                    file, buffer.baseAddress?.advanced(by: written), buffer.count - written)
            }
            if step < 0, errno == EINTR { continue }
            guard step > 0 else {
                throw StoreError(errno: errno, at: path, doing: "write the file")
            }
            written += step
        }
    }

    private static func readAll(_ file: Int32, length: Int, at path: String)
        throws(StoreError) -> [UInt8]
    {
        var bytes = [UInt8](repeating: 0, count: length)
        var got = 0
        while got < length {
            let step = bytes.withUnsafeMutableBytes { buffer in
                Foundation.read(file, buffer.baseAddress?.advanced(by: got), length - got)
            }
            if step < 0, errno == EINTR { continue }
            guard step >= 0 else {
                throw StoreError(errno: errno, at: path, doing: "read the file")
            }
            if step == 0 { break }
            got += step
        }
        return Array(bytes.prefix(got))
    }

    private static func parent(of path: String) -> String {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let joined = folder.joined(separator: "/")
        return joined.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : joined
    }

    private static func errnoOf(_ error: any Error) -> Int32 {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        let found = underlying ?? (error as NSError)
        return found.domain == NSPOSIXErrorDomain ? Int32(found.code) : errno
    }
}
