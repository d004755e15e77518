// The background pictures' only source of chance, and arithmetic that is the same everywhere.

/// A SplitMix64 generator: a seed gives the same numbers on every machine.
///
/// - Source: G. L. Steele, D. Lea, C. H. Flood, *Fast Splittable Pseudorandom Number Generators*
///   (2014).
struct BackgroundDice: Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// 32 bits, the seed of a noise field.
    mutating func seed() -> UInt32 { UInt32(truncatingIfNeeded: next() >> 32) }

    /// A number in 0..<1 with 53 bits.
    mutating func unit() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

    /// A number in a range; the upper end is not reached.
    mutating func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }

    /// A number in a range, each octave as likely as the next.
    ///
    /// The power is a product of square roots, which IEEE 754 fixes to the bit; `pow` it does not.
    mutating func spread(_ low: Double, _ high: Double) -> Double {
        var bits = next()
        var root = high / low
        var value = low
        for _ in 0..<24 {
            root = root.squareRoot()
            if bits & 1 == 1 { value *= root }
            bits >>= 1
        }
        return value
    }

    /// A whole number in 0..<count.
    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }

    /// A whole number in a closed range; the lower end where the range is empty.
    mutating func whole(_ low: Int, _ high: Int) -> Int { low + below(max(0, high - low) + 1) }

    /// Whether something happens that happens with this share.
    mutating func happens(_ share: Double) -> Bool { unit() < share }

    /// One element.
    ///
    /// - Precondition: The array is not empty.
    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[below(elements.count)]
    }
}

/// Fractions, sines and coverages by operations that IEEE 754 fixes to the bit.
enum BackgroundMath {
    /// The part after the point, 0..<1, also of negative numbers.
    ///
    /// - Precondition: The number is far below 2^62, as coordinates are.
    @inline(__always)
    static func fraction(_ value: Double) -> Double {
        let part = value - Double(Int(value))
        return part < 0 ? part + 1 : part
    }

    /// The whole number below.
    @inline(__always)
    static func floor(_ value: Double) -> Int {
        let whole = Int(value)
        return value < Double(whole) ? whole - 1 : whole
    }

    /// The remainder, never negative.
    @inline(__always)
    static func remainder(_ value: Int, _ divisor: Int) -> Int {
        let rest = value % divisor
        return rest < 0 ? rest + divisor : rest
    }

    /// The sine of an angle in turns, 1 is the whole circle; the error is below 1e-9.
    static func sine(_ turns: Double) -> Double {
        var part = fraction(turns)
        if part > 0.75 { part -= 1 } else if part > 0.25 { part = 0.5 - part }
        let x = part * 6.283185307179586
        let square = x * x
        var sum = 1 - square * (1.0 / 156)
        sum = 1 - square * (1.0 / 110) * sum
        sum = 1 - square * (1.0 / 72) * sum
        sum = 1 - square * (1.0 / 42) * sum
        sum = 1 - square * (1.0 / 20) * sum
        sum = 1 - square * (1.0 / 6) * sum
        return x * sum
    }

    /// The cosine of an angle in turns.
    static func cosine(_ turns: Double) -> Double { sine(turns + 0.25) }

    /// The distance from the origin.
    @inline(__always)
    static func length(_ x: Double, _ y: Double) -> Double { (x * x + y * y).squareRoot() }

    /// A triangle wave of period 1: 0 at whole numbers, 1 between them.
    @inline(__always)
    static func zigzag(_ value: Double) -> Double { 1 - abs(2 * fraction(value) - 1) }

    /// How much of a pixel lies inside a shape, from the signed distance to its edge.
    ///
    /// - Parameters:
    ///   - distance: Negative inside.
    ///   - pixel: The pixel's side in the same unit.
    @inline(__always)
    static func cover(_ distance: Double, _ pixel: Double) -> Float {
        Float(min(1, max(0, 0.5 - distance / pixel)))
    }

    /// How much of a pixel lies on a line that returns with period 1, centred on whole numbers.
    @inline(__always)
    static func line(_ value: Double, halfWidth: Double, _ pixel: Double) -> Float {
        cover((1 - zigzag(value + 0.5)) / 2 - halfWidth, pixel)
    }
}
