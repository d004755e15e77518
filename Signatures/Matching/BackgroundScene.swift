// The kinds of made-up scene, and the ones that are fields: noise, sky, cloth, water.

/// A scene that looks like a photograph or a page to a matcher, and was drawn.
enum BackgroundScene: String, CaseIterable, Sendable {
    case shapes, patternedShapes, interior, noiseField, horizon, branches, textPage, drapery
    case collage, lights, rubble

    /// Draws the scene.
    func draw(on canvas: inout BackgroundCanvas, _ dice: inout BackgroundDice) {
        switch self {
        case .shapes: BackgroundLeaves(&dice, patterned: 0).draw(on: &canvas, &dice)
        case .patternedShapes: BackgroundLeaves(&dice, patterned: 0.5).draw(on: &canvas, &dice)
        case .rubble: BackgroundLeaves(rubble: &dice).draw(on: &canvas, &dice)
        case .interior: Self.interior(&canvas, &dice)
        case .noiseField: Self.noiseField(&canvas, &dice)
        case .horizon: Self.horizon(&canvas, &dice)
        case .branches: Self.branches(&canvas, &dice)
        case .textPage: Self.textPage(&canvas, &dice)
        case .drapery: Self.drapery(&canvas, &dice)
        case .collage: Self.collage(&canvas, &dice)
        case .lights: Self.lights(&canvas, &dice)
        }
    }

    /// 1/f noise, of one or of each channel: fur, lawn, rust, clouds.
    static func noiseField(_ canvas: inout BackgroundCanvas, _ dice: inout BackgroundDice) {
        let inks = BackgroundInks(&dice)
        let coarse = dice.spread(30, 300)
        let stretch = dice.happens(0.4) ? dice.between(0.15, 0.6) : 1
        let (falloff, swirl) = (dice.between(0.45, 0.85), dice.between(0, 1))
        let (seed, other) = (dice.seed(), dice.seed())
        canvas.repaint { column, row, _ in
            let (x, y) = (Double(column) / coarse, Double(row) / coarse * stretch)
            let push = swirl * BackgroundNoise.value(x * 0.7, y * 0.7, other)
            let first = BackgroundNoise.octaves(
                x + push, y - push, seed, count: 5, falloff: falloff)
            let second = BackgroundNoise.octaves(x + 40, y, other, count: 3, falloff: falloff)
            return inks.ground.mixed(inks.figures[0], Float(min(1, max(0, 0.5 + first * 1.2))))
                .mixed(inks.figures[1], Float(min(1, max(0, second * 1.5))))
        }
    }

    /// Sky over ridges or water, nearer ones darker.
    static func horizon(_ canvas: inout BackgroundCanvas, _ dice: inout BackgroundDice) {
        let hue = dice.between(0.5, 0.68)
        let zenith = BackgroundInk.hsl(hue, dice.between(0.2, 0.8), dice.between(0.2, 0.6))
        let low = BackgroundInk.hsl(
            dice.happens(0.4) ? dice.between(0.02, 0.14) : hue, dice.between(0.2, 0.8), 0.8)
        let cloudiness = dice.between(-0.3, 0.6)
        let seed = dice.seed()
        let high = Double(canvas.height)
        canvas.repaint { column, row, _ in
            let (x, y) = (Double(column) / 180, Double(row) / 70)
            let cloud = BackgroundNoise.octaves(x, y, seed, count: 4, falloff: 0.55)
            return zenith.mixed(low, Float(Double(row) / high))
                .mixed(BackgroundInk(repeating: 0.95), Float(min(1, max(0, cloud + cloudiness))))
        }
        let ridges = dice.whole(1, 5)
        var level = dice.between(0.35, 0.6)
        for ridge in 0..<ridges {
            let depth = Double(ridge + 1) / Double(ridges)
            let ground = BackgroundInk.hsl(
                dice.between(0.05, 0.45), 0.1 + 0.4 * depth, 0.55 - 0.4 * depth * dice.unit())
            Self.ridge(&canvas, level: level * high, depth: depth, ground, dice.seed())
            level += dice.between(0.06, 0.2)
        }
    }

    private static func ridge(
        _ canvas: inout BackgroundCanvas, level: Double, depth: Double, _ ground: BackgroundInk,
        _ seed: UInt32
    ) {
        let tops = (0..<canvas.width).map { column in
            level - 90
                * BackgroundNoise.octaves(
                    Double(column) / (90 + 120 * depth), depth * 9, seed, count: 6, falloff: 0.5)
        }
        canvas.repaint { column, row, before in
            let inside = BackgroundMath.cover(tops[column] - Double(row), 1)
            guard inside > 0 else { return before }
            let fine = (3.0 + 9 * (1 - depth))
            let grass = BackgroundNoise.octaves(
                Double(column) / fine / 3, Double(row) / fine, seed, count: 3, falloff: 0.7)
            return before.mixed(ground * Float(1 + 0.8 * grass), inside)
        }
    }

    /// Hanging cloth, plain or of a plain pattern, with folds that shift and shade it.
    static func drapery(_ canvas: inout BackgroundCanvas, _ dice: inout BackgroundDice) {
        let inks = BackgroundInks(&dice)
        let plain = dice.happens(0.35)
        let pattern = dice.pick(PlainPattern.allCases)
        let cell = dice.spread(16, 120)
        var brush = PlainPattern.Brush(
            dice: BackgroundDice(seed: dice.next()), inks: inks, pixel: 1.4 / cell)
        let paint = pattern.paint(&brush)
        let (length, depth) = (dice.between(40, 160), dice.between(0.3, 1.2))
        let slant = dice.between(-0.5, 0.5)
        let seed = dice.seed()
        let fold = { (x: Double, y: Double) -> Double in
            let across = x / length + slant * y / length
            return BackgroundNoise.octaves(across, y / length / 5, seed, count: 3, falloff: 0.4)
        }
        canvas.repaint { column, row, _ in
            let (x, y) = (Double(column), Double(row))
            let height = fold(x, y)
            let slope = (fold(x + 1.5, y) - height) * length / 1.5
            let push = depth * height * length * 0.35
            let colour =
                plain
                ? inks.ground
                : paint((x + push) / cell + 9, (y - 0.3 * push) / cell + 9)
            return colour * Float(max(0.12, min(1.4, 0.85 + 0.45 * depth * slope)))
        }
    }
}
