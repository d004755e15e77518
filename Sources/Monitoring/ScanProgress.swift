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
    /// Requests a second over the last seconds.
    public var requestsPerSecond: Double
    /// An estimate of the seconds left; nil when there is none.
    public var secondsLeft: Double?
    /// Hosts that are being asked, or wait for their pause to end.
    public var hosts: Int

    init(_ progress: CrawlProgress) {
        counts = progress.counts
        requestsPerSecond = progress.requestsPerSecond
        secondsLeft = progress.secondsLeft
        hosts = progress.hosts.count
    }

    /// One line for people.
    public var line: String {
        let rate = Int(requestsPerSecond.rounded())
        let left = secondsLeft.map { ", about \(Int($0.rounded())) s left" } ?? ""
        return
            "\(counts.pagesDone) of \(counts.pagesDone + counts.pagesPending) pages, "
            + "\(counts.imagesDone) of \(counts.imagesDone + counts.imagesPending) images, "
            + "\(counts.matches) matches, \(rate) requests/s on \(hosts) hosts\(left)"
    }
}
