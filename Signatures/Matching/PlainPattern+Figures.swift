// The simple figures that plain patterns strew: each a signed distance and a colour.

extension PlainPattern {
    static func disc(_ brush: inout Brush, room: Double) -> Figure {
        let radius = room * brush.dice.between(0.25, 1)
        let ink = brush[0]
        let oval = brush.dice.happens(0.15) ? brush.dice.between(0.4, 0.9) : 1
        return { x, y, pixel in
            (ink, BackgroundMath.cover(BackgroundMath.length(x, y / oval) - radius, pixel))
        }
    }

    static func ring(_ brush: inout Brush, room: Double) -> Figure {
        let half = room * brush.dice.between(0.05, 0.2)
        let radius = (room - half) * brush.dice.between(0.6, 1)
        let core = brush.dice.happens(0.4) ? radius * brush.dice.between(0.2, 0.6) : 0
        let (ink, other) = (brush[0], brush[1])
        return { x, y, pixel in
            let distance = BackgroundMath.length(x, y)
            if distance < core + pixel, core > 0 {
                return (other, BackgroundMath.cover(distance - core, pixel))
            }
            return (ink, BackgroundMath.cover(abs(distance - radius) - half, pixel))
        }
    }

    static func target(_ brush: inout Brush, room: Double) -> Figure {
        let rings = Double(brush.dice.whole(2, 7)) / 0.5
        let half = brush.dice.between(0.15, 0.35)
        let reach = brush.dice.happens(0.5) ? room : 0.49
        let ink = brush[0]
        return { x, y, pixel in
            let distance = BackgroundMath.length(x, y)
            let line = BackgroundMath.line(distance * rings, halfWidth: half, pixel * rings)
            return (ink, min(line, BackgroundMath.cover(distance - reach, pixel)))
        }
    }

    static func cross(_ brush: inout Brush, room: Double) -> Figure {
        let reach = room * brush.dice.between(0.5, 1)
        let half = reach * brush.dice.between(0.08, 0.38)
        let slanted = brush.dice.happens(0.4)
        let ink = brush[0]
        return { x, y, pixel in
            let (a, b) =
                slanted ? (abs(x + y) * 0.7071, abs(x - y) * 0.7071) : (abs(x), abs(y))
            let distance = min(max(a - reach, b - half), max(b - reach, a - half))
            return (ink, BackgroundMath.cover(distance, pixel))
        }
    }

    static func star(_ brush: inout Brush, room: Double) -> Figure {
        let count = brush.dice.pick([4, 5, 5, 6, 8, 12])
        let reach = room * brush.dice.between(0.6, 1)
        let base = reach * brush.dice.between(0.1, count < 6 ? 0.5 : 0.25)
        let directions = directions(count)
        let scale = 1 / BackgroundMath.length(reach, base)
        let ink = brush[0]
        return { x, y, pixel in
            var distance = 9.0
            for (cosine, sine) in directions {
                let along = x * cosine + y * sine
                let across = abs(y * cosine - x * sine)
                let side = (across * reach + base * along - base * reach) * scale
                distance = min(distance, max(-along, side))
            }
            return (ink, BackgroundMath.cover(distance, pixel))
        }
    }

    static func frame(_ brush: inout Brush, room: Double, slanted: Bool) -> Figure {
        let reach = room * brush.dice.between(0.5, 1)
        let steps = brush.dice.whole(1, 3)
        let stretch = brush.dice.between(0.6, 1)
        let inks = brush.inks.figures
        let ground = brush.ground
        return { x, y, pixel in
            let distance =
                slanted ? (abs(x) / stretch + abs(y)) * 0.7071 : max(abs(x) / stretch, abs(y))
            var colour = inks[0]
            for step in stride(from: 1, to: steps, by: 1) {
                let inner = reach * Double(steps - step) / Double(steps)
                colour = colour.mixed(
                    step % 2 == 1 ? ground : inks[1], BackgroundMath.cover(distance - inner, pixel))
            }
            return (colour, BackgroundMath.cover(distance - reach, pixel))
        }
    }

    static func quatrefoil(_ brush: inout Brush, room: Double) -> Figure {
        let apart = room * brush.dice.between(0.4, 0.58)
        let radius = room - apart
        let half = brush.dice.happens(0.5) ? room * brush.dice.between(0.06, 0.16) : 0
        let ink = brush[0]
        return { x, y, pixel in
            let (a, b) = (abs(x), abs(y))
            let lobe = BackgroundMath.length(max(a, b) - apart, min(a, b)) - radius
            let distance = min(lobe, max(a, b) - apart)
            return (
                ink, BackgroundMath.cover(half > 0 ? abs(distance + half) - half : distance, pixel)
            )
        }
    }

    static func heart(_ brush: inout Brush, room: Double) -> Figure {
        let size = room * brush.dice.between(0.5, 0.9)
        let ink = brush[0]
        return { x, y, pixel in
            let (a, b) = (abs(x) / size, -y / size + 0.1)
            let lobe = BackgroundMath.length(a - 0.4, b - 0.3) - 0.5
            let point = max((a * 1.1 - b * 0.85 - 0.78) * 0.72, b - 0.45)
            return (ink, BackgroundMath.cover(min(lobe, max(point, -b - 1.1)) * size, pixel))
        }
    }

