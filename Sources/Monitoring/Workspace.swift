// One data folder, opened: the stores and keys that a scan works with.

public import Persistence
public import SelvageTypes

/// One data folder, opened by one process.
public struct Workspace: Sendable {
    /// The folder, locked.
    public let folder: DataFolder
    /// Frontier, findings and outbox.
    public let store: SelvageStore
    /// Evidence files.
    public let evidence: EvidenceFolder
    /// Secrets and signing keys.
    public let keys: KeyFolder
    let ledgerRoom = LedgerRoom()

    /// Opens a data folder, creating it when it is missing.
    ///
    /// - Parameter purpose: What the process does, shown to others that find the folder locked.
    /// - Throws: `StoreError` when it is locked, unreadable or foreign.
    public init(folder path: String, purpose: String) throws(StoreError) {
        folder = try DataFolder(path, purpose: purpose)
        store = try SelvageStore(in: folder)
        evidence = try EvidenceFolder("\(path)/evidence", fileExtension: "warc.gz")
        keys = try KeyFolder("\(path)/keys")
    }

    /// Whether a plan's schedule has come round since its last scan began.
    ///
    /// A plan that was never run is due, and so is one whose last scan was stopped; one without a
    /// schedule never is.
    public func isDue(_ plan: Plan, at now: Instant) async throws -> Bool {
        guard let schedule = plan.schedule,
            let cron = CronSchedule(schedule.cron, timezone: schedule.timezone)
        else { return false }
        guard let last = try await store.scans(ofPlan: plan.name, limit: 1).first else {
            return true
        }
        guard last.ended != nil else { return true }
        return cron.latest(notAfter: now).map { $0 > last.began } ?? false
    }
}
