// How a crawl is going, and how it ended.

public import SelvageTypes

/// How a crawl is going.
public struct CrawlProgress: Sendable {
    /// What one host is doing.
    public enum HostActivity: Hashable, Sendable {
        /// Requests are in flight.
        case asking(Int)
        /// A pause is owed until a moment.
        case pausing(until: Instant)
        /// The server asked to be left alone until a moment.
        case held(until: Instant)
        /// Nothing to do at present.
        case idle
        /// Left alone for the rest of the scan.
        case givenUp(NotChecked)
    }

    /// One host.
    public struct Host: Hashable, Sendable {
        /// Scheme, host and port.
        public var origin: String
        /// Requests that ended in this run.
        public var requests: Int
        /// The moving mean of the time to an answer; nil without one.
        public var milliseconds: Int64?
        /// What it is doing.
        public var activity: HostActivity
    }

    /// The scan.
    public var scan: ScanRecord
    /// The present moment.
    public var now: Instant
    /// How far the scan is, earlier runs of it included.
    public var counts: ScanCounts
    /// What this run has done.
    public var statistics: CrawlStatistics
    /// Requests in flight.
    public var inFlight: Int
    /// Seconds until what is known of would be done at this rate; nil while there is no rate.
    public var secondsLeft: Double?
    /// The busiest hosts, at most 20.
    public var hosts: [Host]
}

/// How a crawl ended.
public struct CrawlSummary: Sendable {
    /// The scan.
    public var scan: ScanRecord
    /// Whether nothing is left to do; otherwise the scan can be taken up again.
    public var isComplete: Bool
    /// How far the scan is.
    public var counts: ScanCounts
    /// What was looked at and what was not, by site.
    public var coverage: [SiteCoverage]
    /// What this run did on the network.
    public var statistics: CrawlStatistics
    /// Links to other hosts, or to excluded paths, that were not followed in this run.
    public var linksOutOfScope: Int
    /// Links that were not followed in this run because they lead into an endless space.
    public var linksIntoTraps: Int
}
