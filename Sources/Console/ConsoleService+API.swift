// The console's JSON API: the same findings as the pages show, for programs.

internal import Foundation
internal import Hummingbird
internal import SelvageTypes

extension ConsoleService {
    /// One line of the list.
    struct Summary: Codable, Hashable {
        var id: String
        var revision: Int
        var verdict: Verdict.Kind
        var asset: String
        var sellerKey: String
        var sellerName: String
        var site: String
        var page: WebAddress?
        var firstSeen: Instant
        var evidence: Digest?
        var address: String

        init(_ finding: Finding) {
            let first = finding.sightings.min { ($0.seen, $0.id) < ($1.seen, $1.id) }
            id = finding.id
            revision = finding.revision
            verdict = finding.verdict.kind
            asset = finding.deployment.asset
            sellerKey = finding.deployment.actor.key
            sellerName = finding.deployment.actor.name
            site = finding.deployment.site
            page = first?.page
            firstSeen = first?.seen ?? finding.deployment.date
            evidence = finding.evidence
            address = "/api/findings/\(finding.id)"
        }
    }

    /// The list.
    struct Listing: Codable {
        var total: Int
        var page: Int
        var pages: Int
        var counts: [String: Int]
        var findings: [Summary]
    }

    func addAPI(to router: Router<BasicRequestContext>) {
        router.get("api/findings") { request, _ in
            let query = ListQuery(request)
            let authorised = request.uri.queryParameters["authorised"] == "true"
            return try Response.json(
                Self.listing(try await all(authorised ? .authorised : .findings), query))
        }
        router.get("api/findings/:id") { _, context in
            try Response.json(try await finding(context))
        }
    }

    private static func listing(_ findings: [Finding], _ query: ListQuery) -> Listing {
        let matching = findings.filter(query.matchesText)
        let shown = matching.filter { query.verdict == nil || $0.verdict.kind == query.verdict }
        let size = FindingListPage.rowsPerPage
        let start = min((min(query.page, shown.count + 1) - 1) * size, shown.count)
        let counts = Dictionary(grouping: matching, by: \.verdict.kind.rawValue)
        return Listing(
            total: shown.count, page: query.page, pages: max(1, (shown.count + size - 1) / size),
            counts: counts.mapValues(\.count),
            findings: shown[start..<min(start + size, shown.count)].map(Summary.init))
    }
}
