// Products as shops photograph them: a cushion, a mug, a dress, a papered room, a roll of cloth.

internal import Imaging
internal import SelvageTypes

/// A drawn photograph of a product that is covered with a pattern.
enum ProductScene: String, Hashable, Sendable, CaseIterable {
    case cushion, mug, dress, room, roll

    /// The picture, with the pattern bent, shaded and partly hidden, as on a real product.
    ///
    /// - Complexity: About 10 ms for 480 × 480 in a release build.
    func picture(of tile: Picture, width: Int, height: Int, seed: UInt64) -> Picture {
        var random = SplitMix(seed: seed)
        let repeatSide = width * (26 + random.below(20)) / 100
        let cloth = Cloth(
            tile: tile.resized(width: repeatSide, height: repeatSide),
            offset: (random.below(repeatSide), random.below(repeatSide)))
        var stage = Stage(width: width, height: height, random: &random)
        switch self {
        case .cushion: stage.paint { Self.cushion($0, $1, cloth, width) }
        case .mug: stage.paint { Self.mug($0, $1, cloth, width) }
        case .dress: stage.paint { Self.dress($0, $1, cloth, width) }
        case .room: stage.paint { Self.room($0, $1, cloth, width) }
        case .roll: stage.paint { Self.roll($0, $1, cloth, width) }
        }
        return stage.picture
    }
}

/// The pattern as cloth: repeated without end.
struct Cloth {
    let tile: Picture
    let offset: (Int, Int)

    /// The colour at a place in pixels, brighter or darker by `light`.
    func colour(_ u: Double, _ v: Double, light: Double) -> Colour {
        let x = (Int(u.rounded(.down)) + offset.0) % tile.width
        let y = (Int(v.rounded(.down)) + offset.1) % tile.height
        let column = x < 0 ? x + tile.width : x
        let at = ((y < 0 ? y + tile.height : y) * tile.width + column) * 3
        let factor = Int(light * 256)
        var colour = Colour(0)
        colour.red = min(255, (Int(tile.pixels[at]) * factor) >> 8)
        colour.green = min(255, (Int(tile.pixels[at + 1]) * factor) >> 8)
        colour.blue = min(255, (Int(tile.pixels[at + 2]) * factor) >> 8)
        return colour
    }
}

/// The room that a product is photographed in: a wall, a table and soft light from the left.
private struct Stage {
    let width: Int
    let height: Int
    private let wall: Colour
    private let table: Colour
    private let horizon: Double
    private var pixels: [UInt8]

    init(width: Int, height: Int, random: inout SplitMix) {
        self.width = width
        self.height = height
        wall = Colour(random.pick([0xe9e4dc, 0xdde3e4, 0xe8dfd6, 0xd9dcd2, 0xcfd6dc, 0xefe9e1]))
        table = Colour(random.pick([0xb59a7c, 0x9c8468, 0xc9b79c, 0x8c7a6b, 0xa9a39a]))
        horizon = random.between(0.45, 0.62)
        pixels = Array(repeating: 0, count: width * height * 3)
    }

    var picture: Picture { Picture(width: width, height: height, pixels: pixels) }

    /// Asks the product for each pixel, in -1...1 across; nil shows the room behind it.
    mutating func paint(_ product: (Double, Double) -> Colour?) {
        let half = Double(width) / 2
        for row in 0..<height {
            let y = (Double(row) + 0.5 - Double(height) / 2) / half
            for column in 0..<width {
                let x = (Double(column) + 0.5) / half - 1
                let colour = product(x, y) ?? behind(x, y)
                let at = (row * width + column) * 3
                pixels[at] = UInt8(colour.red)
                pixels[at + 1] = UInt8(colour.green)
                pixels[at + 2] = UInt8(colour.blue)
            }
        }
    }

    private func behind(_ x: Double, _ y: Double) -> Colour {
        let ground = y < horizon ? wall : table
        let fade = min(1, max(0, 0.12 + 0.1 * x + 0.06 * abs(y)))
        let shadow = max(0, 0.35 - 0.5 * (x * x + (y - 0.8) * (y - 0.8) * 6))
        return ground.mixed(Colour(0x2b2a2c), min(0.6, fade + (y < horizon ? 0 : shadow)))
    }
}

extension ProductScene {
    private static func cushion(_ x: Double, _ y: Double, _ cloth: Cloth, _ width: Int) -> Colour? {
        let across = x / 0.78
        let down = (y - 0.04) / 0.74
        // The sides of a filled cushion sink in between its corners.
        let sink =
            1 - 0.1 * (1 - across * across) * down * down - 0.1 * (1 - down * down) * across
            * across
        let edge = max(abs(across), abs(down)) / sink
        guard edge < 1 else { return nil }
        if edge > 0.975 { return Colour(0xd8cfc0) }
        let puff = 1 - 0.22 * (across * across + down * down)
        let light = 0.62 + 0.42 * puff - 0.1 * across - 0.08 * down
        let reach = Double(width) / 2
        let bulge = 1 + 0.16 * (across * across + down * down)
        return cloth.colour(x * bulge * reach, y * bulge * reach, light: light)
    }

