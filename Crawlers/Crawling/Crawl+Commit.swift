// Outcomes into the store, in batches: how many, how old, and when the frontier is starved.

internal import SelvageTypes

extension Crawl {
    /// Whether bytes or time of the plan are used up.
    func isBeyondBudget(at now: Instant) -> Bool {
        if let bytes = settings.bytes, tally.bytes >= bytes { return true }
        guard let seconds = settings.seconds else { return false }
        return now.milliseconds(since: tally.began) >= Int64(seconds) * 1000
    }

    /// Keeps an outcome for the next transaction.
    func end(_ outcome: TargetOutcome, at now: Instant) {
        var outcome = outcome
        let origin = outcome.target.address.origin
        if case .done = outcome.ending, let owed = hosts[origin]?.owed, !owed.isEmpty {
            // robots.txt is no target, so its sitemaps travel with the next outcome of its host.
            outcome.links += owed
            hosts[origin]?.owed = []
        }
        pending.append(outcome)
        pendingSince = pendingSince ?? now
    }

    /// Whether it is time for a transaction.
    ///
    /// Full, old or urgent batches are; any batch is when nothing else could be asked now, since
    /// what comes next may be in it.
    func isCommitDue(at now: Instant) -> Bool {
        guard let pendingSince else { return false }
        if pending.count >= settings.batch || isCommitUrgent || isStopping { return true }
        if now.milliseconds(since: pendingSince) >= settings.batchInMilliseconds { return true }
        return inFlight < settings.connections
    }

    /// Stores what is pending in one transaction.
    func commit() async throws {
        isCommitUrgent = false
        guard !pending.isEmpty || !touched.isEmpty else { return }
        let outcomes = pending
        let states = touched.sorted().compactMap { hosts[$0]?.state }
        (pending, pendingSince, touched) = ([], nil, [])
        let woken = try await store.commit(scan, outcomes: outcomes, hosts: states)
        let now = clock.now()
        for outcome in outcomes { settle(outcome, at: now) }
        if woken.contains(where: { hosts[$0] == nil }) { try await takeUp(resumed: nil) }
        for origin in woken.sorted() {
            hosts[origin]?.mayHaveMore = true
            schedule.add(origin, at: now)
        }
    }

    private func settle(_ outcome: TargetOutcome, at now: Instant) {
        let origin = outcome.target.address.origin
        hosts[origin]?.busy.remove(outcome.target.address)
        guard case .again(let moment) = outcome.ending else { return }
        hosts[origin]?.mayHaveMore = true
        schedule.add(origin, at: max(now, moment))
    }
}
