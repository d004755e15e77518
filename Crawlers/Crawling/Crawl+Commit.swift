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
        if let final = outcome.capture?.address, final != outcome.target.address {
            // The store will know the address that a redirect led to as done.
            let reached = Target(address: final, kind: outcome.target.kind, depth: 0)
            _ = known.insert(reached)
            hosts[final.origin]?.drop(reached)
        }
        outcome.links = outcome.links.filter { link in
            let finding = known.insert(link)
            if finding == .new { announce(link, at: now) }
            return finding != .known
        }
        tally.statistics.ended(outcome)
        pending.append(outcome)
        if outcome.status != 0 { pendingRequests += 1 }
        pendingSince = pendingSince ?? now
    }

    /// Puts a target that will be stored with the next transaction in its host's line already, when
    /// it is certain that it was never fetched and that nothing in the store comes before it.
    ///
    /// After a kill neither the target nor the outcome that led to it is known, so nothing is lost.
    private func announce(_ target: Target, at now: Instant) {
        let origin = target.address.origin
        guard let host = hosts[origin] else {
            newHosts.insert(origin)
            return
        }
        guard known.isComplete, !host.mayHaveMore, host.queue.count < queueLimit else {
            host.mayHaveMore = true
            host.isStoreBehind = true
            // When it has nothing else to ask, what is pending is stored and looked up.
            schedule.add(origin, at: max(now, host.gate.nextAllowed))
            return
        }
        host.queue.insert(target, at: 0)
        host.busy.insert(target.address)
        schedule.add(origin, at: max(now, host.gate.nextAllowed))
    }

    /// Whether it is time for a transaction.
    ///
    /// Full, old or urgent batches are. With nothing in flight any batch is, and while connections
    /// are idle one in which hosts' next targets may be.
    func isCommitDue(at now: Instant) -> Bool {
        guard let pendingSince else { return false }
        if pending.count >= settings.batch || pendingRequests >= batchLimit { return true }
        if isCommitUrgent || isStopping { return true }
        if now.milliseconds(since: pendingSince) >= settings.batchInMilliseconds { return true }
        guard inFlight < settings.connections else { return false }
        return inFlight == 0 || !newHosts.isEmpty
    }

    /// Outcomes of requests that wait for one transaction at most: few beside the requests in
    /// flight, since both are what a kill has fetched again.
    private var batchLimit: Int { max(1, inFlight / 2) }

    /// Stores what is pending in one transaction.
    func commit() async throws {
        isCommitUrgent = false
        guard !pending.isEmpty || !touched.isEmpty else { return }
        let outcomes = pending
        let moment = clock.now()
        let states = touched.sorted().compactMap { hosts[$0]?.stateToKeep(at: moment) }
        (pending, pendingRequests, pendingSince, touched, newHosts) = ([], 0, nil, [], [])
        let woken = try await store.commit(scan, outcomes: outcomes, hosts: states)
        for state in states where !state.areRobotsKept {
            hosts[state.origin]?.areRobotsKept = true
            hosts[state.origin]?.robotsBody = nil
        }
        let now = clock.now()
        for outcome in outcomes { settle(outcome, at: now) }
        let strangers = woken.filter { hosts[$0] == nil }
        if !strangers.isEmpty { try await welcome(strangers.sorted(), at: now) }
        // What is taken over brings targets that only the store knows of.
        let takesOver = scan.revisits || scan.resumed
        for origin in woken.sorted()
        where hosts[origin] != nil && (takesOver || hosts[origin]?.isStoreBehind != false) {
            hosts[origin]?.mayHaveMore = true
            hosts[origin]?.isStoreBehind = false
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
