// Plain patterns made of polygons and level lines: honeycombs, triangles, cubes, trellises.

extension PlainPattern {
    /// The painting, if this kind is made of polygons or level lines.
    func polygonPaint(_ brush: inout Brush) -> Paint? {
        switch self {
        case .hexagons: Self.hexagons(&brush, outlined: false)
        case .honeycomb: Self.hexagons(&brush, outlined: true)
        case .triangles: Self.triangles(&brush)
        case .cubes: Self.cubes(&brush)
        case .octagons: Self.octagons(&brush)
        case .trellis: Self.trellis(&brush)
        case .ogee: Self.ogee(&brush)
        case .lobes: Self.lobes(&brush)
        default: nil
        }
    }

    /// A place in a honeycomb of cells one apart: its cell's centre is `(u - x, v - y)`.
    @inline(__always)
    private static func hexagon(_ u: Double, _ v: Double) -> (x: Double, y: Double) {
        let tall = 1.7320508075688772
        let first = (
            BackgroundMath.fraction(u) - 0.5, (BackgroundMath.fraction(v / tall) - 0.5) * tall
        )
        let second = (
            BackgroundMath.fraction(u + 0.5) - 0.5,
            (BackgroundMath.fraction(v / tall + 0.5) - 0.5) * tall
        )
        let near =
            first.0 * first.0 + first.1 * first.1 < second.0 * second.0 + second.1 * second.1
        return near ? (first.0, first.1) : (second.0, second.1)
    }

    /// How far inside the honeycomb cell's edge a place lies.
    @inline(__always)
    private static func depth(_ x: Double, _ y: Double) -> Double {
        0.5 - max(abs(x), abs(x) * 0.5 + abs(y) * 0.8660254037844386)
    }

    private static func hexagons(_ brush: inout Brush, outlined: Bool) -> Paint {
        let joint = brush.dice.between(0.015, outlined ? 0.12 : 0.05)
        let colours = outlined ? 1 : brush.dice.whole(1, 5)
        let inner = brush.dice.happens(0.4) ? brush.dice.between(0.12, 0.3) : 1
        let seed = brush.dice.seed()
        let (ground, inks, pixel) = (brush.ground, brush.inks.figures, brush.pixel)
        return { u, v in
            let (x, y) = hexagon(u, v)
            let column = BackgroundMath.floor((u - x) * 2 + 0.5)
            let row = BackgroundMath.floor((v - y) / 0.866 + 0.5)
            let chance = BackgroundNoise.chance(column, row, seed)
            let face = inks[Int(chance * Double(colours))]
            let depth = depth(x, y)
            let colour = ground.mixed(face, BackgroundMath.cover(joint - depth, pixel))
            return colour.mixed(ground, BackgroundMath.cover(inner - depth, pixel))
        }
    }

    private static func triangles(_ brush: inout Brush) -> Paint {
        let stretch = brush.dice.between(0.7, 1.6)
        let colours = brush.dice.whole(1, 4)
        let seed = brush.dice.seed()
        let joined = brush.dice.happens(0.6)
        let (ground, inks) = (brush.ground, brush.inks.figures)
        return { u, v in
            let y = v * stretch
            let row = BackgroundMath.floor(y)
            let part = y - Double(row)
            let x = u + (row & 1 == 0 || joined ? 0 : 0.5)
            let column = BackgroundMath.floor(x)
            guard abs(x - Double(column) - 0.5) * 2 < part else { return ground }
            let chance = BackgroundNoise.chance(column, row, seed)
            return inks[Int(chance * Double(colours))]
        }
    }

    /// Each honeycomb cell as a cube seen from its corner.
    private static func cubes(_ brush: inout Brush) -> Paint {
        let faces =
            brush.dice.happens(0.5)
            ? [brush[0], brush[1], brush.ground]
            : [brush[0], brush[0] * 0.75, brush[0] * 0.5]
        let rim = brush.dice.happens(0.3) ? 0.02 : 0
        let (ground, pixel) = (brush.ground, brush.pixel)
        return { u, v in
            let (x, y) = hexagon(u, v)
            let steep = y * 1.7320508075688772
            let face = x < 0 ? (steep < x ? 0 : 1) : (steep < -x ? 0 : 2)
            guard rim > 0 else { return faces[face] }
            return faces[face].mixed(ground, BackgroundMath.cover(depth(x, y) - rim, pixel))
        }
    }

