// The Retry-After field: a number of seconds or a date.

/// Reads the moment before which a server does not want to be asked again.
public enum RetryAfter {
    /// The moment that a field value names.
    ///
    /// - Returns: nil when it is neither a number of seconds nor an HTTP date.
    /// - Source: RFC 9110 sections 10.2.3 and 5.6.7, all three forms of dates.
    public static func moment(_ value: String, now: Instant) -> Instant? {
        let text = value.split(separator: " ", omittingEmptySubsequences: true).joined(
            separator: " ")
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            // A century is longer than any wait; the number itself may be of any length.
            let seconds = min(Int64(text) ?? .max, 3_155_760_000)
            return now.advanced(milliseconds: seconds * 1000)
        }
        return date(text, now: now)
    }

    private static func date(_ text: String, now: Instant) -> Instant? {
        let words = text.split { " ,-".contains($0) }.map(String.init)
        let fields: (day: String, month: String, year: String, time: String)
        switch words.count {
        case 6 where words[5] == "GMT": fields = (words[1], words[2], words[3], words[4])
        case 5: fields = (words[2], words[1], words[4], words[3])
        default: return nil
        }
        guard let month = months.firstIndex(of: fields.month.lowercased()),
            let day = Int(fields.day), var year = Int(fields.year)
        else { return nil }
        if fields.year.count == 2 {
            year += 2000
            // RFC 9110: a two-digit year more than 50 years ahead is of the past century.
            if year > (Int(now.iso8601.prefix(4)) ?? 2000) + 50 { year -= 100 }
        }
        return Instant(
            iso8601: "\(padded(year, 4))-\(padded(month + 1, 2))-\(padded(day, 2))T\(fields.time)Z")
    }

    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
