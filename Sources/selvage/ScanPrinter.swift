// The report of a scan for people.

import Casework
import Foundation
import Monitoring
import SelvageTypes

/// The report of a scan for people.
enum ScanPrinter {
    /// Shows how far a scan is.
    static func show(_ progress: ScanProgress) {
        switch progress {
        case .crawling(let state): Terminal.progress(state.lines(atMost: 8))
        case .rematching(let done, let all):
            Terminal.progress("\(done) of \(all) kept pictures matched")
        case .judging: Terminal.progress("judging what was seen")
        case .reporting: Terminal.progress("reporting to the licensing server")
        }
    }

    /// Prints the whole report.
    static func print(_ report: ScanReport) {
        let counts = report.counts
        let megabytes = (Double(counts.bytes) / 1_000_000).formatted(
            .number.precision(.fractionLength(1)))
        Terminal.line(
            "Scan \(report.scan.number) of \(report.scan.plan): \(count(counts.pagesDone, "page")), \(count(counts.imagesDone, "image")), \(megabytes) MB; \(count(counts.matches, "image")) with a licensed pattern."
        )
        if counts.unchanged + counts.assumed > 0 {
            Terminal.line(
                "Of these, \(counts.unchanged) are unchanged since an earlier scan, and \(counts.assumed) were not asked, since by their history it is too early for a change."
            )
        }
        Terminal.line()
        printFindings(report)
        printReview(report.review.filter { $0.match.grade == .sameGeometry })
        printMarks(report)
        printTakedowns(report.takedowns)
        Terminal.line()
        printNotChecked(report.coverage)
        if let delivery = report.delivery {
            Terminal.line()
            Terminal.line(
                "Licensing server: \(count(delivery.delivered, "report")) confirmed, \(delivery.postponed) still owed, \(delivery.refused) refused."
            )
        }
        for note in report.notes { Terminal.line("Note: \(note)") }
    }

    /// A number with its noun: `1 page`, `2 pages`.
    static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    private static func printFindings(_ report: ScanReport) {
        let fresh = report.new.count, changed = report.changed.count
        Terminal.line(
            "\(count(report.findings.count, "finding")) (\(count(fresh, "use")) new, \(changed) changed), \(count(report.authorised.count, "authorised use"))."
        )
        guard !report.findings.isEmpty else { return }
        Terminal.line(table(report.findings))
    }

    /// Pictures that share a pattern's geometry: counted, and the first ones listed.
    private static func printReview(_ sightings: [Sighting]) {
        guard !sightings.isEmpty else { return }
        let listed = 20
        Terminal.line()
        Terminal.line(
            "To review, and no findings: \(count(sightings.count, "picture")) with the geometry of a licensed pattern, which other patterns may share."
        )
        var table = TextTable("pattern", "score", "image", "page")
        for sighting in sightings.prefix(listed) {
            table.add(
                sighting.match.component ?? sighting.match.asset,
                sighting.match.score.map { String($0) } ?? "", sighting.image.description,
                sighting.page.description)
        }
        Terminal.line(table.text)
        if sightings.count > listed {
            Terminal.line("  and \(sightings.count - listed) more, listed by --json")
        }
    }

    /// Marks: how many confirmed a match, and those that stand alone, for review.
    private static func printMarks(_ report: ScanReport) {
        let confirmed = (report.findings + report.authorised).flatMap(\.sightings)
            .count { $0.match.mark != nil }
        if confirmed > 0 {
            let images = count(confirmed, "image")
            Terminal.line("The mark of the pattern they show is also in \(images).")
        }
        let alone = report.review.filter { $0.match.grade == .unconfirmedMark }
        guard !alone.isEmpty else { return }
        let listed = 20
        Terminal.line()
        Terminal.line(
            "To review, and no findings: \(count(alone.count, "picture")) with a mark of ours, but not the look of its pattern; a mark can be copied."
        )
        var table = TextTable("pattern", "mark", "image", "page")
        for sighting in alone.prefix(listed) {
            table.add(
                sighting.match.asset, sighting.match.closenessWords, sighting.image.description,
                sighting.page.description)
        }
        Terminal.line(table.text)
        if alone.count > listed {
            Terminal.line("  and \(alone.count - listed) more, listed by --json")
        }
    }

