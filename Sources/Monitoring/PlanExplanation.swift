// Why a plan's next scan would fetch an address or not, with what the store knows of it.

internal import Crawling
public import Persistence
public import SelvageTypes

/// Why a plan's next scan would fetch an address or not.
public struct PlanExplanation: Sendable, Codable {
    /// The spelling that is compared and fetched.
    public var canonical: WebAddress
    /// The site whose pace it shares.
    public var site: String
    /// Whether nothing that is known keeps it from being fetched.
    public var isFetched: Bool
    /// One line for each rule: what is asked, the answer, and whether that forbids it.
    public var rules: [Rule]
    /// What earlier scans know of it, as a document and as an image.
    public var known: [FrontierEntry]

    /// One rule and what it says.
    public struct Rule: Hashable, Sendable, Codable {
        /// What is asked.
        public var question: String
        /// The answer, for people.
        public var answer: String
        /// Whether it alone keeps the address from being fetched.
        public var forbids: Bool
    }

    /// Explains an address under a plan.
    ///
    /// - Parameter store: What earlier scans know; nil when there was none.
    /// - Throws: `StoreError`.
    public init(
        _ address: WebAddress, plan: Plan, store: SelvageStore?, at now: Instant
    ) async throws {
        let settings = plan.crawlSettings(catalogue: Digest(of: ""))
        let host = try await store?.host(address.canonical.origin)
        let explained = AddressExplanation(address, under: settings, host: host, at: now)
        canonical = explained.canonical
        site = explained.site
        isFetched = explained.isFetched
        rules = explained.steps.map {
            Rule(question: $0.question, answer: $0.answer, forbids: $0.forbids)
        }
        known = try await store?.entries(of: canonical, plan: plan.name) ?? []
        for entry in known { rules.append(Self.rule(entry, settings.recrawl, canonical, at: now)) }
        if known.isEmpty {
            rules.append(
                Rule(question: "known", answer: "No scan has met it.", forbids: false))
        }
    }

    private static func rule(
        _ entry: FrontierEntry, _ recrawl: RecrawlRule, _ address: WebAddress, at now: Instant
    ) -> Rule {
        var parts = [
            "Scan \(entry.seenInScan) met it as \(entry.kind.rawValue), \(entry.depth) links from a seed"
        ]
        if entry.doneInScan == entry.seenInScan {
            parts.append(
                entry.reason.map { "not checked: \($0.phrase)" } ?? "status \(entry.status)")
        } else {
            parts.append("still to fetch")
        }
        if let detail = entry.detail, !detail.isEmpty { parts.append(detail) }
        if let moment = entry.notBefore { parts.append("not before \(moment.iso8601)") }
        if entry.isUrgent { parts.append("asked first, in every scan") }
        if let checked = entry.checked, let since = entry.watchedSince {
            let history = VisitHistory(checked: checked, since: since, changes: entry.changes)
            parts.append(
                "asked \(checked.iso8601), \(Int(entry.changes.rounded())) changes since \(since.iso8601)"
            )
            let wait = RecrawlRule.interval(after: history)
            if recrawl.policy == .adaptive, !entry.isUrgent, entry.depth > 0 {
                parts.append("again from \(checked.advanced(milliseconds: wait).iso8601)")
            }
        }
        return Rule(question: "known", answer: parts.joined(separator: "; ") + ".", forbids: false)
    }
}
