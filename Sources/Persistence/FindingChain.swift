// The append-only history of a licensor's findings, each entry hashed over the one before.

internal import Foundation
internal import GRDB
public import SelvageTypes

/// The end of a licensor's history: what a ledger or a backup notes down to notice a rollback.
public struct ChainHead: Hashable, Sendable, Codable {
    /// The licensor.
    public var licensor: String
    /// Entries so far.
    public var sequence: Int64
    /// The last entry's hash.
    public var hash: Digest
}

/// The first place at which a licensor's history is not what was stored.
public struct ChainDamage: Hashable, Sendable {
    /// The licensor.
    public var licensor: String
    /// The entry, counted from 1.
    public var sequence: Int64
    /// The finding it is about; empty when the entry is missing.
    public var finding: String
    /// What is wrong, for people.
    public var detail: String
}

/// One entry of the history.
///
/// Its hash is SHA-256 over the hash before it (32 zero bytes at the start), the canonical JSON of
/// its columns, a line feed, and the finding's JSON text as stored. SQLite's own integrity check
/// does not see a flipped bit inside a value; this does.
struct ChainEntry {
    var licensor: String
    var sequence: Int64
    var finding: String
    var revision: Int
    var at: Int64
    var body: String
    var previous: Data

    static let start = Data(count: 32)

    var hash: Data {
        let head: JSONValue = [
            "at": .string(String(at)), "finding": .string(finding),
            "licensor": .string(licensor), "revision": .string(String(revision)),
            "sequence": .string(String(sequence)),
        ]
        return Digest(of: Array(previous) + head.canonicalBytes + [0x0a] + body.utf8).data
    }

    /// Adds an entry at the end of a licensor's history.
    ///
    /// - Returns: Its sequence number.
    static func append(_ db: Database, _ finding: Finding, body: String, at now: Instant) throws
        -> Int64
    {
        let licensor = finding.deployment.licensor
        let head = try Row.fetchOne(
            db, sql: "SELECT sequence, hash FROM chain WHERE licensor = ?", arguments: [licensor])
        let last: Int64 = try head?.value("sequence") ?? 0
        let entry = ChainEntry(
            licensor: licensor, sequence: last + 1, finding: finding.id,
            revision: finding.revision, at: now.microseconds, body: body,
            previous: try head?.value("hash") ?? start)
        let hash = entry.hash
        try db.execute(
            sql: """
                INSERT INTO history(licensor, sequence, finding_id, revision, at, body, previous,
                  hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                licensor, entry.sequence, finding.id, finding.revision, entry.at, body,
                entry.previous, hash,
            ])
        try db.execute(
            sql: """
                INSERT INTO chain(licensor, sequence, hash) VALUES (?, ?, ?)
                ON CONFLICT(licensor) DO UPDATE SET sequence = excluded.sequence,
                  hash = excluded.hash
                """, arguments: [licensor, entry.sequence, hash])
        return entry.sequence
    }
}

extension ChainEntry {
    init(_ row: Row) throws {
        licensor = try row.value("licensor")
        sequence = try row.value("sequence")
        finding = try row.value("finding_id")
        revision = try row.value("revision")
        at = try row.value("at")
        body = try row.value("body")
        previous = try row.value("previous")
    }
}
