// A moment, in whole microseconds, and its text form.

internal import Foundation

/// A moment in time, in microseconds since 1970-01-01T00:00:00Z, without leap seconds.
public struct Instant: Hashable, Comparable, Sendable {
    /// Microseconds since the epoch.
    public let microseconds: Int64

    /// A moment by its microseconds since the epoch.
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// A moment by its seconds since the epoch.
    public init(seconds: Double) {
        microseconds = Int64((seconds * 1_000_000).rounded())
    }

    /// Seconds since the epoch.
    public var seconds: Double { Double(microseconds) / 1_000_000 }

    public static func < (left: Self, right: Self) -> Bool {
        left.microseconds < right.microseconds
    }

    /// The moment some milliseconds later.
    public func advanced(milliseconds: Int64) -> Self {
        Self(microseconds: microseconds + milliseconds * 1000)
    }

    /// Milliseconds from another moment to this one.
    public func milliseconds(since other: Self) -> Int64 {
        (microseconds - other.microseconds) / 1000
    }

    /// `2027-03-01T12:00:00Z`, or with six decimals when the moment is not a whole second.
    ///
    /// - Source: RFC 3339.
    public var iso8601: String {
        let whole =
            microseconds >= 0 ? microseconds / 1_000_000 : (microseconds - 999_999) / 1_000_000
        let fraction = microseconds - whole * 1_000_000
        let date = CivilDate(daysSinceEpoch: whole >= 0 ? whole / 86400 : (whole - 86399) / 86400)
        let second = whole - date.daysSinceEpoch * 86400
        let time = [second / 3600, second / 60 % 60, second % 60].map { Self.padded($0, 2) }
        let decimals = fraction == 0 ? "" : "." + Self.padded(fraction, 6)
        return "\(date.text)T\(time.joined(separator: ":"))\(decimals)Z"
    }

    /// Reads an RFC 3339 date-time with any offset, or a plain date (midnight UTC).
    ///
    /// - Returns: nil when the text is neither.
    public init?(iso8601 text: String) {
        let scalars = Array(text.utf8)
        guard let date = CivilDate(scalars.prefix(10)) else { return nil }
        let midnight = date.daysSinceEpoch * 86400
        if scalars.count == 10 {
            self.init(microseconds: midnight * 1_000_000)
            return
        }
        guard let time = ClockReading(scalars.dropFirst(10)) else { return nil }
        self.init(microseconds: midnight * 1_000_000 + time.microseconds)
    }

    /// The calendar quarter in UTC, as `2027-Q1`.
    public var quarter: String {
        let text = iso8601
        let month = Int(text.dropFirst(5).prefix(2)) ?? 1
        return "\(text.prefix(4))-Q\((month + 2) / 3)"
    }

    fileprivate static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Instant: CustomStringConvertible, Codable {
    public var description: String { iso8601 }

    /// Reads the RFC 3339 form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let moment = Self(iso8601: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "not an RFC 3339 date-time")
        }
        self = moment
    }

    /// Writes the RFC 3339 form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(iso8601)
    }
}

/// A date of the proleptic Gregorian calendar.
///
/// - Source: the days-from-civil algorithm, H. Hinnant, *chrono-Compatible Low-Level Date
///   Algorithms* (2013).
private struct CivilDate {
    let daysSinceEpoch: Int64

    init(daysSinceEpoch: Int64) {
        self.daysSinceEpoch = daysSinceEpoch
    }

    init?(_ text: ArraySlice<UInt8>) {
        let parts = String(decoding: text, as: UTF8.self).split(separator: "-").map { Int64($0) }
        guard text.count == 10, parts.count == 3, let year = parts[0], let month = parts[1],
            let day = parts[2], (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        daysSinceEpoch = era * 146097 + dayOfEra - 719468
        // The 31st of a short month would silently become the next month's first.
        guard self.text == String(decoding: text, as: UTF8.self) else { return nil }
    }

    var text: String {
        let shifted = daysSinceEpoch + 719468
        let era = (shifted >= 0 ? shifted : shifted - 146096) / 146097
        let dayOfEra = shifted - era * 146097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return [Instant.padded(year, 4), Instant.padded(month, 2), Instant.padded(day, 2)]
            .joined(separator: "-")
    }
}

/// The part of an RFC 3339 date-time after the date: `T12:00:00.5+01:00`.
private struct ClockReading {
    let microseconds: Int64

    init?(_ text: ArraySlice<UInt8>) {
        let pattern =
            /[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d{2}):?(\d{2}))?/
        guard
            let match = String(decoding: text, as: UTF8.self).wholeMatch(of: pattern),
            let hour = Int64(match.1), let minute = Int64(match.2), let second = Int64(match.3),
            hour < 24, minute < 60, second < 61
        else { return nil }
        let decimals = (match.4.map(String.init) ?? "") + "000000"
        var total = (hour * 3600 + minute * 60 + second) * 1_000_000
        total += Int64(decimals.prefix(6)) ?? 0
        if let sign = match.5, let hours = match.6, let minutes = match.7 {
            let offset = ((Int64(hours) ?? 0) * 3600 + (Int64(minutes) ?? 0) * 60) * 1_000_000
            total += sign == "-" ? offset : -offset
        }
        microseconds = total
    }
}
