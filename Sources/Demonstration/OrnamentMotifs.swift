// Palmettes, scrolls and frames: the ornaments of the damasks, one unit in radius.

/// The ornaments.
enum OrnamentMotifs {
    /// A fan of lobes on a stem, wide in the middle, with veins in the ground's colour.
    static func palmette(
        on canvas: inout TileCanvas, at place: Placement, ink: Colour, vein: Colour, lobes: Int
    ) {
        let half = lobes / 2
        for index in (-half)...half {
            let part = Double(abs(index)) / Double(half)
            let turned = place.inner(
                Point(0, 0.45), scale: 1.35 - 0.6 * part, turns: Double(index) * 0.36 / Double(half)
            )
            canvas.fill(
                .petal(length: 1, width: 0.2, fullness: 0.8), vein,
                at: turned.inner(Point(0, 0), scale: 1.06))
            canvas.fill(.petal(length: 1, width: 0.17, fullness: 0.8), ink, at: turned)
            canvas.fill(
                .stroke([Point(0, -0.35), Point(0, -0.8)], width: 0.03, end: 0.07), vein, at: turned
            )
        }
        canvas.fill(
            .leaf(length: 0.6, width: 0.16), ink,
            at: place.inner(Point(0, 0.4), scale: 1, turns: 0.5))
    }

    /// A pair of acanthus scrolls, mirrored, that rise from the foot and curl outwards.
    static func scrolls(
        on canvas: inout TileCanvas, at place: Placement, ink: Colour, reach: Double
    ) {
        for side in [-1.0, 1.0] {
            let rise = Shape.curve([
                Point(0, 0.95), Point(side * reach * 1.3, 0.7), Point(side * reach * 1.25, -0.35),
                Point(side * reach * 0.62, -0.3),
            ])
            canvas.fill(.stroke(rise, width: 0.17, end: 0.07), ink, at: place)
            let eye = Point(side * reach * 0.66, -0.16)
            canvas.fill(.disc(eye, 0.14), ink, at: place)
            for index in [3, 5, 7, 9, 11] {
                let turns = side * (0.34 - 0.035 * Double(index))
                canvas.fill(
                    .leaf(length: 0.42, width: 0.13, bend: side * 0.16), ink,
                    at: place.inner(rise[index], scale: 1, turns: turns))
            }
        }
    }

    /// A vase with a foot, a band and a bunch of flowers.
    static func vase(on canvas: inout TileCanvas, at place: Placement, ink: Colour, vein: Colour) {
        for index in -3...3 {
            let turns = Double(index) * 0.07
            let tip = Point.polar(0.9 - 0.05 * Double(abs(index)), turns) + Point(0, 0.15)
            canvas.fill(.stroke([Point(0, 0.15), tip], width: 0.04), ink, at: place)
            let petals = index.isMultiple(of: 2) ? 7 : 5
            FlowerMotifs.daisy(
                on: &canvas, at: place.inner(tip, scale: 0.23), petals: petals, petal: ink,
                eye: vein)
        }
        let right = Shape.curve([
            Point(0.2, 0.1), Point(0.75, 0.3), Point(0.5, 0.8), Point(0.12, 0.85),
        ])
        let foot = [Point(0.3, 1), Point(-0.3, 1)]
        let body = Shape.polygon(right + foot + right.reversed().map { Point(-$0.x, $0.y) })
        canvas.fill(body, ink, at: place)
        canvas.fill(.box(-0.45, 0.4, 0.9, 0.06), vein, at: place)
        for index in -2...2 {
            canvas.fill(.disc(Point(Double(index) * 0.17, 0.56), 0.05), vein, at: place)
        }
    }

    /// A thistle: a round cup of scales, a crown of bristles and two toothed leaves.
    static func thistle(on canvas: inout TileCanvas, at place: Placement, ink: Colour, vein: Colour)
    {
        for index in -6...6 {
            canvas.fill(
                .leaf(length: 0.85, width: 0.06), ink,
                at: place.inner(Point(0, -0.15), scale: 1, turns: Double(index) * 0.022))
        }
        canvas.fill(.ellipse(Point(0, 0.02), 0.36, 0.34), ink, at: place)
        for row in 0..<3 {
            for index in -2...2 {
                let point = Point(
                    Double(index) * 0.13 + (row == 1 ? 0.06 : 0), -0.1 + Double(row) * 0.13)
                canvas.fill(.ring(point, 0.07, 0.035), vein, at: place)
            }
        }
        canvas.fill(.stroke([Point(0, 0.3), Point(0, 1.1)], width: 0.08), ink, at: place)
        for side in [-1.0, 1.0] {
            for index in 0..<4 {
                let turns = side * (0.1 + 0.075 * Double(index))
                let size = 0.95 - 0.12 * Double(index)
                canvas.fill(
                    .leaf(length: size, width: 0.12, bend: side * 0.1), ink,
                    at: place.inner(Point(0, 0.85), scale: 1, turns: turns))
            }
        }
    }
}