    /// Open findings that were not seen again, and what became of them.
    private static func printTakedowns(_ checks: [TakedownCheck]) {
        guard !checks.isEmpty else { return }
        let listed = 20
        Terminal.line()
        Terminal.line("\(checks.count) open findings were not seen again:")
        var table = TextTable("finding", "page", "what became of it")
        for check in checks.prefix(listed) {
            table.add(String(check.finding.prefix(8)), check.page.description, check.state.phrase)
        }
        Terminal.line(table.text)
        if checks.count > listed {
            Terminal.line("  and \(checks.count - listed) more, listed by --json")
        }
    }

    /// Findings as a table: verdict, party, asset, place, deciding rule.
    static func table(_ findings: [Finding]) -> String {
        var table = TextTable(
            "finding", "verdict", "party", "pattern", "product or place", "rule or reason")
        let sorted = findings.sorted {
            ($0.verdict.kind.rawValue, $0.deployment.actor.name, $0.id)
                < ($1.verdict.kind.rawValue, $1.deployment.actor.name, $1.id)
        }
        for finding in sorted {
            table.add(
                String(finding.id.prefix(8)), finding.verdict.kind.rawValue,
                shortened(finding.deployment.actor.name, 26),
                finding.deployment.asset.split(separator: "/").last.map(String.init) ?? "",
                shortened(finding.deployment.productName ?? finding.deployment.site, 30),
                reason(finding.verdict))
        }
        return table.text
    }

    /// The deciding rule, or what is missing.
    static func reason(_ verdict: Verdict) -> String {
        if verdict.possibleResale, verdict.kind == .unknown {
            return "possible resale of licensed goods"
        }
        let rule = verdict.rules.first.map { $0.split(separator: "/").suffix(1).joined() }
        let operands = verdict.failedOperands + verdict.missing.map { "\($0) not seen" }
        let parts = [rule, operands.isEmpty ? nil : operands.joined(separator: ", ")].compactMap {
            $0
        }
        return parts.isEmpty ? "no agreement" : parts.joined(separator: ": ")
    }

    static func shortened(_ text: String, _ width: Int) -> String {
        text.count <= width ? text : text.prefix(width - 1) + "…"
    }

    /// What a run did on the network.
    static func print(_ statistics: CrawlStatistics) {
        let rate = statistics.requestsPerSecond.formatted(.number.precision(.fractionLength(1)))
        let mean = statistics.meanMilliseconds.map { ", mean \(Int($0.rounded())) ms" } ?? ""
        let megabytes = (Double(statistics.bytes) / 1_000_000).formatted(
            .number.precision(.fractionLength(1)))
        Terminal.line()
        Terminal.line("Statistics of this run:")
        var table = TextTable("what", "how much")
        table.add(
            "requests",
            "\(statistics.requests) in \(Int(statistics.seconds.rounded())) s, \(rate) a second, at most \(statistics.mostInFlight) at once"
        )
        table.add("bodies", "\(megabytes) MB")
        let answers = statistics.answers.sorted { $0.key < $1.key }
        table.add("answers", answers.map { "\($0.value) with \($0.key)" }.joined(separator: ", "))
        table.add("no answer", "\(statistics.failures), \(statistics.retries) tries again")
        table.add("time to answer", "longest \(statistics.longestMilliseconds) ms\(mean)")
        for (reason, count) in statistics.notChecked.sorted(by: {
            $0.key.rawValue < $1.key.rawValue
        }) {
            table.add("not checked", "\(count) \(reason.phrase)")
        }
        for host in statistics.hosts {
            let time = host.milliseconds.map { ", \($0) ms" } ?? ""
            table.add(host.origin, "\(count(host.requests, "request"))\(time)")
        }
        Terminal.line(table.text)
    }

    /// What was not checked, by site and reason.
    static func printNotChecked(_ coverage: [SiteCoverage]) {
        var table = TextTable("site", "pages", "images", "not checked", "why")
        for site in coverage {
            let reasons = site.notChecked.sorted { $0.key.rawValue < $1.key.rawValue }
            table.add(
                site.site, String(site.pages), String(site.images),
                String(reasons.reduce(0) { $0 + $1.value }),
                reasons.map { "\($0.value) \($0.key.phrase)" }.joined(separator: "; "))
        }
        Terminal.line("What was checked, and what was not:")
        Terminal.line(table.text)
    }
}
