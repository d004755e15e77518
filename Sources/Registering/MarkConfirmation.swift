// Whether a picture shows the asset that its mark names, where neither hash nor repeat can tell.

internal import Foundation
internal import Imaging
internal import SelvageTypes

/// Compares a picture with the registered one at a scale at which no mark is left.
///
/// The mark's geometry says how the picture lies, so only the shift is unknown: all of them are
/// tried, around the repeat. Both pictures are reduced until a tile of the mark is twenty pixels wide
/// and blurred, so that a hundredth is left of the mark's harmonics, six cycles a tile and more: a
/// mark that was lifted onto another picture adds nothing. The same is done with pictures of the same spectrum and random phases; the
/// registered one has to agree far better than these.
struct MarkConfirmation {
    /// How a picture's tiles lie.
    struct Lie {
        let tileSide: Double
        let turn: Double
        let isMirrored: Bool
    }

    /// A tile's side after the reduction.
    private static let tile = 20.0
    private static let surrogates = 12
    /// The least correlation, and by how many deviations it must exceed that of surrogates.
    private static let leastCorrelation = 0.6
    private static let leastDeviations = 8.0
    /// The least and the most pixels a side of what is compared.
    private static let probeSide = 24...64
    /// Larger references are not compared: the time grows with the square.
    private static let mostPixels = 90_000

    /// How well a picture agrees with the registered one; nil when it does not, or cannot be told.
    static func correlation(
        of picture: Picture, lying lie: Lie, with registered: Picture, lying home: Lie
    ) -> Double? {
        guard let small = Plane(picture, tileSide: lie.tileSide, tile: tile),
            let reference = Plane(registered, tileSide: home.tileSide, tile: tile),
            reference.width * reference.height <= mostPixels,
            min(reference.width, reference.height) >= probeSide.lowerBound
        else { return nil }
        let isMirrored = lie.isMirrored != home.isMirrored
        let turns = [lie.turn - home.turn, home.turn - lie.turn].flatMap { [$0, $0 + 180] }
        let probes = Set(turns.map { ($0 * 10).rounded() / 10 }).sorted().compactMap {
            small.probe(turned: $0, isMirrored: isMirrored, sides: probeSide)
        }
        guard !probes.isEmpty else { return nil }
        let found = best(probes, in: reference)
        guard found >= leastCorrelation else { return nil }
        var phases = Phases(seed: Digest(of: registered.pixels))
        let strengths = reference.strengths
        let others = (0..<surrogates).map { _ in
            atanh(min(best(probes, in: reference.scrambled(strengths, &phases)), 0.999_999))
        }
        let mean = others.reduce(0, +) / Double(others.count)
        let variance =
            others.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(others.count - 1)
        let deviations = (atanh(min(found, 0.999_999)) - mean) / max(variance.squareRoot(), 0.02)
        return deviations >= leastDeviations ? found : nil
    }

    private static func best(_ probes: [Plane], in reference: Plane) -> Double {
        probes.map { reference.bestCorrelation(with: $0) }.max() ?? 0
    }
}

/// Random phases that are the same for the same seed.
private struct Phases {
    private var state: UInt64

    init(seed: Digest) {
        state = seed.bytes.prefix(8).reduce(1) { $0 << 8 | UInt64($1) } | 1
    }

    mutating func next() -> Double {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Double(state >> 11) / 0x1p53 * 2 * .pi
    }
}

/// A small picture of one channel.
private struct Plane {
    let width: Int
    let height: Int
    /// Row by row.
    let values: [Double]

    init(width: Int, height: Int, values: [Double]) {
        (self.width, self.height, self.values) = (width, height, values)
    }

    /// A picture reduced until its tiles have a given side; nil when nothing is left.
    init?(_ picture: Picture, tileSide: Double, tile: Double) {
        guard tileSide > tile else { return nil }
        let width = Int((Double(picture.width) * tile / tileSide).rounded())
        let height = Int((Double(picture.height) * tile / tileSide).rounded())
        guard width > 1, height > 1 else { return nil }
        let small = picture.resized(width: width, height: height)
        let light = (0..<width * height).map { place in
            (0..<3).reduce(0) { $0 + Double(small.pixels[place * 3 + $1]) }
        }
        let across = Self.blurred(light, lines: height, length: width, step: 1, next: width)
        self.init(
            width: width, height: height,
            values: Self.blurred(across, lines: width, length: height, step: width, next: 1))
    }

    /// A Gaussian of 1.6 pixels along lines, around the edges.
    private static func blurred(
        _ values: [Double], lines: Int, length: Int, step: Int, next: Int
    ) -> [Double] {
        let reach = 5
        let weights = (-reach...reach).map { exp(-Double($0 * $0) / (2 * 1.6 * 1.6)) }
        let total = weights.reduce(0, +)
        var result = values
        for line in 0..<lines {
            for place in 0..<length {
                var sum = 0.0
                for (offset, weight) in weights.enumerated() {
                    let other = ((place + offset - reach) % length + length) % length
                    sum += weight * values[line * next + other * step]
                }
                result[line * next + place * step] = sum / total
            }
        }
        return result
    }

