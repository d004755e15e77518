// The snapshot that a scan takes along, put together from the books.

internal import Foundation
internal import Licensing
internal import Persistence
internal import SelvageTypes

extension LicensingTransaction {
    /// The licensor's snapshot.
    ///
    /// Its moment of issue is the day's beginning or the last change, whichever is later, so that
    /// it stays the same, byte for byte, while nothing changes.
    func snapshot(of licensor: String, at now: Instant) throws -> LicensingSnapshot {
        let own = try self.licensor(licensor)
        let day = Instant(microseconds: now.microseconds - now.microseconds % 86_400_000_000)
        let records = try agreements(of: licensor)
        let usage = Dictionary(grouping: try usage(of: licensor), by: \.agreement)
        let counts = Dictionary(grouping: try counts(of: licensor), by: \.agreement)
        let payments = Dictionary(grouping: try payments(of: licensor), by: \.agreement)
        return LicensingSnapshot(
            generation: own.generation, issued: max(day, own.changed), licensor: licensor,
            agreements: records.map { record in
                Self.record(
                    record, usage[record.uid] ?? [], counts[record.uid] ?? [],
                    payments[record.uid] ?? [])
            },
            parties: try own.parties?.decoded(as: PartyRegistry.self) ?? PartyRegistry(),
            assets: try own.assets?.decoded(as: [LicensingSnapshot.AssetComponents].self) ?? [],
            categories: try own.categories?.decoded(as: [String: [String]].self) ?? [:])
    }

    private static func record(
        _ agreement: StoredAgreement, _ usage: [StoredUsage], _ counts: [StoredCount],
        _ payments: [StoredPayment]
    ) -> LicensingSnapshot.AgreementRecord {
        var record = LicensingSnapshot.AgreementRecord(
            policy: agreement.policy, state: AgreementState(rawValue: agreement.state) ?? .draft,
            paid: sums(payments.filter { $0.event == nil }), overdue: agreement.overdue)
        for entry in usage {
            record.usage[LicensingSnapshot.usageKey(entry.asset, unit: entry.unit)] = entry.units
        }
        for entry in counts {
            let key = LicensingSnapshot.countedKey(entry.event, asset: entry.asset)
            record.counted[key] = LicensingSnapshot.CountedUse(
                asset: entry.asset, units: entry.units, unit: entry.unit, date: entry.date,
                paid: sums(payments.filter { $0.event == entry.event }))
        }
        return record
    }

    private static func sums(_ payments: [StoredPayment]) -> [String: String] {
        var sums: [String: Decimal] = [:]
        for payment in payments {
            sums[payment.duty, default: 0] += JSONValue.string(payment.amount).decimal ?? 0
        }
        return sums.mapValues { "\($0)" }
    }

    /// Whether an agreement's time has run out without being marked so.
    func lapsedAgreements(of licensor: String, at now: Instant) throws -> [StoredAgreement] {
        try agreements(of: licensor).filter { stored in
            guard AgreementState(rawValue: stored.state)?.isInForce == true,
                let end = try Agreement(jsonLD: stored.policy).end
            else { return false }
            return now > end
        }
    }

    /// Marks agreements whose time has run out as expired.
    func expire(of licensor: String, at now: Instant) throws {
        let lapsed = try lapsedAgreements(of: licensor, at: now)
        guard !lapsed.isEmpty else { return }
        try countGeneration(licensor, at: now)
        for agreement in lapsed {
            try change(
                StoredStateChange(
                    agreement: agreement.uid, at: now, was: agreement.state,
                    became: AgreementState.expired.rawValue, actor: "selvage",
                    reason: "The last permission ended."),
                of: licensor)
        }
    }
}
