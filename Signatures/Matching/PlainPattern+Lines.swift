// Plain patterns made of lines: stripes, waves, zigzags, hatches.

extension PlainPattern {
    /// The painting, if this kind is made of lines.
    func linePaint(_ brush: inout Brush) -> Paint? {
        switch self {
        case .stripes: Self.stripes(&brush, slant: 0)
        case .pinstripes: Self.pinstripes(&brush)
        case .variegatedStripes: Self.variegated(&brush)
        case .twill: Self.stripes(&brush, slant: Double(brush.dice.whole(1, 3)))
        case .zigzagLines: Self.waving(&brush, rounded: false, filled: false)
        case .chevron: Self.waving(&brush, rounded: false, filled: true)
        case .waves: Self.waving(&brush, rounded: true, filled: brush.dice.happens(0.5))
        case .crossHatch: Self.crossHatch(&brush)
        default: nil
        }
    }

    private static func stripes(_ brush: inout Brush, slant: Double) -> Paint {
        let half = brush.dice.between(0.08, 0.42)
        let (ground, ink, pixel) = (brush.ground, brush[0], brush.pixel)
        let edge = brush.dice.happens(0.3) ? brush.dice.between(0.02, 0.06) : 0
        let rim = brush[1]
        return { u, v in
            let across = u + slant * v
            let colour = ground.mixed(
                ink, BackgroundMath.line(across, halfWidth: half, pixel * (1 + slant)))
            guard edge > 0 else { return colour }
            let beside = abs((1 - BackgroundMath.zigzag(across + 0.5)) / 2 - half) - edge
            return colour.mixed(rim, BackgroundMath.cover(beside, pixel * (1 + slant)))
        }
    }

    private static func pinstripes(_ brush: inout Brush) -> Paint {
        let lines = (0..<brush.dice.whole(1, 4)).map {
            (
                $0 == 0 ? 0 : Double($0) * brush.dice.between(0.06, 0.22),
                brush.dice.between(0.01, 0.04)
            )
        }
        let (ground, inks, pixel) = (brush.ground, brush.inks.figures, brush.pixel)
        return { u, _ in
            var colour = ground
            for (index, (place, half)) in lines.enumerated() {
                colour = colour.mixed(
                    inks[index % inks.count],
                    BackgroundMath.line(u - place, halfWidth: half, pixel))
            }
            return colour
        }
    }

    /// Bands of unequal widths that fill a cell: their ends, in order, and their colours.
    static func bands(
        _ brush: inout Brush, most: Int = 9
    ) -> [(start: Double, end: Double, ink: BackgroundInk)] {
        let weights = (0..<brush.dice.whole(3, most)).map { _ in brush.dice.between(0.15, 1) }
        let total = weights.reduce(0, +)
        var start = 0.0
        return weights.indices.map { index in
            let end = start + weights[index] / total
            defer { start = end }
            let ink = index % 2 == 0 ? brush.ground : brush[brush.dice.below(5)]
            return (start, end, ink)
        }
    }

    private static func variegated(_ brush: inout Brush) -> Paint {
        let bands = bands(&brush, most: 12)
        let pixel = brush.pixel
        return { u, _ in
            let place = BackgroundMath.fraction(u)
            var colour = BackgroundInk.zero
            var rest: Float = 1
            for band in bands {
                let middle = (band.start + band.end) / 2
                let share = BackgroundMath.cover(
                    abs(place - middle) - (band.end - band.start) / 2, pixel)
                colour += band.ink * share
                rest -= share
            }
            return colour + bands[0].ink * max(0, rest)
        }
    }

    private static func waving(_ brush: inout Brush, rounded: Bool, filled: Bool) -> Paint {
        let height = brush.dice.between(0.15, 0.7)
        let length = brush.dice.between(0.5, 1.6)
        let half = filled ? brush.dice.between(0.15, 0.35) : brush.dice.between(0.02, 0.12)
        let rows = Double(brush.dice.whole(1, 3))
        let colours = brush.dice.whole(1, 4)
        let (ground, inks, pixel) = (brush.ground, brush.inks.figures, brush.pixel * rows * 1.5)
        return { u, v in
            let bend =
                rounded
                ? 0.5 + 0.5 * BackgroundMath.sine(u / length)
                : BackgroundMath.zigzag(u / length)
            let place = v * rows + height * bend
            let row = BackgroundMath.remainder(BackgroundMath.floor(place + 0.5), colours)
            return ground.mixed(
                inks[row % inks.count], BackgroundMath.line(place, halfWidth: half, pixel))
        }
    }

    private static func crossHatch(_ brush: inout Brush) -> Paint {
        let families = (0..<brush.dice.whole(2, 4)).map { index in
            let angle = Double(index) * brush.dice.between(0.1, 0.25) + brush.dice.between(0, 0.05)
            let density = brush.dice.between(1, 4)
            return (
                BackgroundMath.cosine(angle) * density, BackgroundMath.sine(angle) * density,
                density, brush[brush.dice.below(3)]
            )
        }
        let half = brush.dice.between(0.03, 0.15)
        let (ground, pixel, seed) = (brush.ground, brush.pixel, brush.dice.seed())
        let ragged = brush.dice.happens(0.5) ? brush.dice.between(0.05, 0.3) : 0
        return { u, v in
            var colour = ground
            let shake = ragged == 0 ? 0 : ragged * BackgroundNoise.value(u * 3, v * 3, seed)
            for (across, along, density, ink) in families {
                let share = BackgroundMath.line(
                    across * u + along * v + shake, halfWidth: half, pixel * density)
                colour = colour.mixed(ink, 0.8 * share)
            }
            return colour
        }
    }
}
