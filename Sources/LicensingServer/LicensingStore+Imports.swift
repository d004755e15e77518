// What a rights holder puts into the licensing server: agreements, parties, assets, payments.

public import Foundation
public import Licensing
public import Persistence
public import SelvageTypes

/// What an import did.
public struct ImportResult: Hashable, Sendable {
    /// The licensor's generation afterwards.
    public var generation: Int
    /// Whether anything changed; importing the same again changes nothing.
    public var changed: Bool

    /// What an import did.
    public init(generation: Int, changed: Bool) {
        self.generation = generation
        self.changed = changed
    }
}

extension LicensingStore {
    /// Registers an agreement, or replaces the policy of a registered one.
    ///
    /// - Throws: `AgreementError` when the policy cannot be read, `LicensingStoreError`.
    public func importAgreement(
        _ policy: JSONValue, licensor: String, state: AgreementState = .active,
        actor: String, at now: Instant
    ) async throws -> ImportResult {
        let uid = try Agreement(jsonLD: policy).uid
        return try await write { books in
            let old = try books.agreement(uid, of: licensor)
            if let old, old.policy == policy {
                return ImportResult(
                    generation: try books.licensor(licensor).generation, changed: false)
            }
            try books.countGeneration(licensor, at: now)
            try books.put(policy, uid: uid, state: state.rawValue, of: licensor, at: now)
            let standing = old?.state ?? state.rawValue
            let reason = old == nil ? "Registered." : "Policy replaced."
            try books.change(
                StoredStateChange(
                    agreement: uid, at: now, was: old?.state, became: standing, actor: actor,
                    reason: reason),
                of: licensor)
            return ImportResult(generation: try books.licensor(licensor).generation, changed: true)
        }
    }

    /// Replaces the registry of parties.
    ///
    /// - Throws: `LicensingStoreError`.
    public func importParties(
        _ registry: PartyRegistry, licensor: String, at now: Instant
    ) async throws -> ImportResult {
        try await replace(.parties, licensor, with: JSONValue(encoding: registry), at: now)
    }

    /// Replaces the list of assets with their components.
    ///
    /// - Throws: `LicensingStoreError`.
    public func importAssets(
        _ assets: [Asset], licensor: String, at now: Instant
    ) async throws -> ImportResult {
        let list = LicensingSnapshot.AssetComponents.of(assets, licensor: licensor)
        return try await replace(.assets, licensor, with: JSONValue(encoding: list), at: now)
    }

    /// Replaces the table of category names with the codes that agreements use.
    ///
    /// - Throws: `LicensingStoreError`.
    public func importCategories(
        _ table: [String: [String]], licensor: String, at now: Instant
    ) async throws -> ImportResult {
        try await replace(.categories, licensor, with: JSONValue(encoding: table), at: now)
    }

    /// Puts an agreement into a state; the decision of a named person.
    ///
    /// - Throws: `LicensingStoreError`.
    /// - Returns: false when there is no such agreement.
    public func decide(
        _ state: AgreementState, agreement uid: String, licensor: String, actor: String,
        reason: String, at now: Instant
    ) async throws -> Bool {
        try await write { books in
            guard let agreement = try books.agreement(uid, of: licensor) else { return false }
            try books.countGeneration(licensor, at: now)
            try books.change(
                StoredStateChange(
                    agreement: uid, at: now, was: agreement.state, became: state.rawValue,
                    actor: actor, reason: reason),
                of: licensor)
            return true
        }
    }

    /// Records a payment of a duty, for a production event or on account for coming ones.
    ///
    /// - Throws: `LicensingStoreError`.
    /// - Returns: false when there is no such agreement or the amount is not positive.
    public func recordPayment(
        _ amount: Decimal, duty: String, event: String?, agreement uid: String, licensor: String,
        actor: String, at now: Instant
    ) async throws -> Bool {
        try await write { books in
            guard amount > 0, try books.agreement(uid, of: licensor) != nil else { return false }
            try books.countGeneration(licensor, at: now)
            try books.record(
                StoredPayment(
                    agreement: uid, duty: duty, event: event, amount: "\(amount)", at: now,
                    actor: actor),
                of: licensor)
            return true
        }
    }

    /// Sets the duties and obligations of an agreement that are overdue.
    ///
    /// - Throws: `LicensingStoreError`.
    public func setOverdue(
        _ duties: [String], agreement uid: String, licensor: String, at now: Instant
    ) async throws {
        try await write { books in
            try books.countGeneration(licensor, at: now)
            try books.setOverdue(duties, of: uid, licensor: licensor)
        }
    }

    private func replace(
        _ register: LicensingTransaction.Register, _ licensor: String, with value: JSONValue,
        at now: Instant
    ) async throws -> ImportResult {
        try await write { books in
            let before = try books.licensor(licensor)
            let old =
                switch register {
                case .parties: before.parties
                case .assets: before.assets
                case .categories: before.categories
                }
            guard old != value else {
                return ImportResult(generation: before.generation, changed: false)
            }
            try books.countGeneration(licensor, at: now)
            try books.replace(register, of: licensor, with: value)
            return ImportResult(generation: before.generation + 1, changed: true)
        }
    }
}
