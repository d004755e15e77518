// How far a scan is, for people who wait.

internal import Crawling
public import SelvageTypes

/// How far a run of a plan is.
public enum ScanProgress: Sendable {
    case crawling(CrawlState)
    case rematching(done: Int, of: Int)
    case judging
    case reporting
}

/// How far the crawl of a scan is.
public struct CrawlState: Sendable {
    /// What is done and what is known to be left.
    public var counts: ScanCounts
    /// What this run has done on the network.
    public var statistics: CrawlStatistics
    /// Requests in flight.
    public var inFlight: Int
    /// An estimate of the seconds left; nil when there is none.
    public var secondsLeft: Double?
    /// The hosts that were asked most: which, and what each is doing.
    public var hosts: [String]

    init(_ progress: CrawlProgress) {
        counts = progress.counts
        statistics = progress.statistics
        inFlight = progress.inFlight
        secondsLeft = progress.secondsLeft
        hosts = progress.hosts.map { Self.line($0, at: progress.now) }
    }

    /// Lines for people: how far it is, what went wrong so far, and the busiest hosts.
    ///
    /// - Parameter limit: Lines at most; the first is always there.
    public func lines(atMost limit: Int) -> [String] {
        var lines = [summary]
        let problems = statistics.notChecked.sorted {
            ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue)
        }
        if !problems.isEmpty {
            lines.append(
                "not checked: "
                    + problems.map { "\($0.value) \($0.key.rawValue)" }.joined(separator: ", "))
        }
        lines += hosts
        return Array(lines.prefix(max(limit, 1)))
    }

    private var summary: String {
        let rate = Int(statistics.requestsPerSecond.rounded())
        let left = secondsLeft.map { ", about \(Self.duration($0)) left" } ?? ""
        return
            "\(counts.pagesDone) of \(counts.pagesDone + counts.pagesPending) pages, "
            + "\(counts.imagesDone) of \(counts.imagesDone + counts.imagesPending) images, "
            + "\(counts.matches) matches, \(rate) requests/s, \(inFlight) in flight\(left)"
    }

    private static func line(_ host: CrawlProgress.Host, at now: Instant) -> String {
        let time = host.milliseconds.map { ", \($0) ms" } ?? ""
        return "\(host.origin): \(host.requests) requests\(time), \(phrase(host.activity, at: now))"
    }

    private static func phrase(_ activity: CrawlProgress.HostActivity, at now: Instant) -> String {
        let seconds = { (moment: Instant) in
            duration(max(0, Double(moment.milliseconds(since: now)) / 1000))
        }
        return switch activity {
        case .asking(let count): "\(count) in flight"
        case .pausing(let moment): "next in \(seconds(moment))"
        case .held(let moment): "asked us to wait \(seconds(moment))"
        case .idle: "nothing to do"
        case .givenUp(let reason): "left alone: \(reason.phrase)"
        }
    }

    private static func duration(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded(.up))
        if whole < 120 { return "\(whole) s" }
        return whole < 7200 ? "\(whole / 60) min" : "\(whole / 3600) h \(whole / 60 % 60) min"
    }
}
