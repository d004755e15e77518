// One SQLite file of ours: checked before it is touched, opened, and brought to the present schema.

internal import Foundation
internal import GRDB

/// How a store keeps its database.
public struct StoreSettings: Hashable, Sendable {
    /// When a commit counts as kept.
    public enum Durability: String, Hashable, Sendable, CaseIterable {
        /// Flushed to the disk before the call returns: survives a loss of power. One flush a batch.
        case full = "FULL"
        /// Flushed at checkpoints: survives any end of the process, but a loss of power can take
        /// back the last seconds, whole transactions at a time. About twice as many commits.
        case normal = "NORMAL"
    }

    /// When a commit counts as kept.
    ///
    /// Findings and what is owed to receivers are worth the flush.
    public var durability = Durability.full
    /// The file grows to this at most; nil for no limit but the disk's.
    public var sizeInBytes: Int64?
    /// How long a connection waits for another one.
    public var busyInSeconds = 10.0

    /// The default settings.
    public init() {}
}

/// One SQLite file of ours.
struct DatabaseFile: Sendable {
    /// Where it is.
    let path: String
    /// One writer on a queue of its own, and readers that see the last commit.
    let pool: DatabasePool

    /// Opens the file, or makes it, and migrates it.
    ///
    /// - Parameter application: The file's `application_id`: how it is known to be ours.
    init(
        _ path: String, application: Int32, migrator: DatabaseMigrator, settings: StoreSettings
    ) throws(StoreError) {
        do {
            try Self.inspect(path, application: application, migrator: migrator)
            let pool = try DatabasePool(path: path, configuration: Self.configuration(settings))
            try pool.writeWithoutTransaction { db in
                // GRDB sets NORMAL when it turns to WAL mode, so ours has to come after.
                try db.execute(sql: "PRAGMA synchronous = \(settings.durability.rawValue)")
            }
            try migrator.migrate(pool)
            self.path = path
            self.pool = pool
        } catch {
            throw StoreError.cause(of: error, at: path)
        }
    }

    private static func configuration(_ settings: StoreSettings) -> Configuration {
        var configuration = Configuration()
        configuration.label = "selvage.store"
        configuration.busyMode = .timeout(settings.busyInSeconds)
        configuration.foreignKeysEnabled = true
        configuration.maximumReaderCount = 4
        let limit = settings.sizeInBytes
        configuration.prepareDatabase { db in
            // Deleted rows are the crawl's, not secrets: overwriting them costs writes.
            try db.execute(sql: "PRAGMA secure_delete = OFF")
            // Readers look up single rows; only the writer comes back to the same pages.
            let cache = db.configuration.readonly ? 1024 : 8192
            try db.execute(sql: "PRAGMA cache_size = -\(cache)")
            // Pages that many commits change are copied back once, not after every few of them.
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 8192")
            try db.execute(sql: "PRAGMA journal_size_limit = 67108864")
            if let limit {
                let page = try Int64.fetchOne(db, sql: "PRAGMA page_size") ?? 4096
                try db.execute(sql: "PRAGMA max_page_count = \(max(1, limit / page))")
            }
        }
        return configuration
    }

    /// Refuses a file that is not ours, or newer than us, before anything in it is changed.
    private static func inspect(
        _ path: String, application: Int32, migrator: DatabaseMigrator
    ) throws {
        var status = stat()
        guard stat(path, &status) == 0, status.st_size > 0 else { return }
        guard access(path, R_OK | W_OK) == 0 else {
            throw StoreError(errno: errno, at: path, doing: "open the database")
        }
        try DatabaseQueue(path: path).inDatabase { db in
            let found = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
            // A process that ended between making the file and its first migration leaves the
            // list of migrations, and nothing else.
            let tables =
                try Int.fetchOne(
                    db,
                    sql: """
                        SELECT count(*) FROM sqlite_master
                        WHERE tbl_name NOT IN ('grdb_migrations', 'sqlite_sequence')
                        """) ?? 0
            guard found == application || (found == 0 && tables == 0) else {
                throw StoreError(
                    .foreign, at: path,
                    detail: "This database belongs to another program. Choose another data "
                        + "folder, or move the file away.")
            }
            guard try !migrator.hasBeenSuperseded(db) else {
                throw StoreError(
                    .newerSchema, at: path,
                    detail: "A newer Selvage wrote this database. Use that version, or restore a "
                        + "backup from before the upgrade.")
            }
        }
    }
}

extension DatabaseFile {
    /// Runs one transaction on the writer's own queue; all of it is kept, or nothing.
    func write<Value: Sendable>(_ body: @Sendable (Database) throws -> Value) async throws
        -> Value
    {
        do {
            return try await pool.write(body)
        } catch let error as CancellationError {
            throw error
        } catch {
            throw StoreError.cause(of: error, at: path)
        }
    }

    /// Reads between two transactions, on the writer's own queue.
    func readAsWriter<Value: Sendable>(_ body: @Sendable (Database) throws -> Value) async throws
        -> Value
    {
        do {
            return try await pool.writeWithoutTransaction(body)
        } catch let error as CancellationError {
            throw error
        } catch {
            throw StoreError.cause(of: error, at: path)
        }
    }

    /// Reads from the last commit, beside the writer.
    func read<Value: Sendable>(_ body: @Sendable (Database) throws -> Value) async throws
        -> Value
    {
        do {
            return try await pool.read(body)
        } catch let error as CancellationError {
            throw error
        } catch {
            throw StoreError.cause(of: error, at: path)
        }
    }
}