    static func flower(_ brush: inout Brush, room: Double, layers: Int) -> Figure {
        let count = brush.dice.pick([4, 5, 5, 5, 6, 8])
        let reach = room * brush.dice.between(0.6, 1)
        let size = brush.dice.between(0.75, 1.15) * 3.0 / Double(count)
        let core = reach * brush.dice.between(0.15, 0.35)
        let directions = directions(count)
        let inks = brush.inks.figures
        return { x, y, pixel in
            var (colour, share) = (inks[0], Float(0))
            for layer in 0..<layers {
                let reach = reach * (layer == 0 ? 1 : 0.6)
                let apart = reach / (1 + size)
                var distance = 9.0
                for (cosine, sine) in directions {
                    let (dx, dy) = (x - apart * cosine, y - apart * sine)
                    distance = min(distance, BackgroundMath.length(dx, dy))
                }
                let petal = BackgroundMath.cover(distance - apart * size, pixel)
                colour = layer == 0 ? inks[0] : colour.mixed(inks[2], petal)
                share = max(share, petal)
            }
            let middle = BackgroundMath.cover(BackgroundMath.length(x, y) - core, pixel)
            return (colour.mixed(inks[1], middle), max(share, middle))
        }
    }

    /// A lens between two circles, along the y axis.
    @inline(__always)
    private static func lens(_ x: Double, _ y: Double, _ length: Double, _ half: Double) -> Double {
        let radius = (length * length + half * half) / (2 * half)
        return BackgroundMath.length(abs(x) + radius - half, y) - radius
    }

    static func leaf(_ brush: inout Brush, room: Double) -> Figure {
        let reach = room * brush.dice.between(0.6, 1)
        let half = reach * brush.dice.between(0.15, 0.55)
        let vein = brush.dice.happens(0.5) ? reach * 0.04 : 0
        let tilt = brush.dice.between(0, 1)
        let (cosine, sine) = (BackgroundMath.cosine(tilt), BackgroundMath.sine(tilt))
        let (ink, ground) = (brush[0], brush.ground)
        return { x, y, pixel in
            let (across, along) = (x * cosine + y * sine, y * cosine - x * sine)
            let share = BackgroundMath.cover(lens(across, along, reach, half), pixel)
            let line = vein > 0 ? BackgroundMath.cover(abs(across) - vein, pixel) : 0
            return (ink.mixed(ground, line), share)
        }
    }

    static func sprig(_ brush: inout Brush, room: Double) -> Figure {
        let pairs = brush.dice.whole(2, 4)
        let reach = room * brush.dice.between(0.8, 1)
        let length = reach * brush.dice.between(0.16, 0.26)
        let half = length * brush.dice.between(0.3, 0.6)
        let bend = brush.dice.between(-0.3, 0.3)
        let angle = brush.dice.between(0.08, 0.2)
        let (cosine, sine) = (BackgroundMath.cosine(angle), BackgroundMath.sine(angle))
        let (leaf, stem) = (brush[0], brush[1])
        return { x, y, pixel in
            let centre = x - bend * (y * y / reach - reach * 0.3)
            var distance = lens(centre, y + reach * 0.85, length, half)
            for pair in 0..<pairs {
                let height = reach * (0.7 - 1.3 * Double(pair) / Double(pairs))
                let (a, b) = (abs(centre), -(y - height))
                let (across, along) = (a * cosine - b * sine, b * cosine + a * sine)
                distance = min(distance, lens(across, along - length, length, half))
            }
            let line = max(abs(centre) - reach * 0.025, abs(y) - reach * 0.9)
            let (blade, stalk) = (
                BackgroundMath.cover(distance, pixel), BackgroundMath.cover(line, pixel)
            )
            return (leaf.mixed(stem, stalk), max(blade, stalk))
        }
    }

    static func crescent(_ brush: inout Brush, room: Double) -> Figure {
        let radius = room * brush.dice.between(0.6, 1)
        let (shift, bite) = (radius * brush.dice.between(0.2, 0.6), brush.dice.between(0.7, 1))
        let ink = brush[0]
        return { x, y, pixel in
            let outer = BackgroundMath.length(x, y) - radius
            let inner = BackgroundMath.length(x - shift, y) - radius * bite
            return (ink, BackgroundMath.cover(max(outer, -inner), pixel))
        }
    }

    /// A small counted figure, mirrored about both axes, as in cross-stitch.
    static func stitches(_ brush: inout Brush) -> Figure {
        let half = brush.dice.whole(3, 6)
        let fill = brush.dice.between(0.3, 0.6)
        let seed = brush.dice.seed()
        let (inks, ground) = (brush.inks.figures, brush.ground)
        return { x, y, _ in
            let column = Int(min(0.499, abs(x)) * 2 * Double(half))
            let row = Int(min(0.499, abs(y)) * 2 * Double(half))
            let chance = BackgroundNoise.chance(min(column, row), max(column, row), seed)
            guard chance < fill else { return (ground, 0) }
            return (inks[chance < fill * 0.7 ? 0 : 1], 1)
        }
    }

    private static func directions(_ count: Int) -> [(Double, Double)] {
        (0..<count).map {
            let turn = Double($0) / Double(count) - 0.25
            return (BackgroundMath.cosine(turn), BackgroundMath.sine(turn))
        }
    }
}
