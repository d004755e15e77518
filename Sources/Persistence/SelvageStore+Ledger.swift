// The history of findings, read onwards from a place: what the ledger is told.

internal import Foundation
internal import GRDB
public import SelvageTypes

/// One entry of a licensor's history of findings.
public struct HistoryRecord: Hashable, Sendable {
    /// The licensor.
    public let licensor: String
    /// The entry, counted from 1.
    public let sequence: Int64
    /// The finding's identifier.
    public let finding: String
    /// When it was stored.
    public let at: Instant
    /// The finding as it was stored, JSON text.
    public let body: String
    /// SHA-256 of its evidence file; nil when it has none.
    public let evidence: Digest?
}

extension SelvageStore {
    /// Entries of a licensor's history after one of them, in their order.
    ///
    /// - Throws: `StoreError`.
    public func history(
        of licensor: String, after sequence: Int64, limit: Int
    ) async throws -> [HistoryRecord] {
        try await file.read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT sequence, finding_id, at, body FROM history
                    WHERE licensor = ? AND sequence > ? ORDER BY sequence LIMIT ?
                    """, arguments: [licensor, sequence, limit])
            var records: [HistoryRecord] = []
            while let row = try rows.next() {
                let body: String = try row.value("body")
                let finding = try StoredJSON.value(Finding.self, from: body, of: "history")
                records.append(
                    HistoryRecord(
                        licensor: licensor, sequence: try row.value("sequence"),
                        finding: try row.value("finding_id"),
                        at: Instant(microseconds: try row.value("at")), body: body,
                        evidence: finding.evidence))
            }
            return records
        }
    }
}
