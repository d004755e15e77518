// Outlines: closed rings of points, and the discs, petals, leaves, stars and strokes made of them.

/// A point or a direction; x to the right, y down, one unit is the tile's side or the motif's radius.
struct Point: Hashable, Sendable {
    var x: Double
    var y: Double

    init(_ x: Double, _ y: Double) {
        self.x = x
        self.y = y
    }

    static func + (left: Self, right: Self) -> Self { Self(left.x + right.x, left.y + right.y) }
    static func - (left: Self, right: Self) -> Self { Self(left.x - right.x, left.y - right.y) }
    static func * (left: Self, factor: Double) -> Self { Self(left.x * factor, left.y * factor) }

    /// The point at a distance from the origin in a direction; 0 turns points up, clockwise.
    static func polar(_ radius: Double, _ turns: Double) -> Self {
        Self(radius * Trigonometry.sine(turns), -radius * Trigonometry.cosine(turns))
    }

    var length: Double { (x * x + y * y).squareRoot() }
}

/// A filled outline.
///
/// Rings that run the same way add up; a ring that runs the other way is a hole.
struct Shape: Hashable, Sendable {
    var rings: [[Point]]

    /// One closed ring, turned so that its area counts as positive.
    static func polygon(_ points: [Point]) -> Self {
        Self(rings: [oriented(points)])
    }

    /// Several shapes as one, so that where they overlap nothing is painted twice.
    static func joined(_ shapes: [Shape]) -> Self {
        Self(rings: shapes.flatMap(\.rings))
    }

    /// This shape with another one cut out of it; the other must lie inside.
    func without(_ hole: Shape) -> Self {
        Self(rings: rings + hole.rings.map { $0.reversed() })
    }

    /// The shape moved, turned and scaled.
    func placed(_ placement: Placement) -> Self {
        Self(rings: rings.map { Self.oriented($0.map(placement.callAsFunction)) })
    }

    private static func oriented(_ points: [Point]) -> [Point] {
        var area = 0.0
        for (index, point) in points.enumerated() {
            let next = points[(index + 1) % points.count]
            area += point.x * next.y - next.x * point.y
        }
        return area < 0 ? points.reversed() : points
    }
}

/// Where a motif lies: moved to `centre`, scaled, turned clockwise, first mirrored when asked.
struct Placement: Hashable, Sendable {
    var centre: Point
    var scale: Double
    var turns: Double
    var mirrored: Bool

    init(_ centre: Point, scale: Double, turns: Double = 0, mirrored: Bool = false) {
        self.centre = centre
        self.scale = scale
        self.turns = turns
        self.mirrored = mirrored
    }

    func callAsFunction(_ point: Point) -> Point {
        let x = mirrored ? -point.x : point.x
        let sine = Trigonometry.sine(turns)
        let cosine = Trigonometry.cosine(turns)
        let turned = Point(x * cosine - point.y * sine, x * sine + point.y * cosine)
        return centre + turned * scale
    }

    /// A placement inside this one.
    func inner(_ point: Point, scale inner: Double, turns more: Double = 0) -> Self {
        Self(
            self(point), scale: scale * inner, turns: turns + (mirrored ? -more : more),
            mirrored: mirrored)
    }
}

extension Shape {
    static func ellipse(_ centre: Point, _ across: Double, _ down: Double) -> Self {
        polygon(
            (0..<36).map { step in
                let around = Point.polar(1, Double(step) / 36)
                return centre + Point(around.x * across, around.y * down)
            })
    }

    static func disc(_ centre: Point, _ radius: Double) -> Self {
        ellipse(centre, radius, radius)
    }

    static func ring(_ centre: Point, _ outer: Double, _ inner: Double) -> Self {
        disc(centre, outer).without(disc(centre, inner))
    }

    static func box(_ x: Double, _ y: Double, _ width: Double, _ height: Double) -> Self {
        polygon([
            Point(x, y), Point(x + width, y), Point(x + width, y + height), Point(x, y + height),
        ])
    }

    /// A star or, with `inner` of 1, a polygon of twice the corners.
    static func star(points: Int, inner: Double) -> Self {
        polygon(
            (0..<points * 2).map { step in
                .polar(step.isMultiple(of: 2) ? 1 : inner, Double(step) / Double(points * 2))
            })
    }

    /// A petal from the origin upwards: `width` at its fullest, which lies at `fullness` of the way.
    static func petal(length: Double, width: Double, fullness: Double = 0.6) -> Self {
        let right = curve([
            Point(0, 0), Point(width * 0.9, -length * (fullness - 0.45)),
            Point(width * 0.9, -length * (fullness + 0.4)), Point(0, -length),
        ])
        return polygon(right + right.reversed().map { Point(-$0.x, $0.y) })
    }

    /// A leaf from the origin upwards with two sharp ends, bent sideways by `bend`.
    static func leaf(length: Double, width: Double, bend: Double = 0) -> Self {
        let tip = Point(bend, -length)
        let right = curve([
            Point(0, 0), Point(width, -length * 0.3), Point(width * 0.7 + bend, -length * 0.75),
            tip,
        ])
        let left = curve([
            Point(0, 0), Point(-width, -length * 0.3), Point(-width * 0.7 + bend, -length * 0.75),
            tip,
        ])
        return polygon(right + left.reversed())
    }

    /// Points along a cubic Bézier curve of four control points, both ends included.
    static func curve(_ control: [Point], steps: Int = 14) -> [Point] {
        (0...steps).map { step in
            let t = Double(step) / Double(steps)
            let s = 1 - t
            return control[0] * (s * s * s) + control[1] * (3 * s * s * t)
                + control[2] * (3 * s * t * t) + control[3] * (t * t * t)
        }
    }

    /// A line of round ends along points, `width` thick at its start and `end` at its end.
    static func stroke(_ points: [Point], width: Double, end: Double? = nil) -> Self {
        let last = end ?? width
        var left: [Point] = []
        var right: [Point] = []
        for (index, point) in points.enumerated() {
            let before = points[max(0, index - 1)]
            let after = points[min(points.count - 1, index + 1)]
            let along = after - before
            let part = Double(index) / Double(max(1, points.count - 1))
            let half = (width + (last - width) * part) / 2 / max(along.length, 1e-9)
            left.append(point + Point(along.y, -along.x) * half)
            right.append(point - Point(along.y, -along.x) * half)
        }
        let caps = [(points[0], width), (points[points.count - 1], last)].filter { $0.1 > 0 }
        return joined([polygon(left + right.reversed())] + caps.map { disc($0.0, $0.1 / 2) })
    }

    /// Points along part of a circle.
    static func arc(_ centre: Point, _ radius: Double, from: Double, to: Double) -> [Point] {
        (0...20).map { centre + .polar(radius, from + (to - from) * Double($0) / 20) }
    }
}
