// What scans found and what was decided is told to the ledger: findings, cases and agreements.

public import Persistence
public import Provenance
internal import SelvageTypes

/// Tells the ledger what the histories of findings, cases and agreements hold.
///
/// They name people, so their entries are commitments to what was stored; evidence is named by
/// digest. Being stopped does no harm: what was told already is not added again.
public struct LedgerFeed: Sendable {
    static let step = 500

    private let store: SelvageStore
    private let licensing: LicensingStore?
    private let ledger: Ledger
    private let salts: LedgerSalts
    private let marks: LedgerMarks

    /// A feed from stores to a ledger.
    ///
    /// - Parameter licensing: The agreements' store; nil where there is none.
    public init(
        store: SelvageStore, licensing: LicensingStore? = nil, ledger: Ledger, salts: LedgerSalts,
        marks: LedgerMarks
    ) {
        self.store = store
        self.licensing = licensing
        self.ledger = ledger
        self.salts = salts
        self.marks = marks
    }

    /// Tells what was stored since the last time.
    ///
    /// - Returns: How many entries the ledger has more.
    /// - Throws: `LedgerError`, `StoreError`, `LicensingStoreError`.
    @discardableResult
    public func tell() async throws -> Int {
        var added = 0
        for head in try await store.chainHeads() {
            added += try await tell(Self.history(ofFindingsOf: head.licensor), to: head.sequence) {
                try told(
                    await store.history(of: head.licensor, after: $0, limit: Self.step))
            }
        }
        added += try await tell("cases") {
            try told(await store.caseMoves(after: $0, limit: Self.step))
        }
        if let licensing {
            added += try await tell("agreements") { number in
                let changes = try await licensing.read {
                    try $0.agreementChanges(after: number, limit: Self.step)
                }
                return try told(changes)
            }
        }
        return added
    }

    /// Tells one history from where its mark is.
    ///
    /// - Parameters:
    ///   - end: The last entry there is. A mark beyond it is of a history that was put back from a
    ///     backup, and everything is told again; where it is not known, the mark is believed.
    ///   - next: The entries after a number, with their numbers.
    private func tell(
        _ history: String, to end: Int64? = nil,
        next: (Int64) async throws -> [(number: Int64, leaf: LedgerLeaf)]
    ) async throws -> Int {
        var size = try await ledger.reader().checkpoint.size
        let mark = marks.mark(of: history, in: size)
        var last = mark > end ?? .max ? 0 : mark
        var added = 0
        while case let told = try await next(last), let number = told.last?.number {
            let new = try await ledger.append(told.map(\.leaf)).filter(\.isNew).count
            added += new
            size += UInt64(new)
            try marks.set(number, of: history, in: size)
            last = number
        }
        return added
    }

    // Apart from the functions that wait: the optimiser of Swift 6.3.1 fails on a throwing `map` there.
    @inline(never)
    private func told(_ records: [HistoryRecord]) throws -> [(number: Int64, leaf: LedgerLeaf)] {
        try records.map { ($0.sequence, try leaf($0)) }
    }

    @inline(never)
    private func told(_ steps: [NumberedMove]) throws -> [(number: Int64, leaf: LedgerLeaf)] {
        try steps.map { ($0.number, try leaf($0)) }
    }

    @inline(never)
    private func told(_ changes: [NumberedChange]) throws -> [(number: Int64, leaf: LedgerLeaf)] {
        try changes.map { ($0.number, try leaf($0)) }
    }

    private static func history(ofFindingsOf licensor: String) -> String { licensor }
}

extension LedgerFeed {
    /// What the salt of a finding's entry is kept under, to open its commitment or to erase it.
    public static func subject(of record: HistoryRecord) -> String {
        "finding \(record.licensor) \(record.finding) \(record.sequence)"
    }

    /// What the salts of an entry on a case are kept under: those of its name and of the decision.
    public static func subjects(of step: NumberedMove) -> (case: String, decision: String) {
        let subject = "case \(step.move.licensor) \(step.move.case) \(step.number)"
        return (subject + " name", subject + " decision")
    }

    /// What the salts of an entry on an agreement are kept under: those of its name and its policy.
    public static func subjects(
        of change: NumberedChange
    ) -> (agreement: String, policy: String) {
        let subject = "agreement \(change.licensor) \(change.change.agreement) \(change.number)"
        return (subject + " name", subject + " policy")
    }

    /// What an entry on a case commits to as its decision: who took it and why.
    public static func decision(of step: NumberedMove) -> String {
        JSONValue.object([
            "actor": .string(step.move.actor), "reason": .string(step.move.reason),
        ]).canonicalText
    }

    /// What an entry on an agreement commits to as its policy: the policy after it, by whom and why.
    public static func policy(of change: NumberedChange) -> String {
        JSONValue.object([
            "actor": .string(change.change.actor), "reason": .string(change.change.reason),
            "policy": change.policy.map { .string($0) } ?? .null,
        ]).canonicalText
    }

    private func leaf(_ record: HistoryRecord) throws -> LedgerLeaf {
        .finding(
            LedgerLeaf.FindingRevised(
                finding: try commitment(to: record.body, Self.subject(of: record)),
                evidence: record.evidence, at: record.at))
    }

    private func leaf(_ step: NumberedMove) throws -> LedgerLeaf {
        let subjects = Self.subjects(of: step)
        return .caseTransition(
            LedgerLeaf.CaseMoved(
                case: try commitment(to: step.move.case, subjects.case),
                from: step.move.was?.rawValue, to: step.move.became.rawValue,
                decision: try commitment(to: Self.decision(of: step), subjects.decision),
                at: step.move.at))
    }

    private func leaf(_ change: NumberedChange) throws -> LedgerLeaf {
        let subjects = Self.subjects(of: change)
        return .agreementChange(
            LedgerLeaf.AgreementChanged(
                agreement: try commitment(to: change.change.agreement, subjects.agreement),
                policy: try commitment(to: Self.policy(of: change), subjects.policy),
                from: change.change.was, to: change.change.became, at: change.change.at))
    }

    private func commitment(to value: String, _ subject: String) throws -> Commitment {
        guard let salt = CommitmentSalt(kept: try salts.salt(for: subject)) else {
            preconditionFailure("salts have 32 bytes")
        }
        return Commitment(to: value, salt: salt)
    }
}
