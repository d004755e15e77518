// Where a fit says that a picture shows a repeat: its region, lattice, size and rotation.

internal import Glibc
internal import SelvageTypes

extension Placement {
    /// The placement of a fit whose evidence lies at some places of the picture.
    ///
    /// - Returns: nil when the places span no area.
    init?(_ map: RepeatMap, cell: SIMD2<Float>, places: [SIMD2<Float>], width: Float, height: Float)
    {
        let hull = ConvexHull.of(
            places.map {
                SIMD2(min(width, max(0, $0.x)), min(height, max(0, $0.y)))
            })
        guard hull.count >= 3 else { return nil }
        let centre = hull.reduce(SIMD2<Float>.zero, +) / Float(hull.count)
        let (right, lower) = map.movement(at: centre)
        // A bent map may fold over away from its middle.
        let area = right.x * lower.y - right.y * lower.x
        guard area.isFinite, abs(area) > 1e-9 else { return nil }
        let inverse = LinearMap(a: right.x, b: lower.x, c: right.y, d: lower.y).inverse
        let across = inverse(SIMD2(cell.x, 0))
        let down = inverse(SIMD2(0, cell.y))
        let at = map(centre)
        let corner = cell * (at / cell).rounded(.toNearestOrEven)
        let origin = centre + inverse(corner - at)
        guard [across, down, origin].allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else {
            return nil
        }
        let isMirrored = area < 0
        // A mirrored picture's rows run the other way.
        let row = isMirrored ? SIMD2(-across.x, -across.y) : across
        self.init(
            region: hull.map { Point(x: Double($0.x), y: Double($0.y)) },
            origin: Point(x: Double(origin.x), y: Double(origin.y)),
            across: Point(x: Double(across.x), y: Double(across.y)),
            down: Point(x: Double(down.x), y: Double(down.y)),
            scale: Double(abs(inverse.determinant).squareRoot()),
            rotation: Double(atan2f(row.y, row.x)) * 180 / .pi, isMirrored: isMirrored,
            colours: .undetermined)
    }
}

/// The convex hull of points.
///
/// - Source: A. M. Andrew, *Another efficient algorithm for convex hulls in two dimensions* (1979).
enum ConvexHull {
    /// The corners in order; fewer than three when the points span no area.
    static func of(_ points: [SIMD2<Float>]) -> [SIMD2<Float>] {
        let sorted = Set(points).sorted { ($0.x, $0.y) < ($1.x, $1.y) }
        guard sorted.count >= 3 else { return sorted }
        let lower = chain(sorted)
        let upper = chain(sorted.reversed())
        return Array(lower.dropLast() + upper.dropLast())
    }

    private static func chain(_ points: [SIMD2<Float>]) -> [SIMD2<Float>] {
        var chain: [SIMD2<Float>] = []
        for point in points {
            while chain.count >= 2 {
                let a = chain[chain.count - 2]
                let b = chain[chain.count - 1]
                if (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x) > 0 { break }
                chain.removeLast()
            }
            chain.append(point)
        }
        return chain
    }
}
