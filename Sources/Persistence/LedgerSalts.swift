// The salts of the ledger's commitments, apart from the ledger: erasing one erases what it hid.

internal import Crypto
internal import Foundation
internal import SelvageTypes

/// A folder of salts, one file a salt, named by the digest of what the salt is for.
///
/// The ledger itself keeps only commitments. Once a salt is erased here, and with the backups that
/// hold it, nobody can tell any more what its commitment was to.
public struct LedgerSalts: Sendable {
    private static let lengthInBytes = 32
    private let path: String

    /// Opens the folder, or makes it, mode 0700.
    ///
    /// - Throws: `StoreError`.
    public init(_ path: String) throws(StoreError) {
        try DurableFiles.makeFolder(path)
        self.path = path
        DurableFiles.removeUnfinished(in: path)
    }

    /// The salt of a subject, made and kept when there is none: 32 random bytes.
    ///
    /// The same subject has the same salt, so that its commitment can be made again.
    ///
    /// - Parameter subject: What the commitment is about, such as `finding <id> <revision>`.
    /// - Throws: `StoreError`.
    public func salt(for subject: String) throws(StoreError) -> [UInt8] {
        if let known = try kept(for: subject) { return known }
        let file = file(of: subject)
        let folder = String(file.prefix(path.count + 3))
        if !DurableFiles.exists(folder) {
            try DurableFiles.makeFolder(folder)
            try DurableFiles.flushFolder(path)
        }
        let salt = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        do throws(StoreError) {
            try DurableFiles.write(salt, to: file, mode: 0o600, through: path, replacing: false)
        } catch {
            // Another task made it in between; that one holds.
            guard error.reason == .exists else { throw error }
            if let known = try kept(for: subject) { return known }
            try erase(subject)
            return try self.salt(for: subject)
        }
        return salt
    }

    /// The salt of a subject; nil when there is none, or it was erased.
    ///
    /// - Throws: `StoreError`.
    public func kept(for subject: String) throws(StoreError) -> [UInt8]? {
        let file = file(of: subject)
        guard DurableFiles.exists(file) else { return nil }
        let salt = try DurableFiles.read(file)
        guard salt.count == Self.lengthInBytes else {
            throw StoreError(
                .damaged, at: file,
                detail: "This salt of the ledger is not what was stored. Restore it from a backup.")
        }
        // An erasure that was stopped before the file was gone.
        return salt.allSatisfy { $0 == 0 } ? nil : salt
    }

    /// Erases the salt of a subject for good; nothing happens when there is none.
    ///
    /// The bytes are overwritten first. A disk or a backup may still have older copies.
    ///
    /// - Throws: `StoreError`.
    public func erase(_ subject: String) throws(StoreError) {
        let path = file(of: subject)
        let file = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else {
            if errno == ENOENT { return }
            throw StoreError(errno: errno, at: path, doing: "open the file")
        }
        defer { close(file) }
        let zeroes = [UInt8](repeating: 0, count: Self.lengthInBytes)
        guard write(file, zeroes, zeroes.count) == zeroes.count, fsync(file) == 0,
            unlink(path) == 0
        else { throw StoreError(errno: errno, at: path, doing: "erase the file") }
        try DurableFiles.flushFolder(String(path.prefix(self.path.count + 3)))
    }

    private func file(of subject: String) -> String {
        let hex = SelvageTypes.Digest(of: subject).hex
        return "\(path)/\(hex.prefix(2))/\(hex.dropFirst(2))"
    }
}
