// A square that wraps at its edges, and the anti-aliased filling of outlines on it.

internal import SelvageTypes

/// An sRGB colour.
struct Colour: Hashable, Sendable {
    var red: Int
    var green: Int
    var blue: Int

    /// A colour as `0xrrggbb`.
    init(_ hex: Int) {
        red = hex >> 16 & 255
        green = hex >> 8 & 255
        blue = hex & 255
    }

    /// This colour with a part of another; the part is 0...1.
    func mixed(_ other: Colour, _ part: Double) -> Colour {
        let share = Int(part * 256)
        var result = self
        result.red += ((other.red - red) * share) >> 8
        result.green += ((other.green - green) * share) >> 8
        result.blue += ((other.blue - blue) * share) >> 8
        return result
    }
}

/// A tile being drawn: what leaves it on one side comes in on the other.
///
/// Coverage is exact area, summed in IEEE doubles and rounded to 256 steps before it meets pixels,
/// so that the same drawing gives the same bytes on every machine.
struct TileCanvas: Sendable {
    /// Columns and rows.
    let side: Int
    private var pixels: [UInt8]

    init(side: Int, ground: Colour) {
        self.side = side
        let pixel = [UInt8(ground.red), UInt8(ground.green), UInt8(ground.blue)]
        pixels = []
        pixels.reserveCapacity(side * side * 3)
        for _ in 0..<side * side { pixels += pixel }
    }

    /// The finished tile.
    var picture: Picture { Picture(width: side, height: side, pixels: pixels) }

    /// Fills an outline in tile units with a colour, opacity 0...1.
    mutating func fill(_ shape: Shape, _ colour: Colour, opacity: Double = 1) {
        var area = CoverageArea(shape, scale: Double(side))
        area.sumUp(opacity: opacity)
        let ink = [colour.red, colour.green, colour.blue]
        let side = side
        pixels.withUnsafeMutableBufferPointer { target in
            area.steps.withUnsafeBufferPointer { steps in
                for row in 0..<area.height {
                    let line = Self.wrapped(row + area.top, side) * side
                    for column in 0..<area.width {
                        let part = Int(steps[row * area.width + column])
                        guard part > 0 else { continue }
                        let at = (line + Self.wrapped(column + area.left, side)) * 3
                        for channel in 0..<3 {
                            let old = Int(target[at + channel])
                            let mixed = old * (256 - part) + ink[channel] * part + 128
                            target[at + channel] = UInt8(truncatingIfNeeded: mixed >> 8)
                        }
                    }
                }
            }
        }
    }

    /// Fills a motif's outline where it is placed.
    mutating func fill(
        _ shape: Shape, _ colour: Colour, at placement: Placement, opacity: Double = 1
    ) {
        fill(shape.placed(placement), colour, opacity: opacity)
    }

    private static func wrapped(_ index: Int, _ side: Int) -> Int {
        let rest = index % side
        return rest < 0 ? rest + side : rest
    }
}

/// How much of each pixel an outline covers: signed areas per edge, summed along each row.
///
/// - Source: the accumulation buffer of *font-rs* (R. Levien, 2016).
private struct CoverageArea {
    let left: Int
    let top: Int
    let width: Int
    let height: Int
    private(set) var steps: [UInt16] = []
    private var areas: [Double]

    init(_ shape: Shape, scale: Double) {
        let points = shape.rings.flatMap { $0 }
        let xs = points.map { $0.x * scale }
        let ys = points.map { $0.y * scale }
        left = Int((xs.min() ?? 0).rounded(.down)) - 1
        top = Int((ys.min() ?? 0).rounded(.down)) - 1
        width = Int((xs.max() ?? 0).rounded(.up)) - left + 3
        height = Int((ys.max() ?? 0).rounded(.up)) - top + 2
        areas = Array(repeating: 0, count: width * height)
        let origin = Point(Double(left), Double(top))
        for ring in shape.rings {
            for (index, point) in ring.enumerated() {
                let next = ring[(index + 1) % ring.count]
                add(point * scale - origin, next * scale - origin)
            }
        }
    }

    private mutating func add(_ start: Point, _ end: Point) {
        guard start.y != end.y else { return }
        let direction: Double = start.y < end.y ? 1 : -1
        let (upper, lower) = start.y < end.y ? (start, end) : (end, start)
        let slope = (lower.x - upper.x) / (lower.y - upper.y)
        var x = upper.x
        for row in Int(upper.y)..<min(height, Int(lower.y.rounded(.up))) {
            let depth = min(Double(row + 1), lower.y) - max(Double(row), upper.y)
            let next = x + slope * depth
            add(row: row, from: min(x, next), to: max(x, next), weight: depth * direction)
            x = next
        }
    }

    private mutating func add(row: Int, from: Double, to: Double, weight: Double) {
        let first = Int(from)
        let last = Int(to.rounded(.up))
        let line = row * width
        guard last > first + 1 else {
            let middle = (from + to) / 2 - Double(first)
            areas[line + first] += weight * (1 - middle)
            areas[line + first + 1] += weight * middle
            return
        }
        var before = 0.0
        for column in first..<last {
            // The area to the right of the edge inside this pixel, as part of the edge's whole run.
            let enter = max(from, Double(column))
            let leave = min(to, Double(column + 1))
            let share = (leave - enter) / (to - from)
            let reach = Double(column + 1) - (enter + leave) / 2
            areas[line + column] += weight * (share * reach + before)
            before = share * (1 - reach)
        }
        areas[line + last] += weight * before
    }

    /// Sums the areas to coverage in 0...256, times opacity.
    mutating func sumUp(opacity: Double) {
        steps = Array(repeating: 0, count: areas.count)
        areas.withUnsafeBufferPointer { areas in
            steps.withUnsafeMutableBufferPointer { steps in
                for row in 0..<height {
                    var sum = 0.0
                    for index in row * width..<(row + 1) * width {
                        sum += areas[index]
                        let part = min(abs(sum), 1) * opacity * 256
                        steps[index] = UInt16(part + 0.5)
                    }
                }
            }
        }
    }
}
