// Whether a mark shows where its repeat closes: the step across that line beside the steps inside.

internal import SelvageTypes

/// How a mark goes on across the lines where its repeat closes.
///
/// Of each line of pixels and the next one: how much the mark changes between them, as a share of how
/// strong it is on both. Shares, because a mask lets the mark be stronger where a pattern is busy, which
/// is often at its edges; of the mark alone, because a pattern's own edge is not the mark's doing.
enum MarkSeam {
    /// How many pixels of a picture are looked at each way; of a larger one every second, third or further
    /// pixel of each line is.
    private static let enough = 16_000_000

    /// The line where the repeat closes, against what 99 of 100 lines inside stay below.
    ///
    /// The larger one of across and down. A mark without a seam stays near or below 1.
    ///
    /// - Returns: 0 where the mark is nowhere strong enough to be measured.
    static func ratio(from before: Picture, to after: Picture, shape: RepeatShape) -> Double {
        let width = before.width, height = before.height
        var down = Steps(lines: height), across = Steps(lines: width)
        let apart = max(1, width * height / enough)
        before.pixels.withUnsafeBufferPointer { before in
            after.pixels.withUnsafeBufferPointer { after in
                func mark(_ x: Int, _ y: Int) -> Int {
                    let place = (y * width + x) * 3
                    return (place..<place + 3).reduce(0) { $0 + Int(after[$1]) - Int(before[$1]) }
                }
                for y in 0..<height {
                    for x in stride(from: 0, to: width, by: apart) {
                        let below = shape.wrapped(x: x, y: y + 1, width: width, height: height)
                        down.add(mark(x, y), mark(below.x, below.y), line: y)
                    }
                }
                for y in stride(from: 0, to: height, by: apart) {
                    for x in 0..<width {
                        let right = shape.wrapped(x: x + 1, y: y, width: width, height: height)
                        across.add(mark(x, y), mark(right.x, right.y), line: x)
                    }
                }
            }
        }
        return max(down.ratio, across.ratio)
    }

    /// Sums of squares for each line: of the steps, and of the mark itself.
    private struct Steps {
        var steps: [Int]
        var powers: [Int]

        init(lines: Int) {
            steps = [Int](repeating: 0, count: lines)
            powers = steps
        }

        mutating func add(_ here: Int, _ next: Int, line: Int) {
            steps[line] += (next - here) * (next - here)
            powers[line] += here * here + next * next
        }

        /// The last line's share against the 99th of 100 of the others'.
        var ratio: Double {
            guard let last = steps.indices.last, powers[last] > 0 else { return 0 }
            let shares = steps.indices.dropLast().filter { powers[$0] > 0 }
                .map { (Double(steps[$0]) / Double(powers[$0])).squareRoot() }.sorted()
            guard let most = shares.dropLast(shares.count / 100).last, most > 0 else { return 0 }
            return (Double(steps[last]) / Double(powers[last])).squareRoot() / most
        }
    }
}
