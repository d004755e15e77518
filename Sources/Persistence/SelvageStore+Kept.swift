// Bodies kept after a scan within a bound, and images that are matched again without fetching.

internal import Foundation
internal import GRDB
public import SelvageTypes

extension SelvageStore {
    /// Frees bodies as `dropBodies` does, but for the newest ones up to a number of bytes.
    ///
    /// What kept bodies are for: a later generation of the catalogue is matched against them. A body
    /// that several captures have counts for each, so no more is kept than was asked for.
    public func dropBodies(_ scan: ScanRecord, keeping bytes: Int64) async throws {
        guard bytes > 0 else { return try await dropBodies(scan) }
        try await file.write { db in
            try db.execute(sql: Self.markBeyond, arguments: [scan.number, bytes])
            // The rest as without a bound: those that no other capture has are deleted.
            for sql in HotStatement.dropBodies.dropFirst() {
                try db.execute(sql: sql, arguments: [scan.number])
            }
        }
    }

    /// Keeps the bodies that a scan's sightings rest on until the plan's next scan has its own.
    ///
    /// An unchanged page is not fetched again; what it shows can be proven only with these.
    public func keepBodies(of sightings: [Sighting], in scan: ScanRecord) async throws {
        let digests = Set(sightings.flatMap { [$0.imageDigest, $0.pageDigest] })
        try await file.write { db in
            let plan = try Int64.fetchOne(
                db, sql: "SELECT plan FROM scan WHERE number = ?", arguments: [scan.number])
            try db.execute(sql: "DELETE FROM kept_body WHERE plan = ?", arguments: [plan])
            for digest in digests {
                try db.cachedStatement(sql: "INSERT INTO kept_body(plan, digest) VALUES (?, ?)")
                    .execute(arguments: [plan, digest.data])
            }
        }
    }

    /// Puts addresses first in the plan's next scans, and only these; they are asked in each.
    public func makeUrgent(_ addresses: [WebAddress], in scan: ScanRecord) async throws {
        try await file.write { db in
            let plan = try Int64.fetchOne(
                db, sql: "SELECT plan FROM scan WHERE number = ?", arguments: [scan.number])
            guard let plan else { return }
            try db.execute(
                sql: "UPDATE url SET turn = 1 WHERE plan = ? AND turn = 0", arguments: [plan])
            for address in addresses {
                for isImage in [false, true] {
                    let key = AddressKey(address, isImage: isImage)
                    try db.cachedStatement(
                        sql: "UPDATE url SET turn = 0 WHERE \(FrontierBatch.at)"
                    ).execute(arguments: StatementArguments(key.values(plan: plan)))
                }
            }
        }
    }

    /// Images of a scan whose bodies are kept and that were not matched with a catalogue, each
    /// content once.
    public func keptImages(
        _ scan: ScanRecord, notMatchedWith catalogue: Digest
    ) async throws -> [Digest] {
        try await file.read { db in
            try Data.fetchAll(
                db,
                sql: """
                    SELECT DISTINCT c.digest FROM capture c
                    WHERE (c.scan = ?1 OR c.id IN (
                        SELECT capture FROM carried WHERE scan = ?1 AND image = 1))
                      AND c.image = 1 AND c.has_body = 1
                      AND c.catalogue IS NOT ?2 ORDER BY c.digest
                    """, arguments: [scan.number, catalogue.data]
            ).map { try Digest(column: $0, of: "capture") }
        }
    }

    /// The bytes of a kept body; nil when they are not kept.
    ///
    /// - Throws: `StoreError` when they are no longer what was captured.
    public func keptBody(_ content: Digest) async throws -> [UInt8]? {
        try await file.read { db in
            let body = try Data.fetchOne(
                db, sql: "SELECT bytes FROM body WHERE digest = ?", arguments: [content.data])
            guard let body else { return nil }
            guard Digest(of: body) == content else {
                throw StoreError(
                    .altered, at: "selvage.sqlite, body \(content.hex)",
                    detail: "A stored body is no longer what was captured. Keep a copy of the data "
                        + "folder and restore the last backup.")
            }
            return Array(body)
        }
    }

    /// Keeps what an image shows under another catalogue, for every capture of it in a scan.
    public func rematched(
        _ content: Digest, in scan: ScanRecord, with catalogue: Digest,
        _ recognition: ImageRecognition
    ) async throws {
        try await file.write { db in
            try FrontierBatch.keep(
                recognition, of: content.data, catalogue: catalogue.data, in: db)
            try db.execute(
                sql: """
                    UPDATE capture SET catalogue = ?1, matched = ?2
                    WHERE (scan = ?3 OR id IN (
                        SELECT capture FROM carried WHERE scan = ?3 AND image = 1))
                      AND digest = ?4 AND image = 1
                    """,
                arguments: [
                    catalogue.data, recognition.matches.count, scan.number, content.data,
                ])
        }
    }

    /// Marks bodies that are beyond the bound, counted from the newest, and that no finding needs.
    private static let markBeyond = """
        UPDATE capture SET has_body = 2 WHERE id IN (
            SELECT id FROM (
              SELECT id, digest, sum(length) OVER (ORDER BY scan DESC, id DESC) AS total
              FROM capture WHERE has_body = 1 AND scan IN (
                SELECT s.number FROM scan s
                WHERE s.plan = (SELECT plan FROM scan WHERE number = ?1) AND s.number <= ?1))
            WHERE total > ?2)
          AND NOT EXISTS (SELECT 1 FROM needed_body n WHERE n.digest = capture.digest)
          AND NOT EXISTS (SELECT 1 FROM kept_body n WHERE n.digest = capture.digest)
        """
}
