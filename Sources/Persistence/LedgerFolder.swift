// The files of a ledger in a folder: each there whole or not at all, and one writer.

internal import Foundation
public import SelvageTypes

/// The files of a ledger in a folder, under the names that they are served by.
///
/// The writer holds a lock that ends with its process; reading needs none. A whole folder can be
/// copied to a web server as it is.
public struct LedgerFolder: LedgerFiles {
    /// The folder's path.
    public let path: String
    /// Held as long as this value lives; nil for a reader.
    private let lock: DataFolder?

    /// Opens a ledger's folder for its one writer, and makes it when it is missing.
    ///
    /// - Throws: `StoreError`; `.locked` when another one writes the ledger.
    public init(writing path: String) throws(StoreError) {
        do throws(StoreError) {
            lock = try DataFolder(path, purpose: "ledger")
        } catch {
            guard case .locked(let pid, _) = error.reason else { throw error }
            let who = pid.map { "process \($0)" } ?? "another process"
            throw StoreError(
                error.reason, at: path,
                detail: "The ledger is being written by \(who). Wait until it has ended.")
        }
        self.path = path
        DurableFiles.removeUnfinished(in: path)
    }

    /// Opens a ledger's folder for reading, also while it is written.
    public init(reading path: String) {
        self.path = path
        lock = nil
    }

    /// The content of a file; nil when it is not there.
    ///
    /// - Throws: `StoreError`; `.damaged` when it is longer than the limit.
    public func read(_ name: String, limitInBytes: Int) throws -> [UInt8]? {
        let file = try file(name)
        var status = stat()
        guard stat(file, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw StoreError(errno: errno, at: file, doing: "open the file")
        }
        guard status.st_size <= limitInBytes else {
            throw StoreError(
                .damaged, at: file,
                detail:
                    "This file of the ledger is longer than it can be (\(status.st_size) bytes). "
                    + "Keep it for examination, and restore it from a backup.")
        }
        return try DurableFiles.read(file)
    }

    /// Keeps a file, flushed with its folders.
    ///
    /// - Throws: `StoreError`.
    public func write(_ bytes: [UInt8], to name: String) throws {
        let file = try writable(name)
        var folder = path
        for part in name.split(separator: "/").dropLast() {
            let parent = folder
            folder += "/\(part)"
            guard !DurableFiles.exists(folder) else { continue }
            try DurableFiles.makeFolder(folder)
            try DurableFiles.flushFolder(parent)
        }
        // What is never written again in another form may be read by whoever reaches the folder.
        let mode: mode_t = name.contains("/") ? 0o444 : 0o644
        try DurableFiles.write(bytes, to: file, mode: mode, through: path)
    }

    /// Gives a file another name, flushed.
    ///
    /// - Throws: `StoreError`.
    public func rename(_ name: String, to newName: String) throws {
        let (old, new) = (try writable(name), try writable(newName))
        guard Foundation.rename(old, new) == 0 else {
            throw StoreError(errno: errno, at: old, doing: "rename the file")
        }
        for folder in Set([old, new].map(Self.parent)) { try DurableFiles.flushFolder(folder) }
    }

    /// Removes a file, or a folder of files.
    ///
    /// - Throws: `StoreError`.
    public func remove(_ name: String) throws {
        let file = try writable(name)
        guard DurableFiles.exists(file) else { return }
        do {
            try FileManager.default.removeItem(atPath: file)
        } catch {
            throw StoreError(.failed, at: file, detail: "The file cannot be removed: \(error)")
        }
    }

    /// Whether nothing was ever kept here.
    public func isEmpty() throws -> Bool {
        guard DurableFiles.exists(path) else { return true }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            // Taken for empty, a ledger that cannot be listed would be begun anew over the old one.
            throw StoreError(.failed, at: path, detail: "The ledger cannot be listed: \(error)")
        }
        return names.allSatisfy { $0 == "lock" || $0.hasPrefix(".new-") }
    }

    private func writable(_ name: String) throws(StoreError) -> String {
        guard lock != nil else {
            throw StoreError(
                .readOnly, at: "\(path)/\(name)",
                detail: "The ledger was opened for reading only; open it for writing.")
        }
        return try file(name)
    }

    private func file(_ name: String) throws(StoreError) -> String {
        let letters = Set("abcdefghijklmnopqrstuvwxyz0123456789.-")
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy {
            !$0.isEmpty && $0.first != "." && $0.allSatisfy(letters.contains)
        }
        guard isPlain, name.utf8.count <= 100, name != "lock" else {
            throw StoreError(
                .foreign, at: path, detail: "This is not the name of a ledger's file: \(name)")
        }
        return "\(path)/\(name)"
    }

    private static func parent(_ file: String) -> String {
        String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)])
    }
}
