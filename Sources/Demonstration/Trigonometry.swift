// Sine and cosine by our own polynomial, because the platforms' libraries differ in last bits.

/// Angles are counted in turns, 1 is the whole circle.
///
/// Only additions, multiplications, divisions and rounding, which IEEE 754 fixes to the bit; that
/// is what makes a tile the same on every machine.
enum Trigonometry {
    /// The sine of an angle in turns; the error is below 1e-9.
    static func sine(_ turns: Double) -> Double {
        var part = turns - turns.rounded(.down)
        if part > 0.75 { part -= 1 } else if part > 0.25 { part = 0.5 - part }
        let x = part * 6.283185307179586
        let square = x * x
        var sum = 1 - square / 156
        sum = 1 - square / 110 * sum
        sum = 1 - square / 72 * sum
        sum = 1 - square / 42 * sum
        sum = 1 - square / 20 * sum
        sum = 1 - square / 6 * sum
        return x * sum
    }

    /// The cosine of an angle in turns.
    static func cosine(_ turns: Double) -> Double {
        sine(turns + 0.25)
    }
}
