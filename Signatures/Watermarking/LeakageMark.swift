// A catalogue's shared frequencies, laid faintly over each of its assets.

internal import CSpectra
internal import Foundation
public import SelvageTypes

/// Frequencies that all assets of a catalogue share, so that what a model makes of them shows it.
///
/// Unlike the payload's mark they are the same in every asset, in cycles a pixel; each is moved to the
/// nearest frequency at which the asset's repeat closes, so that it tiles without a seam.
///
/// - Source: `watermark.md` §4.
struct LeakageFrequencies: Sendable {
    /// How many there are.
    static let count = 32
    /// The least and the greatest, in cycles a pixel.
    static let band = 0.06...0.27

    /// Cycles a pixel to the right and down; down is not negative.
    let across: [Float]
    let down: [Float]

    /// Frequencies from numbers that are even over 0..<1: evenly spread in log radius and angle.
    init(_ uniform: () -> Double) {
        let ratio = log(Self.band.upperBound / Self.band.lowerBound)
        let pairs = (0..<Self.count).map { _ -> (Float, Float) in
            let radius = Self.band.lowerBound * exp(uniform() * ratio)
            let angle = uniform() * .pi
            return (Float(radius * cos(angle)), Float(radius * sin(angle)))
        }
        across = pairs.map(\.0)
        down = pairs.map(\.1)
    }

    /// The frequencies of a catalogue's key.
    init(_ key: WatermarkKey) {
        var numbers = key.sequence("leakage", version: MarkDesign.current.version)
        self.init { Double(numbers.next()) * 0x1p-32 }
    }
}

/// Lays a catalogue's shared frequencies over its assets.
public struct LeakageMarker: Sendable {
    private let key: WatermarkKey
    private let frequencies: LeakageFrequencies

    /// A marker for the assets of one catalogue.
    public init(catalogue key: WatermarkKey) {
        self.key = key
        frequencies = LeakageFrequencies(key)
    }

    /// The picture with the shared frequencies at a peak signal-to-noise ratio.
    ///
    /// It is marked before the payload's mark is: that one's strength is then proven with this beside it.
    ///
    /// - Parameters:
    ///   - asset: What tells assets apart; each gets phases of its own, so that averaging assets does not
    ///     show the frequencies.
    ///   - decibels: 46 where the assets of a training set are mostly marked, 42 for a stronger trace.
    public func mark(
        _ picture: Picture, repeating shape: RepeatShape = .rectangular, asset: String,
        decibels: Double = 46
    ) -> Picture {
        let host = MarkHost(picture: picture, shape: shape)
        let waves = closed(shape.basis(width: picture.width, height: picture.height), asset: asset)
        var power = 0.0
        SideBySide.each(of: host.bands) { rows in
            values(waves, in: rows, of: host).reduce(0.0) { $0 + Double($1) * Double($1) }
        } then: { _, band in
            power += band
        }
        let unit = (power / Double(picture.width * picture.height)).squareRoot()
        let strength = Float(255 * pow(10, -decibels / 20) / max(unit, 1e-9))
        return host.changed(times: strength) { values(waves, in: $0, of: host) }.picture
    }

    private struct Wave: Sendable {
        let across: Double
        let down: Double
        let phase: Double
        let size: Float
    }

    /// The frequencies moved to where the repeat closes, with phases of the asset's own.
    private func closed(_ basis: Matrix2, asset: String) -> [Wave] {
        var numbers = key.sequence("phases of \(asset)", version: MarkDesign.current.version)
        let inverse = basis.inverse
        return zip(frequencies.across, frequencies.down).map { across, down in
            let x = Double(across), y = Double(down)
            // A frequency closes when both steps of the repeat are whole numbers of its cycles.
            let first = (basis.a * x + basis.c * y).rounded()
            let second = (basis.b * x + basis.d * y).rounded()
            return Wave(
                across: inverse.a * first + inverse.c * second,
                down: inverse.b * first + inverse.d * second,
                phase: Double(numbers.next()) * 0x1p-32,
                size: Float(pow((x * x + y * y).squareRoot(), -0.35)))
        }
    }

    /// The masked waves over some rows.
    private func values(_ waves: [Wave], in rows: Range<Int>, of host: MarkHost) -> [Float] {
        let (across, sizes) = (waves.map(\.across), waves.map(\.size))
        return host.masked(rows, even: 0.55) { y, line in
            let phases = waves.map {
                ($0.phase + $0.down * Double(y)).truncatingRemainder(dividingBy: 1)
            }
            line.update(repeating: 0, count: host.picture.width)
            selvage_add_waves(
                phases, across, sizes, Int32(waves.count), line, Int32(host.picture.width))
        }
    }
}

extension LeakageFrequencies: CustomReflectable {
    /// Shows nothing: what is drawn from a key is enough to forge a mark or to take it out.
    var customMirror: Mirror { Mirror(self, children: [:]) }
}
