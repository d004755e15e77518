// Pictures at another size: area averages when smaller, bilinear when larger.

public import SelvageTypes

extension Picture {
    /// The picture at another size, each axis on its own.
    ///
    /// A shorter axis averages the area that each new pixel covers, so fine patterns do not turn
    /// into moiré; a longer one interpolates linearly between pixel centres. Arithmetic is in whole
    /// numbers, so the result is the same on every machine. Samples are averaged as stored (sRGB).
    ///
    /// - Precondition: Both sides are positive, and the picture has pixels.
    /// - Complexity: O(old pixels + new pixels), with the overlap of areas.
    public func resized(width newWidth: Int, height newHeight: Int) -> Picture {
        precondition(newWidth > 0 && newHeight > 0, "A picture's new size is positive.")
        precondition(width > 0 && height > 0, "Only a picture with pixels can be resized.")
        if newWidth == width && newHeight == height { return self }
        let columns = Resampling(from: width, to: newWidth)
        let rows = Resampling(from: height, to: newHeight)
        // Each row is first brought to its new width, then rows are mixed.
        let narrow = columns.appliedToRows(of: pixels, count: height)
        let mixed = rows.mixingRows(of: narrow, length: newWidth * 3)
        return Picture(width: newWidth, height: newHeight, pixels: mixed)
    }

    /// The picture shrunk so that its longer side is at most `side`; unchanged when it is already.
    public func fitted(longestSide side: Int) -> Picture {
        let longest = max(width, height)
        guard longest > side else { return self }
        return resized(
            width: max(1, (width * side + longest / 2) / longest),
            height: max(1, (height * side + longest / 2) / longest))
    }
}

/// For each new place along an axis: the old places it is made of, and their weights.
private struct Resampling {
    /// The weights of one place sum to this.
    static let unit = 1 << 24

    let starts: [Int]
    let weights: [[Int]]

    init(from old: Int, to new: Int) {
        let taps = (0..<new).map { place in
            new < old
                ? Self.area(place, from: old, to: new) : Self.bilinear(place, from: old, to: new)
        }
        starts = taps.map(\.start)
        weights = taps.map(\.weights)
    }

    /// The share of each old place in the new place's interval, in units of 1/new old places.
    private static func area(
        _ place: Int, from old: Int, to new: Int
    ) -> (start: Int, weights: [Int]) {
        let left = place * old
        let right = left + old
        let first = left / new
        let last = (right - 1) / new
        let shares = (first...last).map { min(right, ($0 + 1) * new) - max(left, $0 * new) }
        return (first, normalised(shares.map { $0 * unit / old }))
    }

    /// The two old places around the new place's centre, nearer ones weighing more.
    private static func bilinear(
        _ place: Int, from old: Int, to new: Int
    ) -> (start: Int, weights: [Int]) {
        let centre = (2 * place + 1) * old - new
        let position = min(max(0, centre), (old - 1) * 2 * new)
        let first = min(position / (2 * new), max(0, old - 2))
        guard old > 1 else { return (0, [unit]) }
        let right = (position - first * 2 * new) * unit / (2 * new)
        return (first, [unit - right, right])
    }

    /// Gives what rounding lost to the heaviest place.
    private static func normalised(_ weights: [Int]) -> [Int] {
        var result = weights
        let heaviest = weights.indices.max { weights[$0] < weights[$1] } ?? 0
        result[heaviest] += unit - weights.reduce(0, +)
        return result
    }

    func appliedToRows(of pixels: [UInt8], count rows: Int) -> [UInt8] {
        let old = pixels.count / rows
        let new = starts.count * 3
        return [UInt8](unsafeUninitializedCapacity: rows * new) { room, count in
            pixels.withUnsafeBufferPointer { pixels in
                // Some rows at a time: they stay near while all columns are made of them.
                let group = max(1, (1 << 18) / max(1, old))
                for first in stride(from: 0, to: rows, by: group) {
                    for column in starts.indices {
                        let start = starts[column] * 3
                        weights[column].withUnsafeBufferPointer { weights in
                            for row in first..<min(rows, first + group) {
                                Self.mix(
                                    pixels, at: row * old + start, weights, room,
                                    at: row * new + column * 3)
                            }
                        }
                    }
                }
            }
            count = rows * new
        }
    }

    private static func mix(
        _ pixels: UnsafeBufferPointer<UInt8>, at start: Int, _ weights: UnsafeBufferPointer<Int>,
        _ room: UnsafeMutableBufferPointer<UInt8>, at place: Int
    ) {
        var red = unit / 2
        var green = unit / 2
        var blue = unit / 2
        var from = start
        for weight in weights {
            red &+= weight &* Int(pixels[from])
            green &+= weight &* Int(pixels[from &+ 1])
            blue &+= weight &* Int(pixels[from &+ 2])
            from &+= 3
        }
        room[place] = UInt8(truncatingIfNeeded: red >> 24)
        room[place + 1] = UInt8(truncatingIfNeeded: green >> 24)
        room[place + 2] = UInt8(truncatingIfNeeded: blue >> 24)
    }

    func mixingRows(of samples: [UInt8], length: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: starts.count * length) { room, count in
            var sums = [Int](repeating: 0, count: length)
            samples.withUnsafeBufferPointer { samples in
                sums.withUnsafeMutableBufferPointer { sums in
                    for row in starts.indices {
                        sums.update(repeating: Self.unit / 2)
                        for (offset, weight) in weights[row].enumerated() {
                            let from = (starts[row] + offset) * length
                            for index in 0..<length {
                                sums[index] &+= weight &* Int(samples[from &+ index])
                            }
                        }
                        for index in 0..<length {
                            room[row * length + index] = UInt8(
                                truncatingIfNeeded: sums[index] >> 24)
                        }
                    }
                }
            }
            count = starts.count * length
        }
    }
}
