// The state of the scans and of what they found, as Prometheus reads it.

internal import Hummingbird
internal import SelvageTypes

/// The state of the scans and of what they found, in Prometheus's text format.
///
/// Everything is read from the store when it is asked for, so scans that other processes run are in
/// it too, and a restart loses nothing. Only the newest scan of each plan is shown; a scan that
/// begins starts its values again at nothing, which Prometheus takes for the reset of a counter.
///
/// - Source: Prometheus, *Exposition formats*, text format version 0.0.4.
struct MetricsText {
    /// The media type of the format.
    static let mediaType = "text/plain; version=0.0.4; charset=utf-8"
    /// Sites of a plan that have lines of their own; the others are added up as `(others)`.
    static let mostSites = 200
    static let others = "(others)"

    /// The text.
    private(set) var text = ""

    init(
        scans: [ConsoleService.ScanCoverage], findings: [Verdict.Kind: Int],
        messages: ConsoleService.MessageCounts?
    ) {
        let newest = Self.newestOfEachPlan(scans)
        scanMoments(newest)
        counts(newest)
        sites(newest)
        family("selvage_findings", "Newest revisions of findings, by verdict.", "gauge")
        for (kind, count) in findings.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            line("selvage_findings", [("verdict", kind.rawValue)], count)
        }
        guard let messages else { return }
        family("selvage_reports", "Reports to licensing servers, by state.", "gauge")
        line("selvage_reports", [("state", "owed")], messages.owed)
        line("selvage_reports", [("state", "delivered")], messages.delivered)
        line("selvage_reports", [("state", "refused")], messages.refused)
    }

    private static func newestOfEachPlan(
        _ scans: [ConsoleService.ScanCoverage]
    ) -> [ConsoleService.ScanCoverage] {
        var newest: [String: ConsoleService.ScanCoverage] = [:]
        for scan in scans where (newest[scan.scan.plan]?.scan.number ?? -1) < scan.scan.number {
            newest[scan.scan.plan] = scan
        }
        return newest.values.sorted { $0.scan.plan < $1.scan.plan }
    }

    private mutating func scanMoments(_ scans: [ConsoleService.ScanCoverage]) {
        family("selvage_scan_began_seconds", "When the newest scan of a plan began.", "gauge")
        for one in scans {
            line(
                "selvage_scan_began_seconds", [("plan", one.scan.plan)],
                one.scan.began.microseconds / 1_000_000)
        }
        family(
            "selvage_scan_running", "1 while the newest scan of a plan has not ended.", "gauge")
        for one in scans {
            line("selvage_scan_running", [("plan", one.scan.plan)], one.scan.ended == nil ? 1 : 0)
        }
    }

    private mutating func counts(_ scans: [ConsoleService.ScanCoverage]) {
        let parts: [(String, String, String, (ScanCounts) -> Int64)] = [
            ("selvage_scan_received_bytes_total", "Bytes of bodies received.", "counter", \.bytes),
            (
                "selvage_scan_matches_total", "Images that show an asset.", "counter",
                { Int64($0.matches) }
            ),
            (
                "selvage_scan_pages_waiting", "Pages, feeds and sitemaps still to fetch.", "gauge",
                { Int64($0.pagesPending) }
            ),
            (
                "selvage_scan_images_waiting", "Images still to fetch.", "gauge",
                { Int64($0.imagesPending) }
            ),
        ]
        for (name, help, type, value) in parts {
            family(name, help, type)
            for one in scans {
                guard let counts = one.counts else { continue }
                line(name, [("plan", one.scan.plan)], value(counts))
            }
        }
    }

    private mutating func sites(_ scans: [ConsoleService.ScanCoverage]) {
        let shown = scans.map { ($0.scan.plan, Self.largest($0.sites)) }
        family("selvage_site_pages_total", "Pages and documents read.", "counter")
        for (plan, sites) in shown {
            for site in sites {
                line("selvage_site_pages_total", [("plan", plan), ("site", site.site)], site.pages)
            }
        }
        family("selvage_site_images_total", "Images looked at.", "counter")
        for (plan, sites) in shown {
            for site in sites {
                line(
                    "selvage_site_images_total", [("plan", plan), ("site", site.site)], site.images)
            }
        }
        family("selvage_site_not_checked_total", "Addresses not checked, by reason.", "counter")
        for (plan, sites) in shown {
            for site in sites {
                for (reason, count) in site.notChecked.sorted(by: {
                    $0.key.rawValue < $1.key.rawValue
                }) {
                    line(
                        "selvage_site_not_checked_total",
                        [("plan", plan), ("site", site.site), ("reason", reason.rawValue)], count)
                }
            }
        }
    }

    /// The sites with the most pages and images; the rest as one.
    static func largest(_ sites: [SiteCoverage]) -> [SiteCoverage] {
        guard sites.count > mostSites else { return sites }
        let sorted = sites.sorted {
            ($1.pages + $1.images, $0.site) < ($0.pages + $0.images, $1.site)
        }
        let rest = sorted[mostSites...].reduce(
            into: SiteCoverage(site: others, pages: 0, images: 0, notChecked: [:])
        ) { sum, site in
            sum.pages += site.pages
            sum.images += site.images
            sum.notChecked.merge(site.notChecked, uniquingKeysWith: +)
        }
        return sorted[..<mostSites].sorted { $0.site < $1.site } + [rest]
    }

    private mutating func family(_ name: String, _ help: String, _ type: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    private mutating func line(
        _ name: String, _ labels: [(String, String)], _ value: some BinaryInteger
    ) {
        let pairs = labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
        text += "\(name){\(pairs)} \(value)\n"
    }

    /// A label's value: backslash, quote and line feed are escaped; other control characters, which
    /// no honest name holds, become spaces.
    static func escaped(_ value: String) -> String {
        var escaped = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f: escaped += " "
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension ConsoleService {
    func addMetrics(to router: Router<BasicRequestContext>) {
        router.get("metrics") { _, _ in
            let kinds = try await findings.findings(
                licensor: licensor, includingAuthorised: true
            ).map(\.verdict.kind)
            let text = MetricsText(
                scans: try await coverage(),
                findings: Dictionary(grouping: kinds) { $0 }.mapValues(\.count),
                messages: try await messages())
            return Response.text(text.text, MetricsText.mediaType, cached: false)
        }
    }
}
