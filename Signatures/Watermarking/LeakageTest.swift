// Whether pictures that a model made carry a catalogue's shared frequencies, all together.

internal import CSpectra
internal import Foundation
public import SelvageTypes

/// What the leakage test found.
public struct LeakageResult: Hashable, Sendable, Codable {
    /// How many pictures were taken together.
    public let pictures: Int
    /// How far the catalogue's key stands out among random keys, in standard deviations.
    public let statistic: Double
    /// The chance that a random key does at least as well: (keys that did + 1) / (keys + 1).
    ///
    /// Exact for any pictures whatever, as long as the key was fixed before them and kept secret.
    public let chance: Double
    /// How many random keys it was compared with; the chance cannot be less than one in as many.
    public let keys: Int
    /// How many of them did at least as well.
    public let asGood: Int
}

/// Tests a set of pictures for a catalogue's shared frequencies.
///
/// A picture alone says little; the test adds up many. Spectra of pictures are alike, so that the sum is
/// calibrated again over the same random keys: adding standard deviations as if pictures were independent
/// would claim far too much. A small chance is evidence that pictures of the catalogue went into the model
/// and were reused nearly as they were; a large one proves nothing, least of all clean training.
///
/// - Source: `watermark.md` §4.
public struct LeakageTest: Sendable {
    /// The side of the blocks, and of the spectrum they are padded to.
    private static let block = 64
    private static let side = 256
    /// How many random keys a single picture's spread is learnt from.
    private static let spreadKeys = 5_000
    private static let row = Int(selvage_spectrum_row(Int32(side)))

    private let frequencies: LeakageFrequencies
    private let random: RandomKeys
    private var map: [Float]
    /// How many pictures were added.
    public private(set) var pictures = 0

    /// A test for one catalogue.
    public init(catalogue key: WatermarkKey) {
        frequencies = LeakageFrequencies(key)
        random = RandomKeys(key)
        map = [Float](repeating: 0, count: Self.side * Self.row)
    }

    /// Adds a picture; false where it is too small to say anything.
    @discardableResult
    public mutating func add(_ picture: Picture) -> Bool {
        guard let spectrum = Self.spectrum(of: picture) else { return false }
        var random = random
        let scores = (0..<Self.spreadKeys).map { _ in Self.score(random.next(), in: spectrum) }
        let spread = Self.meanAndSpread(scores).spread
        guard spread > 0 else { return false }
        // The score is linear in the map, so that one map holds the sum of all pictures' scores.
        for place in map.indices { map[place] += spectrum[place] / spread }
        pictures += 1
        return true
    }

    /// Adds the pictures of another test, for example of another part of the set.
    ///
    /// - Precondition: It is for the same catalogue.
    public mutating func merge(_ other: Self) {
        precondition(
            random == other.random, "Tests of one catalogue are merged, not of two.")
        for place in map.indices { map[place] += other.map[place] }
        pictures += other.pictures
    }

    /// The result so far, against some number of random keys; nil before the first picture.
    ///
    /// - Parameter keys: At least 20,000 for a chance of 1e-3 that can be trusted; a chance of 1e-6 needs
    ///   ten million, which takes half a minute.
    public func result(keys: Int = 20_000) -> LeakageResult? {
        guard pictures > 0, keys > 1 else { return nil }
        let own = Self.score(frequencies, in: map)
        var random = random
        var asGood = 0
        var sum = 0.0, squares = 0.0
        for _ in 0..<keys {
            // Relative to the own score, so that the sums of squares stay small.
            let difference = Double(Self.score(random.next(), in: map) - own)
            if difference >= 0 { asGood += 1 }
            sum += difference
            squares += difference * difference
        }
        let mean = sum / Double(keys)
        let spread = max(squares / Double(keys) - mean * mean, 1e-18).squareRoot()
        return LeakageResult(
            pictures: pictures, statistic: -mean / spread,
            chance: Double(asGood + 1) / Double(keys + 1), keys: keys, asGood: asGood)
    }

    private static func score(_ frequencies: LeakageFrequencies, in map: [Float]) -> Float {
        selvage_map_mean(
            map, Int32(side), frequencies.across, frequencies.down,
            Int32(LeakageFrequencies.count))
    }

