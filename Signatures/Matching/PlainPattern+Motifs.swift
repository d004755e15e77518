// Plain patterns that strew one simple figure over a layout: dots, stars, flowers, sprigs.

extension PlainPattern {
    /// A figure: from a place about its centre to its colour and how much of the pixel it covers.
    typealias Figure =
        @Sendable (_ x: Double, _ y: Double, _ pixel: Double) -> (
            ink: BackgroundInk, share: Float
        )

    /// Where figures stand: one in each cell, shifted, turned and left out by rule or by chance.
    struct Layout: Sendable {
        /// What each column is lower than the one before it, in cells.
        var drop = 0.0
        /// How far from the cell's centre a figure may be moved.
        var jitter = 0.0
        /// Quarter turns, or any turns, or none.
        var turns = 0
        /// The share of cells with a figure.
        var presence = 1.0
        /// After how many cells chance repeats.
        var period = 64
        var seed: UInt32 = 0

        init(_ dice: inout BackgroundDice, drop: Double?) {
            seed = dice.seed()
            self.drop = drop ?? dice.pick([0, 0, 0.5, 0.5, 0.333])
            turns = dice.pick([0, 0, 0, 4, 16])
            guard dice.happens(0.35) else { return }
            jitter = dice.between(0.02, 0.12)
            period = dice.whole(2, 6)
            if dice.happens(0.5) { presence = dice.between(0.5, 0.95) }
        }

        /// The place about the centre of the figure there; nil where there is none.
        func place(_ u: Double, _ v: Double) -> (x: Double, y: Double)? {
            let column = BackgroundMath.floor(u)
            let y = v + drop * Double(BackgroundMath.remainder(column, 6))
            let row = BackgroundMath.floor(y)
            var (x, up) = (u - Double(column) - 0.5, y - Double(row) - 0.5)
            guard turns > 0 || jitter > 0 || presence < 1 else { return (x, up) }
            let (across, down) = (
                BackgroundMath.remainder(column, period), BackgroundMath.remainder(row, period)
            )
            guard BackgroundNoise.chance(across, down, seed) <= presence else { return nil }
            x += jitter * (BackgroundNoise.chance(across, down, seed &+ 1) * 2 - 1)
            up += jitter * (BackgroundNoise.chance(across, down, seed &+ 2) * 2 - 1)
            guard turns > 0 else { return (x, up) }
            let turn =
                Double(
                    Int(BackgroundNoise.chance(across, down, seed &+ 3) * Double(turns)))
                / Double(turns)
            let (cosine, sine) = (BackgroundMath.cosine(turn), BackgroundMath.sine(turn))
            return (x * cosine + up * sine, up * cosine - x * sine)
        }
    }

    /// The painting of a figure's kind.
    func motifPaint(_ brush: inout Brush) -> Paint {
        let drop: Double? =
            switch self {
            case .dots, .concentricCircles, .stitches: 0
            case .halfDropDots: 0.5
            default: nil
            }
        let layout = Layout(&brush.dice, drop: drop)
        let room = 0.48 - layout.jitter
        let figure = figure(&brush, room: room)
        let second = brush.dice.happens(0.2) ? Self.disc(&brush, room: 0.15) : nil
        let (ground, pixel) = (brush.ground, brush.pixel)
        return { u, v in
            var colour = ground
            if let place = layout.place(u, v) {
                let drawn = figure(place.x, place.y, pixel)
                colour = colour.mixed(drawn.ink, drawn.share)
            }
            if let second, layout.jitter == 0 {
                let x = BackgroundMath.fraction(u) - 0.5
                let between = BackgroundMath.fraction(v + 0.5) - 0.5
                if layout.drop == 0 {
                    let corner = BackgroundMath.fraction(u + 0.5) - 0.5
                    let drawn = second(corner, between, pixel)
                    colour = colour.mixed(drawn.ink, drawn.share * (abs(x) > 0.3 ? 1 : 0))
                }
            }
            return colour
        }
    }

    private func figure(_ brush: inout Brush, room: Double) -> Figure {
        switch self {
        case .rings: Self.ring(&brush, room: room)
        case .concentricCircles: Self.target(&brush, room: 0.7)
        case .crosses: Self.cross(&brush, room: room)
        case .stars: Self.star(&brush, room: room)
        case .squares: Self.frame(&brush, room: room * 0.75, slanted: false)
        case .diamonds: Self.frame(&brush, room: room, slanted: true)
        case .quatrefoils: Self.quatrefoil(&brush, room: room)
        case .hearts: Self.heart(&brush, room: room)
        case .flowers: Self.flower(&brush, room: room, layers: 1)
        case .rosettes: Self.flower(&brush, room: room, layers: 2)
        case .leafSprigs: Self.sprig(&brush, room: room)
        case .leaves: Self.leaf(&brush, room: room)
        case .crescents: Self.crescent(&brush, room: room)
        case .stitches: Self.stitches(&brush)
        default: Self.disc(&brush, room: room)
        }
    }
}
