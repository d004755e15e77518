// A watermark of ours that was read from a picture, with its proof.

internal import Foundation

/// A watermark that was read from a picture, with its proof.
///
/// - Source: `watermark.md` §3, point 7, for the bound.
public struct FoundMark: Hashable, Sendable, Codable {
    /// The name of the licensor's key.
    public var key: String
    /// The payload, sixteen hexadecimal digits.
    public var payload: String
    /// How well the picture agrees with the payload.
    public var statistic: Double
    /// The least statistic of a hit.
    public var threshold: Double
    /// How likely such a statistic is at the most without this key's mark; every attempt counted.
    public var falseHitBound: Double
    /// How many attempts the bound counts.
    public var attempts: Int
    /// The side of the mark's tiles in pixels of the picture.
    public var tileSide: Double
    /// The turn of the tiles in degrees.
    public var turn: Double
    /// Whether the picture is mirrored.
    public var isMirrored: Bool
    /// Whether light and dark are exchanged.
    public var isInverted: Bool

    /// A mark; figures are kept to thousandths, so that stored JSON is short and stable.
    public init(
        key: String, payload: String, statistic: Double, threshold: Double, falseHitBound: Double,
        attempts: Int, tileSide: Double, turn: Double, isMirrored: Bool, isInverted: Bool
    ) {
        // Adding zero makes one of a negative zero.
        func short(_ value: Double) -> Double { (value * 1000).rounded() / 1000 + 0 }
        (self.key, self.payload) = (key, payload)
        (self.statistic, self.threshold) = (short(statistic), short(threshold))
        // A bound may be widened; no decimal number of JSON reaches much beyond this.
        self.falseHitBound = Self.twoDigits(max(falseHitBound, 1e-100))
        (self.attempts, self.tileSide, self.turn) = (attempts, short(tileSide), short(turn))
        (self.isMirrored, self.isInverted) = (isMirrored, isInverted)
    }

    /// Rounded up, so that it stays a bound.
    private static func twoDigits(_ value: Double) -> Double {
        guard value < 1 else { return value }
        let unit = pow(10, floor(log10(value)) - 1)
        return (value / unit).rounded(.up) * unit
    }

    /// `payload 0000000100c0ffee with watermark-1; t 24.1, at least 12.4; false at most 1e-77 …`.
    public var words: String {
        let turned = isMirrored ? ", mirrored" : ""
        let inverted = isInverted ? ", light and dark exchanged" : ""
        return "payload \(payload) with \(key); "
            + String(
                format: "t %.1f, a hit from %.1f; false at most %.0e in %ld attempts; ",
                statistic, threshold, falseHitBound, attempts)
            + String(
                format: "tiles of %.1f pixels, turned %.1f°", tileSide, abs(turn) < 0.05 ? 0 : turn)
            + turned
            + inverted
    }
}
