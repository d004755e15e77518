// The tossed family: small things thrown about, with filler between them.

/// Painters of tossed tiles; `inks[0]` is the ground.
enum TossedIcons {
    static func littleBoats(_ canvas: inout TileCanvas, _ random: inout SplitMix, _ inks: [Colour])
    {
        let points = Layout.scattered(9, with: &random)
        for (index, point) in points.enumerated() {
            let place = Placement(
                point, scale: random.between(0.08, 0.15), turns: random.between(-0.04, 0.04),
                mirrored: random.below(2) == 0)
            ObjectMotifs.boat(
                on: &canvas, at: place, hull: inks[1 + index % 2], sail: inks[3 + index % 2])
        }
        for point in Layout.scattered(14, with: &random, avoiding: points) {
            let wave = Shape.curve([Point(-1, 0), Point(-0.4, -0.8), Point(0.4, 0.8), Point(1, 0)])
            canvas.fill(
                .stroke(wave, width: 0.3), inks[2], at: Placement(point, scale: 0.03), opacity: 0.8)
        }
    }

    static func teaTime(_ canvas: inout TileCanvas, _ random: inout SplitMix, _ inks: [Colour]) {
        let points = Layout.scattered(8, with: &random)
        for (index, point) in points.enumerated() {
            let place = Placement(
                point, scale: random.between(0.1, 0.14), turns: random.between(-0.08, 0.08),
                mirrored: random.below(2) == 0)
            ObjectMotifs.cup(
                on: &canvas, at: place, china: inks[1 + index % 3],
                band: index.isMultiple(of: 2) ? inks[4] : inks[0])
        }
        for point in Layout.scattered(9, with: &random, avoiding: points) {
            FlowerMotifs.daisy(
                on: &canvas, at: Placement(point, scale: 0.035, turns: random.unit()), petals: 6,
                petal: inks[1], eye: inks[4])
        }
    }

    static func lemonGrove(_ canvas: inout TileCanvas, _ random: inout SplitMix, _ inks: [Colour]) {
        for point in Layout.scattered(12, with: &random) {
            let place = Placement(point, scale: random.between(0.1, 0.15), turns: random.unit())
            FlowerMotifs.sprig(on: &canvas, at: place, leaf: inks[3], berry: nil)
        }
        for (index, point) in Layout.scattered(10, with: &random).enumerated() {
            let place = Placement(point, scale: random.between(0.085, 0.12), turns: random.unit())
            ObjectMotifs.lemon(
                on: &canvas, at: place, rind: index.isMultiple(of: 4) ? inks[2] : inks[1],
                leaf: inks[4])
        }
    }

    static func lostKeys(_ canvas: inout TileCanvas, _ random: inout SplitMix, _ inks: [Colour]) {
        let points = Layout.scattered(12, with: &random)
        for (index, point) in points.enumerated() {
            let place = Placement(
                point, scale: random.between(0.08, 0.16), turns: random.unit(),
                mirrored: random.below(2) == 0)
            ObjectMotifs.key(on: &canvas, at: place, metal: inks[1 + index % 3])
        }
        for point in Layout.scattered(12, with: &random, avoiding: points) {
            canvas.fill(
                .star(points: 5, inner: 0.45), inks[4],
                at: Placement(point, scale: 0.024, turns: random.unit()))
        }
    }

    static func nightSky(_ canvas: inout TileCanvas, _ random: inout SplitMix, _ inks: [Colour]) {
        let moons = Layout.scattered(5, with: &random)
        for moon in moons {
            ObjectMotifs.moon(
                on: &canvas,
                at: Placement(moon, scale: random.between(0.07, 0.13), turns: random.unit()),
                light: inks[1])
        }
        let stars = Layout.scattered(26, with: &random, avoiding: moons)
        for (index, star) in stars.enumerated() {
            let points = index.isMultiple(of: 3) ? 8 : 5
            let place = Placement(
                star, scale: index < 6 ? 0.075 : random.between(0.02, 0.045), turns: random.unit())
            canvas.fill(.star(points: points, inner: 0.42), inks[2 + index % 3], at: place)
        }
    }

    static func songbirds(_ canvas: inout TileCanvas, _ random: inout SplitMix, _ inks: [Colour]) {
        for point in Layout.scattered(10, with: &random) {
            let place = Placement(point, scale: random.between(0.1, 0.15), turns: random.unit())
            FlowerMotifs.sprig(on: &canvas, at: place, leaf: inks[3], berry: inks[4])
        }
        for (index, point) in Layout.scattered(8, with: &random).enumerated() {
            let place = Placement(
                point, scale: random.between(0.1, 0.15), turns: random.between(-0.08, 0.08),
                mirrored: random.below(2) == 0)
            let body = index.isMultiple(of: 3) ? inks[2] : inks[1]
            ObjectMotifs.bird(
                on: &canvas, at: place, body: body,
                wing: index.isMultiple(of: 3) ? inks[1] : inks[4])
        }
    }
}
