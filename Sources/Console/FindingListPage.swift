// The list of findings: filtered, counted by verdict, with what was not checked beside it.

internal import Foundation
internal import SelvageTypes

/// What a visitor asked the list for.
struct ListQuery: Hashable {
    /// Only this verdict.
    var verdict: Verdict.Kind?
    /// Only findings that hold this text.
    var text = ""
    /// Counts from 1.
    var page = 1

    static let textLimitInCharacters = 200

    init(verdict: String? = nil, text: String? = nil, page: String? = nil) {
        self.verdict = verdict.flatMap(Verdict.Kind.init(rawValue:))
        self.text = String((text ?? "").prefix(Self.textLimitInCharacters))
        self.page = max(1, page.flatMap(Int.init) ?? 1)
    }

    /// Whether the text occurs in what a reviewer would search for.
    func matchesText(_ finding: Finding) -> Bool {
        guard !text.isEmpty else { return true }
        let deployment = finding.deployment
        let places = finding.sightings.map(\.page.description)
        let words =
            [
                finding.id, deployment.asset, deployment.actor.name, deployment.actor.key,
                deployment.site, deployment.productName ?? "", deployment.product ?? "",
                finding.plan,
            ] + places
        return words.contains { $0.range(of: text, options: .caseInsensitive) != nil }
    }

    /// The address of this list, or of a variation of it.
    func address(_ path: String) -> String {
        var items: [URLQueryItem] = []
        if let verdict { items.append(URLQueryItem(name: "verdict", value: verdict.rawValue)) }
        if !text.isEmpty { items.append(URLQueryItem(name: "q", value: text)) }
        if page > 1 { items.append(URLQueryItem(name: "page", value: String(page))) }
        guard !items.isEmpty else { return path }
        var parts = URLComponents()
        parts.queryItems = items
        return path + "?" + (parts.percentEncodedQuery ?? "")
    }
}

/// The values of the list's page.
struct FindingListPage {
    struct Filter {
        let name: String
        let count: String
        let address: String
        let isCurrent: Bool
    }

    struct Row {
        let id: String
        let verdict: String
        let tone: String
        let asset: String
        let product: String?
        let seller: String
        let standing: String?
        let site: String
        let place: String?
        let units: String
        let moment: String
        let day: String
    }

    static let rowsPerPage = 50

    let heading: String
    let summary: String
    let action: String
    let query: String
    let verdict: String?
    let filters: [Filter]
    let hasFilters: Bool
    let rows: [Row]
    let hasRows: Bool
    let emptyText: String
    let hasPages: Bool
    let previous: String?
    let next: String?
    let position: String
    let coverage: CoverageSummary?

    /// - Parameter titles: Names of assets by id.
    init(
        _ findings: [Finding], query: ListQuery, section: PageRenderer.Section,
        titles: [String: String], coverage: CoverageSummary?
    ) {
        let path = section.rawValue
        let matching = findings.filter(query.matchesText)
        let shown = matching.filter { query.verdict == nil || $0.verdict.kind == query.verdict }
        let pages = max(1, (shown.count + Self.rowsPerPage - 1) / Self.rowsPerPage)
        let page = min(query.page, pages)
        let start = (page - 1) * Self.rowsPerPage
        let slice = shown[start..<min(start + Self.rowsPerPage, shown.count)]
        let isFindings = section == .findings
        heading = isFindings ? "Findings" : "Authorised uses"
        summary =
            isFindings
            ? "Uses that no agreement fully covers, newest first. A finding is a question for a "
                + "person, not an accusation."
            : "Uses that an agreement covers and whose duties are met. They are counted and kept, "
                + "and need no action."
        action = path
        self.query = query.text
        verdict = query.verdict?.rawValue
        filters = isFindings ? Self.filters(matching, query, path) : []
        hasFilters = !filters.isEmpty
        rows = slice.map { Row($0, titles: titles) }
        hasRows = !rows.isEmpty
        emptyText = Self.emptyText(all: findings.isEmpty, isFindings: isFindings)
        hasPages = pages > 1
        previous = page > 1 ? Self.address(query, page - 1, path) : nil
        next = page < pages ? Self.address(query, page + 1, path) : nil
        position = "Page \(page) of \(pages)"
        self.coverage = coverage
    }

    private static func emptyText(all: Bool, isFindings: Bool) -> String {
        guard all else { return "Nothing matches this filter." }
        return isFindings
            ? "There are no findings. What was not checked is listed below and under Coverage."
            : "No authorised use has been seen yet."
    }

    private static func address(_ query: ListQuery, _ page: Int, _ path: String) -> String {
        var query = query
        query.page = page
        return query.address(path)
    }

    private static func filters(
        _ findings: [Finding], _ query: ListQuery, _ path: String
    ) -> [Filter] {
        var counts: [Verdict.Kind: Int] = [:]
        for finding in findings { counts[finding.verdict.kind, default: 0] += 1 }
        func filter(_ kind: Verdict.Kind?, _ name: String, _ count: Int) -> Filter {
            var target = query
            target.verdict = kind
            target.page = 1
            return Filter(
                name: name, count: Wording.count(count), address: target.address(path),
                isCurrent: query.verdict == kind)
        }
        let order: [Verdict.Kind] = [
            .unauthorised, .prohibited, .breach, .exceedsTier, .outOfScope, .authorisedDutyOpen,
            .unknown,
        ]
        let kinds = order.filter { counts[$0] != nil || query.verdict == $0 }
        return [filter(nil, "All", findings.count)]
            + kinds.map { filter($0, $0.name, counts[$0] ?? 0) }
    }
}

extension FindingListPage.Row {
    init(_ finding: Finding, titles: [String: String]) {
        let deployment = finding.deployment
        id = finding.id
        verdict = finding.verdict.kind.name
        tone = finding.verdict.kind.tone
        asset = titles[deployment.asset] ?? Wording.shortName(deployment.asset)
        product = deployment.productName
        seller = deployment.actor.title
        standing = deployment.actor.standing
        site = deployment.site
        let places = [deployment.channel.map(Wording.label), deployment.territory]
        let place = places.compactMap { $0 }.joined(separator: ", ")
        self.place = place.isEmpty ? nil : place
        units = Wording.units(deployment) ?? "not stated"
        let seen = finding.sightings.map(\.seen).min() ?? deployment.date
        moment = seen.iso8601
        day = Wording.day(seen)
    }
}
