// When a plan is due: five cron fields in a time zone.

internal import Foundation
public import SelvageTypes

/// A schedule of five cron fields: minute, hour, day of month, month, day of week.
///
/// Lists, ranges, steps and names as in crontab(5); when both day fields are restricted, either
/// suffices, as there.
public struct CronSchedule: Sendable {
    private let minutes, hours, days, months, weekdays: Set<Int>
    private let eitherDay: Bool
    private let zone: TimeZone

    /// Reads the fields.
    ///
    /// - Returns: nil when the fields or the time zone are not understood.
    public init?(_ text: String, timezone: String) {
        let fields = text.split(separator: " ").map(String.init)
        guard fields.count == 5, let zone = TimeZone(identifier: timezone),
            let minutes = Self.field(fields[0], 0...59), let hours = Self.field(fields[1], 0...23),
            let days = Self.field(fields[2], 1...31),
            let months = Self.field(fields[3], 1...12, names: Self.monthNames, first: 1),
            let weekdays = Self.field(fields[4], 0...7, names: Self.dayNames, first: 0)
        else { return nil }
        self.minutes = minutes
        self.hours = hours
        self.days = days
        self.months = months
        self.weekdays = Set(weekdays.map { $0 % 7 })
        eitherDay = !fields[2].hasPrefix("*") && !fields[4].hasPrefix("*")
        self.zone = zone
    }

    /// The latest moment not after another at which the plan was due; nil when there was none
    /// within 1,500 days.
    public func latest(notAfter moment: Instant) -> Instant? {
        search(from: moment, step: -1) { $0 <= moment }
    }

    /// The first moment after another at which the plan is due; nil when there is none within
    /// 1,500 days.
    public func next(after moment: Instant) -> Instant? {
        search(from: moment, step: 1) { $0 > moment }
    }

    private func search(from moment: Instant, step: Int, accept: (Instant) -> Bool) -> Instant? {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let start = Date(timeIntervalSince1970: moment.seconds)
        for offset in 0..<1500 {
            guard let day = calendar.date(byAdding: .day, value: offset * step, to: start) else {
                return nil
            }
            let moments = dueMoments(on: day, calendar: calendar).filter(accept)
            if let found = step > 0 ? moments.min() : moments.max() { return found }
        }
        return nil
    }

    private func dueMoments(on day: Date, calendar: Calendar) -> [Instant] {
        var parts = calendar.dateComponents([.year, .month, .day, .weekday], from: day)
        guard let month = parts.month, let date = parts.day, let weekday = parts.weekday,
            months.contains(month)
        else { return [] }
        let byDate = days.contains(date), byWeekday = weekdays.contains(weekday - 1)
        guard eitherDay ? byDate || byWeekday : byDate && byWeekday else { return [] }
        parts.weekday = nil
        return hours.flatMap { hour in
            minutes.compactMap { minute in
                parts.hour = hour
                parts.minute = minute
                return calendar.date(from: parts).map { Instant(seconds: $0.timeIntervalSince1970) }
            }
        }
    }

    private static let monthNames = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
    private static let dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    private static func field(
        _ text: String, _ range: ClosedRange<Int>, names: [String] = [], first: Int = 0
    ) -> Set<Int>? {
        func number(_ part: Substring) -> Int? {
            if let index = names.firstIndex(of: part.lowercased()) { return index + first }
            return Int(part).flatMap { range.contains($0) ? $0 : nil }
        }
        var values: Set<Int> = []
        for element in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = element.split(separator: "/", omittingEmptySubsequences: false)
            guard let body = parts.first, parts.count <= 2 else { return nil }
            let step = parts.count == 2 ? Int(parts[1]) ?? 0 : 1
            let ends = body.split(separator: "-", omittingEmptySubsequences: false)
            guard step > 0, ends.count <= 2 else { return nil }
            if body == "*" {
                values.formUnion(
                    stride(from: range.lowerBound, through: range.upperBound, by: step))
            } else {
                guard let low = number(ends[0]), let high = number(ends[ends.count - 1]),
                    low <= high
                else { return nil }
                let end = ends.count == 1 && parts.count == 2 ? range.upperBound : high
                values.formUnion(stride(from: low, through: end, by: step))
            }
        }
        return values.isEmpty ? nil : values
    }
}
