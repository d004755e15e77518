// Events that were applied, deployments they reported, units they count, and payments.

public import Foundation
internal import GRDB
public import SelvageTypes

extension LicensingTransaction {
    /// Takes an event into the inbox.
    ///
    /// - Returns: Whether it is new; false means that its effect has been there already.
    public func receive(
        _ id: String, type: String, source: String, digest: Digest, licensor: String,
        at now: Instant
    ) throws -> Bool {
        try database.execute(
            sql: """
                INSERT INTO inbox (id, licensor, type, source, received, digest)
                VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
                """,
            arguments: [id, licensor, type, source, now.microseconds, digest.hex])
        return database.changesCount == 1
    }

    /// How many events were applied for a licensor.
    public func eventCount(_ licensor: String) throws -> Int {
        try Int.fetchOne(
            database, sql: "SELECT COUNT(*) FROM inbox WHERE licensor = ?", arguments: [licensor])
            ?? 0
    }

    /// Keeps a deployment as it was reported last.
    public func put(_ deployment: StoredDeployment, of licensor: String) throws {
        try database.execute(
            sql: """
                INSERT INTO deployment (licensor, id, revision, agreement, verdict, asset, actor,
                    event, units, unit, date, received, body)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (licensor, id) DO UPDATE SET revision = excluded.revision,
                    agreement = excluded.agreement, verdict = excluded.verdict,
                    asset = excluded.asset, actor = excluded.actor, event = excluded.event,
                    units = excluded.units, unit = excluded.unit, date = excluded.date,
                    received = excluded.received, body = excluded.body
                """,
            arguments: [
                licensor, deployment.id, deployment.revision, deployment.agreement,
                deployment.verdict, deployment.asset, deployment.actor, deployment.event,
                deployment.units, deployment.unit, deployment.date.microseconds,
                deployment.received.microseconds, deployment.body.canonicalText,
            ])
    }

    /// One deployment.
    public func deployment(_ id: String, of licensor: String) throws -> StoredDeployment? {
        try Row.fetchOne(
            database, sql: "SELECT * FROM deployment WHERE licensor = ? AND id = ?",
            arguments: [licensor, id]
        ).map(deployment)
    }

    /// The licensor's deployments, newest report first.
    public func deployments(of licensor: String, limit: Int) throws -> [StoredDeployment] {
        try Row.fetchAll(
            database,
            sql: "SELECT * FROM deployment WHERE licensor = ? ORDER BY received DESC, id LIMIT ?",
            arguments: [licensor, limit]
        ).map(deployment)
    }

    /// How many deployments there are, by verdict; of one agreement when it is named.
    public func verdicts(of licensor: String, agreement: String? = nil) throws -> [String: Int] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT verdict, COUNT(*) AS number FROM deployment
                WHERE licensor = ?1 AND (?2 IS NULL OR agreement = ?2) GROUP BY verdict
                """, arguments: [licensor, agreement])
        return Dictionary(
            rows.map { ($0["verdict"], $0["number"]) }, uniquingKeysWith: { first, _ in first })
    }

    private func deployment(_ row: Row) throws -> StoredDeployment {
        StoredDeployment(
            id: row["id"], revision: row["revision"], agreement: row["agreement"],
            verdict: row["verdict"], asset: row["asset"], actor: row["actor"],
            event: row["event"], units: row["units"], unit: row["unit"],
            date: Instant(microseconds: row["date"]),
            received: Instant(microseconds: row["received"]),
            body: try document(row["body"]) ?? .null)
    }

    /// Counts the units of a production event, in the base unit, once.
    ///
    /// An event that was counted before is counted as it is reported now instead.
    public func count(
        _ units: Decimal, unit: String, event: String, at date: Instant, asset: String,
        agreement: String, licensor: String
    ) throws {
        try uncount(event: event, asset: asset, agreement: agreement, licensor: licensor)
        _ = try add(units, unit, asset, agreement, licensor)
        try database.execute(
            sql: """
                INSERT INTO counted (licensor, agreement, event, asset, unit, units, date)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                licensor, agreement, event, asset, unit, "\(units)", date.microseconds,
            ])
    }

    /// Takes the count of an event back, because a later report of it does not count.
    public func uncount(event: String, asset: String, agreement: String, licensor: String) throws {
        let key: StatementArguments = [licensor, agreement, event, asset]
        let place = "WHERE licensor = ? AND agreement = ? AND event = ? AND asset = ?"
        guard
            let row = try Row.fetchOne(
                database, sql: "SELECT unit, units FROM counted \(place)", arguments: key)
        else { return }
        _ = try add(0 - decimal(row["units"]), row["unit"], asset, agreement, licensor)
        try database.execute(sql: "DELETE FROM counted \(place)", arguments: key)
    }

    /// The counted events of a licensor.
    public func counts(of licensor: String) throws -> [StoredCount] {
        try Row.fetchAll(
            database,
            sql: "SELECT * FROM counted WHERE licensor = ? ORDER BY agreement, event, asset",
            arguments: [licensor]
        ).map { row in
            StoredCount(
                agreement: row["agreement"], event: row["event"], asset: row["asset"],
                unit: row["unit"], units: row["units"],
                date: Instant(microseconds: row["date"]))
        }
    }

    /// Units so far of a licensor's agreements.
    public func usage(of licensor: String) throws -> [StoredUsage] {
        try Row.fetchAll(
            database,
            sql: "SELECT * FROM usage WHERE licensor = ? ORDER BY agreement, asset, unit",
            arguments: [licensor]
        ).map { row in
            StoredUsage(
                agreement: row["agreement"], asset: row["asset"], unit: row["unit"],
                units: row["units"])
        }
    }

    /// Keeps a payment.
    public func record(_ payment: StoredPayment, of licensor: String) throws {
        try database.execute(
            sql: """
                INSERT INTO payment (licensor, agreement, duty, event, amount, at, actor)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                licensor, payment.agreement, payment.duty, payment.event, payment.amount,
                payment.at.microseconds, payment.actor,
            ])
    }

    /// The payments of a licensor's agreements, oldest first.
    public func payments(of licensor: String) throws -> [StoredPayment] {
        try Row.fetchAll(
            database, sql: "SELECT * FROM payment WHERE licensor = ? ORDER BY id",
            arguments: [licensor]
        ).map { row in
            StoredPayment(
                agreement: row["agreement"], duty: row["duty"], event: row["event"],
                amount: row["amount"], at: Instant(microseconds: row["at"]), actor: row["actor"])
        }
    }

    /// Adds to units so far and gives the new sum.
    private func add(
        _ units: Decimal, _ unit: String, _ asset: String, _ agreement: String, _ licensor: String
    ) throws -> Decimal {
        let key: StatementArguments = [licensor, agreement, asset, unit]
        let before = try String.fetchOne(
            database,
            sql: """
                SELECT units FROM usage
                WHERE licensor = ? AND agreement = ? AND asset = ? AND unit = ?
                """, arguments: key)
        let total = try decimal(before) + units
        try database.execute(
            sql: """
                INSERT INTO usage (licensor, agreement, asset, unit, units) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (licensor, agreement, asset, unit) DO UPDATE SET units = excluded.units
                """, arguments: key + ["\(total)"])
        return total
    }

    private func decimal(_ text: String?) throws -> Decimal {
        guard let text else { return 0 }
        guard let value = JSONValue.string(text).decimal else {
            throw LicensingStoreError(
                reason: .damaged, detail: "A quantity in licensing.sqlite is not a number any more."
            )
        }
        return value
    }
}
