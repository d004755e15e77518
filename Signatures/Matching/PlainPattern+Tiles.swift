// Plain patterns made of blocks and arcs: bricks, baskets, herringbone, scales, maze tiles.

extension PlainPattern {
    /// The painting, if this kind is made of tiles.
    func tilePaint(_ brush: inout Brush) -> Paint? {
        switch self {
        case .bricks: Self.bricks(&brush, rough: 0)
        case .brickwork: Self.bricks(&brush, rough: brush.dice.between(0.03, 0.12))
        case .wallTiles: Self.wallTiles(&brush)
        case .basketWeave: Self.basketWeave(&brush)
        case .parquet: Self.herringbone(&brush, grain: true)
        case .herringbone: Self.herringbone(&brush, grain: false)
        case .fishScales: Self.fishScales(&brush)
        case .arcTiles: Self.arcTiles(&brush, scattered: false)
        case .mazeTiles: Self.arcTiles(&brush, scattered: true)
        case .meander: Self.meander(&brush)
        default: polygonPaint(&brush)
        }
    }

    private static func bricks(_ brush: inout Brush, rough: Double) -> Paint {
        let height = brush.dice.between(0.25, 0.6)
        let mortar = brush.dice.between(0.012, 0.05)
        let shift = brush.dice.pick([0.5, 0.5, 0.333, 0.25])
        let tint = rough > 0 ? brush.dice.between(0.1, 0.5) : brush.dice.between(0, 0.3)
        let seed = brush.dice.seed()
        let (joint, ink, other, pixel) = (brush.ground, brush[0], brush[1], brush.pixel)
        return { u, v in
            let push = rough * BackgroundNoise.octaves(u * 6, v * 6, seed, count: 2)
            let y = v / height + push * 0.5
            let row = BackgroundMath.floor(y)
            let x = u + shift * Double(BackgroundMath.remainder(row, 4)) + push * 0.4
            let inside = min(
                0.5 - abs(BackgroundMath.fraction(x) - 0.5),
                (0.5 - abs(y - Double(row) - 0.5)) * height)
            let chance = BackgroundNoise.chance(BackgroundMath.floor(x), row, seed)
            var face = ink.mixed(other, Float(tint * chance))
            if rough > 0 {
                let grain = BackgroundNoise.octaves(u * 23, v * 23, ~seed, count: 3)
                face *= Float(1 + 0.35 * grain)
            }
            return joint.mixed(face, BackgroundMath.cover(mortar - inside, pixel))
        }
    }

    private static func wallTiles(_ brush: inout Brush) -> Paint {
        let joint = brush.dice.between(0.01, 0.05)
        let colours = brush.dice.whole(1, 4)
        let bevel = brush.dice.happens(0.4) ? brush.dice.between(0.04, 0.12) : 0
        let seed = brush.dice.seed()
        let (ground, inks, pixel) = (brush.ground, brush.inks.figures, brush.pixel)
        return { u, v in
            let (x, y) = (BackgroundMath.fraction(u) - 0.5, BackgroundMath.fraction(v) - 0.5)
            let chance = BackgroundNoise.chance(
                BackgroundMath.floor(u), BackgroundMath.floor(v), seed)
            var face = inks[Int(chance * Double(colours))]
            let rim = 0.5 - max(abs(x), abs(y)) - joint
            if bevel > 0, rim < bevel {
                face *= abs(x) > abs(y) ? (x > 0 ? 0.8 : 1.1) : (y > 0 ? 0.7 : 1.2)
            }
            return ground.mixed(face, BackgroundMath.cover(-rim, pixel))
        }
    }

    private static func basketWeave(_ brush: inout Brush) -> Paint {
        let strips = Double(brush.dice.whole(1, 4))
        let gap = brush.dice.between(0.03, 0.12)
        let (ground, ink, pixel) = (brush.ground, brush[0], brush.pixel * strips)
        let other = brush.dice.happens(0.5) ? brush[1] : ink
        return { u, v in
            let odd = BackgroundMath.remainder(BackgroundMath.floor(u) + BackgroundMath.floor(v), 2)
            let (along, across) = odd == 0 ? (u, v) : (v, u)
            let strip = BackgroundMath.fraction(across * strips) - 0.5
            let end = BackgroundMath.fraction(along) - 0.5
            let round = Float(1 - 1.1 * strip * strip - 0.9 * end * end)
            return ground.mixed(
                (odd == 0 ? ink : other) * round,
                BackgroundMath.cover(abs(strip) - 0.5 + gap, pixel))
        }
    }

