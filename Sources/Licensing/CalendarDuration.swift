// A length of time in years, months and days, as agreements state delays.

internal import Foundation
public import SelvageTypes

/// A length of time whose end depends on the calendar: `P30D`, `P1M`, `P1Y2M10DT12H`.
///
/// - Source: ISO 8601-1:2019 section 5.5.2, without fractions.
public struct CalendarDuration: Hashable, Sendable {
    /// Years and months together.
    public let months: Int
    /// Weeks, days, hours, minutes and seconds together, in seconds.
    public let seconds: Int64

    /// Reads a duration.
    ///
    /// - Returns: nil when the text is not one, or is longer than a thousand years.
    public init?(_ text: String) {
        let pattern =
            /P(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?/
        guard text.count > 2, text.count < 40, let match = text.wholeMatch(of: pattern),
            text.last != "T"
        else { return nil }
        func number(_ part: Substring?) -> Int64 { part.flatMap { Int64($0) } ?? 0 }
        months = Int(number(match.1) * 12 + number(match.2))
        let days = number(match.3) * 7 + number(match.4)
        seconds = days * 86400 + number(match.5) * 3600 + number(match.6) * 60 + number(match.7)
        guard months <= 12000, days <= 365_000 else { return nil }
    }

    /// The moment so long after another; the last day of a month stands for days it lacks.
    public func after(_ moment: Instant) -> Instant {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let start = Date(timeIntervalSince1970: moment.seconds)
        let shifted = calendar.date(byAdding: .month, value: months, to: start) ?? start
        let end = months == 0 ? moment : Instant(seconds: shifted.timeIntervalSince1970)
        return end.advanced(milliseconds: seconds * 1000)
    }
}
