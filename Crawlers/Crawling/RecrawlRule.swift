// Whether an address that an earlier scan knows is asked again, and how.

public import SelvageTypes

/// Whether an address that an earlier scan knows is asked again, and how.
///
/// The time to the next visit follows the rate at which the address was seen to change. One that
/// never changed is left for half the time that it has been watched, so that its visits grow rare
/// as fast as trust in it grows; one that did is asked ten times for each change that is expected.
///
/// - Source: Cho and Garcia-Molina, *Effective Page Refresh Policies for Web Crawlers* (2003), for
///   changes as a Poisson process; the factors are from the simulation in CrawlingTests.
public struct RecrawlRule: Hashable, Sendable {
    /// What is done with what earlier scans know.
    public enum Policy: String, Hashable, Sendable, Codable, CaseIterable {
        /// Nothing: every scan starts from its seeds and fetches all anew.
        case full
        /// Every known document is asked whether it has changed.
        case conditional
        /// As `conditional`, but not before a change is to be expected; what is urgent always.
        case adaptive
    }

    /// No address is left longer than this, in milliseconds: 30 days.
    public static let longestInMilliseconds: Int64 = 30 * 86_400_000
    /// No address is asked sooner than this after a visit, in milliseconds: an hour.
    public static let shortestInMilliseconds: Int64 = 3_600_000
    /// Older changes say nothing about a site's present habits: 90 days.
    static let memoryInMilliseconds: Int64 = 90 * 86_400_000

    /// What is done with what earlier scans know.
    public var policy: Policy

    /// A rule.
    public init(_ policy: Policy) {
        self.policy = policy
    }

    /// Whether what is known of a target is taken for this scan without asking.
    public func isTooEarly(for target: Target, at now: Instant) -> Bool {
        guard policy == .adaptive, let known = target.known, !known.isUrgent,
            target.depth > 0 || target.kind == .image
        else { return false }
        return now.milliseconds(since: known.history.checked) < Self.interval(after: known.history)
    }

    /// The conditions of a request for a target; none when it is to be fetched in full.
    public func conditions(for target: Target) -> [HeaderField] {
        guard policy != .full, let known = target.known else { return [] }
        // With an entity tag the date adds nothing and can only be wrong (RFC 9110 section 13.1.3).
        if let etag = known.etag, !etag.isEmpty { return [HeaderField("If-None-Match", etag)] }
        guard let date = known.lastModified, !date.isEmpty else { return [] }
        return [HeaderField("If-Modified-Since", date)]
    }

    /// Milliseconds from the last visit to the next.
    public static func interval(after history: VisitHistory) -> Int64 {
        let watched = Double(history.checked.milliseconds(since: history.since))
        let wait = history.changes < 0.5 ? watched / 2 : watched / (10 * history.changes)
        return min(max(Int64(wait), shortestInMilliseconds), longestInMilliseconds)
    }

    /// The history of an address after a visit.
    public static func history(
        after known: KnownContent?, isChanged: Bool, at now: Instant
    ) -> VisitHistory {
        guard var history = known?.history else { return VisitHistory(checked: now, since: now) }
        history.checked = now
        let watched = now.milliseconds(since: history.since)
        if isChanged, watched > memoryInMilliseconds {
            // Past changes count as far as they fall into the time that is remembered.
            history.changes *= Double(memoryInMilliseconds) / Double(watched)
            history.since = now.advanced(milliseconds: -memoryInMilliseconds)
        }
        if isChanged { history.changes += 1 }
        return history
    }
}