    /// Blocks of 1 x n, each row's blocks one step further than the row's above.
    private static func herringbone(_ brush: inout Brush, grain: Bool) -> Paint {
        let length = brush.dice.whole(2, 6)
        let fine = Double(length)
        let joint = brush.dice.between(0.02, 0.08)
        let seed = brush.dice.seed()
        let slanted = brush.dice.happens(0.6)
        let (ground, ink, other, pixel) = (brush.ground, brush[0], brush[1], brush.pixel * fine)
        return { u, v in
            let (x, y) =
                slanted ? ((u + v) * 0.707 * fine, (v - u) * 0.707 * fine) : (u * fine, v * fine)
            let (column, row) = (BackgroundMath.floor(x), BackgroundMath.floor(y))
            let place = BackgroundMath.remainder(column - row, 2 * length)
            let flat = place < length
            let (fx, fy) = (x - Double(column), y - Double(row))
            let along = flat ? Double(place) + fx : Double(2 * length - 1 - place) + fy
            let across = flat ? fy : fx
            let block = flat ? (column - place, row) : (column, row - (2 * length - 1 - place))
            let chance = BackgroundNoise.chance(block.0, block.1, seed)
            var face = ink.mixed(other, grain ? Float(chance) : (flat ? 0 : 1))
            if grain {
                let (gx, gy) = flat ? (x * 0.7, y * 6) : (x * 6, y * 0.7)
                face *= Float(1 + 0.25 * BackgroundNoise.octaves(gx, gy, seed, count: 2))
            }
            let inside = min(min(along, Double(length) - along), min(across, 1 - across))
            return ground.mixed(face, BackgroundMath.cover(joint - inside, pixel))
        }
    }

    private static func fishScales(_ brush: inout Brush) -> Paint {
        let bands = brush.dice.whole(1, 5)
        let gap = brush.dice.between(0.02, 0.06)
        let rise = brush.dice.between(0.25, 0.5)
        let (ground, ink, other, pixel) = (brush.ground, brush[0], brush[1], brush.pixel)
        return { u, v in
            // The lowest row lies on top, so rows are tried from below.
            var row = BackgroundMath.floor(v / rise) + 3
            while row > BackgroundMath.floor(v / rise) - 3 {
                let shift = row & 1 == 0 ? 0.0 : 0.5
                let x = BackgroundMath.fraction(u + shift) - 0.5
                let distance = BackgroundMath.length(x, v - Double(row) * rise)
                if distance < 0.5 {
                    let face =
                        bands == 1
                        ? ink
                        : ink.mixed(
                            other,
                            BackgroundMath.line(
                                distance * 2 * Double(bands), halfWidth: 0.25,
                                pixel * 2 * Double(bands)))
                    return ground.mixed(face, BackgroundMath.cover(distance - 0.5 + gap, pixel))
                }
                row -= 1
            }
            return ground
        }
    }

    /// Quarter circles about two corners of each tile; which two is by rule or by chance.
    private static func arcTiles(_ brush: inout Brush, scattered: Bool) -> Paint {
        let rings = brush.dice.whole(1, 4)
        let half = brush.dice.between(0.05, 0.22) / Double(rings)
        let straight = brush.dice.happens(0.25)
        let filled = !straight && brush.dice.happens(0.35)
        let seed = brush.dice.seed()
        let (ground, ink, pixel) = (brush.ground, brush[0], brush.pixel)
        return { u, v in
            let (column, row) = (BackgroundMath.floor(u), BackgroundMath.floor(v))
            var x = u - Double(column)
            let y = v - Double(row)
            let turned =
                scattered
                ? BackgroundNoise.chance(column, row, seed) < 0.5
                : BackgroundMath.remainder(column + row, 2) == 0
            if turned { x = 1 - x }
            if straight {
                return ground.mixed(ink, BackgroundMath.cover(abs(x + y - 1) - half * 2, pixel))
            }
            let near = min(BackgroundMath.length(x, y), BackgroundMath.length(1 - x, 1 - y))
            if filled { return ground.mixed(ink, BackgroundMath.cover(near - 0.5, pixel)) }
            var share: Float = 0
            for ring in 1...rings {
                let radius = Double(ring) / Double(rings + 1)
                share = max(share, BackgroundMath.cover(abs(near - radius) - half, pixel))
            }
            return ground.mixed(ink, share)
        }
    }

    /// Key bands: one line of squares that turns in on itself.
    private static func meander(_ brush: inout Brush) -> Paint {
        let key = brush.dice.pick([
            [0b1111111, 0b1000000, 0b1011111, 0b1010001, 0b1010101, 0b1000101, 0b1111101],
            [0b11111111, 0b10000001, 0b10111101, 0b10100101, 0b10000101, 0b11111101],
            [0b1111100, 0b0000100, 0b0110100, 0b0100100, 0b0111100],
        ])
        let width = Double(Int.bitWidth - (key.max() ?? 1).leadingZeroBitCount)
        let rest = brush.dice.whole(1, 5)
        let mirrored = brush.dice.happens(0.4)
        let (ground, ink) = (brush.ground, brush[0])
        let rows = key.count + rest
        return { u, v in
            let y = BackgroundMath.floor(v * width)
            let band = BackgroundMath.remainder(BackgroundMath.floor(v * width / Double(rows)), 2)
            let row = BackgroundMath.remainder(y, rows)
            guard row < key.count else { return row == key.count + rest / 2 ? ink : ground }
            var column = BackgroundMath.floor(BackgroundMath.fraction(u) * width)
            if mirrored, band == 1 { column = Int(width) - 1 - column }
            return key[row] >> column & 1 == 1 ? ink : ground
        }
    }
}
