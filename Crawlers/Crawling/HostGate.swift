// When a host may be asked next: the pauses that are owed to it.

public import SelvageTypes

/// When a host may be asked next.
///
/// It has no clock; the present moment is an argument.
///
/// - Invariant: No request starts before `nextAllowed`, no two starts are nearer than the pause in
///   force, and no more than `connections` are open at once; one, when robots.txt asks for a pause.
public struct HostGate: Hashable, Sendable {
    /// What holds for every host of a crawl.
    public struct Manners: Hashable, Sendable {
        /// Milliseconds from one start to the next.
        public var delayInMilliseconds = 1000
        /// Requests at once.
        public var connections = 2
        /// A Crawl-delay above this counts as this.
        public var longestDelayInMilliseconds = 60_000
        /// Failures in a row after which the host is given up.
        public var failuresUntilGivenUp = 5
        /// A host that asks for a longer wait is left for the next scan.
        public var longestWaitInMilliseconds: Int64 = 3_600_000

        /// The default manners.
        public init() {}
    }

    /// What may be done now.
    public enum Answer: Hashable, Sendable {
        /// A request may start.
        case go
        /// None before a moment.
        case wait(until: Instant)
        /// None before one of those in flight has ended.
        case busy
        /// The host is left alone for the rest of the scan.
        case givenUp(NotChecked)
    }

    /// No request starts before this moment.
    public private(set) var nextAllowed: Instant
    /// Requests in flight.
    public private(set) var inFlight = 0
    /// Connections that failed, in a row.
    public private(set) var failures: Int
    /// The pause that robots.txt asks for.
    public var crawlDelayInMilliseconds: Int?
    private let manners: Manners
    private var pace = AdaptivePace()
    private var jitter: Jitter?
    private var throttled = 0
    private var end: NotChecked?

    /// A gate for a host that may have been asked before.
    ///
    /// - Parameter jitterSeed: What waits after failures are lengthened by chance from; nil for none.
    public init(
        _ manners: Manners, nextAllowed: Instant = Instant(microseconds: 0), failures: Int = 0,
        jitterSeed: UInt64? = nil
    ) {
        self.manners = manners
        self.nextAllowed = nextAllowed
        self.failures = failures
        jitter = jitterSeed.map(Jitter.init)
    }

    /// The pause in force, in milliseconds: the plan's, or what robots.txt asks for, or what the
    /// host's answers show that it needs.
    public var delayInMilliseconds: Int {
        let asked = min(crawlDelayInMilliseconds ?? 0, manners.longestDelayInMilliseconds)
        return max(pace.delay(atLeast: manners.delayInMilliseconds), asked)
    }

    /// The moving mean of the time to an answer; nil before the first.
    public var latencyInMilliseconds: Int64? { pace.latencyInMilliseconds }

    /// Whether nothing has been learned of the host that its robots.txt does not say.
    public var isPlain: Bool {
        let asked = min(crawlDelayInMilliseconds ?? 0, manners.longestDelayInMilliseconds)
        return end == nil && failures == 0 && throttled == 0
            && delayInMilliseconds == max(manners.delayInMilliseconds, asked)
    }

    /// Whether the server asked to be left alone for a time that has not passed.
    public func isHeld(at now: Instant) -> Bool {
        throttled > 0 && nextAllowed > now
    }

    /// What may be done now.
    public func answer(at now: Instant) -> Answer {
        if let end { return .givenUp(end) }
        let most = (crawlDelayInMilliseconds ?? 0) > 0 ? 1 : manners.connections
        if inFlight >= most { return .busy }
        return nextAllowed > now ? .wait(until: nextAllowed) : .go
    }

    /// A request starts.
    ///
    /// - Precondition: `answer(at:)` is `.go`.
    public mutating func started(at now: Instant) {
        precondition(answer(at: now) == .go, "A request starts only when the gate is open.")
        inFlight += 1
        postpone(until: now.advanced(milliseconds: Int64(delayInMilliseconds)))
    }

    /// An answer came.
    ///
    /// - Parameters:
    ///   - hops: The requests that it took of this host, redirects included.
    ///   - milliseconds: How long it took; nil when that is not known.
    public mutating func answered(
        at now: Instant, status: Int, retryAfter: String?, hops: Int = 1,
        afterMilliseconds time: Int64? = nil
    ) {
        inFlight -= 1
        failures = 0
        if let time { pace.answered(afterMilliseconds: time / Int64(max(hops, 1))) }
        // Redirects were followed at once; their pauses are owed now.
        let owed = Int64(delayInMilliseconds) * Int64(max(0, hops - 1))
        if owed > 0 { postpone(until: nextAllowed.advanced(milliseconds: owed)) }
        guard status == 429 || status == 503 else {
            throttled = 0
            pace.relaxed(delay: manners.delayInMilliseconds)
            return
        }
        throttled += 1
        pace.strained(delay: manners.delayInMilliseconds)
        let asked = retryAfter.flatMap { RetryAfter.moment($0, now: now) }
        let until = asked ?? now.advanced(milliseconds: wait(afterFailure: throttled))
        postpone(until: until)
        if until.milliseconds(since: now) > manners.longestWaitInMilliseconds { end = .throttled }
    }

    /// No answer came.
    public mutating func failed(at now: Instant) {
        inFlight -= 1
        failures += 1
        pace.strained(delay: manners.delayInMilliseconds)
        postpone(until: now.advanced(milliseconds: wait(afterFailure: failures)))
        if failures >= manners.failuresUntilGivenUp { end = .unreachable }
    }

    /// A request ended in a way that says nothing about the host.
    public mutating func ended() {
        inFlight -= 1
    }

    /// Leaves the host alone until a moment.
    public mutating func rest(until moment: Instant) {
        postpone(until: moment)
    }

    /// Leaves the host alone for the rest of the scan.
    public mutating func giveUp(_ reason: NotChecked) {
        end = end ?? reason
    }

    /// Milliseconds to wait after the nth failure: the back-off, lengthened by chance.
    public mutating func wait(afterFailure failure: Int) -> Int64 {
        let wait = Self.backOff(failure)
        return jitter?.lengthened(wait) ?? wait
    }

    /// Milliseconds of back-off after the nth failure: 1 s, doubled each time, at most 5 minutes.
    public static func backOff(_ failure: Int) -> Int64 {
        min(1000 << Int64(min(max(failure - 1, 0), 20)), 300_000)
    }

    private mutating func postpone(until moment: Instant) {
        nextAllowed = max(nextAllowed, moment)
    }
}