    private static func mug(_ x: Double, _ y: Double, _ cloth: Cloth, _ width: Int) -> Colour? {
        let across = (x + 0.1) / 0.5
        let rim = (across * across + (y + 0.5) * (y + 0.5) / 0.012)
        if rim < 1 { return Colour(rim > 0.8 ? 0xf6f4ef : 0x6d4a33) }
        let bend = 0.11 * max(0, 1 - across * across).squareRoot()
        if abs(across) < 1, y > -0.5 + bend * 0.2, y < 0.52 + bend {
            let depth = max(0, 1 - across * across).squareRoot()
            // arcsine by its series: how far round the cylinder this column lies.
            let around =
                across + across * across * across / 6 + 0.075 * across * across * across * across
                * across
            let reach = Double(width) / 2
            let light = 0.5 + 0.55 * depth - 0.12 * across
            return cloth.colour(around * 0.62 * reach, (y - bend) * reach, light: light)
        }
        let handle = ((x - 0.44) * (x - 0.44) + (y - 0.02) * (y - 0.02) * 0.8).squareRoot()
        return handle > 0.2 && handle < 0.28 && x > 0.36 ? Colour(0xece8e1) : nil
    }

    private static func dress(_ x: Double, _ y: Double, _ cloth: Cloth, _ width: Int) -> Colour? {
        guard y > -0.86, y < 0.88 else { return nil }
        let half: Double
        switch y {
        case ..<(-0.6): half = 0.2 + (y + 0.86) * 0.35
        case ..<(-0.15): half = 0.29 - (y + 0.6) * 0.22
        default: half = 0.19 + (y + 0.15) * 0.48
        }
        let neck = x * x / 0.02 + (y + 0.86) * (y + 0.86) / 0.03
        guard abs(x) < half, neck > 1 else { return nil }
        if y > -0.17, y < -0.12 { return Colour(0x39332e) }
        let folds = y < -0.15 ? 0.04 : 0.16 * min(1, (y + 0.15) * 2)
        let wave = Trigonometry.sine(x / half * 2.2 + y * 0.2)
        let reach = Double(width) / 2
        return cloth.colour(
            (x + 0.02 * wave) * reach, (y + 0.01 * wave) * reach,
            light: 0.88 + folds * wave - 0.1 * x)
    }

    private static func room(_ x: Double, _ y: Double, _ cloth: Cloth, _ width: Int) -> Colour? {
        let reach = Double(width) / 2
        let corner = -0.42
        if sofa(x, y) { return Colour(y > 0.44 ? 0x55616b : 0x66737d) }
        if x > -0.02, x < 0.42, y > -0.52, y < -0.14 {
            let inFrame = x > 0.03 && x < 0.37 && y > -0.47 && y < -0.19
            return Colour(inFrame ? 0xf1ece2 : 0x4a3b2f)
        }
        // The left wall runs towards us: everything on it grows with nearness.
        let near = x < corner ? 1 + (corner - x) * 0.9 : 1
        let floor = 0.62 * near
        if y > floor {
            return Colour(0x9a7f63).mixed(Colour(0x3a2c20), min(0.5, (y - floor) * 0.4))
        }
        if y > floor - 0.05 * near { return Colour(0xf2efe9) }
        if x < corner {
            let along = (corner - x) / near * 1.25
            return cloth.colour(-along * reach, y / near * reach, light: 0.72 - 0.12 * along)
        }
        return cloth.colour((x - corner) * reach, y * reach, light: 1.0 - 0.16 * abs(x - 0.1))
    }

    private static func sofa(_ x: Double, _ y: Double) -> Bool {
        let seat = x > -0.2 && x < 0.82 && y > 0.42 && y < 0.78
        let back = x > -0.12 && x < 0.74 && y > 0.12 && y <= 0.42
        return seat || back
    }

    private static func roll(_ x: Double, _ y: Double, _ cloth: Cloth, _ width: Int) -> Colour? {
        let reach = Double(width) / 2
        let end = (x - 0.8) * (x - 0.8) / 0.018 + (y + 0.28) * (y + 0.28) / 0.075
        if end < 1 { return Colour(end < 0.12 ? 0x8a6d4b : end < 0.2 ? 0x5c4630 : 0xe5ddcf) }
        let up = (y + 0.28) / 0.275
        if abs(up) < 1, x > -0.85, x < 0.8 {
            let around = up + up * up * up / 6 + 0.075 * up * up * up * up * up
            let depth = max(0, 1 - up * up).squareRoot()
            return cloth.colour(x * reach, around * 0.275 * reach, light: 0.45 + 0.6 * depth)
        }
        // The loose end lies on the table and runs towards us.
        let near = 1 + y * 0.35
        guard y >= -0.02, y < 0.86, abs(x) < 0.8 * near else { return nil }
        return cloth.colour(x / near * reach, y * 1.35 / near * reach, light: 0.8 + 0.2 * y)
    }
}
