// The licensing server's database: agreements, parties, usage, and the events that changed them.

internal import Foundation
internal import GRDB
internal import SelvageTypes

/// A failure of the licensing database.
///
/// Compare `reason`; `detail` is for people and may change.
public struct LicensingStoreError: Error, Hashable, Sendable {
    /// What failed.
    public enum Reason: Hashable, Sendable {
        /// The file could not be opened or brought to this version.
        case unusable
        /// A statement failed: disk full, damaged file.
        case failed
        /// A stored text is not what was written.
        case damaged
    }

    /// What failed.
    public let reason: Reason
    /// What is wrong and what to do.
    public let detail: String
}

/// The file `licensing.sqlite` of a data folder.
///
/// Every change is one transaction that is on the disk when the call returns. Reads and writes are
/// done on a thread of the database's own.
public final class LicensingStore: Sendable {
    private let database: DatabaseQueue

    /// Opens the database in a data folder, which is created when missing.
    ///
    /// - Throws: `LicensingStoreError`.
    public init(folder: String) throws(LicensingStoreError) {
        let file = folder + "/licensing.sqlite"
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            var configuration = Configuration()
            configuration.journalMode = .wal
            configuration.busyMode = .timeout(10)
            configuration.prepareDatabase { connection in
                try connection.execute(sql: "PRAGMA synchronous = FULL")
            }
            database = try DatabaseQueue(path: file, configuration: configuration)
            try LicensingSchema.migrator.migrate(database)
        } catch {
            throw LicensingStoreError(
                reason: .unusable,
                detail: "\(file) cannot be opened (\(error)). Check the folder's rights and space.")
        }
    }

    /// Whether a data folder has such a database.
    public static func isThere(folder: String) -> Bool {
        FileManager.default.fileExists(atPath: folder + "/licensing.sqlite")
    }

    /// Does several reads that see one state.
    ///
    /// - Throws: What the body throws, or `LicensingStoreError`.
    public func read<Value: Sendable>(
        _ body: @escaping @Sendable (LicensingTransaction) throws -> Value
    ) async throws -> Value {
        try await Self.translating {
            try await self.database.read { try body(LicensingTransaction(database: $0)) }
        }
    }

    /// Does several reads and changes that happen all or not at all.
    ///
    /// - Throws: What the body throws, after which nothing has changed, or `LicensingStoreError`.
    public func write<Value: Sendable>(
        _ body: @escaping @Sendable (LicensingTransaction) throws -> Value
    ) async throws -> Value {
        try await Self.translating {
            try await self.database.write { try body(LicensingTransaction(database: $0)) }
        }
    }

    private static func translating<Value: Sendable>(
        _ work: @Sendable () async throws -> Value
    ) async throws -> Value {
        do {
            return try await work()
        } catch let error as DatabaseError {
            throw LicensingStoreError(
                reason: .failed,
                detail: "licensing.sqlite answered: \(error.message ?? "no reason"). Nothing was "
                    + "changed; check the disk's space and health.")
        }
    }
}

/// The tables of `licensing.sqlite`.
enum LicensingSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("licensing-1") { try $0.execute(sql: first) }
        migrator.registerMigration("licensing-2-seals") { try $0.execute(sql: seals) }
        migrator.registerMigration("licensing-3-policies") { try $0.execute(sql: policies) }
        return migrator
    }

    // The policy as it was at a change: what the ledger's entry of the change commits to.
    private static let policies = """
        ALTER TABLE agreement_state ADD COLUMN policy TEXT;
        """

    // A number is issued once for each asset, also when its sealing was given up half way.
    private static let seals = """
        CREATE TABLE seal (
            licensor TEXT NOT NULL, number INTEGER NOT NULL, asset TEXT NOT NULL,
            master TEXT NOT NULL, request TEXT NOT NULL, file TEXT, manifest TEXT, label TEXT,
            body TEXT, store BLOB, ledger INTEGER, PRIMARY KEY (licensor, number),
            UNIQUE (licensor, asset)) STRICT;
        CREATE INDEX seal_master ON seal (licensor, master);
        CREATE INDEX seal_file ON seal (licensor, file);
        CREATE INDEX seal_label ON seal (label);
        CREATE TABLE soft_binding (
            algorithm TEXT NOT NULL, value TEXT NOT NULL, licensor TEXT NOT NULL,
            number INTEGER NOT NULL, PRIMARY KEY (algorithm, value, licensor, number),
            FOREIGN KEY (licensor, number) REFERENCES seal) STRICT, WITHOUT ROWID;
        """

    // Money and quantities are decimal strings; moments are microseconds; documents are JSON text.
    private static let first = """
        CREATE TABLE licensor (
            licensor TEXT NOT NULL PRIMARY KEY, generation INTEGER NOT NULL,
            changed INTEGER NOT NULL, parties TEXT, assets TEXT, categories TEXT) STRICT;
        CREATE TABLE agreement (
            licensor TEXT NOT NULL, uid TEXT NOT NULL, number INTEGER NOT NULL,
            policy TEXT NOT NULL, state TEXT NOT NULL, overdue TEXT NOT NULL DEFAULT '[]',
            changed INTEGER NOT NULL, PRIMARY KEY (licensor, uid)) STRICT;
        CREATE TABLE agreement_state (
            id INTEGER PRIMARY KEY, licensor TEXT NOT NULL, agreement TEXT NOT NULL,
            at INTEGER NOT NULL, was TEXT, became TEXT NOT NULL, actor TEXT NOT NULL,
            reason TEXT NOT NULL) STRICT;
        CREATE INDEX agreement_state_of ON agreement_state (licensor, agreement, id);
        CREATE TABLE inbox (
            id TEXT NOT NULL PRIMARY KEY, licensor TEXT NOT NULL, type TEXT NOT NULL,
            source TEXT NOT NULL, received INTEGER NOT NULL, digest TEXT NOT NULL) STRICT;
        CREATE TABLE deployment (
            licensor TEXT NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL, agreement TEXT,
            verdict TEXT NOT NULL, asset TEXT NOT NULL, actor TEXT NOT NULL, event TEXT,
            units TEXT, unit TEXT, date INTEGER NOT NULL, received INTEGER NOT NULL,
            body TEXT NOT NULL, PRIMARY KEY (licensor, id)) STRICT;
        CREATE INDEX deployment_of ON deployment (licensor, agreement, verdict);
        CREATE TABLE counted (
            licensor TEXT NOT NULL, agreement TEXT NOT NULL, event TEXT NOT NULL,
            asset TEXT NOT NULL, unit TEXT NOT NULL, units TEXT NOT NULL,
            date INTEGER NOT NULL, PRIMARY KEY (licensor, agreement, event, asset)) STRICT;
        CREATE TABLE usage (
            licensor TEXT NOT NULL, agreement TEXT NOT NULL, asset TEXT NOT NULL,
            unit TEXT NOT NULL, units TEXT NOT NULL,
            PRIMARY KEY (licensor, agreement, asset, unit)) STRICT;
        CREATE TABLE payment (
            id INTEGER PRIMARY KEY, licensor TEXT NOT NULL, agreement TEXT NOT NULL,
            duty TEXT NOT NULL, event TEXT, amount TEXT NOT NULL, at INTEGER NOT NULL,
            actor TEXT NOT NULL) STRICT;
        CREATE INDEX payment_of ON payment (licensor, agreement);
        """
}
