// The damask family: large ornaments in two tones, every second column half a step down.

/// Painters of damask tiles; `inks[0]` is the ground, `inks[1]` the figure, `inks[2]` a light accent.
enum Damasks {
    /// An ogee frame around a palmette.
    static func ogeePalmette(_ canvas: inout TileCanvas, _ random: inout SplitMix, _ inks: [Colour])
    {
        let phase = Point(random.unit(), random.unit())
        let lobes = random.pick([7, 9])
        for (index, centre) in halfDrop(phase).enumerated() {
            ogee(&canvas, centre, width: 0.5, height: 1, ink: inks[1])
            let place = Placement(centre + Point(0, 0.02), scale: index == 0 ? 0.2 : 0.17, turns: 0)
            OrnamentMotifs.palmette(
                on: &canvas, at: place, ink: index == 0 ? inks[1] : inks[2], vein: inks[0],
                lobes: lobes)
            let foot = Placement(centre + Point(0, 0.27), scale: 0.11)
            OrnamentMotifs.scrolls(on: &canvas, at: foot, ink: inks[index == 0 ? 2 : 1], reach: 0.9)
            FlowerMotifs.daisy(
                on: &canvas, at: Placement(centre + Point(0, -0.34), scale: 0.07), petals: 8,
                petal: inks[2], eye: inks[1])
        }
    }

    /// A vase of flowers between rising scrolls.
    static func vaseDamask(_ canvas: inout TileCanvas, _ random: inout SplitMix, _ inks: [Colour]) {
        let phase = Point(random.unit(), random.unit())
        for (index, centre) in halfDrop(phase).enumerated() {
            let place = Placement(centre, scale: index == 0 ? 0.24 : 0.19)
            OrnamentMotifs.vase(on: &canvas, at: place, ink: inks[1], vein: inks[0])
            let around = Placement(centre + Point(0, 0.3), scale: index == 0 ? 0.2 : 0.24)
            OrnamentMotifs.scrolls(on: &canvas, at: around, ink: inks[2], reach: 0.85)
            canvas.fill(
                .star(points: 8, inner: 0.5), inks[2],
                at: Placement(centre + Point(0.25, 0.12), scale: 0.04))
        }
        for point in Layout.scattered(10, with: &random) {
            canvas.fill(.disc(point, 0.012), inks[2])
        }
    }

    /// A round medallion of scrolls around a bloom, with four palmettes at its corners.
    static func scrollMedallion(
        _ canvas: inout TileCanvas, _ random: inout SplitMix, _ inks: [Colour]
    ) {
        let phase = Point(random.unit(), random.unit())
        let arms = random.pick([6, 8])
        for arm in 0..<arms {
            let turns = Double(arm) / Double(arms)
            let place = Placement(phase + .polar(0.24, turns), scale: 0.17, turns: turns)
            OrnamentMotifs.scrolls(on: &canvas, at: place, ink: inks[1], reach: 0.55)
        }
        canvas.fill(.ring(phase, 0.17, 0.15), inks[2])
        FlowerMotifs.peony(
            on: &canvas, at: Placement(phase, scale: 0.14), outer: inks[2], heart: inks[1], rings: 4
        )
        let corner = phase + Point(0.5, 0.5)
        for index in 0..<4 {
            let turns = Double(index) / 4 + 0.125
            let place = Placement(corner + .polar(0.1, turns), scale: 0.12, turns: turns)
            OrnamentMotifs.palmette(
                on: &canvas, at: place, ink: index.isMultiple(of: 2) ? inks[1] : inks[2],
                vein: inks[0], lobes: 7)
        }
        for index in 0..<2 {
            let side = phase + (index == 0 ? Point(0.5, 0) : Point(0, 0.5))
            canvas.fill(
                .star(points: 6, inner: 0.55), inks[2],
                at: Placement(side, scale: index == 0 ? 0.09 : 0.06))
        }
    }

    /// Thistles that lean left and right in turn on a powdered ground.
    static func thistleDamask(
        _ canvas: inout TileCanvas, _ random: inout SplitMix, _ inks: [Colour]
    ) {
        let phase = Point(random.unit(), random.unit())
        for row in 0..<14 {
            for column in 0..<14 {
                let shift = row.isMultiple(of: 2) ? 0.0 : 0.5
                let point = phase + Point((Double(column) + shift) / 14, Double(row) / 14)
                canvas.fill(.disc(point, 0.006), inks[2], opacity: 0.7)
            }
        }
        let spots = [Point(0, 0), Point(0.5, 0.22), Point(0.06, 0.52), Point(0.54, 0.73)]
        for (index, spot) in spots.enumerated() {
            let place = Placement(
                phase + spot, scale: random.between(0.17, 0.23),
                turns: index.isMultiple(of: 2) ? 0.04 : -0.06,
                mirrored: index > 1)
            OrnamentMotifs.thistle(
                on: &canvas, at: place, ink: index == 1 ? inks[2] : inks[1], vein: inks[0])
        }
    }

    private static func halfDrop(_ phase: Point) -> [Point] {
        [phase, phase + Point(0.5, 0.5)]
    }

    private static func ogee(
        _ canvas: inout TileCanvas, _ centre: Point, width: Double, height: Double, ink: Colour
    ) {
        for side in [-1.0, 1.0] {
            let edge = width / 2 * side
            let upper = Shape.curve([
                Point(0, -height / 2), Point(0, -height * 0.3), Point(edge, -height * 0.25),
                Point(edge, 0),
            ])
            let lower = Shape.curve([
                Point(edge, 0), Point(edge, height * 0.25), Point(0, height * 0.3),
                Point(0, height / 2),
            ])
            let path = (upper + lower.dropFirst()).map { $0 + centre }
            canvas.fill(.stroke(path, width: 0.028), ink)
            for index in stride(from: 3, to: path.count - 3, by: 3) {
                let turns = (index.isMultiple(of: 2) ? 0.12 : 0.4) * side
                canvas.fill(
                    .leaf(length: 1, width: 0.28), ink,
                    at: Placement(path[index], scale: 0.055, turns: turns))
            }
        }
    }
}
