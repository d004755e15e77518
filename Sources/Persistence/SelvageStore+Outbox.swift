// The outbox port: what is owed to receivers, what they took, and what they never will.

internal import GRDB
public import SelvageTypes

/// A message that its receiver will never take, with what it said.
public struct RefusedMessage: Hashable, Sendable, Codable {
    /// The message.
    public var message: OutboxMessage
    /// When it was set aside.
    public var at: Instant
    /// What went wrong.
    public var detail: String
}

extension SelvageStore {
    public func dueMessages(
        at now: Instant, limit: Int, to receiver: String? = nil
    ) async throws -> [OutboxMessage] {
        try await file.read { db in
            try Row.fetchAll(
                db, sql: HotStatement.dueMessages,
                arguments: [now.microseconds, receiver, receiver, limit]
            ).map(Self.message)
        }
    }

    public func nextDue(to receiver: String? = nil) async throws -> Instant? {
        try await file.read { db in
            try Int64.fetchOne(
                db, sql: "SELECT min(next_try) FROM outbox WHERE ?1 IS NULL OR receiver = ?1",
                arguments: [receiver]
            ).map(Instant.init(microseconds:))
        }
    }

    public func delivered(_ message: OutboxMessage, at now: Instant) async throws {
        try await file.write { db in
            try db.execute(
                sql: """
                    INSERT OR IGNORE INTO delivered(id, receiver, licensor, at, tries)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [
                    message.id, message.receiver, message.licensor, now.microseconds,
                    message.tries + 1,
                ])
            try Self.settle(db, message)
        }
    }

    public func postpone(_ message: OutboxMessage, until moment: Instant, because detail: String)
        async throws
    {
        try await file.write { db in
            try db.execute(
                sql: """
                    UPDATE outbox SET next_try = ?, tries = tries + 1, last_error = ?
                    WHERE id = ? AND receiver = ?
                    """,
                arguments: [moment.microseconds, detail, message.id, message.receiver])
        }
    }

    public func refuse(_ message: OutboxMessage, at now: Instant, because detail: String)
        async throws
    {
        try await file.write { db in
            try db.execute(
                sql: """
                    INSERT OR IGNORE INTO refused(id, receiver, licensor, body, at, tries, detail)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    message.id, message.receiver, message.licensor, message.body,
                    now.microseconds, message.tries + 1, detail,
                ])
            try Self.settle(db, message)
        }
    }

    /// Messages that people have to look at, oldest first; of all licensors when nil is given.
    public func refusedMessages(licensor: String?) async throws -> [RefusedMessage] {
        try await file.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT id, licensor, receiver, body, at AS next_try, tries, at, detail
                    FROM refused WHERE ?1 IS NULL OR licensor = ?1 ORDER BY at, id, receiver
                    """, arguments: [licensor]
            ).map {
                try RefusedMessage(
                    message: Self.message($0), at: Instant(microseconds: $0.value("at")),
                    detail: $0.value("detail"))
            }
        }
    }

    /// How many messages are owed, taken and refused.
    public func outboxCounts() async throws -> (owed: Int, delivered: Int, refused: Int) {
        try await file.read { db in
            func count(_ table: String) throws -> Int {
                try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0
            }
            return try (count("outbox"), count("delivered"), count("refused"))
        }
    }

    /// Adds a message, unless it is owed, taken or refused already.
    static func owe(_ db: Database, _ message: OutboxMessage) throws {
        try db.execute(
            sql: """
                INSERT INTO outbox(licensor, id, receiver, body, next_try, tries)
                SELECT ?1, ?2, ?3, ?4, ?5, ?6
                WHERE NOT EXISTS (SELECT 1 FROM delivered WHERE id = ?2 AND receiver = ?3)
                  AND NOT EXISTS (SELECT 1 FROM refused WHERE id = ?2 AND receiver = ?3)
                ON CONFLICT(id, receiver) DO NOTHING
                """,
            arguments: [
                message.licensor, message.id, message.receiver, message.body,
                message.notBefore.microseconds, message.tries,
            ])
    }

    private static func settle(_ db: Database, _ message: OutboxMessage) throws {
        try db.execute(
            sql: "DELETE FROM outbox WHERE id = ? AND receiver = ?",
            arguments: [message.id, message.receiver])
    }

    private static func message(_ row: Row) throws -> OutboxMessage {
        try OutboxMessage(
            id: row.value("id"), licensor: row.value("licensor"), receiver: row.value("receiver"),
            body: row.value("body"), notBefore: Instant(microseconds: row.value("next_try")),
            tries: row.value("tries"))
    }
}
