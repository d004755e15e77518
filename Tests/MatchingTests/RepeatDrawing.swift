// Own repeats drawn for tests, and pictures that show them in a known place.

import Foundation
import SelvageTypes

@testable import Matching

/// A repeat as a picture shows it: how it lies, and what is known of that.
struct RepeatView2D {
    /// Pixels of the picture for one of the repeat.
    var scale = 1.0
    /// Degrees, clockwise.
    var rotation = 0.0
    var isMirrored = false
    /// Where the repeat's upper left corner lies.
    var origin = (x: 0.0, y: 0.0)
    /// Every second column of repeats is moved down by this share of the repeat's height.
    var drop = 0.0

    /// The picture's movement along the repeat's rows, and along its columns.
    func lattice(of tile: Picture) -> (across: Placement.Point, down: Placement.Point) {
        let (c, s) = (cos(rotation * .pi / 180) * scale, sin(rotation * .pi / 180) * scale)
        let way = isMirrored ? -Double(tile.width) : Double(tile.width)
        return (
            Placement.Point(x: c * way, y: s * way),
            Placement.Point(x: -s * Double(tile.height), y: c * Double(tile.height))
        )
    }
}

enum RepeatDrawing {
    /// A repeat of overlapping motifs, whose sides meet.
    static func tile(_ seed: UInt64, width: Int = 220, height: Int = 180) -> Picture {
        var dice = SplitMix(state: seed &* 7919 &+ 13)
        var tile = Picture(
            width: width, height: height, red: UInt8(dice.below(256)),
            green: UInt8(dice.below(256)),
            blue: UInt8(dice.below(256)))
        for _ in 0..<46 { tile.stamp(&dice) }
        return tile
    }

    /// A picture that the repeat fills, each pixel between the four nearest of the repeat.
    static func picture(
        of tile: Picture, width: Int, height: Int, _ view: RepeatView2D
    ) -> Picture {
        let (c, s) = (
            cos(view.rotation * .pi / 180) / view.scale, sin(view.rotation * .pi / 180) / view.scale
        )
        let way = view.isMirrored ? -1.0 : 1.0
        var pixels = [UInt8](repeating: 0, count: width * height * 3)
        for y in 0..<height {
            for x in 0..<width {
                let (dx, dy) = (Double(x) + 0.5 - view.origin.x, Double(y) + 0.5 - view.origin.y)
                let u = way * (c * dx + s * dy)
                var v = c * dy - s * dx
                if view.drop > 0, Int((u / Double(tile.width)).rounded(.down)) & 1 == 1 {
                    v += view.drop * Double(tile.height)
                }
                tile.read(u - 0.5, v - 0.5, into: &pixels, at: (y * width + x) * 3)
            }
        }
        return Picture(width: width, height: height, pixels: pixels)
    }
}

extension Picture {
    /// The picture with each value replaced.
    func mapped(_ change: (Int, Int, Int) -> (Int, Int, Int)) -> Picture {
        var result = self
        for place in stride(from: 0, to: pixels.count, by: 3) {
            let new = change(Int(pixels[place]), Int(pixels[place + 1]), Int(pixels[place + 2]))
            result.pixels[place] = UInt8(clamping: new.0)
            result.pixels[place + 1] = UInt8(clamping: new.1)
            result.pixels[place + 2] = UInt8(clamping: new.2)
        }
        return result
    }

    /// A part of the picture.
    func cut(x: Int, y: Int, width: Int, height: Int) -> Picture {
        var result: [UInt8] = []
        for row in y..<y + height {
            let start = (row * self.width + x) * 3
            result += pixels[start..<start + width * 3]
        }
        return Picture(width: width, height: height, pixels: result)
    }

    /// The picture with another laid on it.
    func laid(_ other: Picture, x: Int, y: Int) -> Picture {
        var result = self
        for row in 0..<other.height {
            let to = ((y + row) * width + x) * 3
            let from = row * other.width * 3
            result.pixels.replaceSubrange(
                to..<to + other.width * 3, with: other.pixels[from..<from + other.width * 3])
        }
        return result
    }

    /// Reads a repeat between its pixels; its sides meet.
    fileprivate func read(_ u: Double, _ v: Double, into out: inout [UInt8], at place: Int) {
        let (i, j) = (u.rounded(.down), v.rounded(.down))
        let (fx, fy) = (Int((u - i) * 256), Int((v - j) * 256))
        let left = ((Int(i) % width) + width) % width
        let top = ((Int(j) % height) + height) % height
        let right = left + 1 < width ? left + 1 : 0
        let below = top + 1 < height ? top + 1 : 0
        for k in 0..<3 {
            let a = Int(pixels[(top * width + left) * 3 + k])
            let b = Int(pixels[(top * width + right) * 3 + k])
            let c = Int(pixels[(below * width + left) * 3 + k])
            let d = Int(pixels[(below * width + right) * 3 + k])
            let upper = a * (256 - fx) + b * fx
            let lower = c * (256 - fx) + d * fx
            out[place + k] = UInt8((upper * (256 - fy) + lower * fy) >> 16)
        }
    }

    /// Stamps an oval, a bar, a ring or a cross by chance; it goes on at the other side.
    fileprivate mutating func stamp(_ dice: inout SplitMix) {
        let kind = dice.below(4)
        let colour = (UInt8(dice.below(256)), UInt8(dice.below(256)), UInt8(dice.below(256)))
        let (cx, cy) = (dice.below(width), dice.below(height))
        let angle = Double(dice.below(628)) / 100
        let (long, short) = (Double(8 + dice.below(18)), Double(3 + dice.below(7)))
        let (c, s) = (cos(angle), sin(angle))
        let reach = Int(long) + 1
        for dy in -reach...reach {
            for dx in -reach...reach {
                let a = abs(c * Double(dx) + s * Double(dy)) / long
                let b = abs(c * Double(dy) - s * Double(dx))
                let radius = a * a + b * b / (long * long)
                let inside =
                    switch kind {
                    case 0: a * a + b * b / (short * short) < 1
                    case 1: a < 1 && b < short * 0.6
                    case 2: radius < 0.5 && radius > 0.2
                    default: (a < 1 && b < 3) || (b < long * 0.7 && a < 3 / long)
                    }
                guard inside else { continue }
                let x = (cx + dx + width) % width
                let y = (cy + dy + height) % height
                let place = (y * width + x) * 3
                (pixels[place], pixels[place + 1], pixels[place + 2]) = colour
            }
        }
    }
}

/// Chance that is the same on every run.
///
/// - Source: S. Vigna's SplitMix64.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() >> 33) % bound }
}
