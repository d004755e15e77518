// The coverage of scans: what was looked at, what was not and why.

internal import SelvageTypes

/// What was not checked, as the list of findings shows it.
struct CoverageSummary {
    struct Reason {
        let count: String
        let phrase: String
    }

    let text: String
    let reasons: [Reason]
    let hasReasons: Bool

    init(_ scans: [ConsoleService.ScanCoverage]) {
        let newest = Self.newestOfEachPlan(scans)
        var totals: [NotChecked: Int] = [:]
        for site in newest.flatMap(\.sites) {
            totals.merge(site.notChecked, uniquingKeysWith: +)
        }
        let sorted = totals.filter { $0.value > 0 }
            .sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
        reasons = sorted.map { Reason(count: Wording.count($0.value), phrase: $0.key.phrase) }
        hasReasons = !reasons.isEmpty
        let images = newest.flatMap(\.sites).map(\.images).reduce(0, +)
        let looked = "\(Wording.count(images, "image")) looked at"
        let plans = Wording.count(newest.count, "plan")
        let sum = sorted.map(\.value).reduce(0, +)
        text =
            newest.isEmpty
            ? "No scan has run yet, so nothing has been checked."
            : "The newest scans of \(plans): \(looked), "
                + (sum == 0
                    ? "and no address that was found was left out."
                    : "\(Wording.count(sum, "address", "addresses")) not checked.")
    }

    private static func newestOfEachPlan(
        _ scans: [ConsoleService.ScanCoverage]
    ) -> [ConsoleService.ScanCoverage] {
        var newest: [String: ConsoleService.ScanCoverage] = [:]
        for scan in scans where (newest[scan.scan.plan]?.scan.number ?? -1) < scan.scan.number {
            newest[scan.scan.plan] = scan
        }
        return newest.values.sorted { $0.scan.number > $1.scan.number }
    }
}

/// The values of the coverage page.
struct CoveragePage {
    struct Site {
        let site: String
        let pages: String
        let images: String
        let notChecked: String
        let why: String
    }

    struct Scan {
        let plan: String
        let number: String
        let period: String
        let totals: String
        let sites: [Site]
        let hasSites: Bool
        let review: [Review]
        let reviewText: String?
    }

    /// A picture that has a pattern's geometry or its mark, and is no match.
    struct Review {
        let asset: String
        let closeness: String
        let image: ForeignLink
        let page: ForeignLink
    }

    /// The most pictures that are listed for one scan.
    static let mostForReview = 100

    let scans: [Scan]
    let hasScans: Bool

    init(_ scans: [ConsoleService.ScanCoverage]) {
        self.scans = scans.sorted { $0.scan.number > $1.scan.number }.map(Self.scan)
        hasScans = !scans.isEmpty
    }

    private static func scan(_ coverage: ConsoleService.ScanCoverage) -> Scan {
        let scan = coverage.scan
        let ended = scan.ended.map { " to \(Wording.time($0))" } ?? ", still running or interrupted"
        let pages = coverage.sites.map(\.pages).reduce(0, +)
        let images = coverage.sites.map(\.images).reduce(0, +)
        let missed = coverage.sites.flatMap(\.notChecked.values).reduce(0, +)
        let unchanged = coverage.sites.map(\.unchanged).reduce(0, +)
        let assumed = coverage.sites.map(\.assumed).reduce(0, +)
        return Scan(
            plan: scan.plan, number: String(scan.number),
            period: "\(Wording.time(scan.began))\(ended)",
            totals: "\(Wording.count(pages, "page")), \(Wording.count(images, "image")), "
                + "\(Wording.count(missed)) not checked"
                + (unchanged > 0 ? ", \(Wording.count(unchanged)) unchanged" : "")
                + (assumed > 0 ? ", \(Wording.count(assumed)) too early to ask again" : ""),
            sites: coverage.sites.map(site), hasSites: !coverage.sites.isEmpty,
            review: coverage.review.prefix(mostForReview).map(review),
            reviewText: reviewText(coverage.review))
    }

    private static func reviewText(_ review: [Sighting]) -> String? {
        guard !review.isEmpty else { return nil }
        let marked = review.count { $0.match.grade == .unconfirmedMark }
        let alike = review.count - marked
        let kinds = [
            alike == 0
                ? nil
                : "\(Wording.count(alike, "picture")) with the geometry of a licensed pattern, which "
                    + "other patterns may share.",
            marked == 0
                ? nil
                : "\(Wording.count(marked, "picture")) with a mark of ours that do not look like its "
                    + "pattern: a mark can be copied.",
        ].compactMap { $0 }
        let listed = review.count > mostForReview ? " The first \(mostForReview) are listed." : ""
        return kinds.joined(separator: " ")
            + " They are no findings and alerted nobody; please review them." + listed
    }

    private static func review(_ sighting: Sighting) -> Review {
        Review(
            asset: Wording.shortName(sighting.match.component ?? sighting.match.asset),
            closeness: sighting.match.closenessWords,
            image: ForeignLink(sighting.image.description),
            page: ForeignLink(sighting.page.description))
    }

    private static func site(_ site: SiteCoverage) -> Site {
        let reasons = site.notChecked.filter { $0.value > 0 }
            .sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
        return Site(
            site: site.site, pages: Wording.count(site.pages), images: Wording.count(site.images),
            notChecked: Wording.count(reasons.map(\.value).reduce(0, +)),
            why: reasons.isEmpty
                ? "—"
                : reasons.map { "\($0.key.phrase) (\(Wording.count($0.value)))" }
                    .joined(separator: "; "))
    }
}
