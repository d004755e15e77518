// What holds for all requests of one fetcher.

/// What holds for all requests of one fetcher.
public struct FetchSettings: Sendable, Hashable {
    /// Who we say we are, with a way to reach the people behind it (RFC 9110 section 10.1.5).
    public var userAgent: String
    /// Which peers may be reached.
    public var policy: NetworkPolicy
    /// Connections, and so requests under way, to one host at a time.
    public var connectionsPerHost = 2
    /// Requests under way to one network address at a time, however many hosts are found there.
    public var requestsPerAddress = 8
    /// Requests under way at a time, all hosts together; also how many idle connections are kept.
    public var connections = 256
    /// An answer that brings fewer bytes a second over `slowWindowInMilliseconds` is given up.
    public var slowestBytesPerSecond = 512
    /// The length of one window in which the speed of an answer is judged.
    public var slowWindowInMilliseconds = 10_000

    /// Network loops, each a thread; a host's requests all go to the same one.
    ///
    /// One is enough for some ten thousand requests a second.
    public var loops = 1
    /// A file of certificates (PEM) of the authorities that are trusted; nil for the system's.
    public var authoritiesFile: String?

    /// Settings.
    public init(userAgent: String, policy: NetworkPolicy = .init()) {
        self.userAgent = userAgent
        self.policy = policy
    }

    /// What one of several loops may do, so that all together keep the limits.
    func share(ofLoops count: Int) -> Self {
        precondition(count > 0, "A fetcher needs a loop.")
        var share = self
        share.connections = max(1, connections / count)
        share.requestsPerAddress = max(1, requestsPerAddress / count)
        return share
    }
}

/// A fetcher that could not be started.
///
/// Compare `reason`; `detail` is for people and may change.
public struct FetcherStartError: Error, Hashable, Sendable {
    /// Why a fetcher could not be started.
    public enum Reason: Hashable, Sendable {
        /// The user agent is empty or holds characters that a header field cannot carry.
        case unusableUserAgent
        /// The system gave no descriptor, thread or memory.
        case systemRefused
    }

    /// What kind of failure it was.
    public var reason: Reason
    /// One sentence for people.
    public var detail: String
}
