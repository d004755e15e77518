// Plain surfaces: stone, wood, cloth, knitwear, things strewn by chance.

extension PlainPattern {
    /// The painting, if this kind is a surface.
    func surfacePaint(_ brush: inout Brush) -> Paint? {
        switch self {
        case .confetti: Self.confetti(&brush)
        case .terrazzo: Self.stones(&brush, apart: true)
        case .pebbles: Self.stones(&brush, apart: false)
        case .spots: Self.spots(&brush)
        case .woodGrain: Self.wood(&brush, planks: false)
        case .planks: Self.wood(&brush, planks: true)
        case .marble: Self.marble(&brush)
        case .knit: Self.knit(&brush)
        case .cable: Self.cable(&brush)
        case .weave: Self.weave(&brush, fine: Double(brush.dice.whole(2, 5)))
        case .linen: Self.linen(&brush)
        case .plaster: Self.plaster(&brush)
        default: nil
        }
    }

    /// Short strokes or dots, one to a cell of a finer lattice, thrown anew or repeating.
    private static func confetti(_ brush: inout Brush) -> Paint {
        let fine = brush.dice.whole(2, 5)
        let length = brush.dice.between(0.02, 0.28)
        let half = brush.dice.between(0.05, 0.14)
        let repeats = brush.dice.happens(0.6)
        let seed = brush.dice.seed()
        let (ground, inks) = (brush.ground, brush.inks.figures)
        let pixel = brush.pixel * Double(fine)
        return { u, v in
            let (x, y) = (u * Double(fine), v * Double(fine))
            var (column, row) = (BackgroundMath.floor(x), BackgroundMath.floor(y))
            let (fx, fy) = (x - Double(column) - 0.5, y - Double(row) - 0.5)
            if repeats {
                column = BackgroundMath.remainder(column, fine)
                row = BackgroundMath.remainder(row, fine)
            }
            let angle = BackgroundNoise.chance(column, row, seed)
            let free = max(0, 0.45 - length - half)
            let px = fx + (BackgroundNoise.chance(column, row, seed &+ 1) - 0.5) * 2 * free
            let py = fy + (BackgroundNoise.chance(column, row, seed &+ 2) - 0.5) * 2 * free
            let (cosine, sine) = (BackgroundMath.cosine(angle), BackgroundMath.sine(angle))
            let along = max(0, abs(px * cosine + py * sine) - length)
            let distance = BackgroundMath.length(along, py * cosine - px * sine) - half
            return ground.mixed(
                inks[Int(angle * 97) % inks.count], BackgroundMath.cover(distance, pixel))
        }
    }

    private static func stones(_ brush: inout Brush, apart: Bool) -> Paint {
        let fine = brush.dice.between(1.5, 4)
        let gap = brush.dice.between(0.03, apart ? 0.2 : 0.1)
        let present = apart ? brush.dice.between(0.3, 0.8) : 1
        let seed = brush.dice.seed()
        let round = !apart && brush.dice.happens(0.5)
        let (ground, inks, pixel) = (brush.ground, brush.inks.figures, brush.pixel * fine)
        return { u, v in
            let cell = BackgroundNoise.cell(u * fine, v * fine, seed, jitter: 0.95)
            let chance = BackgroundNoise.chance(cell.column, cell.row, seed &+ 9)
            guard chance < present else { return ground }
            let edge = cell.second - cell.first
            var face = inks[Int(chance * 971) % inks.count]
            if !apart { face = inks[0].mixed(inks[1], Float(chance)) }
            if round { face *= Float(0.6 + 0.7 * min(0.6, edge)) }
            return ground.mixed(face, BackgroundMath.cover(gap - edge, pixel * 1.5))
        }
    }

