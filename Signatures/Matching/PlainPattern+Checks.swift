// Plain patterns made of crossing bands: checks, plaids, tartans, houndstooth.

extension PlainPattern {
    /// The painting, if this kind is made of crossing bands.
    func checkPaint(_ brush: inout Brush) -> Paint? {
        switch self {
        case .checkerboard: Self.checkerboard(&brush)
        case .gingham: Self.gingham(&brush)
        case .plaid: Self.plaid(&brush, twilled: false)
        case .tartan: Self.plaid(&brush, twilled: true)
        case .windowpane: Self.windowpane(&brush)
        case .houndstooth: Self.houndstooth(&brush, threads: 4)
        case .dogstoothTwill: Self.houndstooth(&brush, threads: brush.dice.whole(5, 9))
        case .argyle: Self.argyle(&brush)
        case .dotsOverStripes: Self.dotted(&brush, over: .stripes)
        case .dotsOverChecks: Self.dotted(&brush, over: brush.dice.pick([.gingham, .windowpane]))
        default: nil
        }
    }

    /// A square wave of period 1 between -1 and 1, with edges a pixel wide.
    @inline(__always)
    private static func wave(_ value: Double, _ pixel: Double) -> Float {
        2 * BackgroundMath.line(value, halfWidth: 0.25, pixel) - 1
    }

    private static func checkerboard(_ brush: inout Brush) -> Paint {
        let stretch = brush.dice.happens(0.3) ? brush.dice.between(0.4, 2.5) : 1
        let slanted = brush.dice.happens(0.25)
        let (ground, ink, pixel) = (brush.ground, brush[0], brush.pixel)
        return { u, v in
            let (x, y) = slanted ? (u + v * stretch, u - v * stretch) : (u, v * stretch)
            return ground.mixed(ink, 0.5 + 0.5 * wave(x, pixel) * wave(y, pixel))
        }
    }

    private static func gingham(_ brush: inout Brush) -> Paint {
        // Most have bands as wide as the gaps between them.
        let half = brush.dice.happens(0.6) ? 0.25 : brush.dice.between(0.15, 0.35)
        let (ground, ink, pixel) = (brush.ground, brush[0], brush.pixel)
        let other = brush.dice.happens(0.3) ? brush[1] : ink
        // Woven of two threads, or printed with a colour of its own where bands cross.
        let crossing = brush.dice.happens(0.4) ? brush[1] : nil
        return { u, v in
            let across = BackgroundMath.line(u, halfWidth: half, pixel)
            let down = BackgroundMath.line(v, halfWidth: half, pixel)
            if let crossing {
                return ground.mixed(ink, max(across, down)).mixed(crossing, across * down)
            }
            return ground.mixed(ink, across * 0.5).mixed(other, down * 0.5)
        }
    }

    private static func plaid(_ brush: inout Brush, twilled: Bool) -> Paint {
        let warp = bands(&brush)
        let weft = brush.dice.happens(0.7) ? warp : bands(&brush)
        let threads = brush.dice.between(24, 60)
        let slope = brush.dice.pick([2, 4])
        return { u, v in
            let across = BackgroundMath.fraction(u)
            let down = BackgroundMath.fraction(v)
            let first = warp.first { across < $0.end }?.ink ?? warp[0].ink
            let second = weft.first { down < $0.end }?.ink ?? weft[0].ink
            guard twilled else { return (first + second) * 0.5 }
            let step =
                BackgroundMath.floor(u * threads) + BackgroundMath.floor(v * threads)
            return BackgroundMath.remainder(step, slope) * 2 < slope ? first : second
        }
    }

    private static func windowpane(_ brush: inout Brush) -> Paint {
        let half = brush.dice.between(0.008, 0.06)
        let doubled = brush.dice.happens(0.4) ? brush.dice.between(0.08, 0.3) : 0
        let stretch = brush.dice.happens(0.3) ? brush.dice.between(0.5, 1.6) : 1
        let (ground, ink, other, pixel) = (brush.ground, brush[0], brush[1], brush.pixel)
        return { u, v in
            let y = v * stretch
            let near = max(
                BackgroundMath.line(u, halfWidth: half, pixel),
                BackgroundMath.line(y, halfWidth: half, pixel))
            guard doubled > 0 else { return ground.mixed(ink, near) }
            let beside = max(
                BackgroundMath.line(u - doubled, halfWidth: half, pixel),
                BackgroundMath.line(y - doubled, halfWidth: half, pixel))
            return ground.mixed(other, beside).mixed(ink, near)
        }
    }

    /// Two bands of threads in each direction, crossing in a two-and-two twill.
    private static func houndstooth(_ brush: inout Brush, threads: Int) -> Paint {
        let count = Double(threads * 2)
        let (ground, ink) = (brush.ground, brush[0])
        return { u, v in
            let column = BackgroundMath.floor(u * count)
            let row = BackgroundMath.floor(v * count)
            let warpOnTop = BackgroundMath.remainder(column + row, 4) < 2
            let thread = warpOnTop ? column : row
            return BackgroundMath.remainder(thread, threads * 2) < threads ? ink : ground
        }
    }

    private static func argyle(_ brush: inout Brush) -> Paint {
        let stretch = brush.dice.between(0.55, 0.9)
        let half = brush.dice.between(0.008, 0.02)
        let dash = brush.dice.happens(0.5) ? Double(brush.dice.whole(6, 14)) : 0
        let (ground, inks, pixel) = (brush.ground, brush.inks, brush.pixel)
        return { u, v in
            let (x, y) = (u + v * stretch, u - v * stretch)
            let board = wave(x, pixel) * wave(y, pixel)
            let column = BackgroundMath.floor(u * 2 + 0.5)
            let figure = inks.figures[BackgroundMath.remainder(column, 2)]
            var line = max(
                BackgroundMath.line(x, halfWidth: half, pixel),
                BackgroundMath.line(y, halfWidth: half, pixel))
            if dash > 0, BackgroundMath.fraction(u * dash) < 0.4 { line = 0 }
            return ground.mixed(figure, 0.5 + 0.5 * board).mixed(inks.figures[2], line)
        }
    }

    private static func dotted(_ brush: inout Brush, over base: PlainPattern) -> Paint {
        guard let below = base.linePaint(&brush) ?? base.checkPaint(&brush) else {
            return { _, _ in .zero }
        }
        let radius = brush.dice.between(0.08, 0.3)
        let finer = Double(brush.dice.whole(1, 2))
        let (ink, pixel) = (brush[2], brush.pixel * finer)
        return { u, v in
            let x = BackgroundMath.fraction(u * finer + 0.5) - 0.5
            let y = BackgroundMath.fraction(v * finer + 0.5) - 0.5
            let share = BackgroundMath.cover(BackgroundMath.length(x, y) - radius, pixel)
            return below(u, v).mixed(ink, share)
        }
    }
}
