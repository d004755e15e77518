// What people see while they wait.

import SelvageTypes
import Testing

@testable import Crawling
@testable import Monitoring

@Suite struct CrawlStateTests {
    private func progress() -> CrawlProgress {
        let now = Instant(microseconds: 1_800_000_000_000_000)
        var counts = ScanCounts()
        counts.pagesDone = 3
        counts.pagesPending = 7
        var statistics = CrawlStatistics()
        statistics.requests = 20
        statistics.seconds = 10
        statistics.notChecked = [.gone: 2, .robots: 9, .unreachable: 2]
        let host = { (origin: String, activity: CrawlProgress.HostActivity) in
            CrawlProgress.Host(
                origin: origin, requests: 4, milliseconds: 120, activity: activity)
        }
        return CrawlProgress(
            scan: ScanRecord(number: 1, plan: "p", planDigest: Digest(of: ""), began: now),
            now: now, counts: counts, statistics: statistics, inFlight: 1, secondsLeft: 7300,
            hosts: [
                host("http://a.example", .asking(1)),
                host("http://b.example", .held(until: now.advanced(milliseconds: 90_000))),
                host("http://c.example", .pausing(until: now.advanced(milliseconds: 300))),
                host("http://d.example", .givenUp(.throttled)),
            ])
    }

    @Test("The lines say how far it is, what went wrong most, and what each host is doing")
    func lines() {
        let lines = CrawlState(progress()).lines(atMost: 8)
        #expect(
            lines == [
                "3 of 10 pages, 0 of 0 images, 0 matches, 2 requests/s, 1 in flight, about 2 h 1 min left",
                "not checked: 9 robots, 2 gone, 2 unreachable",
                "http://a.example: 4 requests, 120 ms, 1 in flight",
                "http://b.example: 4 requests, 120 ms, asked us to wait 90 s",
                "http://c.example: 4 requests, 120 ms, next in 1 s",
                "http://d.example: 4 requests, 120 ms, left alone: the server asked to wait too long or too often",
            ])
        #expect(CrawlState(progress()).lines(atMost: 2) == Array(lines.prefix(2)))
        #expect(CrawlState(progress()).lines(atMost: 0) == Array(lines.prefix(1)))
    }
}