    private static func octagons(_ brush: inout Brush) -> Paint {
        let cut = brush.dice.between(0.1, 0.3)
        let joint = brush.dice.between(0.01, 0.04)
        let (ground, ink, other, pixel) = (brush.ground, brush[0], brush[1], brush.pixel)
        return { u, v in
            let x = abs(BackgroundMath.fraction(u) - 0.5)
            let y = abs(BackgroundMath.fraction(v) - 0.5)
            let corner = (x + y - (1 - cut)) * 0.7071067811865476
            let face = corner > 0 ? other : ink
            let inside = corner > 0 ? corner : min(0.5 - max(x, y), -corner)
            return ground.mixed(face, BackgroundMath.cover(joint - inside, pixel))
        }
    }

    private static func trellis(_ brush: inout Brush) -> Paint {
        let half = brush.dice.between(0.015, 0.09)
        let stretch = brush.dice.between(0.6, 1.4)
        let doubled = brush.dice.happens(0.4) ? brush.dice.between(0.1, 0.2) : 0
        let knob = brush.dice.happens(0.4) ? brush.dice.between(0.06, 0.16) : 0
        let (ground, ink, other, pixel) = (brush.ground, brush[0], brush[1], brush.pixel)
        return { u, v in
            let (x, y) = (u + v * stretch, u - v * stretch)
            var colour = ground
            for shift in doubled > 0 ? [0, doubled] : [0] {
                colour = colour.mixed(
                    ink, BackgroundMath.line(x - shift, halfWidth: half, pixel))
                colour = colour.mixed(
                    ink, BackgroundMath.line(y - shift, halfWidth: half, pixel))
            }
            guard knob > 0 else { return colour }
            let px = BackgroundMath.fraction(x + 0.5) - 0.5
            let py = BackgroundMath.fraction(y + 0.5) - 0.5
            return colour.mixed(
                other, BackgroundMath.cover(BackgroundMath.length(px, py) - knob, pixel))
        }
    }

    /// Two families of mirrored waves that touch: onion-shaped cells.
    private static func ogee(_ brush: inout Brush) -> Paint {
        let swing = brush.dice.between(0.15, 0.25)
        let half = brush.dice.between(0.015, 0.06)
        let stretch = brush.dice.between(0.5, 1)
        let core = brush.dice.happens(0.5) ? brush.dice.between(0.05, 0.15) : 0
        let (ground, ink, other, pixel) = (brush.ground, brush[0], brush[1], brush.pixel)
        return { u, v in
            let bend = swing * BackgroundMath.sine(v * stretch)
            let left = abs(u - bend - (Double(BackgroundMath.floor(u - bend + 0.5))))
            let right = abs(u + bend - 0.5 - Double(BackgroundMath.floor(u + bend)))
            let line = BackgroundMath.cover(min(left, right) - half, pixel * 1.4)
            let colour = ground.mixed(ink, line)
            guard core > 0 else { return colour }
            // Neighbouring cells are widest half a wave apart.
            let even = BackgroundMath.floor(u * 2) & 1 == 0
            let x = (BackgroundMath.fraction(u * 2) - 0.5) / 2
            let y = (BackgroundMath.fraction(v * stretch + (even ? 0.75 : 0.25)) - 0.5) / stretch
            return colour.mixed(
                other, BackgroundMath.cover(BackgroundMath.length(x, y) - core, pixel))
        }
    }

    /// Level lines of a sum of cosines: soft blobs, lattices and lobed tiles.
    private static func lobes(_ brush: inout Brush) -> Paint {
        let (second, third) = (brush.dice.between(-0.6, 0.6), brush.dice.between(-0.5, 0.5))
        let level = brush.dice.between(-0.6, 0.6)
        let half = brush.dice.happens(0.5) ? brush.dice.between(0.08, 0.25) : 0
        let (ground, ink, pixel) = (brush.ground, brush[0], brush.pixel * 6)
        return { u, v in
            let (x, y) = (BackgroundMath.cosine(u), BackgroundMath.cosine(v))
            let (x2, y2) = (2 * x * x - 1, 2 * y * y - 1)
            let height = x + y + second * (x2 + y2) + third * 2 * x * y - level
            let distance = half > 0 ? abs(height) - half : height
            return ground.mixed(ink, BackgroundMath.cover(distance, pixel))
        }
    }
}
