// The colours of one background picture, drawn so that they look chosen together.

/// Red, green and blue, 0...1, as sRGB values.
typealias BackgroundInk = SIMD3<Float>

extension BackgroundInk {
    /// A colour by hue in turns, saturation and lightness.
    static func hsl(_ hue: Double, _ saturation: Double, _ lightness: Double) -> BackgroundInk {
        let chroma = (1 - abs(2 * lightness - 1)) * saturation
        func channel(_ shift: Double) -> Float {
            let wave = abs(6 * BackgroundMath.fraction(hue + shift) - 3) - 1
            return Float(lightness + chroma * (Swift.min(1, Swift.max(0, wave)) - 0.5))
        }
        return BackgroundInk(channel(0), channel(2.0 / 3), channel(1.0 / 3))
    }

    /// How light it is, 0...1.
    var luma: Float { 0.299 * x + 0.587 * y + 0.114 * z }

    /// The colour on the way to another.
    @inline(__always)
    func mixed(_ other: BackgroundInk, _ share: Float) -> BackgroundInk {
        self + (other - self) * share
    }
}

/// A ground and five colours that lie on it.
struct BackgroundInks: Sendable {
    /// What most of the surface shows.
    var ground: BackgroundInk
    /// The figures' colours; the first differs most surely from the ground.
    var figures: [BackgroundInk]

    /// Colours of one of eight moods.
    init(_ dice: inout BackgroundDice) {
        let hue = dice.unit()
        switch dice.below(8) {
        case 0: self.init(light: hue, &dice)
        case 1: self.init(dark: hue, &dice)
        case 2: self.init(tonal: hue, &dice)
        case 3: self.init(grey: hue, &dice)
        case 4: self.init(near: hue, 0.2...0.45, 0.65...0.9, &dice)
        case 5: self.init(near: hue, 0.7...1, 0.25...0.65, &dice)
        case 6: self.init(near: dice.between(0.02, 0.16), 0.15...0.6, 0.15...0.8, &dice)
        default: self.init(any: &dice)
        }
        if dice.happens(0.2) { swap(&ground, &figures[0]) }
        separate()
    }

    private init(light hue: Double, _ dice: inout BackgroundDice) {
        ground = .hsl(hue, dice.between(0, 0.4), dice.between(0.85, 0.99))
        figures = Self.five { .hsl($0.unit(), $0.between(0.3, 1), $0.between(0.2, 0.6)) }(&dice)
    }

    private init(dark hue: Double, _ dice: inout BackgroundDice) {
        ground = .hsl(hue, dice.between(0.1, 0.7), dice.between(0.04, 0.25))
        figures = Self.five { .hsl($0.unit(), $0.between(0.1, 0.9), $0.between(0.5, 0.95)) }(&dice)
    }

    private init(tonal hue: Double, _ dice: inout BackgroundDice) {
        let (saturation, lightness) = (dice.between(0, 0.7), dice.between(0.2, 0.85))
        ground = .hsl(hue, saturation, lightness)
        figures = Self.five {
            let step = $0.between(0.05, 0.22) * ($0.happens(0.5) ? 1 : -1)
            return .hsl(hue, saturation, min(0.97, max(0.03, lightness + step)))
        }(&dice)
    }

    private init(grey hue: Double, _ dice: inout BackgroundDice) {
        ground = .hsl(hue, dice.between(0, 0.06), dice.happens(0.7) ? 0.97 : 0.08)
        figures = Self.five { .hsl(hue, $0.between(0, 0.06), $0.between(0.02, 0.7)) }(&dice)
    }

    private init(
        near hue: Double, _ saturations: ClosedRange<Double>, _ lightnesses: ClosedRange<Double>,
        _ dice: inout BackgroundDice
    ) {
        let draw: (inout BackgroundDice) -> BackgroundInk = {
            .hsl(
                hue + $0.between(-0.15, 0.15),
                $0.between(saturations.lowerBound, saturations.upperBound),
                $0.between(lightnesses.lowerBound, lightnesses.upperBound))
        }
        ground = draw(&dice)
        figures = Self.five(draw)(&dice)
    }

    private init(any dice: inout BackgroundDice) {
        let draw: (inout BackgroundDice) -> BackgroundInk = {
            .hsl($0.unit(), $0.unit(), $0.between(0.05, 0.95))
        }
        ground = draw(&dice)
        figures = Self.five(draw)(&dice)
    }

    private static func five(
        _ draw: @escaping (inout BackgroundDice) -> BackgroundInk
    ) -> (inout BackgroundDice) -> [BackgroundInk] {
        { dice in (0..<5).map { _ in draw(&dice) } }
    }

    /// Moves the first figure away from the ground: a pattern nobody can see is no background.
    private mutating func separate() {
        let difference = figures[0].luma - ground.luma
        guard abs(difference) < 0.06 else { return }
        let target = BackgroundInk(repeating: ground.luma < 0.5 ? 1 : 0)
        figures[0] = figures[0].mixed(target, 0.3)
    }
}