    private static func meanAndSpread(_ values: [Float]) -> (mean: Float, spread: Float) {
        let count = Float(values.count)
        let mean = values.reduce(0, +) / count
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, (squares / count).squareRoot())
    }
}

/// The random keys that a catalogue's own is compared with: the same for every test of the catalogue.
///
/// They follow from its secret, as its own key does: whoever makes the pictures knows neither, and so
/// cannot make pictures in which the random keys do as well as the own one.
private struct RandomKeys: Equatable {
    private var numbers: EvenNumbers

    init(_ key: WatermarkKey) {
        var numbers = key.sequence("leakage comparison", version: MarkDesign.current.version)
        self.numbers = EvenNumbers(
            state: UInt64(numbers.next()) << 32 | UInt64(numbers.next()))
    }

    mutating func next() -> LeakageFrequencies {
        // They have to be even, not hard to guess from what nobody sees.
        var numbers = numbers
        defer { self.numbers = numbers }
        return LeakageFrequencies { Double(numbers.next() >> 11) * 0x1p-53 }
    }
}

extension LeakageTest {
    /// The logarithm of a picture's mean spectrum over blocks, less what is smooth, held to 1.5.
    private static func spectrum(of picture: Picture) -> [Float]? {
        guard min(picture.width, picture.height) >= block else { return nil }
        let window = PixelWindow.middle(width: picture.width, height: picture.height, most: 1024)
        let white = WhitenedPicture(picture, window: window)
        var power = [Float](repeating: 0, count: side * row)
        for top in stride(from: 0, through: white.height - block, by: block / 2) {
            for left in stride(from: 0, through: white.width - block, by: block / 2) {
                addPower(of: white, left: left, top: top, to: &power)
            }
        }
        return levelled(power.map { log($0 + 1e-6) })
    }

    private static let taper: [Float] = (0..<block).map {
        Float(0.5 - 0.5 * cos(2 * .pi * Double($0 + 1) / Double(block + 1)))
    }

    private static func addPower(
        of picture: WhitenedPicture, left: Int, top: Int, to power: inout [Float]
    ) {
        var samples = [Float](repeating: 0, count: side * side)
        for y in 0..<block {
            for x in 0..<block {
                samples[y * side + x] =
                    picture.samples[(top + y) * picture.width + left + x] * taper[x] * taper[y]
            }
        }
        var real = [Float](repeating: 0, count: side * row)
        var imaginary = real
        let done = selvage_spectrum(samples, side, Int32(side), &real, &imaginary)
        precondition(done != 0, "A block's spectrum needs 300 kilobytes.")
        for place in power.indices {
            power[place] += real[place] * real[place] + imaginary[place] * imaginary[place]
        }
    }

    /// What stands out from the mean over 41 x 41 places, from -1.5 to 1.5.
    private static func levelled(_ values: [Float]) -> [Float] {
        let reach = 20
        func at(_ x: Int, _ y: Int) -> Float {
            // The other half of the spectrum mirrors this one.
            let inside = y >= 0 && y <= side / 2
            let column = inside ? x : -x
            let place = inside ? y : y < 0 ? -y : side - y
            return values[(column & (side - 1)) * row + place]
        }
        var sums = [Float](repeating: 0, count: values.count)
        for x in 0..<side {
            var sum = (-reach..<reach).reduce(Float(0)) { $0 + at(x, $1) }
            for y in 0...side / 2 {
                sum += at(x, y + reach)
                sums[x * row + y] = sum
                sum -= at(x, y - reach)
            }
        }
        var result = [Float](repeating: 0, count: values.count)
        let share = 1 / Float((2 * reach + 1) * (2 * reach + 1))
        for y in 0...side / 2 {
            func column(_ x: Int) -> Float { sums[(x & (side - 1)) * row + y] }
            var sum = (-reach..<reach).reduce(Float(0)) { $0 + column($1) }
            for x in 0..<side {
                sum += column(x + reach)
                result[x * row + y] = min(max(values[x * row + y] - sum * share, -1.5), 1.5)
                sum -= column(x - reach)
            }
        }
        return result
    }
}

extension RandomKeys: CustomReflectable {
    /// Shows nothing: who knows these keys could make pictures that hide the catalogue's own.
    var customMirror: Mirror { Mirror(self, children: [:]) }
}
