// What a monitor is told, and who may ask.

import HTTPTypes
import Hummingbird
import HummingbirdTesting
import SelvageTypes
import Testing

@testable import Console

@Suite("Metrics")
struct MetricsTests {
    private func coverage(sites: [SiteCoverage], plan: String = "weekly", number: Int64 = 2)
        -> ConsoleService.ScanCoverage
    {
        var counts = ScanCounts()
        counts.bytes = 1234
        counts.matches = 3
        counts.pagesPending = 7
        return .init(
            scan: ScanRecord(
                number: number, plan: plan, planDigest: Digest(of: plan),
                began: Instant(microseconds: 1_790_000_000_500_000)), sites: sites, counts: counts)
    }

    @Test("The newest scan of each plan is told with its sites, reasons and reports")
    func told() {
        let site = SiteCoverage(
            site: "shop.example", pages: 12, images: 30, notChecked: [.robots: 2, .gone: 1])
        let old = coverage(
            sites: [SiteCoverage(site: "old.example", pages: 1, images: 1, notChecked: [:])],
            number: 1)
        let text = MetricsText(
            scans: [coverage(sites: [site]), old], findings: [.unauthorised: 4],
            messages: .init(owed: 1, delivered: 9, refused: 0)
        ).text
        let lines = Set(text.split(separator: "\n").map(String.init))
        #expect(
            lines.isSuperset(of: [
                "selvage_scan_began_seconds{plan=\"weekly\"} 1790000000",
                "selvage_scan_running{plan=\"weekly\"} 1",
                "selvage_scan_received_bytes_total{plan=\"weekly\"} 1234",
                "selvage_scan_matches_total{plan=\"weekly\"} 3",
                "selvage_scan_pages_waiting{plan=\"weekly\"} 7",
                "selvage_site_pages_total{plan=\"weekly\",site=\"shop.example\"} 12",
                "selvage_site_images_total{plan=\"weekly\",site=\"shop.example\"} 30",
                "selvage_site_not_checked_total{plan=\"weekly\",site=\"shop.example\",reason=\"gone\"} 1",
                "selvage_site_not_checked_total{plan=\"weekly\",site=\"shop.example\",reason=\"robots\"} 2",
                "selvage_findings{verdict=\"unauthorised\"} 4",
                "selvage_reports{state=\"owed\"} 1", "selvage_reports{state=\"delivered\"} 9",
            ]))
        #expect(!text.contains("old.example"))
    }

    @Test("Every line that is no comment has a family that was declared before it, and ends")
    func wellFormed() {
        let text = MetricsText(
            scans: [coverage(sites: [])], findings: [:], messages: nil
        ).text
        var declared: Set<Substring> = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words[0] == "#" {
                if words[1] == "TYPE" { #expect(declared.insert(words[2]).inserted) }
            } else {
                #expect(declared.contains(line.prefix { $0 != "{" }))
            }
        }
        #expect(text.hasSuffix("\n"))
    }

    @Test("A foreign site's name cannot break out of its label")
    func hostile() {
        #expect(
            MetricsText.escaped("a\"} 1\nselvage_findings{x=\"\\\r")
                == "a\\\"} 1\\nselvage_findings{x=\\\"\\\\ ")
    }

    @Test("Sites beyond the limit are added up, so that a wide crawl stays readable")
    func bounded() {
        let many = (0..<500).map {
            SiteCoverage(site: "s\($0).example", pages: $0, images: 1, notChecked: [.gone: 1])
        }
        let shown = MetricsText.largest(many)
        #expect(shown.count == MetricsText.mostSites + 1)
        #expect(shown.last?.site == MetricsText.others)
        #expect(shown.map(\.pages).reduce(0, +) == many.map(\.pages).reduce(0, +))
        #expect(shown.last?.notChecked == [.gone: 300])
    }

    @Test("A monitor's token opens the metrics and nothing else")
    func token() async throws {
        let monitor = String(repeating: "ab", count: 32)
        let console = ConsoleService(
            findings: MemoryFindings(all: []), evidence: { _ in [] }, decoder: OwnDecoder(),
            catalogueImage: { _ in nil }, coverage: { [] }, accessToken: ConsoleService.token,
            metricsToken: monitor)
        func status(_ address: String, _ token: String?) async throws -> HTTPResponse.Status {
            let fields: HTTPFields = token.map { [.authorization: "Bearer \($0)"] } ?? [:]
            return try await Application(router: console.router()).test(.router) { client in
                try await client.execute(uri: address, method: .get, headers: fields).status
            }
        }
        #expect(try await status("/metrics", monitor) == .ok)
        #expect(try await status("/metrics", ConsoleService.token) == .ok)
        #expect(try await status("/metrics", nil) == .unauthorized)
        #expect(try await status("/metrics", String(monitor.dropLast()) + "c") == .unauthorized)
        for address in ["/", "/api/findings", "/coverage", "/metrics/"] {
            #expect(try await status(address, monitor) == .unauthorized, "\(address)")
        }
    }
}
