// The palette of a colourway: its dominant colours with their shares, and how far two palettes lie.

public import SelvageTypes

/// The dominant colours of a picture with their shares: the signature of a colourway.
public struct Palette: Hashable, Sendable {
    /// The version of the algorithm that catalogues name.
    public static let version = "palette-1"
    /// How many colours a palette has at most.
    public static let mostColours = 8
    /// How many samples are looked at, about.
    public static let sampleCount = 4000

    /// Up to this distance two palettes are called the same colourway.
    ///
    /// Chosen on 36 development patterns and checked on 53 look-alike tiles that it had not seen.
    /// Of pictures recompressed (JPEG 50-90), resized, toned and white-balanced there, 1 % lay
    /// farther away when they showed the whole tile and 14 % when they were crops of it. Of hue
    /// shifts, channel swaps, new palettes, negatives and one-colour renditions that differed
    /// visibly (mean ΔE over 10), 2.5 % lay nearer; of palettes that exchange their own colours
    /// among the motifs, which is hardly another palette by what is kept here, 11 %.
    public static let sameColourwayDistance = 7.3

    /// One colour and how much of the surface shows it.
    public struct Entry: Hashable, Sendable {
        /// The mean colour of the group, rounded to tenths.
        public let colour: LabColour
        /// 0...1, rounded to thousandths.
        public let share: Double

        /// A known colour and its share.
        public init(colour: LabColour, share: Double) {
            self.colour = colour
            self.share = share
        }
    }

    /// The colours, greatest share first; never empty.
    public let entries: [Entry]

    /// A known palette.
    ///
    /// - Returns: nil without colours, with more than `mostColours`, or with shares or colours that
    ///   are not finite or not positive.
    public init?(entries: [Entry]) {
        let sound = entries.allSatisfy { entry in
            let colour = entry.colour.vector
            return entry.share > 0 && entry.share <= 1
                && (0..<3).allSatisfy { abs(colour[$0]) <= 200 }
        }
        guard sound, (1...Self.mostColours).contains(entries.count) else { return nil }
        self.entries = entries
    }

    /// The palette of a picture.
    ///
    /// - Returns: nil for a picture without pixels.
    /// - Complexity: O(samples), a few milliseconds whatever the picture's size.
    public init?(of picture: Picture) {
        self.init(samples: Self.samples(of: picture))
    }

    /// The palette of samples.
    ///
    /// - Returns: nil when there are none.
    public init?(samples: [LabColour]) {
        guard !samples.isEmpty else { return nil }
        let clusters = PaletteClusters(
            samples.map(\.vector), count: Self.mostColours, nearest: 6)
        // Colours of less than a hundredth are mixtures at edges and grains of noise.
        let kept = clusters.counts.count { $0 * 100 >= samples.count }
        let total = Double(clusters.counts.prefix(kept).reduce(0, +))
        guard kept > 0 else { return nil }
        entries = (0..<kept).map { index in
            let centre = (clusters.centres[index] * 10).rounded(.toNearestOrEven) / 10
            let share = Double(clusters.counts[index]) / total
            return Entry(colour: LabColour(centre), share: (share * 1000).rounded() / 1000)
        }
    }

    /// Whether two palettes may be those of one colourway.
    public func isSameColourway(as other: Palette) -> Bool {
        distance(to: other) <= Self.sameColourwayDistance
    }

    /// The least work to turn one palette into the other: shares moved times how far.
    ///
    /// Light is allowed for: a shift of all colours together, as by exposure and white balance, is
    /// taken out up to a limit, and what is left is measured.
    ///
    /// Colours differ by CIEDE2000: with plain distances in CIELAB, four errors in a hundred become
    /// five, as they overrate what happens among saturated colours.
    ///
    /// - Returns: 0...100; a palette against itself is 0.
    public func distance(to other: Palette) -> Double {
        let plain = transport(to: other, shiftedBy: .zero)
        let shift = meanShift(to: other, plain.flows).clamped(
            lowerBound: -Self.lightShift, upperBound: Self.lightShift)
        return min(plain.work, transport(to: other, shiftedBy: shift).work)
    }

    /// How far light may shift all colours: lightness, green-red, blue-yellow.
    private static let lightShift = SIMD3<Float>(6, 4, 4)

    private func transport(to other: Palette, shiftedBy shift: SIMD3<Float>) -> PaletteTransport {
        PaletteTransport(
            from: normalised, to: other.normalised,
            costs: entries.map { entry in
                let moved = LabColour(entry.colour.vector + shift)
                return other.entries.map { moved.difference(from: $0.colour) }
            })
    }

    /// The mean way that colours move; those that move far are no matter of light and left out.
    private func meanShift(to other: Palette, _ flows: [[Double]]) -> SIMD3<Float> {
        var (sum, total) = (SIMD3<Float>.zero, Float(1e-6))
        for (row, entry) in entries.enumerated() {
            for (column, target) in other.entries.enumerated() {
                let step = target.colour.vector - entry.colour.vector
                let weight = Float(flows[row][column]) / (1 + (step * step).sum() / 100)
                sum += step * weight
                total += weight
            }
        }
        return sum / total
    }

    /// The shares, summing to exactly 1.
    private var normalised: [Double] {
        let total = entries.reduce(0) { $0 + $1.share }
        return entries.map { $0.share / total }
    }

    /// Pixels on a grid, the middle ones of its cells.
    private static func samples(of picture: Picture) -> [LabColour] {
        let pixels = picture.width * picture.height
        guard pixels > 0 else { return [] }
        let step = max(1, (Double(pixels) / Double(sampleCount)).squareRoot())
        let rows = max(1, Int(Double(picture.height) / step))
        let columns = max(1, Int(Double(picture.width) / step))
        return (0..<rows).flatMap { row in
            (0..<columns).map { column in
                let y = (2 * row + 1) * picture.height / (2 * rows)
                let x = (2 * column + 1) * picture.width / (2 * columns)
                let place = (y * picture.width + x) * 3
                return LabColour(
                    red: picture.pixels[place], green: picture.pixels[place + 1],
                    blue: picture.pixels[place + 2])
            }
        }
    }
}

/// A palette is a list of `[lightness, greenRed, blueYellow, share]`, some 25 bytes a colour.
extension Palette: Codable {
    public init(from decoder: any Decoder) throws {
        let rows = try [[Double]](from: decoder)
        let entries = rows.compactMap { row -> Entry? in
            guard row.count == 4 else { return nil }
            let colour = LabColour(SIMD3(Float(row[0]), Float(row[1]), Float(row[2])))
            return Entry(colour: colour, share: row[3])
        }
        guard entries.count == rows.count, let palette = Palette(entries: entries) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "a palette is 1 to 8 rows of three coordinates and a share"))
        }
        self = palette
    }

    public func encode(to encoder: any Encoder) throws {
        try entries.map { entry -> [Double] in
            let colour = entry.colour.vector
            let tenths = (0..<3).map { (Double(colour[$0]) * 10).rounded() / 10 }
            return tenths + [entry.share]
        }.encode(to: encoder)
    }
}
