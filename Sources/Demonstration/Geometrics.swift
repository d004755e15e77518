// The geometric family: scales, hexagons, arcs, kites and lozenges in uneven colours.

/// Painters of geometric tiles; `inks[0]` is the ground.
enum Geometrics {
    /// Overlapping scales, each with rings, coloured by chance.
    static func harbourScales(
        _ canvas: inout TileCanvas, _ random: inout SplitMix, _ inks: [Colour]
    ) {
        let count = 5
        let step = 1 / Double(count)
        let phase = random.unit()
        var firstRow: [(centre: Point, ink: Colour)] = []
        for row in 0..<count * 2 {
            for column in 0..<count {
                let shift = row.isMultiple(of: 2) ? 0 : step / 2
                let down = Double(row) * step / 2 + phase
                let centre = Point(Double(column) * step + shift + phase, down)
                let ink = inks[1 + random.below(4)]
                scale(&canvas, centre, step, ink: ink, ground: inks[0], reach: 0.5)
                if row == 0 { firstRow.append((centre, ink)) }
            }
        }
        // The last row lies on the first one's upper halves, which no later row covers.
        for (centre, ink) in firstRow {
            scale(&canvas, centre, step, ink: ink, ground: inks[0], reach: 0.25)
        }
    }

    /// One scale with its rings, `reach` turns to either side of straight up.
    private static func scale(
        _ canvas: inout TileCanvas, _ centre: Point, _ step: Double, ink: Colour, ground: Colour,
        reach: Double
    ) {
        for (radius, colour) in [
            (0.5, ground), (0.46, ink), (0.34, ground), (0.28, ink), (0.15, ground),
        ] {
            let edge = Shape.arc(centre, step * radius, from: -reach, to: reach)
            canvas.fill(.polygon(edge), colour)
        }
    }

    /// Hexagons built of three rhombs each, light from above, in uneven colours.
    static func quarryHexagons(
        _ canvas: inout TileCanvas, _ random: inout SplitMix, _ inks: [Colour]
    ) {
        let columns = 4
        let rows = 4
        let width = 1 / Double(columns)
        let height = 1 / Double(rows)
        let phase = Point(random.unit(), random.unit())
        for row in 0..<rows {
            for column in 0..<columns {
                let shift = row.isMultiple(of: 2) ? 0 : width / 2
                let centre = phase + Point(Double(column) * width + shift, Double(row) * height)
                let ink = inks[random.below(4) + 1]
                let up = height * 2 / 3
                let corners = [
                    Point(0, -up), Point(width / 2, -up / 2), Point(width / 2, up / 2),
                    Point(0, up),
                    Point(-width / 2, up / 2), Point(-width / 2, -up / 2),
                ].map { $0 + centre }
                canvas.fill(
                    .polygon([corners[0], corners[1], centre, corners[5]]),
                    ink.mixed(Colour(0xffffff), 0.35))
                canvas.fill(.polygon([corners[1], corners[2], corners[3], centre]), ink)
                canvas.fill(
                    .polygon([corners[5], centre, corners[3], corners[4]]),
                    ink.mixed(Colour(0x101820), 0.4))
                for corner in [corners[1], corners[3], corners[5]] {
                    canvas.fill(.stroke([centre, corner], width: 0.006), inks[0])
                }
            }
        }
    }

    /// Squares with two quarter arcs each, turned by chance, so that paths wander.
    static func arcParquet(_ canvas: inout TileCanvas, _ random: inout SplitMix, _ inks: [Colour]) {
        let count = 6
        let step = 1 / Double(count)
        let phase = Point(random.unit(), random.unit())
        for row in 0..<count {
            for column in 0..<count {
                let corner = phase + Point(Double(column), Double(row)) * step
                let tone = inks[0].mixed(inks[3], random.below(3) == 0 ? 0.55 : 0)
                canvas.fill(.box(corner.x, corner.y, step, step), tone)
                let turned = random.below(2) == 0
                let ends =
                    turned
                    ? [(Point(0, 0), 0.25), (Point(step, step), 0.75)]
                    : [(Point(step, 0), 0.5), (Point(0, step), 0.0)]
                for (offset, from) in ends {
                    let path = Shape.arc(corner + offset, step / 2, from: from, to: from + 0.25)
                    canvas.fill(.stroke(path, width: step * 0.36), inks[1])
                    canvas.fill(.stroke(path, width: step * 0.14), inks[2])
                }
            }
        }
    }

    /// Squares cut by their diagonals into kites of light and dark.
    static func kiteMosaic(_ canvas: inout TileCanvas, _ random: inout SplitMix, _ inks: [Colour]) {
        let count = 4
        let step = 1 / Double(count)
        let phase = Point(random.unit(), random.unit())
        for row in 0..<count {
            for column in 0..<count {
                let corner = phase + Point(Double(column), Double(row)) * step
                let square = [Point(0, 0), Point(step, 0), Point(step, step), Point(0, step)].map {
                    $0 + corner
                }
                let centre = corner + Point(step / 2, step / 2)
                let start = random.below(4)
                for side in 0..<4 {
                    let ink = inks[
                        (side + start) % 4 == 0 ? 1 + random.below(4) : (side + start) % 5]
                    canvas.fill(.polygon([square[side], square[(side + 1) % 4], centre]), ink)
                }
                let ink = inks[random.below(5)]
                let star = Shape.star(points: 4, inner: 0.36)
                canvas.fill(
                    star, ink,
                    at: Placement(
                        centre, scale: step * 0.3, turns: start.isMultiple(of: 2) ? 0 : 0.125))
            }
        }
    }

    /// Tall lozenges with a stitched line across, in broken diagonals of tone.
    static func lanternArgyle(
        _ canvas: inout TileCanvas, _ random: inout SplitMix, _ inks: [Colour]
    ) {
        let columns = 4
        let rows = 3
        let phase = Point(random.unit(), random.unit())
        let size = Point(1 / Double(columns), 1 / Double(rows))
        for row in 0..<rows * 2 {
            for column in 0..<columns {
                let shift = row.isMultiple(of: 2) ? 0 : size.x / 2
                let centre =
                    phase + Point(Double(column) * size.x + shift, Double(row) * size.y / 2)
                let lozenge = Shape.polygon([
                    centre + Point(0, -size.y / 2), centre + Point(size.x / 2, 0),
                    centre + Point(0, size.y / 2), centre + Point(-size.x / 2, 0),
                ])
                canvas.fill(lozenge, inks[random.below(4)])
                let star = Shape.star(points: 4, inner: 0.3)
                if random.below(3) == 0 {
                    canvas.fill(star, inks[4], at: Placement(centre, scale: size.x * 0.25))
                }
            }
        }
        for column in 0..<columns * 2 {
            for slope in [-1.0, 1.0] {
                let start = phase + Point(Double(column) * size.x / 2 * 2, 0)
                let along = Point(slope * size.x * Double(rows), 1)
                for dash in 0..<36 where column < columns {
                    let from = start + along * (Double(dash) / 36) + Point(size.x / 2, size.y / 4)
                    canvas.fill(.stroke([from, from + along * 0.014], width: 0.005), inks[4])
                }
            }
        }
    }
}