    /// The middle, turned; nil when it is too small for the least side.
    func probe(turned degrees: Double, isMirrored: Bool, sides: ClosedRange<Int>) -> Plane? {
        let angle = degrees * .pi / 180
        let (sine, cosine) = (sin(angle), cos(angle))
        // What the blur mixed with the other side's edge is left out.
        let reach = Double(min(width, height) - 7) / (abs(sine) + abs(cosine))
        let side = min(sides.upperBound, Int(reach + 1e-6))
        guard side >= sides.lowerBound else { return nil }
        let middle = Double(side - 1) / 2
        var turned: [Double] = []
        // Blurred as it is, every second pixel says it all.
        for row in stride(from: 0, to: side, by: 2) {
            for column in stride(from: 0, to: side, by: 2) {
                let u = (Double(column) - middle) * (isMirrored ? -1 : 1)
                let v = Double(row) - middle
                turned.append(
                    sample(
                        Double(width - 1) / 2 + cosine * u - sine * v,
                        Double(height - 1) / 2 + sine * u + cosine * v))
            }
        }
        return Plane(width: (side + 1) / 2, height: (side + 1) / 2, values: turned)
    }

    /// The value between pixels.
    private func sample(_ x: Double, _ y: Double) -> Double {
        let left = min(max(Int(x.rounded(.down)), 0), width - 2)
        let top = min(max(Int(y.rounded(.down)), 0), height - 2)
        let (a, b) = (x - Double(left), y - Double(top))
        let at = top * width + left
        return (values[at] * (1 - a) + values[at + 1] * a) * (1 - b)
            + (values[at + width] * (1 - a) + values[at + width + 1] * a) * b
    }

    /// The largest correlation with every second pixel of a window, over all shifts around the
    /// edges.
    func bestCorrelation(with probe: Plane) -> Double {
        let count = Double(probe.values.count)
        let mean = probe.values.reduce(0, +) / count
        let wanted = probe.values.map { $0 - mean }
        let energy = wanted.reduce(0) { $0 + $1 * $1 }
        guard energy > 0 else { return 0 }
        var best = 0.0
        for top in 0..<height {
            for left in 0..<width {
                var product = 0.0, sum = 0.0, squares = 0.0
                for row in 0..<probe.height {
                    let start = (top + 2 * row) % height * width
                    for column in 0..<probe.width {
                        let value = values[start + (left + 2 * column) % width]
                        product += value * wanted[row * probe.width + column]
                        sum += value
                        squares += value * value
                    }
                }
                let spread = squares - sum * sum / count
                // A flat window agrees with nothing.
                guard spread > count else { continue }
                best = max(best, product / (spread * energy).squareRoot())
            }
        }
        return best
    }

    /// How strong each wave is.
    var strengths: [Double] {
        var real = values, imaginary = [Double](repeating: 0, count: values.count)
        transform(&real, &imaginary, sign: -1)
        return zip(real, imaginary).map { ($0 * $0 + $1 * $1).squareRoot() }
    }

    /// A picture whose waves are as strong as these, with random phases.
    func scrambled(_ strengths: [Double], _ phases: inout Phases) -> Plane {
        var real = strengths, imaginary = [Double](repeating: 0, count: strengths.count)
        for place in 1..<strengths.count {
            let phase = phases.next()
            (real[place], imaginary[place]) = (
                strengths[place] * cos(phase), strengths[place] * sin(phase)
            )
        }
        transform(&real, &imaginary, sign: 1)
        // The real part alone has half the energy; correlation does not ask for its scale.
        let scale = 2.0.squareRoot() / Double(strengths.count)
        return Plane(width: width, height: height, values: real.map { $0 * scale })
    }

    /// Fourier sums along rows, then along columns.
    private func transform(_ real: inout [Double], _ imaginary: inout [Double], sign: Double) {
        for (count, length, step, next) in [(height, width, 1, width), (width, height, width, 1)] {
            let turns = (0..<length).map { 2 * .pi * sign * Double($0) / Double(length) }
            let (cosines, sines) = (turns.map { cos($0) }, turns.map { sin($0) })
            for line in 0..<count {
                let start = line * next
                let old = (0..<length).map {
                    (real[start + $0 * step], imaginary[start + $0 * step])
                }
                for index in 0..<length {
                    var (a, b) = (0.0, 0.0)
                    for (place, value) in old.enumerated() {
                        let turn = index * place % length
                        a += value.0 * cosines[turn] - value.1 * sines[turn]
                        b += value.0 * sines[turn] + value.1 * cosines[turn]
                    }
                    (real[start + index * step], imaginary[start + index * step]) = (a, b)
                }
            }
        }
    }
}
