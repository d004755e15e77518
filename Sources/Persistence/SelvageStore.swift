// The store of scans and findings: one SQLite file in a locked data folder.

internal import GRDB
internal import Foundation
public import SelvageTypes

/// Everything a scan and its findings need kept, in `selvage.sqlite`.
///
/// - Invariant: What a call has returned for is kept, also when the process is killed right after.
public final class SelvageStore: FrontierStore, FindingStore, OutboxStore {
    let file: DatabaseFile
    // Held so that the folder's lock lives as long as the store.
    private let folder: DataFolder

    /// Opens the store of a data folder that this process holds.
    ///
    /// - Throws: `StoreError`.
    public init(in folder: DataFolder, settings: StoreSettings = StoreSettings())
        throws(StoreError)
    {
        self.folder = folder
        file = try DatabaseFile(
            "\(folder.path)/selvage.sqlite", application: Schema.application,
            migrator: Schema.migrator, settings: settings)
    }

    /// Takes a data folder and opens its store.
    ///
    /// - Throws: `StoreError`; `.locked` when another process holds the folder.
    public convenience init(folder: String) throws(StoreError) {
        try self.init(in: DataFolder(folder))
    }

    /// Looks through the whole file for damage of its structure.
    ///
    /// Flipped bits inside values are not seen by this; `verifyChain` sees them in findings.
    ///
    /// - Returns: What is wrong, at most 20 lines; empty when nothing is.
    public func checkIntegrity() async throws -> [String] {
        try await file.read { db in
            try String.fetchAll(db, sql: "PRAGMA integrity_check(20)").filter { $0 != "ok" }
        }
    }

    /// Writes a consistent copy of the database to a file that does not exist yet.
    ///
    /// Commits wait until the copy is whole; reads go on.
    public func backUp(to path: String) async throws {
        guard !DurableFiles.exists(path) else {
            throw StoreError(
                .exists, at: path,
                detail: "A file of this name exists. Choose another name for the backup.")
        }
        do {
            try await file.pool.writeWithoutTransaction { db in
                try db.execute(sql: "VACUUM INTO ?", arguments: [path])
            }
        } catch {
            throw StoreError.cause(of: error, at: path)
        }
    }
}
