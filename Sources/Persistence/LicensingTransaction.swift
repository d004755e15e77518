// The reads and changes of the licensing database that one transaction is made of.

internal import Foundation
internal import GRDB
public import SelvageTypes

/// One transaction on the licensing database.
///
/// Every call is about one licensor.
public struct LicensingTransaction {
    let database: Database

    /// The licensor's generation and registers.
    public func licensor(_ licensor: String) throws -> StoredLicensor {
        guard
            let row = try Row.fetchOne(
                database, sql: "SELECT * FROM licensor WHERE licensor = ?", arguments: [licensor])
        else {
            return StoredLicensor(generation: 0, changed: Instant(microseconds: 0))
        }
        return StoredLicensor(
            generation: row["generation"], changed: Instant(microseconds: row["changed"]),
            parties: try document(row["parties"]), assets: try document(row["assets"]),
            categories: try document(row["categories"]))
    }

    /// Every licensor, sorted.
    public func licensors() throws -> [String] {
        try String.fetchAll(database, sql: "SELECT licensor FROM licensor ORDER BY licensor")
    }

    /// Counts the licensor's generation up.
    public func countGeneration(_ licensor: String, at now: Instant) throws {
        try database.execute(
            sql: """
                INSERT INTO licensor (licensor, generation, changed) VALUES (?, 1, ?)
                ON CONFLICT (licensor) DO UPDATE SET
                    generation = generation + 1, changed = excluded.changed
                """, arguments: [licensor, now.microseconds])
    }

    /// A register of a licensor.
    public enum Register: String, Sendable {
        case parties, assets, categories
    }

    /// Replaces a register.
    ///
    /// The generation has to be counted up before.
    public func replace(_ register: Register, of licensor: String, with value: JSONValue) throws {
        try database.execute(
            sql: "UPDATE licensor SET \(register.rawValue) = ? WHERE licensor = ?",
            arguments: [value.canonicalText, licensor])
    }

    /// The licensor's agreements by number.
    public func agreements(of licensor: String) throws -> [StoredAgreement] {
        try Row.fetchAll(
            database, sql: "SELECT * FROM agreement WHERE licensor = ? ORDER BY number",
            arguments: [licensor]
        ).map(agreement)
    }

    /// One agreement.
    public func agreement(_ uid: String, of licensor: String) throws -> StoredAgreement? {
        try Row.fetchOne(
            database, sql: "SELECT * FROM agreement WHERE licensor = ? AND uid = ?",
            arguments: [licensor, uid]
        ).map(agreement)
    }

    /// Adds an agreement or replaces its policy, and keeps its number and state.
    public func put(
        _ policy: JSONValue, uid: String, state: String, of licensor: String, at now: Instant
    )
        throws
    {
        try database.execute(
            sql: """
                INSERT INTO agreement (licensor, uid, number, policy, state, changed)
                VALUES (?1, ?2, (SELECT COALESCE(MAX(number), 0) + 1 FROM agreement
                    WHERE licensor = ?1), ?3, ?4, ?5)
                ON CONFLICT (licensor, uid) DO UPDATE SET
                    policy = excluded.policy, changed = excluded.changed
                """,
            arguments: [licensor, uid, policy.canonicalText, state, now.microseconds])
    }

    /// Puts an agreement into another state and keeps when, by whom and why.
    public func change(_ change: StoredStateChange, of licensor: String) throws {
        try database.execute(
            sql: "UPDATE agreement SET state = ?, changed = ? WHERE licensor = ? AND uid = ?",
            arguments: [change.became, change.at.microseconds, licensor, change.agreement])
        try database.execute(
            sql: """
                INSERT INTO agreement_state (
                    licensor, agreement, at, was, became, actor, reason, policy)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7,
                    (SELECT policy FROM agreement WHERE licensor = ?1 AND uid = ?2))
                """,
            arguments: [
                licensor, change.agreement, change.at.microseconds, change.was, change.became,
                change.actor, change.reason,
            ])
    }

    /// The changes of an agreement's state, oldest first.
    public func history(of agreement: String, licensor: String) throws -> [StoredStateChange] {
        try Row.fetchAll(
            database,
            sql: "SELECT * FROM agreement_state WHERE licensor = ? AND agreement = ? ORDER BY id",
            arguments: [licensor, agreement]
        ).map { row in
            StoredStateChange(
                agreement: agreement, at: Instant(microseconds: row["at"]), was: row["was"],
                became: row["became"], actor: row["actor"], reason: row["reason"])
        }
    }

    /// Changes of any licensor's agreements after one of them, oldest first.
    ///
    /// - Parameter number: 0 for all; else a change's number.
    public func agreementChanges(after number: Int64, limit: Int) throws -> [NumberedChange] {
        try Row.fetchAll(
            database, sql: "SELECT * FROM agreement_state WHERE id > ? ORDER BY id LIMIT ?",
            arguments: [number, limit]
        ).map { row in
            NumberedChange(
                number: row["id"], licensor: row["licensor"],
                change: StoredStateChange(
                    agreement: row["agreement"], at: Instant(microseconds: row["at"]),
                    was: row["was"], became: row["became"], actor: row["actor"],
                    reason: row["reason"]),
                policy: row["policy"])
        }
    }

    /// Sets the duties and obligations of an agreement that are overdue.
    public func setOverdue(_ duties: [String], of agreement: String, licensor: String) throws {
        try database.execute(
            sql: "UPDATE agreement SET overdue = ? WHERE licensor = ? AND uid = ?",
            arguments: [
                JSONValue.array(duties.sorted().map(JSONValue.string)).canonicalText, licensor,
                agreement,
            ])
    }

    private func agreement(_ row: Row) throws -> StoredAgreement {
        StoredAgreement(
            number: row["number"], uid: row["uid"], policy: try document(row["policy"]) ?? .null,
            state: row["state"],
            overdue: try document(row["overdue"])?.elements.compactMap(\.string) ?? [])
    }

    func document(_ text: String?) throws -> JSONValue? {
        guard let text else { return nil }
        guard let value = try? JSONValue(parsing: Data(text.utf8)) else {
            throw LicensingStoreError(
                reason: .damaged, detail: "A document in licensing.sqlite is not JSON any more.")
        }
        return value
    }
}
