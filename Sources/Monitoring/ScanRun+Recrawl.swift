// What a scan leaves for the plan's next one: proof of what was seen, and what is to be asked first.

internal import Crawling
internal import Licensing
internal import Matching
internal import Persistence
internal import SelvageTypes

extension ScanRun {
    /// What became of the plan's open findings that this scan did not see again.
    func takedowns(in scan: ScanRecord, _ kept: Kept) async throws -> [TakedownCheck] {
        let seen = Set(kept.sightings.map(\.id))
        let open = try await workspace.store.findings(
            licensor: catalogue.licensor, includingAuthorised: false)
        var checks: [TakedownCheck] = []
        for finding in open
        where finding.plan == plan.name && TakedownCheck.isUnseen(finding, among: seen) {
            guard
                let page = finding.sightings.map(\.page).min(by: { $0.description < $1.description }
                )
            else { continue }
            let entries = try await workspace.store.entries(of: page.canonical, plan: plan.name)
            checks.append(
                TakedownCheck(
                    finding: finding.id, page: page,
                    state: TakedownCheck.state(entries, scan: scan.number)))
        }
        return checks.sorted { $0.finding < $1.finding }
    }

    /// Keeps what the next scan needs to take over unchanged pages, and puts what is at risk first.
    func prepareNext(after scan: ScanRecord, _ kept: Kept, _ snapshot: LicensingSnapshot)
        async throws
    {
        try await workspace.store.keepBodies(of: kept.sightings, in: scan)
        let risk = RiskOrder(
            agreements: snapshot.agreements.compactMap { try? Agreement(jsonLD: $0.policy) })
        try await workspace.store.makeUrgent(
            risk.urgent(among: kept.uses, at: clock.now()), in: scan)
    }
}
