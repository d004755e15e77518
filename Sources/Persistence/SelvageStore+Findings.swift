// Findings with the messages that report them, in one transaction; and the bodies they need.

internal import Foundation
internal import GRDB
public import SelvageTypes

extension SelvageStore {
    public func finding(id: String, licensor: String) async throws -> Finding? {
        try await file.read { db in
            let body = try String.fetchOne(
                db,
                sql: """
                    SELECT h.body FROM finding f
                    CROSS JOIN history h ON h.licensor = f.licensor AND h.sequence = f.sequence
                    WHERE f.licensor = ? AND f.finding_id = ? ORDER BY f.revision DESC LIMIT 1
                    """, arguments: [licensor, id])
            return try body.map { try StoredJSON.value(Finding.self, from: $0, of: "history") }
        }
    }

    /// Stores a finding and, in the same transaction, the messages that report it.
    ///
    /// The same finding again has no effect. The same revision with other content, as when further
    /// sightings join it, replaces what is shown; the history keeps both. A message that is owed,
    /// delivered or refused already is not owed a second time.
    public func store(_ finding: Finding, messages: [OutboxMessage], at now: Instant) async throws {
        let body = try StoredJSON.text(finding)
        try await file.write { db in
            if try Self.storedBody(db, finding) != body {
                let sequence = try ChainEntry.append(db, finding, body: body, at: now)
                try Self.keep(db, finding, sequence: sequence, at: now)
                try Self.openCase(db, finding, at: now)
            }
            for message in messages { try Self.owe(db, message) }
        }
    }

    public func findings(licensor: String?, includingAuthorised: Bool) async throws -> [Finding] {
        try await file.read { db in
            let bodies = try String.fetchCursor(
                db,
                sql: """
                    SELECT h.body FROM finding f
                    CROSS JOIN history h ON h.licensor = f.licensor AND h.sequence = f.sequence
                    WHERE f.newest = 1 AND (?1 IS NULL OR f.licensor = ?1)
                      AND (?2 OR f.verdict <> 'authorised')
                    ORDER BY f.at DESC, f.licensor, f.finding_id
                    """, arguments: [licensor, includingAuthorised])
            var findings: [Finding] = []
            while let body = try bodies.next() {
                findings.append(try StoredJSON.value(Finding.self, from: body, of: "history"))
            }
            return findings
        }
    }

    /// All revisions of a finding as they were stored, oldest first.
    public func history(ofFinding id: String, licensor: String) async throws -> [Finding] {
        try await file.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT body FROM history WHERE licensor = ? AND finding_id = ? ORDER BY sequence
                    """, arguments: [licensor, id]
            ).map { try StoredJSON.value(Finding.self, from: $0, of: "history") }
        }
    }

    /// Frees the bodies that this scan, and the earlier ones of its plan, kept and that the newest
    /// revision of no finding shows.
    public func dropBodies(_ scan: ScanRecord) async throws {
        try await file.write { db in
            for sql in HotStatement.dropBodies {
                try db.execute(sql: sql, arguments: [scan.number])
            }
        }
    }

    /// A new finding opens the case of its seller and asset, for people to look at; one whose uses
    /// turned out to be authorised is opened again.
    private static func openCase(_ db: Database, _ finding: Finding, at now: Instant) throws {
        let id = finding.caseID, licensor = finding.deployment.licensor
        guard finding.isFinding else { return }
        let state = try state(db, ofCase: id, licensor: licensor)
        guard state == nil || state == .closedAuthorised else { return }
        _ = try take(
            db,
            CaseMove(
                licensor: licensor, case: id, was: state, became: .review, at: now,
                actor: CaseMove.ourselves,
                reason: "Finding \(finding.id): \(finding.verdict.kind.rawValue)."))
    }

    private static func storedBody(_ db: Database, _ finding: Finding) throws -> String? {
        try String.fetchOne(
            db,
            sql: """
                SELECT h.body FROM finding f
                CROSS JOIN history h ON h.licensor = f.licensor AND h.sequence = f.sequence
                WHERE f.licensor = ? AND f.finding_id = ? AND f.revision = ?
                """, arguments: [finding.deployment.licensor, finding.id, finding.revision])
    }

    private static func keep(
        _ db: Database, _ finding: Finding, sequence: Int64, at now: Instant
    ) throws {
        let key: [any DatabaseValueConvertible] = [finding.deployment.licensor, finding.id]
        let revision = StatementArguments(key) + [finding.revision]
        try db.execute(
            sql: """
                INSERT INTO finding(licensor, finding_id, revision, sequence, verdict, at, newest)
                VALUES (?, ?, ?, ?, ?, ?, 0)
                ON CONFLICT(licensor, finding_id, revision) DO UPDATE SET
                  sequence = excluded.sequence, verdict = excluded.verdict, at = excluded.at
                """,
            arguments: revision + [sequence, finding.verdict.kind.rawValue, now.microseconds])
        try db.execute(
            sql: """
                UPDATE finding SET newest = revision = (SELECT max(revision) FROM finding n
                  WHERE n.licensor = finding.licensor AND n.finding_id = finding.finding_id)
                WHERE licensor = ? AND finding_id = ?
                """, arguments: StatementArguments(key))
        try db.execute(
            sql: "DELETE FROM evidence WHERE licensor = ? AND finding_id = ? AND revision = ?",
            arguments: revision)
        if let evidence = finding.evidence {
            try db.execute(
                sql: "INSERT INTO evidence VALUES (?, ?, ?, ?)",
                arguments: revision + [evidence.data])
        }
        let isNewest = try Bool.fetchOne(
            db,
            sql:
                "SELECT newest FROM finding WHERE licensor = ? AND finding_id = ? AND revision = ?",
            arguments: revision)
        if isNewest == true { try needBodies(db, finding, key) }
    }

    private static func needBodies(
        _ db: Database, _ finding: Finding, _ key: [any DatabaseValueConvertible]
    ) throws {
        try db.execute(
            sql: "DELETE FROM needed_body WHERE licensor = ? AND finding_id = ?",
            arguments: StatementArguments(key))
        guard finding.isFinding else { return }
        for digest in finding.sightings.flatMap({ [$0.imageDigest, $0.pageDigest] }) {
            try db.execute(
                sql: """
                    INSERT OR IGNORE INTO needed_body(licensor, finding_id, digest)
                    VALUES (?, ?, ?)
                    """, arguments: StatementArguments(key) + [digest.data])
        }
    }
}
