// Pairs of licensed and found samples, grouped by the licensed colour.

/// What one licensed colour became.
struct ColourRelationGroup: Sendable {
    /// The mean licensed colour, sRGB 0...1.
    let licensed: SIMD3<Float>
    /// The middle of what it became, sRGB 0...1.
    let found: SIMD3<Float>
    /// The share of the samples.
    let share: Float
    /// How far, in the middle, its samples lie from `found`.
    let spread: Float
}

/// The groups of one comparison.
struct ColourRelationGroups: Sendable {
    let groups: [ColourRelationGroup]

    /// Groups that hold fewer than two in a hundred are mostly edges, and are left out.
    init(licensed: [SIMD3<UInt8>], found: [SIMD3<UInt8>]) {
        let lab = licensed.map { LabColour(red: $0.x, green: $0.y, blue: $0.z).vector }
        let clusters = PaletteClusters(lab, count: 12, nearest: 5)
        var members = [[Int]](repeating: [], count: clusters.centres.count)
        for (index, place) in clusters.places.enumerated() { members[place].append(index) }
        let total = Float(licensed.count)
        let fewest = max(8, licensed.count / 50)
        groups = members.filter { $0.count >= fewest }.map { member in
            let middle = Self.middle(of: member.map { found[$0] })
            let mean = member.reduce(SIMD3<Float>.zero) { $0 + SIMD3<Float>(licensed[$1]) }
            return ColourRelationGroup(
                licensed: mean / (255 * Float(member.count)), found: middle,
                share: Float(member.count) / total,
                spread: Self.spread(of: member.map { found[$0] }, about: middle))
        }
    }

    /// The middle value of each channel, 0...1.
    private static func middle(of samples: [SIMD3<UInt8>]) -> SIMD3<Float> {
        var result = SIMD3<Float>.zero
        for channel in 0..<3 {
            var counts = [Int](repeating: 0, count: 256)
            for sample in samples { counts[Int(sample[channel])] += 1 }
            var below = 0
            for (value, count) in counts.enumerated() {
                below += count
                if below * 2 >= samples.count {
                    result[channel] = Float(value) / 255
                    break
                }
            }
        }
        return result
    }

    /// The middle of the distances from a colour.
    private static func spread(of samples: [SIMD3<UInt8>], about middle: SIMD3<Float>) -> Float {
        let centre = LabColour(srgb: middle).vector
        let distances = samples.map { sample in
            Self.distance(
                LabColour(red: sample.x, green: sample.y, blue: sample.z).vector, centre)
        }.sorted()
        return distances.isEmpty ? 0 : distances[distances.count / 2]
    }

    /// What lightness weighs beside both colour axes.
    static let scale = SIMD3<Float>(0.7, 1, 1)

    /// The distance of two colours in CIELAB in which lightness weighs less, as shadows change it.
    static func distance(_ first: SIMD3<Float>, _ second: SIMD3<Float>) -> Float {
        let step = (first - second) * scale
        return (step * step).sum().squareRoot()
    }
}
