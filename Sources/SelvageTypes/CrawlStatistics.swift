// What a run of a crawl did on the network, for `--stats` and for who operates it.

/// What one run of a crawl did on the network.
public struct CrawlStatistics: Hashable, Sendable, Codable {
    /// One host, as far as it is still in memory.
    public struct Host: Hashable, Sendable, Codable {
        /// Scheme, host and port.
        public var origin: String
        /// Requests that ended.
        public var requests: Int
        /// The moving mean of the time to an answer; nil without one.
        public var milliseconds: Int64?

        /// One host.
        public init(origin: String, requests: Int, milliseconds: Int64?) {
            self.origin = origin
            self.requests = requests
            self.milliseconds = milliseconds
        }
    }

    /// Seconds from its beginning.
    public var seconds = 0.0
    /// Requests that ended, robots.txt included; redirects are counted with what led to them.
    public var requests = 0
    /// Bytes of bodies received.
    public var bytes: Int64 = 0
    /// Answers by status: the last one of each request.
    public var answers: [Int: Int] = [:]
    /// Requests that ended without a complete answer.
    public var failures = 0
    /// Addresses that are tried again.
    public var retries = 0
    /// Addresses that ended without being checked, by reason.
    public var notChecked: [NotChecked: Int] = [:]
    /// Most requests in flight at a time.
    public var mostInFlight = 0
    /// The sum of the times to an answer, in milliseconds.
    public var totalMilliseconds: Int64 = 0
    /// The longest of them.
    public var longestMilliseconds: Int64 = 0
    /// The hosts that were asked most, at most 20.
    public var hosts: [Host] = []

    /// Nothing done yet.
    public init() {}

    /// Requests a second.
    public var requestsPerSecond: Double { seconds > 0 ? Double(requests) / seconds : 0 }

    /// The mean time to an answer in milliseconds; nil without one.
    public var meanMilliseconds: Double? {
        requests > failures ? Double(totalMilliseconds) / Double(requests - failures) : nil
    }
}
