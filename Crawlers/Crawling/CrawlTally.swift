// What one run of a crawl has done so far.

internal import SelvageTypes

/// What one run of a crawl has done so far.
struct CrawlTally {
    var began = Instant(microseconds: 0)
    /// Bytes of bodies of the scan, earlier runs included.
    var bytes: Int64 = 0
    /// Pages and images whose fetch has begun, earlier runs included.
    var pagesBegun = 0
    var imagesBegun = 0
    var statistics = CrawlStatistics()
    var linksOutOfScope = 0
    var linksIntoTraps = 0
    var reported: Instant?

    init() {}

    init(began: Instant, counts: ScanCounts) {
        self.began = began
        bytes = counts.bytes
        pagesBegun = counts.pagesDone
        imagesBegun = counts.imagesDone
    }
}

extension Crawl {
    /// Calls the progress closure if a second has passed since the last time.
    func reportProgress(at now: Instant) async throws {
        if let last = tally.reported, now.milliseconds(since: last) < 1000 { return }
        reportProgress(at: now, counts: try await store.counts(scan))
    }

    /// What the run has done so far.
    func statistics(at now: Instant) -> CrawlStatistics {
        var statistics = tally.statistics
        statistics.seconds = Double(now.milliseconds(since: tally.began)) / 1000
        statistics.hosts = busiestHosts().map {
            CrawlStatistics.Host(
                origin: $0.origin, requests: $0.requests,
                milliseconds: $0.gate.latencyInMilliseconds)
        }
        return statistics
    }

    /// Calls the progress closure.
    func reportProgress(at now: Instant, counts: ScanCounts) {
        tally.reported = now
        let statistics = statistics(at: now)
        let rate = statistics.requestsPerSecond
        let left = counts.pagesPending + counts.imagesPending
        progress(
            CrawlProgress(
                scan: scan, now: now, counts: counts, statistics: statistics, inFlight: inFlight,
                secondsLeft: rate > 0 ? Double(left) / rate : nil,
                hosts: busiestHosts().map {
                    CrawlProgress.Host(
                        origin: $0.origin, requests: $0.requests,
                        milliseconds: $0.gate.latencyInMilliseconds,
                        activity: activity(of: $0, at: now))
                }))
    }

    private func busiestHosts() -> [HostLine] {
        Array(
            hosts.values.sorted { ($0.requests, $1.origin) > ($1.requests, $0.origin) }.prefix(20))
    }

    private func activity(of host: HostLine, at now: Instant) -> CrawlProgress.HostActivity {
        if case .givenUp(let reason) = host.gate.answer(at: now) { return .givenUp(reason) }
        if host.gate.isHeld(at: now) { return .held(until: host.gate.nextAllowed) }
        if host.gate.inFlight > 0 { return .asking(host.gate.inFlight) }
        guard host.mayHaveMore || !host.queue.isEmpty else { return .idle }
        return host.gate.nextAllowed > now ? .pausing(until: host.gate.nextAllowed) : .idle
    }
}
