// One tile folded from a picture, and what its pilots and carriers say.

internal import CSpectra
internal import Foundation

/// The harmonics of a folded tile.
struct TileReading: Sendable {
    /// Where the folded tile's corner lies on the mark's tile, in 1/256 tiles, and how sure that is.
    struct Shift: Sendable {
        /// The pilots' correlation, in standard deviations of one shift.
        let score: Double
        let across: Double
        let down: Double
        /// Whether light and dark are exchanged.
        let inverted: Bool
    }

    private let real: [Float]
    private let imaginary: [Float]
    private static let side = SELVAGE_TILE
    private static let row = Int(selvage_spectrum_row(Int32(SELVAGE_TILE)))

    /// The tile that a map folds a window of a picture to.
    init(
        _ picture: WhitenedPicture, map: selvage_map, window: PixelWindow, tapers: Tapers? = nil
    ) {
        var tile = [Float](repeating: 0, count: Self.side * Self.side)
        var map = map
        selvage_fold(
            picture.samples, picture.width, Int32(window.left), Int32(window.top),
            Int32(window.left + window.width), Int32(window.top + window.height), &map,
            tapers?.columns, tapers?.rows, &tile)
        self.init(tile: tile)
    }

    /// The harmonics of a tile.
    init(tile: [Float]) {
        var real = [Float](repeating: 0, count: Self.side * Self.row)
        var imaginary = real
        let done = selvage_spectrum(tile, Self.side, Int32(Self.side), &real, &imaginary)
        precondition(done != 0, "A tile's spectrum needs 300 kilobytes.")
        self.real = real
        self.imaginary = imaginary
    }

    /// What harmonics read: `turned` reads the tile turned by half a turn.
    func values(of harmonics: [Harmonic], turned: Bool) -> [SIMD2<Float>] {
        harmonics.map { one in
            let place = (one.across & (Self.side - 1)) * Self.row + one.down
            return SIMD2(real[place], turned ? -imaginary[place] : imaginary[place])
        }
    }

    /// Values of bounded influence: strong lines of the picture count little more than weak ones.
    static func limited(_ values: [SIMD2<Float>]) -> [SIMD2<Float>] {
        let powers = values.map { ($0 * $0).sum() }
        let middle = powers.sorted()[powers.count / 2] + 1e-18
        return zip(values, powers).map { $0 / ($1 + middle).squareRoot() }
    }

    /// The shift at which the pilots agree best.
    func shift(of pattern: MarkPattern, turned: Bool) -> Shift {
        let read = Self.limited(values(of: pattern.pilots, turned: turned))
        let straight = zip(read, pattern.quarters).map { Self.unturned($0, quarters: $1) }
        let best = selvage_pilot_shift(
            pattern.pilotsAcross, pattern.pilotsDown, straight.map(\.x), straight.map(\.y),
            Int32(straight.count))
        let power = read.reduce(Float(0)) { $0 + ($1 * $1).sum() }
        return Shift(
            score: Double(abs(best.score) / (power / 2 + 1e-12).squareRoot()),
            across: Double(best.x), down: Double(best.y), inverted: best.score < 0)
    }

    /// A value divided by a pilot's phase: an eighth turn and some quarters.
    private static func unturned(_ value: SIMD2<Float>, quarters: Int) -> SIMD2<Float> {
        let angle = -(Float(quarters) * .pi / 2 + .pi / 4)
        let c = cos(angle), s = sin(angle)
        return SIMD2(value.x * c - value.y * s, value.x * s + value.y * c)
    }

    /// How far the pilots have drifted from no shift at all, in tiles, and how sure that is.
    func drift(
        of pattern: MarkPattern, inverted: Bool, reach: Int
    ) -> (shift: SIMD2<Double>, score: Double) {
        let read = Self.limited(values(of: pattern.pilots, turned: false))
        let sign: Float = inverted ? -1 : 1
        let straight = zip(read, pattern.quarters).map { Self.unturned($0, quarters: $1) * sign }
        let best = selvage_pilot_drift(
            pattern.pilotsAcross, pattern.pilotsDown, straight.map(\.x), straight.map(\.y),
            Int32(straight.count), Int32(reach))
        let power = read.reduce(Float(0)) { $0 + ($1 * $1).sum() }
        return (
            SIMD2(Double(best.x), Double(best.y)) / 128,
            Double(best.score / (power / 2 + 1e-12).squareRoot())
        )
    }

    /// How well harmonics of some cycles can be trusted, as the pilots around them agree.
    private func trust(
        of pattern: MarkPattern, at shift: Shift, turned: Bool
    ) -> (Float) -> Float {
        let read = Self.limited(values(of: pattern.pilots, turned: turned))
        let step = 2 * Float.pi / Float(Self.side)
        var sums = NormalEquations(unknowns: 2)
        for (place, value) in read.enumerated() {
            let one = pattern.pilots[place]
            let straight = Self.unturned(value, quarters: pattern.quarters[place])
            let angle =
                step
                * (Float(one.across) * Float(shift.across) + Float(one.down) * Float(shift.down))
            let agreement =
                (straight.x * cos(angle) - straight.y * sin(angle)) * (shift.inverted ? -1 : 1)
            sums.add([1, one.cycles / 20 - 1], equals: Double(agreement), weight: 1)
        }
        guard let line = sums.solved() else { return { _ in 1 } }
        return { min(max(Float(line[0]) + Float(line[1]) * ($0 / 20 - 1), 0.1), 1) }
    }

    /// What the chips read at a shift: all real parts, then all imaginary parts.
    func chips(of pattern: MarkPattern, at shift: Shift, turned: Bool) -> [Float] {
        let read = Self.limited(values(of: pattern.carriers, turned: turned))
        let sign: Float = shift.inverted ? -1 : 1
        var chips = [Float](repeating: 0, count: 2 * read.count)
        let trust = trust(of: pattern, at: shift, turned: turned)
        let step = 2 * Double.pi / Double(Self.side)
        for (place, (value, one)) in zip(read, pattern.carriers).enumerated() {
            let angle = Float(
                step * (Double(one.across) * shift.across + Double(one.down) * shift.down))
            let c = cos(angle) * sign, s = sin(angle) * sign
            let weight = trust(Float(one.cycles))
            chips[place] = (value.x * c - value.y * s) * weight
            chips[place + read.count] = (value.x * s + value.y * c) * weight
        }
        return chips
    }
}

/// Weights of a picture's columns and rows.
struct Tapers: Sendable {
    let columns: [Float]
    let rows: [Float]
}

extension MarkPattern {
    /// The likeliest payload of chips, and how well its codeword agrees with them.
    func decode(_ chips: [Float]) -> (payload: WatermarkPayload, statistic: Double, checks: Bool) {
        var soft = [Float](repeating: 0, count: PayloadCode.codedBits)
        var power: Float = 0
        for (place, chip) in chips.enumerated() {
            soft[bits[place]] += chip * signs[place]
            power += chip * chip
        }
        let (payload, checks) = PayloadCode.decode(soft)
        let sum = zip(soft, PayloadCode.encode(payload)).reduce(Float(0)) { $0 + $1.0 * $1.1 }
        return (payload, Double(sum / (power + 1e-12).squareRoot()), checks)
    }
}
