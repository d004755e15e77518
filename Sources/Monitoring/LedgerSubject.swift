// What an entry of the ledger is about, opened with the salts that are kept here.

internal import Persistence
public import Provenance
public import SelvageTypes

/// What an entry commits to, with the salts that open it.
///
/// Whoever is given it can check what the entry says, and learns it: it is handed out by a person, to
/// those who are to know.
public struct LedgerOpening: Hashable, Sendable, Codable {
    /// One value that an entry commits to.
    public struct Value: Hashable, Sendable, Codable {
        /// The salt, hexadecimal digits.
        public var salt: String
        /// The value.
        public var value: String
    }

    /// The values by the members of the entry that commit to them.
    public var values: [String: Value]

    /// Checks that an entry commits to exactly these values.
    ///
    /// - Throws: `LedgerError`, `.notCommitted` when it does not.
    public func check(against leaf: LedgerLeaf) throws(LedgerError) {
        for (member, opened) in values {
            guard let text = leaf.json[member]?.string, let digest = Digest(hex: text),
                let salt = Digest(hex: opened.salt).flatMap({ CommitmentSalt(kept: $0.bytes) })
            else {
                throw LedgerError(
                    .notCommitted, "The entry has no commitment named \(member).")
            }
            try Commitment(published: digest).open(Array(opened.value.utf8), salt: salt)
        }
    }
}

extension Workspace {
    /// What the newest entry on an agreement commits to; nil when none was told.
    ///
    /// - Throws: `StoreError`, `LicensingStoreError`.
    public func opening(ofAgreement uid: String) async throws -> LedgerOpening? {
        guard let licensing = try licensing() else { return nil }
        let changes = try await licensing.read {
            try $0.agreementChanges(after: 0, limit: .max)
        }.filter { $0.change.agreement == uid }
        guard let change = changes.last else { return nil }
        let subjects = LedgerFeed.subjects(of: change)
        return try opening([
            ("agreement", uid, subjects.agreement),
            ("policy", LedgerFeed.policy(of: change), subjects.policy),
        ])
    }

    /// What the newest entry on a finding's case commits to; nil when none was told.
    ///
    /// - Throws: `StoreError`.
    public func opening(ofCaseOf finding: Finding) async throws -> LedgerOpening? {
        let steps = try await store.moves(
            ofCase: finding.caseID, licensor: finding.deployment.licensor)
        guard let step = steps.last else { return nil }
        let subjects = LedgerFeed.subjects(of: step)
        return try opening([
            ("case", finding.caseID, subjects.case),
            ("decision", LedgerFeed.decision(of: step), subjects.decision),
        ])
    }

    /// nil when a salt is not there: the entry was not told yet, or what it says was erased.
    private func opening(
        _ parts: [(member: String, value: String, subject: String)]
    ) throws -> LedgerOpening? {
        let salts = try ledgerSalts()
        var values: [String: LedgerOpening.Value] = [:]
        for part in parts {
            guard let salt = try salts.kept(for: part.subject) else { return nil }
            values[part.member] = LedgerOpening.Value(salt: salt.hex, value: part.value)
        }
        return LedgerOpening(values: values)
    }
}

extension LedgerOpening {
    /// The newest entry that commits to these values; nil when there is none.
    ///
    /// - Throws: `LedgerError`.
    public func index(in reader: LedgerReader) throws -> UInt64? {
        try reader.lastIndex { _, entry in
            guard let leaf = LedgerLeaf(entry) else { return false }
            return (try? check(against: leaf)) != nil
        }
    }
}
