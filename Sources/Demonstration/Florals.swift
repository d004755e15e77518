// The floral family: tossed flowers, a trellis, fronds, large blooms and tulip rows.

/// Painters of floral tiles; `inks[0]` is the ground.
enum Florals {
    /// Daisies of three sizes with leaves between them.
    static func daisyMeadow(_ canvas: inout TileCanvas, _ random: inout SplitMix, _ inks: [Colour])
    {
        let points = Layout.scattered(22, with: &random)
        for point in points {
            let place = Placement(point, scale: random.between(0.07, 0.1), turns: random.unit())
            FlowerMotifs.sprig(on: &canvas, at: place, leaf: inks[3], berry: nil)
        }
        for (index, point) in Layout.scattered(13, with: &random).enumerated() {
            let size = index < 3 ? 0.17 : index < 7 ? 0.11 : 0.07
            let place = Placement(point, scale: size, turns: random.unit())
            FlowerMotifs.daisy(
                on: &canvas, at: place, petals: 11 + random.below(4),
                petal: index.isMultiple(of: 3) ? inks[2] : inks[1], eye: inks[4])
        }
    }

    /// Roses on a slanting trellis; some crossings stay empty, so that the eye wanders.
    static func roseTrellis(_ canvas: inout TileCanvas, _ random: inout SplitMix, _ inks: [Colour])
    {
        let phase = Point(random.unit(), random.unit())
        for index in 0..<3 {
            let start = (Double(index) + 0.5) / 3
            for slope in [-1.0, 1.0] {
                let line = [Point(-0.5, start - slope * 0.5), Point(1.5, start + slope * 1.5)]
                let shifted = line.map { $0 + phase }
                canvas.fill(
                    .stroke(shifted.map { Point($0.x, $0.y) }, width: 0.012), inks[3], opacity: 0.5)
            }
        }
        for row in 0..<6 {
            for column in 0..<3 {
                let shift = row.isMultiple(of: 2) ? 0.0 : 1.0 / 6
                let point = phase + Point(Double(column) / 3 + shift, Double(row) / 6)
                let roll = random.below(8)
                let place = Placement(
                    point, scale: random.between(0.07, 0.12), turns: random.unit())
                if roll < 3 { continue }
                for turn in [0.0, 0.36, 0.68] {
                    canvas.fill(
                        .leaf(length: 1.5, width: 0.4), inks[3],
                        at: place.inner(Point(0, 0), scale: 1, turns: turn))
                }
                let petal = roll < 6 ? inks[1] : inks[2]
                FlowerMotifs.rose(on: &canvas, at: place, petal: petal, shade: inks[4])
            }
        }
    }

    /// Fern fronds that arch in all directions over a shadow of themselves.
    static func fernTrellis(_ canvas: inout TileCanvas, _ random: inout SplitMix, _ inks: [Colour])
    {
        for point in Layout.scattered(9, with: &random) {
            let place = Placement(point, scale: random.between(0.18, 0.26), turns: random.unit())
            FlowerMotifs.frond(
                on: &canvas, at: place, leaf: inks[1], rib: inks[1], bend: random.between(-0.7, 0.7)
            )
        }
        for (index, point) in Layout.scattered(8, with: &random).enumerated() {
            let place = Placement(point, scale: random.between(0.16, 0.24), turns: random.unit())
            FlowerMotifs.frond(
                on: &canvas, at: place, leaf: index.isMultiple(of: 3) ? inks[3] : inks[2],
                rib: inks[4],
                bend: random.between(-0.7, 0.7))
        }
    }

    /// A few very large peonies with buds and broad leaves.
    static func peonyGarden(_ canvas: inout TileCanvas, _ random: inout SplitMix, _ inks: [Colour])
    {
        let blooms = Layout.scattered(5, with: &random)
        for bloom in blooms {
            let start = random.unit()
            for index in 0..<5 {
                let turns = start + Double(index) / 5 + random.between(-0.05, 0.05)
                let place = Placement(bloom, scale: random.between(0.25, 0.34), turns: turns)
                canvas.fill(.leaf(length: 1, width: 0.26, bend: 0.15), inks[3], at: place)
                canvas.fill(
                    .stroke([Point(0, -0.2), Point(0.13, -0.92)], width: 0.03, end: 0.01), inks[0],
                    at: place)
            }
        }
        for (index, bloom) in blooms.enumerated() {
            let place = Placement(bloom, scale: index < 2 ? 0.24 : 0.17, turns: random.unit())
            FlowerMotifs.peony(
                on: &canvas, at: place, outer: index.isMultiple(of: 2) ? inks[1] : inks[2],
                heart: inks[4], rings: 5)
        }
        for bud in Layout.scattered(7, with: &random, avoiding: blooms) {
            let place = Placement(bud, scale: 0.05, turns: random.unit())
            FlowerMotifs.peony(on: &canvas, at: place, outer: inks[1], heart: inks[4], rings: 2)
        }
    }

    /// Rows of swaying tulips, every second row half a step along, in uneven colours.
    static func tulipWalk(_ canvas: inout TileCanvas, _ random: inout SplitMix, _ inks: [Colour]) {
        let phase = Point(random.unit(), random.unit())
        let colours = [inks[1], inks[1], inks[2], inks[4]]
        for row in 0..<4 {
            for column in 0..<4 {
                let shift = row.isMultiple(of: 2) ? 0.0 : 0.125
                let point = phase + Point((Double(column)) / 4 + shift, Double(row) / 4)
                let place = Placement(
                    point, scale: random.between(0.115, 0.15), turns: random.between(-0.05, 0.05),
                    mirrored: random.below(2) == 0)
                let petal = random.pick(colours)
                FlowerMotifs.tulip(
                    on: &canvas, at: place, petal: petal, shade: petal.mixed(Colour(0x201010), 0.3),
                    leaf: inks[3])
            }
        }
    }
}
