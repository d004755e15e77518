// The striped family: bands with garlands, anchors, berries and a moving tide.

/// Painters of striped tiles; `inks[0]` is the ground.
enum Stripes {
    /// Upright bands of uneven width with garlands climbing some of them.
    static func garlandStripe(
        _ canvas: inout TileCanvas, _ random: inout SplitMix, _ inks: [Colour]
    ) {
        let phase = random.unit()
        let bands: [(from: Double, width: Double, ink: Int)] = [
            (0, 0.2, 1), (0.22, 0.02, 2), (0.46, 0.03, 2), (0.52, 0.14, 3), (0.7, 0.02, 2),
            (0.92, 0.03, 1),
        ]
        for band in bands {
            canvas.fill(.box(band.from + phase, 0, band.width, 1), inks[band.ink])
        }
        climb(
            &canvas, &random, at: 0.35 + phase, swing: 0.06, leaf: inks[3], flower: inks[4],
            count: 9)
        climb(
            &canvas, &random, at: 0.82 + phase, swing: 0.05, leaf: inks[1], flower: inks[2],
            count: 7)
    }

    /// Level bands with a row of anchors and a row of boats that are out of step.
    static func regattaStripe(
        _ canvas: inout TileCanvas, _ random: inout SplitMix, _ inks: [Colour]
    ) {
        let phase = Point(random.unit(), random.unit())
        for (from, width, ink) in [
            (0.0, 0.11, 1), (0.14, 0.025, 2), (0.43, 0.08, 3), (0.54, 0.02, 1), (0.93, 0.04, 2),
        ] {
            canvas.fill(.box(0, from + phase.y, 1, width), inks[ink])
        }
        for index in 0..<4 {
            let point = phase + Point((Double(index) + random.between(-0.12, 0.12)) / 4, 0.305)
            ObjectMotifs.anchor(
                on: &canvas, at: Placement(point, scale: 0.095, turns: random.between(-0.06, 0.06)),
                ink: index == 1 ? inks[2] : inks[1])
        }
        for index in 0..<3 {
            let point = phase + Point((Double(index) + random.between(0, 0.4)) / 3, 0.735)
            ObjectMotifs.boat(
                on: &canvas, at: Placement(point, scale: 0.13, mirrored: random.below(2) == 0),
                hull: inks[1], sail: index == 0 ? inks[4] : inks[2])
        }
    }

    /// Slanting ribbons with berries and twigs between them.
    static func ribbonBerry(_ canvas: inout TileCanvas, _ random: inout SplitMix, _ inks: [Colour])
    {
        let phase = random.unit()
        for (from, width, ink) in [
            (0.0, 0.16, 1), (0.19, 0.03, 2), (0.55, 0.09, 3), (0.67, 0.02, 2),
        ] {
            let start = from + phase
            canvas.fill(
                .polygon([
                    Point(start, 0), Point(start + width, 0), Point(start + width + 1, 1),
                    Point(start + 1, 1),
                ]),
                inks[ink])
        }
        for (lane, count) in [(0.37, 4), (0.84, 5)] {
            for index in 0..<count {
                let part = (Double(index) + random.between(-0.1, 0.1)) / Double(count)
                let point = Point(lane + phase + part, part)
                let place = Placement(
                    point, scale: 0.095, turns: 0.375 + random.between(-0.12, 0.12))
                FlowerMotifs.sprig(
                    on: &canvas, at: place, leaf: inks[index.isMultiple(of: 2) ? 3 : 1],
                    berry: inks[4])
            }
        }
    }

    /// Waves of several heights with fish and shells riding between them.
    static func tideStripe(_ canvas: inout TileCanvas, _ random: inout SplitMix, _ inks: [Colour]) {
        let phase = Point(random.unit(), random.unit())
        for (index, level) in [0.0, 0.3, 0.38, 0.68, 0.8].enumerated() {
            let swing = 0.025 + 0.01 * Double(index % 3)
            let depth = [0.1, 0.03, 0.12, 0.05, 0.03][index]
            // A little more than once round: two edges that only met would leave a fine line.
            let upper = (0...65).map { step in
                let x = Double(step) / 64
                let lift =
                    Trigonometry.sine(x * Double(1 + index % 2) + Double(index) * 0.3) * swing
                return Point(x + phase.x, level + phase.y + lift)
            }
            let lower = upper.map { Point($0.x, $0.y + depth) }
            canvas.fill(.polygon(upper + lower.reversed()), inks[1 + index % 3])
        }
        for index in 0..<4 {
            let point =
                phase
                + Point(
                    (Double(index) + random.between(0, 0.5)) / 4, 0.2 + random.between(-0.02, 0.02))
            ObjectMotifs.fish(
                on: &canvas,
                at: Placement(
                    point, scale: 0.085, turns: random.between(-0.05, 0.05), mirrored: index == 2),
                ink: inks[4], eye: inks[0])
        }
        for index in 0..<5 {
            let point =
                phase
                + Point(
                    (Double(index) + random.between(0, 0.4)) / 5, 0.59 + random.between(-0.02, 0.02)
                )
            ObjectMotifs.shell(
                on: &canvas, at: Placement(point, scale: 0.065, turns: random.between(-0.1, 0.1)),
                ink: index.isMultiple(of: 2) ? inks[2] : inks[4], rib: inks[0])
        }
    }

    private static func climb(
        _ canvas: inout TileCanvas, _ random: inout SplitMix, at x: Double, swing: Double,
        leaf: Colour, flower: Colour, count: Int
    ) {
        let path = (0...48).map { step in
            let y = Double(step) / 48
            return Point(x + Trigonometry.sine(y * 2) * swing, y)
        }
        canvas.fill(.stroke(path, width: 0.01), leaf)
        for index in 0..<count {
            let point = path[index * 48 / count]
            let side = index.isMultiple(of: 2) ? 0.17 : -0.17
            canvas.fill(
                .leaf(length: 1, width: 0.28), leaf, at: Placement(point, scale: 0.09, turns: side))
            let bloom = Placement(
                point + Point(side * 0.18, -0.05), scale: random.between(0.025, 0.05),
                turns: random.unit())
            FlowerMotifs.daisy(on: &canvas, at: bloom, petals: 6, petal: flower, eye: leaf)
        }
    }
}
