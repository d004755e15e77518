// The steps of cases, as they were taken; where a case stands is its last one.

internal import GRDB
public import SelvageTypes

/// A step of a case with its number among all steps.
public struct NumberedMove: Hashable, Sendable {
    /// Its number, from 1, rising.
    public let number: Int64
    /// The step.
    public let move: CaseMove
}

extension SelvageStore {
    /// Takes a step from where a case stands.
    ///
    /// - Parameter move: Its `was` is not looked at; what is kept has the state that the case had.
    /// - Returns: The step as it was taken; nil when the case stands there already.
    /// - Throws: `StoreError`, `.refused` with the reason when the step may not be taken.
    @discardableResult
    public func take(_ move: CaseMove) async throws -> CaseMove? {
        try await file.write { db in try Self.take(db, move) }
    }

    static func take(_ db: Database, _ move: CaseMove) throws -> CaseMove? {
        var move = move
        move.was = try Self.state(db, ofCase: move.case, licensor: move.licensor)
        guard move.was != move.became else { return nil }
        if let objection = move.objection {
            throw StoreError(.refused, at: "case \(move.case)", detail: objection)
        }
        try db.execute(
            sql: """
                INSERT INTO case_move(licensor, case_id, at, was, became, actor, reason)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                move.licensor, move.case, move.at.microseconds, move.was?.rawValue,
                move.became.rawValue, move.actor, move.reason,
            ])
        return move
    }

    /// Where a case stands; nil when there is none.
    public func state(ofCase id: String, licensor: String) async throws -> CaseState? {
        try await file.read { db in try Self.state(db, ofCase: id, licensor: licensor) }
    }

    /// The steps of a case, oldest first.
    public func moves(ofCase id: String, licensor: String) async throws -> [NumberedMove] {
        try await file.read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT * FROM case_move WHERE licensor = ? AND case_id = ? ORDER BY number",
                arguments: [licensor, id]
            ).map(Self.move)
        }
    }

    /// Steps of any licensor's cases after one of them, oldest first.
    ///
    /// - Parameter number: 0 for all; else a step's number.
    public func caseMoves(after number: Int64, limit: Int) async throws -> [NumberedMove] {
        try await file.read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM case_move WHERE number > ? ORDER BY number LIMIT ?",
                arguments: [number, limit]
            ).map(Self.move)
        }
    }

    static func state(
        _ db: Database, ofCase id: String, licensor: String
    ) throws -> CaseState? {
        let text = try String.fetchOne(
            db,
            sql: """
                SELECT became FROM case_move WHERE licensor = ? AND case_id = ?
                ORDER BY number DESC LIMIT 1
                """, arguments: [licensor, id])
        return try text.map(state)
    }

    private static func state(_ text: String) throws -> CaseState {
        guard let state = CaseState(rawValue: text) else {
            throw StoreError(
                .damaged, at: "case_move", detail: "There is no case state \(text).")
        }
        return state
    }

    private static func move(_ row: Row) throws -> NumberedMove {
        let was: String? = row["was"]
        return NumberedMove(
            number: try row.value("number"),
            move: CaseMove(
                licensor: try row.value("licensor"), case: try row.value("case_id"),
                was: try was.map(state), became: try state(row.value("became")),
                at: Instant(microseconds: try row.value("at")), actor: try row.value("actor"),
                reason: try row.value("reason")))
    }
}
