// Dead leaves: shapes that hide each other, with the size statistics of natural images.

/// A scene of shapes thrown on one another, the farther ones more blurred.
///
/// - Source: A. B. Lee, D. Mumford, J. Huang, *Occlusion Models for Natural Images* (2001): disc
///   radii with density 1/r³ give images whose statistics do not depend on scale.
struct BackgroundLeaves {
    private var smallest = 8.0
    private var largest = 220.0
    /// On a picture of 360,000 pixels.
    private var count = 900
    private var layers = 3
    /// The share of shapes that bear a plain pattern.
    private var patterned: Double
    private var shapes: [Shape] = [.disc, .oval, .box, .polygon]
    /// Hues of a scene lie near each other.
    private let hue: Double
    private let spread: Double

    private enum Shape { case disc, oval, box, polygon }

    init(_ dice: inout BackgroundDice, patterned: Double) {
        self.patterned = patterned
        hue = dice.unit()
        spread = dice.between(0.05, 0.5)
        if dice.happens(0.5) { shapes = [dice.pick(shapes), dice.pick(shapes)] }
        smallest = patterned > 0 ? dice.between(16, 40) : dice.spread(5, 24)
        count = Int(min(2600, 90_000 / smallest / smallest)) + 150
        layers = dice.whole(1, 3)
    }

    /// Stones of like size, each lit from above.
    init(rubble dice: inout BackgroundDice) {
        self.init(&dice, patterned: 0)
        shapes = [.oval, .polygon]
        smallest = dice.between(12, 40)
        largest = smallest * dice.between(1.5, 4)
        count = Int(500_000 / smallest / largest)
        layers = 1
    }

    func draw(on canvas: inout BackgroundCanvas, _ dice: inout BackgroundDice) {
        canvas.cover(
            with: .plaster, cells: 60...300, inks: BackgroundInks(&dice), &dice)
        let number = max(30, count * canvas.inks.count / 360_000)
        for layer in 0..<layers {
            if layer > 0 { canvas.blur(radius: dice.between(1, 5)) }
            for _ in 0..<number / layers {
                drop(on: &canvas, &dice)
            }
        }
    }

    /// A radius with density 1/r³ between the smallest and the largest.
    private func radius(_ dice: inout BackgroundDice) -> Double {
        let ratio = smallest / largest
        return smallest / (1 - dice.unit() * (1 - ratio * ratio)).squareRoot()
    }

    private func ink(_ dice: inout BackgroundDice) -> BackgroundInk {
        .hsl(hue + spread * (dice.unit() - 0.5), dice.between(0, 0.8), dice.between(0.08, 0.9))
    }

    private func drop(on canvas: inout BackgroundCanvas, _ dice: inout BackgroundDice) {
        let radius = radius(&dice)
        let (x, y) = (
            dice.between(-radius, Double(canvas.width) + radius),
            dice.between(-radius, Double(canvas.height) + radius)
        )
        let angle = dice.unit()
        let (cosine, sine) = (BackgroundMath.cosine(angle), BackgroundMath.sine(angle))
        let edge = edge(radius, &dice)
        let fill = fill(radius, &dice)
        let light = SIMD2(dice.between(-0.4, 0.4), dice.between(-0.5, 0.3)) / radius
        let reach = radius * 1.42
        canvas.repaint(
            columns: Int(x - reach)...Int(x + reach), rows: Int(y - reach)...Int(y + reach)
        ) { column, row, before in
            let (dx, dy) = (Double(column) - x, Double(row) - y)
            let (px, py) = (dx * cosine + dy * sine, dy * cosine - dx * sine)
            let share = BackgroundMath.cover(edge(px, py), 1)
            guard share > 0 else { return before }
            let shade = Float(1 + light.x * dx + light.y * dy)
            return before.mixed(fill(px, py) * shade, share)
        }
    }

    /// The signed distance to a shape's edge.
    private func edge(
        _ radius: Double, _ dice: inout BackgroundDice
    ) -> (Double, Double) -> Double {
        let squash = dice.between(0.35, 1)
        switch dice.pick(shapes) {
        case .disc: return { x, y in BackgroundMath.length(x, y) - radius }
        case .oval:
            return { x, y in (BackgroundMath.length(x, y / squash) - radius) * squash }
        case .box:
            return { x, y in max(abs(x) - radius, abs(y) - radius * squash) }
        case .polygon:
            let sides = dice.whole(3, 7)
            let planes = (0..<sides).map { side in
                let turn = (Double(side) + dice.between(-0.25, 0.25)) / Double(sides)
                return (
                    BackgroundMath.cosine(turn), BackgroundMath.sine(turn),
                    radius * dice.between(0.55, 0.85)
                )
            }
            // The circle cuts what planes leave open.
            return { x, y in
                planes.reduce(BackgroundMath.length(x, y) - radius * 1.4) {
                    max($0, x * $1.0 + y * $1.1 - $1.2)
                }
            }
        }
    }

    private func fill(
        _ radius: Double, _ dice: inout BackgroundDice
    ) -> (Double, Double) -> BackgroundInk {
        let ink = ink(&dice)
        if dice.happens(patterned) {
            let cell = dice.spread(10, 90)
            var brush = PlainPattern.Brush(
                dice: BackgroundDice(seed: dice.next()), inks: BackgroundInks(&dice),
                pixel: 1.2 / cell)
            let paint = dice.pick(PlainPattern.allCases).paint(&brush)
            return { x, y in paint(x / cell + 20, y / cell + 20) }
        }
        guard dice.happens(0.8) else { return { _, _ in ink } }
        let (coarse, depth) = (dice.spread(3, 50), dice.between(0.1, 1))
        let stretch = dice.happens(0.3) ? dice.between(0.1, 0.5) : 1
        let seed = dice.seed()
        return { x, y in
            let noise = BackgroundNoise.octaves(
                x / coarse, y * stretch / coarse, seed, count: 3, falloff: 0.7)
            return ink * Float(1 + depth * noise)
        }
    }
}
