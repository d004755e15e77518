// Which pages a plan's next scan asks first, and in every scan: where something is at stake.

internal import Licensing
internal import SelvageTypes

/// Which pages a plan's next scan asks first, and in every scan.
///
/// A page with an open finding is asked to see whether it was taken down; so is one whose use rests
/// on an agreement that is young, since what it permits is new to those who use it, or that ends soon.
struct RiskOrder {
    /// Days for which an agreement counts as young, and for which its end counts as near.
    static let days: Int64 = 60
    /// More addresses than this are not put first; there would be no order left.
    static let limit = 10_000

    private let spans: [String: (start: Instant?, end: Instant?)]

    /// - Parameter agreements: Those that uses are judged by.
    init(agreements: [Agreement]) {
        spans = Dictionary(
            agreements.map { ($0.uid, ($0.start, $0.end)) }, uniquingKeysWith: { first, _ in first }
        )
    }

    /// The addresses of pages and images to ask first, findings before the rest, each once.
    func urgent(among uses: [Finding], at now: Instant) -> [WebAddress] {
        let open = uses.filter(\.isFinding)
        let watched = uses.filter { !$0.isFinding && isDelicate($0.verdict.agreement, at: now) }
        var seen: Set<WebAddress> = []
        let addresses = (open + watched).flatMap(\.sightings).flatMap { [$0.page, $0.image] }
            .filter { seen.insert($0).inserted }
        return Array(addresses.prefix(Self.limit))
    }

    private func isDelicate(_ agreement: String?, at now: Instant) -> Bool {
        guard let agreement, let span = spans[agreement] else { return false }
        let window = Self.days * 86_400_000
        let isYoung = span.start.map { abs(now.milliseconds(since: $0)) < window } ?? false
        let endsSoon = span.end.map { $0.milliseconds(since: now) < window } ?? false
        return isYoung || endsSoon
    }
}
