// How far colours are from being one colour: one hue from dark to light, or a line between two.

internal import Glibc

/// The distance of colours from one hue, or from one straight line between two colours.
struct ColourRelationLine {
    /// The mean distance from the better of both.
    let error: Float

    init(_ colours: [SIMD3<Float>], _ weights: [Float]) {
        error = min(Self.hueError(colours, weights), Self.lineError(colours, weights))
    }

    /// From the half plane of one hue, all lightnesses and chromas of it.
    private static func hueError(_ colours: [SIMD3<Float>], _ weights: [Float]) -> Float {
        var least = Float.infinity
        for step in 0..<72 {
            let angle = Float(step) * (2 * .pi / 72)
            let direction = SIMD2<Float>(cosf(angle), sinf(angle))
            var sum: Float = 0
            for (colour, weight) in zip(colours, weights) {
                let along = max(0, colour.y * direction.x + colour.z * direction.y)
                let rest = SIMD2(colour.y, colour.z) - direction * along
                sum += weight * (rest * rest).sum().squareRoot()
            }
            least = min(least, sum)
        }
        return least
    }

    /// From the line along which the colours differ most.
    private static func lineError(_ colours: [SIMD3<Float>], _ weights: [Float]) -> Float {
        let mean = zip(colours, weights).reduce(SIMD3<Float>.zero) { $0 + $1.0 * $1.1 }
        var direction = SIMD3<Float>(1, 0.3, 0.2)
        for _ in 0..<24 {
            var next = SIMD3<Float>.zero
            for (colour, weight) in zip(colours, weights) {
                let step = colour - mean
                next += step * ((step * direction).sum() * weight)
            }
            let length = (next * next).sum().squareRoot()
            guard length > 1e-6 else { break }
            direction = next / length
        }
        return zip(colours, weights).reduce(Float(0)) { sum, pair in
            let step = pair.0 - mean
            let rest = step - direction * (step * direction).sum()
            return sum + pair.1 * (rest * rest).sum().squareRoot()
        }
    }

}
