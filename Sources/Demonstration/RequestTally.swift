// How often and how closely each site was asked, so that politeness can be shown.

internal import Synchronization

/// What one site was asked.
public struct SiteRequests: Hashable, Sendable {
    /// Requests in all.
    public internal(set) var requests = 0
    /// Requests by status.
    public internal(set) var byStatus: [Int: Int] = [:]
    /// Requests below a path that robots.txt closes.
    public internal(set) var behindRobots = 0
    /// The shortest time between the beginnings of two requests after one another; nil before the
    /// second.
    public internal(set) var shortestGapInMicroseconds: Int64?
    /// The user agents that asked; at most ten.
    public internal(set) var userAgents: Set<String> = []
}

/// Counts requests by site.
final class RequestTally: Sendable {
    private struct Line {
        var requests = SiteRequests()
        var last: ContinuousClock.Instant?
    }

    // Short counting under the lock, no call out of it.
    private let lines: Mutex<[Line]>

    init(sites: Int) {
        lines = Mutex(Array(repeating: Line(), count: sites))
    }

    /// The counts so far, by site.
    var counts: [SiteRequests] { lines.withLock { $0.map(\.requests) } }

    func count(site: Int, status: Int, isClosed: Bool, userAgent: String?) {
        let now = ContinuousClock.now
        lines.withLock { lines in
            if let last = lines[site].last {
                let gap = (now - last).components
                let microseconds = gap.seconds * 1_000_000 + gap.attoseconds / 1_000_000_000_000
                let shortest = lines[site].requests.shortestGapInMicroseconds ?? .max
                lines[site].requests.shortestGapInMicroseconds = min(shortest, microseconds)
            }
            lines[site].last = now
            lines[site].requests.requests += 1
            lines[site].requests.byStatus[status, default: 0] += 1
            if isClosed { lines[site].requests.behindRobots += 1 }
            if let userAgent, lines[site].requests.userAgents.count < 10 {
                lines[site].requests.userAgents.insert(userAgent)
            }
        }
    }
}
