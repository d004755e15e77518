// The console's pages: findings, authorised uses, one finding, coverage.

internal import Foundation
internal import Hummingbird
internal import SelvageTypes

extension ConsoleService {
    func addPages(to router: Router<BasicRequestContext>) {
        router.get("/") { request, _ in try await list(request, .findings) }
        router.get("authorised") { request, _ in try await list(request, .authorised) }
        router.get("coverage") { _, _ in
            let page = CoveragePage(try await coverage())
            return Response.page(
                renderer.page("coverage", page, title: "Coverage", in: .coverage))
        }
        router.get("findings/:id") { _, context in try await show(try await finding(context)) }
    }

    /// Findings, or the uses that are not findings, as the section asks.
    func all(_ section: PageRenderer.Section) async throws -> [Finding] {
        let isFindings = section == .findings
        return try await findings.findings(licensor: licensor, includingAuthorised: !isFindings)
            .filter { $0.isFinding == isFindings }
    }

    private func list(_ request: Request, _ section: PageRenderer.Section) async throws -> Response
    {
        let query = ListQuery(request)
        let found = try await all(section)
        var titles: [String: String] = [:]
        for asset in Set(found.map(\.deployment.asset)) {
            titles[asset] = try await assetTitle(asset)
        }
        let summary = CoverageSummary(try await coverage())
        let page = FindingListPage(
            found, query: query, section: section, titles: titles, coverage: summary)
        return Response.page(renderer.page("findings", page, title: page.heading, in: section))
    }

    private func show(_ finding: Finding) async throws -> Response {
        let licensed = try await catalogueImage(finding.deployment.asset)
        let page = FindingPage(
            finding, title: try await assetTitle(finding.deployment.asset),
            history: try await history(finding), reports: try await reports(finding),
            hasLicensedImage: licensed != nil)
        return Response.page(
            renderer.page(
                "finding", page, title: "\(page.asset), \(page.verdict.lowercased())",
                in: finding.isFinding ? .findings : .authorised))
    }
}

extension ListQuery {
    /// The list that a request asks for.
    init(_ request: Request) {
        let query = request.uri.query ?? ""
        self.init(
            verdict: Self.value("verdict", in: query), text: Self.value("q", in: query),
            page: Self.value("page", in: query))
    }

    /// A value as browsers send it from a form, where a plus sign stands for a space.
    ///
    /// - Source: WHATWG URL Standard, application/x-www-form-urlencoded parsing.
    static func value(_ name: String, in query: String) -> String? {
        let fields = query.split(separator: "&").map {
            $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        }
        guard let field = fields.first(where: { $0[0] == name }), field.count > 1 else {
            return nil
        }
        return field[1].replacing("+", with: " ").removingPercentEncoding
    }
}
