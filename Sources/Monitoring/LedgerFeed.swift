// What scans found is told to the ledger: revisions of findings, with the digests of their evidence.

public import Persistence
public import Provenance
internal import SelvageTypes

/// Tells the ledger what the histories of findings hold.
///
/// A finding names people, so its entry is a commitment to the finding as it was stored; its
/// evidence is named by digest. Being stopped does no harm: what was told already is not added
/// again.
public struct LedgerFeed: Sendable {
    static let step = 500

    private let store: SelvageStore
    private let ledger: Ledger
    private let salts: LedgerSalts
    private let marks: LedgerMarks

    /// A feed from a store to a ledger.
    public init(
        store: SelvageStore, ledger: Ledger, salts: LedgerSalts, marks: LedgerMarks
    ) {
        self.store = store
        self.ledger = ledger
        self.salts = salts
        self.marks = marks
    }

    /// Tells what was stored since the last time.
    ///
    /// - Returns: How many entries the ledger has more.
    /// - Throws: `LedgerError`, `StoreError`.
    @discardableResult
    public func tell() async throws -> Int {
        var added = 0
        for head in try await store.chainHeads() {
            // A history that is shorter than its mark was put back from a backup.
            let mark = marks.mark(of: head.licensor)
            var last = mark > head.sequence ? 0 : mark
            while last < head.sequence {
                let records = try await store.history(
                    of: head.licensor, after: last, limit: Self.step)
                guard let end = records.last?.sequence else { break }
                let leaves = try records.map(leaf)
                added += try await ledger.append(leaves).filter(\.isNew).count
                try marks.set(end, of: head.licensor)
                last = end
            }
        }
        return added
    }

    /// What the salt of an entry is kept under, to open its commitment or to erase it.
    public static func subject(of record: HistoryRecord) -> String {
        "finding \(record.licensor) \(record.finding) \(record.sequence)"
    }

    private func leaf(_ record: HistoryRecord) throws -> LedgerLeaf {
        guard let salt = CommitmentSalt(kept: try salts.salt(for: Self.subject(of: record))) else {
            preconditionFailure("salts have 32 bytes")
        }
        return .finding(
            LedgerLeaf.FindingRevised(
                finding: Commitment(to: record.body, salt: salt), evidence: record.evidence,
                at: record.at))
    }
}
