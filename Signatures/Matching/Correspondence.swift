// A keypoint of a picture that looks like one of a repeat, and the linear map that they give.

internal import Glibc
internal import Recognition

/// A keypoint of a picture that looks like a keypoint of a repeat.
struct Correspondence: Sendable {
    /// The picture's keypoint.
    var query: Int32
    /// The index's keypoint.
    var point: Int32
    /// Which axes of one are turned round in the other: bit 0 the first, bit 1 the second.
    var flips: UInt8
    /// The inner product of their descriptors, up to 65,536.
    var similarity: Int32

    var isMirrored: Bool { flips == 1 || flips == 2 }
}

/// A linear map from the repeat to the picture, by columns.
struct LinearMap: Sendable {
    var a: Float, b: Float, c: Float, d: Float  // x' = a x + b y, y' = c x + d y

    var determinant: Float { a * d - b * c }

    var inverse: LinearMap {
        let factor = 1 / determinant
        return LinearMap(a: d * factor, b: -b * factor, c: -c * factor, d: a * factor)
    }

    func callAsFunction(_ p: SIMD2<Float>) -> SIMD2<Float> {
        SIMD2(a * p.x + b * p.y, c * p.x + d * p.y)
    }

    /// The map that takes the direction and size of one keypoint to those of another.
    init(from licensed: LocalFeatures.Keypoint, to found: LocalFeatures.Keypoint, flips: UInt8) {
        let scale = found.scale / licensed.scale
        let first = flips & 1 == 0 ? scale : -scale
        let second = flips & 2 == 0 ? scale : -scale
        let (c1, s1) = (cosf(found.angle), sinf(found.angle))
        let (c2, s2) = (cosf(licensed.angle), sinf(licensed.angle))
        a = first * c1 * c2 + second * s1 * s2
        b = first * c1 * s2 - second * s1 * c2
        c = first * s1 * c2 - second * c1 * s2
        d = first * s1 * s2 + second * c1 * c2
    }

    init(a: Float, b: Float, c: Float, d: Float) {
        (self.a, self.b, self.c, self.d) = (a, b, c, d)
    }
}
