// Patterns drawn for these tests, and what is done to pictures of them.

import Foundation
import SelvageTypes

@testable import Watermarking

/// A drawn pattern whose right edge meets its left one, and its lower edge the upper.
enum DrawnPattern {
    /// Waves, a grain and some sharp stripes, in three inks.
    static func cloth(width: Int, height: Int, seed: UInt64 = 1) -> Picture {
        var grain = Grain(state: seed &* 0x9E37_79B9_7F4A_7C15 | 1)
        var pixels = [UInt8](repeating: 0, count: width * height * 3)
        let columns = (0..<width).map { 2 * .pi * Double($0) / Double(width) }
        let rows = (0..<height).map { 2 * .pi * Double($0) / Double(height) }
        let across = columns.map { sin(3 * $0) + 0.6 * cos(7 * $0) }
        let down = rows.map { cos(2 * $0) + 0.5 * sin(5 * $0) }
        var place = 0
        for y in 0..<height {
            for x in 0..<width {
                let wave = across[x] * down[y]
                let stripe = wave > 0.7 ? 28.0 : 0
                let light = 128 + 30 * wave + stripe + grain.next(upTo: 9)
                pixels[place] = UInt8(min(max(light, 0), 255))
                pixels[place + 1] = UInt8(min(max(light * 0.8 + 12, 0), 255))
                pixels[place + 2] = UInt8(min(max(190 - light * 0.4, 0), 255))
                place += 3
            }
        }
        return Picture(width: width, height: height, pixels: pixels)
    }

    /// A repeatable grain.
    private struct Grain {
        var state: UInt64

        mutating func next(upTo size: Double) -> Double {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return (Double(state >> 40) / 0x1p24 - 0.5) * size
        }
    }
}

extension Picture {
    /// A picture whose pixels come from places of this one.
    func rearranged(
        width: Int, height: Int, from place: (_ x: Int, _ y: Int) -> (x: Int, y: Int)
    ) -> Picture {
        var result = [UInt8](repeating: 0, count: width * height * 3)
        var to = 0
        for y in 0..<height {
            for x in 0..<width {
                let source = place(x, y)
                let from = (source.y * self.width + source.x) * 3
                result[to] = pixels[from]
                result[to + 1] = pixels[from + 1]
                result[to + 2] = pixels[from + 2]
                to += 3
            }
        }
        return Picture(width: width, height: height, pixels: result)
    }

    /// An endless cloth of this repeat, seen through a map from pixels to the repeat's pixels.
    func seen(through map: Matrix2, width: Int, height: Int) -> Picture {
        var result = [UInt8](repeating: 0, count: width * height * 3)
        for y in 0..<height {
            for x in 0..<width {
                let across = map.a * Double(x) + map.b * Double(y)
                let down = map.c * Double(x) + map.d * Double(y)
                let left = Int(across.rounded(.down)), top = Int(down.rounded(.down))
                let right = across - Double(left), lower = down - Double(top)
                for channel in 0..<3 {
                    func value(_ x: Int, _ y: Int) -> Double {
                        let place = modulo(y, self.height) * self.width + modulo(x, self.width)
                        return Double(pixels[place * 3 + channel])
                    }
                    let upper = value(left, top) * (1 - right) + value(left + 1, top) * right
                    let under =
                        value(left, top + 1) * (1 - right) + value(left + 1, top + 1) * right
                    let light = upper * (1 - lower) + under * lower
                    result[(y * width + x) * 3 + channel] = UInt8(light.rounded())
                }
            }
        }
        return Picture(width: width, height: height, pixels: result)
    }

    /// A cutting of an endless cloth of this repeat.
    func tiled(from left: Int, _ top: Int, width: Int, height: Int) -> Picture {
        rearranged(width: width, height: height) {
            (($0 + left) % self.width, ($1 + top) % self.height)
        }
    }

    var mirroredAcross: Picture {
        rearranged(width: width, height: height) { (self.width - 1 - $0, $1) }
    }

    var quarterTurned: Picture {
        rearranged(width: height, height: width) { (self.width - 1 - $1, $0) }
    }

    /// Every pixel through a colour map.
    func recoloured(_ change: (SIMD3<Double>) -> SIMD3<Double>) -> Picture {
        var result = pixels
        for place in stride(from: 0, to: pixels.count, by: 3) {
            let old = SIMD3(
                Double(pixels[place]), Double(pixels[place + 1]), Double(pixels[place + 2]))
            let new = change(old)
            for channel in 0..<3 {
                result[place + channel] = UInt8(min(max(new[channel].rounded(), 0), 255))
            }
        }
        return Picture(width: width, height: height, pixels: result)
    }
}
