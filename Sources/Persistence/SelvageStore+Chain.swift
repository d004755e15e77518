// Checking the history of findings from its first entry to its last.

internal import Foundation
internal import GRDB
internal import SelvageTypes

extension SelvageStore {
    /// The ends of all licensors' histories, by licensor.
    public func chainHeads() async throws -> [ChainHead] {
        try await file.read { db in
            try Row.fetchAll(
                db, sql: "SELECT licensor, sequence, hash FROM chain ORDER BY licensor"
            )
            .map {
                ChainHead(
                    licensor: try $0.value("licensor"), sequence: try $0.value("sequence"),
                    hash: try Digest(column: $0.value("hash"), of: "chain"))
            }
        }
    }

    /// Recomputes the history of every licensor's findings.
    ///
    /// Changed, missing, added and reordered entries are found, and findings that do not agree with
    /// their entry. A file put back as a whole is found by comparing `chainHeads` with what was
    /// noted outside of it.
    ///
    /// - Returns: The first damaged entry; nil when all is as it was stored.
    /// - Complexity: Reads all findings once, one at a time.
    public func verifyChain() async throws -> ChainDamage? {
        try await file.read { db in
            let licensors = try String.fetchAll(
                db,
                sql: """
                    SELECT licensor FROM chain UNION SELECT licensor FROM history
                    UNION SELECT licensor FROM finding ORDER BY licensor
                    """)
            for licensor in licensors {
                if let damage = try Self.damagedEntry(db, licensor) { return damage }
                if let damage = try Self.damagedFinding(db, licensor) { return damage }
            }
            return nil
        }
    }

    private static func damagedEntry(_ db: Database, _ licensor: String) throws -> ChainDamage? {
        var last = (sequence: Int64(0), hash: ChainEntry.start)
        let rows = try Row.fetchCursor(
            db, sql: "SELECT * FROM history WHERE licensor = ? ORDER BY sequence",
            arguments: [licensor])
        while let row = try rows.next() {
            let entry = try ChainEntry(row)
            func damage(_ detail: String, at sequence: Int64, of finding: String) -> ChainDamage {
                ChainDamage(
                    licensor: licensor, sequence: sequence, finding: finding, detail: detail)
            }
            guard entry.sequence == last.sequence + 1 else {
                return damage("The entry is missing.", at: last.sequence + 1, of: "")
            }
            guard entry.previous == last.hash else {
                return damage(
                    "The entry does not follow the one before it.", at: entry.sequence,
                    of: entry.finding)
            }
            guard try entry.hash == row.value("hash") else {
                return damage(
                    "The entry is not what was stored.", at: entry.sequence, of: entry.finding)
            }
            last = (entry.sequence, entry.hash)
        }
        return try damagedEnd(db, licensor, last: last)
    }

    private static func damagedEnd(
        _ db: Database, _ licensor: String, last: (sequence: Int64, hash: Data)
    ) throws -> ChainDamage? {
        let head = try Row.fetchOne(
            db, sql: "SELECT sequence, hash FROM chain WHERE licensor = ?", arguments: [licensor])
        let noted: Int64 = try head?.value("sequence") ?? 0
        guard noted == last.sequence, try head?.value("hash") == last.hash else {
            return ChainDamage(
                licensor: licensor, sequence: last.sequence + 1, finding: "",
                detail: "The history does not end where it was noted to end.")
        }
        return nil
    }

    /// A finding whose columns do not say what its entry says, or that is gone.
    private static func damagedFinding(_ db: Database, _ licensor: String) throws -> ChainDamage? {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT h.sequence, h.finding_id, h.body, f.verdict, f.newest,
                  f.at IS h.at AS same_time, e.digest, h.revision = (
                    SELECT max(revision) FROM history n
                    WHERE n.licensor = h.licensor AND n.finding_id = h.finding_id) AS is_newest
                FROM history h
                LEFT JOIN finding f ON f.licensor = h.licensor AND f.finding_id = h.finding_id
                  AND f.revision = h.revision
                LEFT JOIN evidence e ON e.licensor = h.licensor AND e.finding_id = h.finding_id
                  AND e.revision = h.revision
                WHERE h.licensor = ? AND h.sequence = (
                  SELECT max(sequence) FROM history l WHERE l.licensor = h.licensor
                  AND l.finding_id = h.finding_id AND l.revision = h.revision)
                ORDER BY h.sequence
                """, arguments: [licensor])
        while let row = try rows.next() {
            let stored = try StoredJSON.value(Finding.self, from: row.value("body"), of: "history")
            let agrees =
                try row.value("verdict") as String? == stored.verdict.kind.rawValue
                && row.value("same_time") && row.value("newest") as Int? == row.value("is_newest")
                && row.value("digest") as Data? == stored.evidence?.data
            guard agrees else {
                return ChainDamage(
                    licensor: licensor, sequence: try row.value("sequence"),
                    finding: try row.value("finding_id"),
                    detail: "The finding's row does not say what its history says.")
            }
        }
        return nil
    }
}
