// Which of the frontier's hosts are in memory: as many as can be asked at a time, in turn.

internal import SelvageTypes

/// How far a crawl has gone through the hosts that have work.
struct HostRoster {
    /// Milliseconds between two looks for hosts that can make room.
    private static let sweepInMilliseconds: Int64 = 250

    /// When the scan was taken up again; nil for a new one.
    var resumed: Instant?
    /// Whether the store may have hosts with work that have not been taken up.
    var hasMore = false
    /// The host that was taken up last, in the store's order.
    var last: String?
    /// Whether hosts before that one may have work again.
    var beginsAgain = false
    /// What was learned of hosts that made room, as far as the store does not keep it.
    private(set) var left: [String: LeftHost] = [:]
    /// Hosts that are remembered so; of a web of dead hosts the store's own state has to do.
    static let leftLimit = 1 << 16
    /// When hosts in memory are looked through next.
    private(set) var nextSweep = Instant(microseconds: 0)

    mutating func swept(at now: Instant) {
        nextSweep = now.advanced(milliseconds: Self.sweepInMilliseconds)
    }

    /// Remembers what was learned of a host.
    mutating func remember(_ host: LeftHost, of origin: String) {
        if left.count >= Self.leftLimit, let some = left.first?.key { left[some] = nil }
        left[origin] = host
    }

    /// Hands over what was learned of a host, once.
    mutating func recall(_ origin: String) -> LeftHost? {
        left.removeValue(forKey: origin)
    }
}

/// What was learned of a host in this run, and what is still owed to it.
struct LeftHost {
    var gate: HostGate
    var place: SharedPace.Place
    var robotsTries: Int
    var requests: Int
}

extension Crawl {
    /// Hosts taken up in one go; each may bring a robots.txt of 500 KiB.
    private static let hostsAtOnce = 64
    /// A host that waits for longer makes room for one that does not.
    private static let longestStayInMilliseconds: Int64 = 10_000

    /// Takes up hosts that have work while there is room for them.
    func takeUpMore(at now: Instant) async throws {
        guard roster.hasMore, !isStopping else { return }
        if hosts.count >= settings.residentHosts { try await makeRoom(at: now) }
        while roster.hasMore, hosts.count < settings.residentHosts {
            let states = try await store.hostsWithWork(
                scan, after: roster.last, limit: Self.hostsAtOnce)
            // Those that left and wait for their moment come back by themselves.
            for state in states
            where hosts[state.origin] == nil && schedule.moment(of: state.origin) == nil {
                takeUp(state, at: now)
            }
            roster.last = states.last?.origin ?? roster.last
            guard states.count < Self.hostsAtOnce else { continue }
            (roster.hasMore, roster.beginsAgain) = (roster.beginsAgain, false)
            roster.last = nil
        }
    }

    /// Takes up hosts that just got work, as far as there is room; the rest get their turn.
    func welcome(_ origins: [String], at now: Instant) async throws {
        let room = max(0, settings.residentHosts - hosts.count)
        for start in stride(from: 0, to: min(room, origins.count), by: Self.hostsAtOnce) {
            let end = min(start + Self.hostsAtOnce, room, origins.count)
            try await takeUp(Array(origins[start..<end]), at: now)
        }
        guard room < origins.count else { return }
        (roster.hasMore, roster.beginsAgain) = (true, roster.last != nil)
    }

    /// Takes up the named hosts.
    func takeUp(_ origins: [String], at now: Instant) async throws {
        for state in try await store.hosts(origins) { takeUp(state, at: now) }
    }

    private func takeUp(_ state: HostState, at now: Instant) {
        var state = state
        // No host is waited for longer, so a moment beyond was written under another clock.
        let latest = now.advanced(milliseconds: settings.manners.longestWaitInMilliseconds)
        state.nextAllowed = min(state.nextAllowed, latest)
        let line = HostLine(state, settings: settings, resumed: roster.resumed)
        if let left = roster.recall(state.origin) { line.take(left) }
        hosts[state.origin] = line
        let pause = now.advanced(milliseconds: Int64(line.gate.delayInMilliseconds))
        pace.rest(line.place.site, until: min(state.nextAllowed, pause))
        schedule.add(state.origin, at: now)
    }

    /// Lets go of hosts that are done, and of those that wait for long.
    ///
    /// What is in flight, or that the store does not know yet, keeps its host in memory.
    private func makeRoom(at now: Instant) async throws {
        guard now >= roster.nextSweep else { return }
        roster.swept(at: now)
        try await commit()
        let limit = now.advanced(milliseconds: Self.longestStayInMilliseconds)
        for (origin, host) in hosts where host.mayLeave {
            let moment = schedule.moment(of: origin)
            if let moment, moment < limit { continue }
            if host.mayHaveMore || !host.queue.isEmpty, moment == nil { continue }
            if moment != nil || !host.gate.isPlain { roster.remember(host.left, of: origin) }
            hosts[origin] = nil
        }
        pace.forgetIdle(at: now)
    }
}

extension HostLine {
    /// Whether all that is known of it stands in the store, or in `left`.
    fileprivate var mayLeave: Bool {
        gate.inFlight == 0 && !isAskingRobots && !terms.isAsking && owed.isEmpty
            && busy.isSubset(of: queue.map(\.address))
    }

    fileprivate var left: LeftHost {
        LeftHost(gate: gate, place: place, robotsTries: robotsTries, requests: requests)
    }

    fileprivate func take(_ left: LeftHost) {
        gate = left.gate
        place = left.place
        robotsTries = left.robotsTries
        requests = left.requests
    }
}
