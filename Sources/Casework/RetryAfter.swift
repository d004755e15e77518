// When a receiver asks to be asked again: the Retry-After field, in seconds or as a date.

internal import Foundation
internal import SelvageTypes

/// Reads a `Retry-After` field.
///
/// - Source: RFC 9110 section 10.2.3; the three date forms of section 5.6.7.
enum RetryAfter {
    /// A wish for longer than this is cut: no receiver may silence reports for good.
    static let limitInMilliseconds: Int64 = 7 * 86_400_000

    /// The moment that the field names, never before `now`; nil when it is absent or unreadable.
    static func moment(_ headers: [HeaderField], at now: Instant) -> Instant? {
        guard let text = headers.first("Retry-After")?.trimmed, text.utf8.count <= 64 else {
            return nil
        }
        let latest = now.advanced(milliseconds: limitInMilliseconds)
        if text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            guard !text.isEmpty else { return nil }
            let seconds = Int64(text) ?? limitInMilliseconds
            return min(latest, now.advanced(milliseconds: min(seconds, limitInMilliseconds) * 1000))
        }
        return date(text).map { min(latest, max(now, $0)) }
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` or
    /// `Sun Nov  6 08:49:37 1994`.
    static func date(_ text: String) -> Instant? {
        let common = /[A-Za-z]+, (\d{2})[ -]([A-Za-z]{3})[ -](\d{2,4}) (\d{2}:\d{2}:\d{2}) GMT/
        let old = /[A-Za-z]{3} ([A-Za-z]{3}) ([ \d]\d) (\d{2}:\d{2}:\d{2}) (\d{4})/
        if let match = text.wholeMatch(of: common) {
            return instant(String(match.3), String(match.2), String(match.1), String(match.4))
        }
        if let match = text.wholeMatch(of: old) {
            let day = String(match.2).replacing(" ", with: "0")
            return instant(String(match.4), String(match.1), day, String(match.3))
        }
        return nil
    }

    private static func instant(
        _ year: String, _ month: String, _ day: String, _ time: String
    ) -> Instant? {
        guard let index = months.firstIndex(of: month), year.count != 3 else { return nil }
        let number = index + 1
        let fullYear = year.count == 2 ? (year < "70" ? "20" : "19") + year : year
        return Instant(iso8601: "\(fullYear)-\(number < 10 ? "0" : "")\(number)-\(day)T\(time)Z")
    }
}
