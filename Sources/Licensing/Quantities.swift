// Decimal numbers, units of measure and money, without a detour over binary fractions.

public import Foundation

/// Reads a plain decimal, all of it: `12`, `0.35`, `-4`.
func plainDecimal(_ text: String) -> Decimal? {
    guard text.count <= 34, text.wholeMatch(of: /[+-]?\d+(\.\d+)?/) != nil else { return nil }
    return Decimal(string: text, locale: Locale(identifier: "en_US_POSIX"))
}

/// Units of measure by their UN/ECE Recommendation 20 codes.
public enum UnitCode {
    /// The unit in which amounts are added up, and how many of it one unit is.
    ///
    /// Counts add up in C62 (each), lengths in MTR, areas in MTK, masses in KGM; any other code
    /// adds up only with itself.
    public static func base(of code: String?) -> (code: String, factor: Decimal) {
        guard let code, !code.isEmpty else { return ("C62", 1) }
        return table[code.uppercased()].map { ($0.0, plainDecimal($0.1) ?? 1) } ?? (code, 1)
    }

    private static let table: [String: (String, String)] = [
        "C62": ("C62", "1"), "H87": ("C62", "1"), "EA": ("C62", "1"), "PCE": ("C62", "1"),
        "PR": ("C62", "2"), "DZN": ("C62", "12"), "CEN": ("C62", "100"), "MIL": ("C62", "1000"),
        "MTR": ("MTR", "1"), "YRD": ("MTR", "0.9144"), "FOT": ("MTR", "0.3048"),
        "INH": ("MTR", "0.0254"), "CMT": ("MTR", "0.01"), "MMT": ("MTR", "0.001"),
        "KMT": ("MTR", "1000"), "MTK": ("MTK", "1"), "YDK": ("MTK", "0.83612736"),
        "FTK": ("MTK", "0.09290304"), "KGM": ("KGM", "1"), "GRM": ("KGM", "0.001"),
        "LBR": ("KGM", "0.45359237"),
    ]
}

/// Sums of money: decimals rounded half up to the currency's minor unit.
///
/// Half up (away from zero at exactly half) is how invoices are rounded; each duty is rounded on
/// its own, so that a statement's lines add up to its total.
public enum Money {
    /// Digits after the point that a currency has.
    ///
    /// - Source: ISO 4217, list one.
    public static func minorUnits(of currency: String) -> Int {
        switch currency {
        case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI",
            "VND", "VUV", "XAF", "XOF", "XPF":
            0
        case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND": 3
        case "CLF", "UYW": 4
        default: 2
        }
    }

    /// A sum rounded to the currency's minor unit.
    public static func rounded(_ amount: Decimal, _ currency: String) -> Decimal {
        var exact = amount
        var result = Decimal()
        NSDecimalRound(&result, &exact, minorUnits(of: currency), .plain)
        return result
    }

    /// A sum as a decimal string with all digits of the minor unit: `140.00`.
    public static func text(_ amount: Decimal, _ currency: String) -> String {
        let digits = minorUnits(of: currency)
        let parts = "\(rounded(amount, currency))".split(separator: ".", maxSplits: 1)
        guard digits > 0 else { return String(parts.first ?? "0") }
        let fraction = parts.count > 1 ? String(parts[1]) : ""
        return "\(parts.first ?? "0").\(fraction)"
            + String(repeating: "0", count: max(0, digits - fraction.count))
    }
}

/// A royalty: a sum for each unit, or once.
public struct Royalty: Hashable, Sendable {
    /// The sum.
    public var amount: Decimal
    /// ISO 4217; nil when the agreement does not say.
    public var currency: String?
    /// The unit that the sum is for; nil when it is owed once.
    public var perUnit: String?

    /// What is owed for an amount given in the unit's base unit, rounded.
    func owed(forBaseUnits units: Decimal) -> Decimal {
        guard let perUnit else { return Money.rounded(amount, currency ?? "") }
        return Money.rounded(amount * units / UnitCode.base(of: perUnit).factor, currency ?? "")
    }
}
