// What a host is asked next: robots.txt first, then its targets, those that may be asked.

internal import SelvageTypes

extension Crawl {
    /// Targets of one host that are held in memory at most, those in flight not counted: fewer when
    /// there are many hosts.
    var queueLimit: Int { max(8, min(32, 16_384 / max(hosts.count, 1))) }

    /// What to ask a host now.
    ///
    /// - Returns: nil when it is not to be asked now; it is looked at again when that changes.
    func nextErrand(of origin: String, at now: Instant) async throws -> Errand? {
        if hosts[origin] == nil { try await takeUp([origin], at: now) }
        guard let host = hosts[origin] else { return nil }
        switch host.gate.answer(at: now) {
        case .busy: return nil
        case .wait(let moment):
            schedule.add(origin, at: moment)
            return nil
        case .givenUp(let reason):
            try await abandon(origin, reason)
            return nil
        case .go: break
        }
        switch pace.answer(for: origin, at: host.place, now: now) {
        case .busy: return nil
        case .wait(let moment):
            schedule.add(origin, at: moment)
            return nil
        case .go: break
        }
        try await refill(origin, at: now)
        guard !host.queue.isEmpty else { return nil }
        if settings.robots == .obey, host.robots(at: now) == nil {
            return host.isAskingRobots ? nil : robotsErrand(origin, at: now)
        }
        if host.terms.isAsking { return nil }
        if let errand = termsErrand(origin, at: now) {
            begin(origin, at: now)
            return errand
        }
        while let target = host.queue.popLast() {
            if let reason = objection(to: target, at: now) {
                end(TargetOutcome(target: target, ending: .done(reason), status: 0), at: now)
            } else if let known = assumed(target, at: now) {
                end(known, at: now)
                if pending.count >= settings.batch { try await commit() }
            } else {
                return errand(for: target, of: origin, at: now)
            }
            if pending.count >= settings.batch { break }
            // Where one is left out many are, as when a shape of address has led nowhere.
            if host.queue.isEmpty {
                try await refill(origin, at: now, limit: settings.batch)
            }
        }
        schedule.add(origin, at: now)
        return nil
    }

    /// Takes the next targets from the store when there are none in memory.
    private func refill(
        _ origin: String, at now: Instant, limit: Int? = nil
    ) async throws {
        guard let host = hosts[origin], host.queue.isEmpty, host.mayHaveMore else { return }
        // What comes next may be in outcomes that the store does not have yet.
        if host.isStoreBehind { try await commit() }
        var targets = try await store.targets(
            scan, origin: origin, limit: limit ?? queueLimit, at: now, excluding: host.busy)
        if settings.recrawl.policy == .full {
            for index in targets.indices { targets[index].known = nil }
        }
        host.queue = targets.reversed()
        host.busy.formUnion(targets.map(\.address))
        guard targets.isEmpty else { return }
        host.mayHaveMore = false
        guard let retry = try await store.nextRetry(scan, origin: origin, after: now) else {
            return
        }
        host.mayHaveMore = true
        schedule.add(origin, at: retry)
    }

    private func robotsErrand(_ origin: String, at now: Instant) -> Errand? {
        guard let address = WebAddress("\(origin)/robots.txt") else { return nil }
        hosts[origin]?.isAskingRobots = true
        var limits = settings.limits
        // One byte more, so that a rule that the limit cuts in two is known for half a rule.
        limits.bodyInBytes = Robots.limitInBytes + 1
        limits.totalInMilliseconds = min(limits.totalInMilliseconds, 15_000)
        begin(origin, at: now)
        return Errand(
            origin: origin, place: place(of: origin),
            request: FetchRequest(address, for: .robots, limits: limits), target: nil)
    }

    private func errand(for target: Target, of origin: String, at now: Instant) -> Errand {
        if target.tries == 0 {
            if target.kind == .image { tally.imagesBegun += 1 } else { tally.pagesBegun += 1 }
        }
        begin(origin, at: now)
        let purpose: FetchRequest.Purpose =
            switch target.kind {
            case .page: .page
            case .image: .image
            case .sitemap, .feed, .epcis: .feed
            }
        var request = FetchRequest(target.address, for: purpose, limits: settings.limits)
        request.headers = settings.recrawl.conditions(for: target)
        request.keepsBody = target.kind != .image || visitor.images.wantsBytes
        if target.kind == .image { request.screen = settings.screen }
        return Errand(
            origin: origin, place: place(of: origin), request: request, target: target)
    }

    private func place(of origin: String) -> SharedPace.Place {
        hosts[origin]?.place ?? SharedPace.Place(origin: origin)
    }

    private func begin(_ origin: String, at now: Instant) {
        touched.insert(origin)
        guard let host = hosts[origin] else { return }
        host.gate.started(at: now)
        pace.started(at: host.place, now: now, delayInMilliseconds: host.gate.delayInMilliseconds)
        schedule.add(origin, at: max(host.gate.nextAllowed, now))
    }

    /// Why a target is not asked for at all.
    private func objection(to target: Target, at now: Instant) -> NotChecked? {
        let address = target.address
        if target.depth > settings.depth { return .budget }
        if target.tries == 0 {
            let (begun, limit) =
                target.kind == .image
                ? (tally.imagesBegun, settings.images) : (tally.pagesBegun, settings.pages)
            if let limit, begun >= limit { return .budget }
        }
        if settings.robots == .obey, let robots = hosts[address.origin]?.robots(at: now),
            !robots.allows(address)
        {
            return robots.isUnavailable ? .robotsUnavailable : .robots
        }
        let isSeed = target.depth == 0
        if isSeed, [.page, .feed, .epcis].contains(target.kind),
            !visitor.scope.holds(host: address.host)
        {
            // A seed of an earlier scan that has been taken out of the plan since.
            return .outOfScope
        }
        guard target.kind == .page, !isSeed else { return nil }
        if !visitor.scope.holds(address) { return .outOfScope }
        return guards[address.site, default: TrapGuard(settings.traps)].admits(address)
            ? nil : .budget
    }

    /// Ends everything that is left of a host.
    func abandon(_ origin: String, _ reason: NotChecked) async throws {
        let later = Instant(microseconds: .max)
        try await commit()
        for target in hosts[origin]?.queue ?? [] {
            end(TargetOutcome(target: target, ending: .done(reason), status: 0), at: clock.now())
        }
        hosts[origin]?.queue = []
        while true {
            try await commit()
            let targets = try await store.targets(
                scan, origin: origin, limit: 256, at: later,
                excluding: hosts[origin]?.busy ?? [])
            if targets.isEmpty { break }
            for target in targets {
                hosts[origin]?.busy.insert(target.address)
                end(
                    TargetOutcome(target: target, ending: .done(reason), status: 0), at: clock.now()
                )
            }
        }
        hosts[origin]?.mayHaveMore = false
    }
}
