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
    init(from licensed: KeypointFrame, to found: KeypointFrame, flips: UInt8) {
        let scale = found.scale / licensed.scale
        let first = flips & 1 == 0 ? scale : -scale
        let second = flips & 2 == 0 ? scale : -scale
        a = first * found.cosine * licensed.cosine + second * found.sine * licensed.sine
        b = first * found.cosine * licensed.sine - second * found.sine * licensed.cosine
        c = first * found.sine * licensed.cosine - second * found.cosine * licensed.sine
        d = first * found.sine * licensed.sine + second * found.cosine * licensed.cosine
    }

    init(a: Float, b: Float, c: Float, d: Float) {
        (self.a, self.b, self.c, self.d) = (a, b, c, d)
    }
}

/// A keypoint with what every map from or to it needs, made once for thousands of them.
struct KeypointFrame: Sendable {
    let place: SIMD2<Float>
    let scale: Float
    /// The binary logarithm of the scale.
    let size: Float
    /// The direction, in degrees.
    let degrees: Float
    let cosine: Float
    let sine: Float

    init(_ keypoint: LocalFeatures.Keypoint) {
        place = SIMD2(keypoint.x, keypoint.y)
        scale = keypoint.scale
        size = log2f(keypoint.scale)
        degrees = keypoint.angle * 180 / .pi
        cosine = cosf(keypoint.angle)
        sine = sinf(keypoint.angle)
    }

    /// The direction, -180...180 degrees, in which a map from a licensed keypoint to this one takes columns.
    func turn(from licensed: KeypointFrame, flips: UInt8) -> Float {
        let isMirrored = flips == 1 || flips == 2
        let sum = isMirrored ? degrees + licensed.degrees : degrees - licensed.degrees
        let turn = flips & 1 == 0 ? sum : sum + 180
        return turn - 360 * (turn / 360).rounded(.toNearestOrEven)
    }
}

/// The keypoints of one repeat, by their numbers in the index.
struct RepeatFrames {
    private let first: Int
    private let frames: [KeypointFrame]

    init(of entry: Int, in index: RepeatIndex) {
        let row = index.entries.row(entry)
        first = row.first
        frames = (row.first..<row.first + row.count).map { KeypointFrame(index.points[$0]) }
    }

    subscript(point: Int) -> KeypointFrame { frames[point - first] }
}
