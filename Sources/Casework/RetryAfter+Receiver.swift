// When a receiver asks to be asked again, within bounds.

internal import SelvageTypes

extension RetryAfter {
    /// A wish for longer than this is cut: no receiver may silence reports for good.
    static let limitInMilliseconds: Int64 = 7 * 86_400_000

    /// The moment that the field names, never before `now`; nil when it is absent or unreadable.
    static func moment(_ headers: [HeaderField], at now: Instant) -> Instant? {
        guard let text = headers.first("Retry-After")?.trimmed, text.utf8.count <= 64 else {
            return nil
        }
        let latest = now.advanced(milliseconds: limitInMilliseconds)
        return moment(text, now: now).map { min(latest, max(now, $0)) }
    }
}