    /// Irregular spots, some with a darker rim, as on animals.
    private static func spots(_ brush: inout Brush) -> Paint {
        let fine = brush.dice.between(2, 4)
        let (size, rim) = (brush.dice.between(0.2, 0.42), brush.dice.between(0.06, 0.16))
        let open = brush.dice.happens(0.5)
        let seed = brush.dice.seed()
        let (ground, ink, other, pixel) = (brush.ground, brush[0], brush[1], brush.pixel * fine)
        return { u, v in
            let push =
                0.5 * BackgroundNoise.octaves(u * fine * 1.5, v * fine * 1.5, ~seed, count: 2)
            let cell = BackgroundNoise.cell(u * fine + push, v * fine - push, seed, jitter: 0.7)
            let near = cell.first + 0.25 * push
            let colour = ground.mixed(open ? other : ink, BackgroundMath.cover(near - size, pixel))
            guard open, push > -0.2 else { return colour }
            return colour.mixed(ink, BackgroundMath.cover(abs(near - size) - rim, pixel))
        }
    }

    private static func wood(_ brush: inout Brush, planks: Bool) -> Paint {
        let (rings, swing) = (brush.dice.between(4, 12), brush.dice.between(0.2, 1.4))
        let width = brush.dice.between(0.3, 0.7)
        let seed = brush.dice.seed()
        let dark = brush[0]
        let light = brush.ground.mixed(dark, Float(brush.dice.between(0.2, 0.7)))
        let pixel = brush.pixel
        return { u, v in
            let plank = planks ? BackgroundMath.floor(u / width) : 0
            let shift = Double(plank) * 7.37
            let bend = BackgroundNoise.octaves(u * 0.8 + shift, v * 0.18 + shift, seed, count: 3)
            let ring = BackgroundMath.fraction((u + swing * bend) * rings + shift)
            let fibre = BackgroundNoise.octaves(u * 40, v * 1.5 + shift, seed, count: 2)
            var colour = light.mixed(dark, Float(ring * ring * 0.8))
            colour *= Float(1 + 0.25 * fibre)
            guard planks else { return colour }
            colour *= Float(0.85 + 0.3 * BackgroundNoise.chance(plank, 3, seed))
            let x = BackgroundMath.fraction(u / width)
            let gap = BackgroundMath.cover(min(x, 1 - x) * width - 0.012, pixel)
            return colour.mixed(dark * 0.3, gap)
        }
    }

    private static func marble(_ brush: inout Brush) -> Paint {
        let (swing, veins) = (brush.dice.between(0.6, 2.5), brush.dice.between(0.5, 2))
        let sharp = brush.dice.happens(0.5)
        let seed = brush.dice.seed()
        let (ground, ink, other) = (brush.ground, brush[0], brush[1])
        return { u, v in
            let cloud = BackgroundNoise.octaves(u * 1.3, v * 1.3, seed, count: 5)
            let more = BackgroundNoise.octaves(u * 1.1 + 5, v * 1.1, ~seed, count: 3)
            let wave = BackgroundMath.sine((u + 0.4 * v) * veins + swing * cloud)
            let vein = sharp ? 1 - abs(wave) : 0.5 + 0.5 * wave
            return ground.mixed(other, Float(0.5 + more) * 0.4)
                .mixed(ink, Float(sharp ? vein * vein * vein : vein))
        }
    }

    /// Columns of stitches, each a V of two slanted loops.
    private static func knit(_ brush: inout Brush) -> Paint {
        let fine = Double(brush.dice.whole(2, 6))
        let motif = brush.dice.whole(0, 3)
        let seed = brush.dice.seed()
        let wide = brush.dice.whole(4, 10)
        let (ground, ink) = (brush.ground, brush[0])
        return { u, v in
            let x = u * fine * 2
            let column = BackgroundMath.floor(x)
            let side = x - Double(column) - 0.5
            let y = v * fine * 1.4 + (column & 1 == 0 ? side : -side) * 0.9
            let row = BackgroundMath.floor(y)
            let up = y - Double(row) - 0.5
            let round = Float(1 - 1.6 * side * side - 1.2 * up * up)
            let stitch = BackgroundMath.floor(Double(column) / 2)
            let marked =
                switch motif {
                case 0: false
                case 1: BackgroundMath.remainder(row, wide) < wide / 2
                case 2:
                    BackgroundMath.remainder(row + stitch, wide) == 0
                        || BackgroundMath.remainder(row - stitch, wide) == 0
                default:
                    BackgroundNoise.chance(
                        BackgroundMath.remainder(stitch, wide),
                        BackgroundMath.remainder(row, wide), seed) < 0.3
                }
            return (marked ? ink : ground) * round
        }
    }

