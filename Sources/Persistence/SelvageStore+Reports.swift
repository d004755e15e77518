// Where the report of an event stands with each receiver.

internal import GRDB
public import SelvageTypes

/// Where a report stands with one receiver.
public struct ReportStanding: Hashable, Sendable, Codable {
    /// The three standings.
    public enum State: String, Hashable, Sendable, Codable {
        case owed, delivered, refused
    }

    /// The receiver's address.
    public var receiver: String
    /// Owed, delivered or refused.
    public var state: State
    /// When it was confirmed or refused; for an owed one, when it is tried next.
    public var at: Instant
    /// Tries so far.
    public var tries: Int
    /// What went wrong last; empty when nothing did.
    public var detail: String
}

extension SelvageStore {
    /// Where the report of an event stands, by receiver.
    public func reports(ofEvent id: String) async throws -> [ReportStanding] {
        try await file.read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT receiver, 'owed' AS state, next_try AS at, tries,
                           coalesce(last_error, '') AS detail FROM outbox WHERE id = ?1
                    UNION ALL SELECT receiver, 'delivered', at, tries, '' FROM delivered
                      WHERE id = ?1
                    UNION ALL SELECT receiver, 'refused', at, tries, detail FROM refused
                      WHERE id = ?1
                    ORDER BY receiver
                    """, arguments: [id])
            var standings: [ReportStanding] = []
            while let row = try rows.next() {
                let state: String = try row.value("state")
                standings.append(
                    ReportStanding(
                        receiver: try row.value("receiver"), state: .init(rawValue: state) ?? .owed,
                        at: Instant(microseconds: try row.value("at")),
                        tries: try row.value("tries"), detail: try row.value("detail")))
            }
            return standings
        }
    }
}
