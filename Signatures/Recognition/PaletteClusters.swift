// Groups of like colours: median cut for the start, then k-means.

/// Groups of like colours among samples.
struct PaletteClusters: Sendable {
    /// The groups' mean colours, largest group first.
    private(set) var centres: [SIMD3<Float>]
    /// The group of each sample.
    private(set) var places: [Int]
    /// How many samples each group has.
    private(set) var counts: [Int]

    /// At most `count` groups; groups whose centres are nearer than `nearest` are joined.
    ///
    /// The same samples in the same order give the same groups.
    init(_ samples: [SIMD3<Float>], count: Int, nearest: Float) {
        centres = Self.cut(samples, into: count)
        places = [Int](repeating: 0, count: samples.count)
        counts = []
        for _ in 0..<8 { settle(samples) }
        while join(nearer: nearest) { settle(samples) }
        order()
    }

    /// Median cut: the box with the widest spread is cut at its mean until there are enough.
    private static func cut(_ samples: [SIMD3<Float>], into count: Int) -> [SIMD3<Float>] {
        guard !samples.isEmpty else { return [] }
        var boxes = [Box(samples)]
        while boxes.count < count {
            guard let widest = boxes.indices.max(by: { boxes[$0].spread < boxes[$1].spread }),
                let (low, high) = boxes[widest].halves
            else { break }
            boxes[widest] = low
            boxes.append(high)
        }
        return boxes.map(\.mean)
    }

    private struct Box {
        let samples: [SIMD3<Float>]
        let mean: SIMD3<Float>
        /// The sum of squares along the widest axis.
        let spread: Float
        let axis: Int

        init(_ samples: [SIMD3<Float>]) {
            self.samples = samples
            let mean = samples.reduce(.zero, +) / Float(samples.count)
            let squares = samples.reduce(SIMD3<Float>.zero) { $0 + ($1 - mean) * ($1 - mean) }
            self.mean = mean
            spread = squares.max()
            axis = (0..<3).first { squares[$0] == squares.max() } ?? 0
        }

        /// The samples below and above the mean; nil when all are alike.
        var halves: (Box, Box)? {
            guard spread > Float(samples.count) * 0.01 else { return nil }
            let low = samples.filter { $0[axis] < mean[axis] }
            let high = samples.filter { $0[axis] >= mean[axis] }
            return low.isEmpty || high.isEmpty ? nil : (Box(low), Box(high))
        }
    }

    /// One round of k-means; groups that nothing is near to vanish.
    private mutating func settle(_ samples: [SIMD3<Float>]) {
        var sums = [SIMD3<Float>](repeating: .zero, count: centres.count)
        counts = [Int](repeating: 0, count: centres.count)
        for (index, sample) in samples.enumerated() {
            var (best, least) = (0, Float.infinity)
            for (place, centre) in centres.enumerated() {
                let step = sample - centre
                let square = (step * step).sum()
                if square < least { (best, least) = (place, square) }
            }
            places[index] = best
            sums[best] += sample
            counts[best] += 1
        }
        for place in centres.indices where counts[place] > 0 {
            centres[place] = sums[place] / Float(counts[place])
        }
        guard counts.contains(0) else { return }
        centres = centres.indices.filter { counts[$0] > 0 }.map { centres[$0] }
        settle(samples)
    }

    /// Joins the two nearest centres if they are too near.
    private mutating func join(nearer limit: Float) -> Bool {
        var nearest: (first: Int, second: Int, square: Float)?
        for first in centres.indices {
            for second in centres.indices where second > first {
                let step = centres[first] - centres[second]
                let square = (step * step).sum()
                if square < min(nearest?.square ?? .infinity, limit * limit) {
                    nearest = (first, second, square)
                }
            }
        }
        guard let nearest else { return false }
        let (left, right) = (Float(counts[nearest.first]), Float(counts[nearest.second]))
        centres[nearest.first] =
            (centres[nearest.first] * left + centres[nearest.second] * right) / (left + right)
        centres.remove(at: nearest.second)
        return true
    }

    private mutating func order() {
        let order = centres.indices.sorted {
            (counts[$0], centres[$0].x) > (counts[$1], centres[$1].x)
        }
        var ranks = [Int](repeating: 0, count: order.count)
        for (rank, place) in order.enumerated() { ranks[place] = rank }
        centres = order.map { centres[$0] }
        counts = order.map { counts[$0] }
        places = places.map { ranks[$0] }
    }
}
