// Logos and banners: the pictures on a shop's pages that show no pattern at all.

internal import Imaging
internal import SelvageTypes

/// Drawers of signs.
enum Signboard {
    /// A shop's mark: a few plain forms on white.
    static func logo(seed: UInt64) -> Picture {
        var random = SplitMix(seed: seed)
        let ink = Colour(random.pick([0x23395b, 0x5b2333, 0x2f4f3e, 0x4a3b52]))
        var canvas = TileCanvas(side: 160, ground: Colour(0xffffff))
        canvas.fill(.ring(Point(0.5, 0.42), 0.3, 0.24), ink)
        let mark = Shape.star(points: 3 + random.below(5), inner: random.between(0.3, 0.7))
        canvas.fill(mark, ink, at: Placement(Point(0.5, 0.42), scale: 0.19, turns: random.unit()))
        canvas.fill(.box(0.16, 0.82, 0.68, 0.05), ink)
        return canvas.picture
    }

    /// A wide banner: hills in two colours under an even sky.
    static func banner(seed: UInt64) -> Picture {
        var random = SplitMix(seed: seed)
        let sky = Colour(random.pick([0xe7d9c4, 0xd6e2e6, 0xeadcd8, 0xdfe3d3]))
        let hill = Colour(random.pick([0x86796b, 0x6b8290, 0x93706c, 0x76856a]))
        var canvas = TileCanvas(side: 512, ground: sky)
        canvas.fill(
            .disc(Point(random.between(0.2, 0.8), 0.3), random.between(0.05, 0.11)),
            Colour(0xfdf8ee))
        for layer in 0..<3 {
            let phase = random.unit()
            let level = 0.5 + 0.13 * Double(layer)
            let ridge = (0...48).map { step in
                let x = Double(step) / 48
                return Point(x, level - 0.06 * Trigonometry.sine(x * Double(layer + 1) + phase))
            }
            let foot = [Point(1, 0.999), Point(0, 0.999)]
            canvas.fill(.polygon(ridge + foot), sky.mixed(hill, 0.4 + 0.3 * Double(layer)))
        }
        return canvas.picture.resized(width: 720, height: 512).cropped(
            x: 0, y: 150, width: 720, height: 240)
    }
}