    /// Two strands that cross, between ribs.
    private static func cable(_ brush: inout Brush) -> Paint {
        let (length, half) = (brush.dice.between(0.8, 2), brush.dice.between(0.1, 0.17))
        let (ground, ribs) = (brush.ground, Double(brush.dice.whole(3, 6)))
        return { u, v in
            let x = BackgroundMath.fraction(u) - 0.5
            let swing = 0.2 * BackgroundMath.sine(v / length)
            let firstOnTop = BackgroundMath.cosine(v / length) > 0
            let rib = BackgroundMath.zigzag(u * ribs * 2)
            var light = 0.45 + 0.3 * rib
            for strand in firstOnTop ? [-swing, swing] : [swing, -swing] {
                let across = (x - strand) / half
                guard abs(across) < 1 else { continue }
                let ply = BackgroundMath.zigzag(v * 8 + across * 1.5)
                light = (1 - across * across) * 0.75 + 0.2 + 0.12 * ply
            }
            return ground * Float(light)
        }
    }

    private static func weave(_ brush: inout Brush, fine: Double) -> Paint {
        let twill = brush.dice.whole(2, 5)
        let tint = brush.dice.between(0, 0.3)
        let seed = brush.dice.seed()
        let (warp, weft) = (brush.ground, brush.dice.happens(0.5) ? brush.ground : brush[0])
        return { u, v in
            let (x, y) = (u * fine * 2, v * fine * 2)
            let (column, row) = (BackgroundMath.floor(x), BackgroundMath.floor(y))
            let over = BackgroundMath.remainder(column + row * (twill - 1), twill) == 0
            let (across, along) =
                over
                ? (x - Double(column), y - Double(row))
                : (y - Double(row), x - Double(column))
            let thread = over ? column : row
            let uneven = tint * (BackgroundNoise.chance(thread, over ? 1 : 2, seed) - 0.5)
            let round =
                1 - 1.8 * (across - 0.5) * (across - 0.5) - 0.8 * (along - 0.5) * (along - 0.5)
            return (over ? warp : weft) * Float(round + uneven)
        }
    }

    private static func linen(_ brush: inout Brush) -> Paint {
        let (fine, depth) = (brush.dice.between(8, 24), brush.dice.between(0.1, 0.5))
        let seed = brush.dice.seed()
        let (ground, ink) = (brush.ground, brush[0])
        return { u, v in
            let warp = BackgroundNoise.octaves(u * fine, v * fine * 0.06, seed, count: 2)
            let weft = BackgroundNoise.octaves(u * fine * 0.06, v * fine, ~seed, count: 2)
            return ground.mixed(ink, Float(min(1, max(0, depth + depth * (warp + weft)))))
        }
    }

    private static func plaster(_ brush: inout Brush) -> Paint {
        let (fine, depth) = (brush.dice.between(2, 16), brush.dice.between(0.15, 0.6))
        let falloff = brush.dice.between(0.45, 0.8)
        let seed = brush.dice.seed()
        let (ground, ink) = (brush.ground, brush[0])
        return { u, v in
            let noise = BackgroundNoise.octaves(
                u * fine, v * fine, seed, count: 4, falloff: falloff)
            return ground.mixed(ink, Float(min(1, max(0, depth + noise))))
        }
    }
}
