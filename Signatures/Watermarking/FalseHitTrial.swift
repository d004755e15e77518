// How the statistic lies where there is no mark, under the signs of random keys: the bound's own test.

public import SelvageTypes

/// Decisions on pictures without a mark, each under the signs of a key of its own.
///
/// The bound on false hits holds for any picture whatever; this shows how far below it pictures stay, and
/// would show a decoder that looks at the signs when it must not. A picture is folded to tiles where no
/// mark put them; then a payload is decoded many times, the signs of all chips drawn anew each time, as a
/// new key would. What comes before, whitening and folding, does not know the signs and is done once.
public struct FalseHitTrial: Sendable {
    /// The width of a class of `histogram`.
    public static let step = 0.1

    /// How many decisions had a statistic of at least `step` times the place, and less than the next.
    public private(set) var histogram = [Int](repeating: 0, count: 200)
    /// How many tiles were folded.
    public private(set) var tiles = 0
    /// The largest statistic.
    public private(set) var largest = 0.0
    /// How many decisions reached the threshold of a detector with one key.
    public private(set) var hits = 0
    private var sum = 0.0
    private var squares = 0.0

    /// The least statistic of a hit of a detector with one key.
    public static let threshold = FalseHitBound.ledByPilots(keys: 1)
        .threshold(falseHits: MarkDesign.current.falseHits)

    /// A trial without decisions.
    public init() {}

    /// How many decisions were made.
    public var decisions: Int { histogram.reduce(0, +) }
    /// The mean of the statistic.
    public var mean: Double { sum / Double(max(1, decisions)) }
    /// Its standard deviation.
    public var deviation: Double {
        max(squares / Double(max(1, decisions)) - mean * mean, 0).squareRoot()
    }

    /// How likely a statistic this large is in a single decision, at the most.
    public static func bound(of statistic: Double) -> Double {
        FalseHitBound(attempts: 1).chance(of: statistic)
    }

    /// Decides about a picture, half of the times on upright tiles and half on turned ones.
    ///
    /// - Parameter seed: The pilots, the order of the chips and all signs follow from it.
    public mutating func add(_ picture: Picture, decisions: Int, seed: UInt64) {
        var numbers = EvenNumbers(state: seed)
        let whole = PixelWindow(left: 0, top: 0, width: picture.width, height: picture.height)
        let white = WhitenedPicture(picture, window: whole)
        let middle = SIMD2(Double(picture.width) / 2, Double(picture.height) / 2)
        for (part, geometry) in [
            TileGeometry(turn: 0, scale: 0, mirrored: false),
            TileGeometry(turn: 0.3, scale: 0.1, mirrored: false),
        ].enumerated() {
            let secret = (0..<32).map { _ in UInt8(truncatingIfNeeded: numbers.next()) }
            let pattern = MarkPattern(WatermarkKey(id: "random", secret: secret))
            let reading = TileReading(
                white, map: geometry.map(pitch: pattern.design.pitch, middle: middle), window: whole
            )
            let shift = reading.shift(of: pattern, turned: false)
            let chips = reading.chips(of: pattern, at: shift, turned: false)
            tiles += 1
            for _ in 0..<(decisions + 1 - part) / 2 {
                note(pattern.decode(numbers.signed(chips)).statistic)
            }
        }
    }

    private mutating func note(_ statistic: Double) {
        let place = Int(statistic / Self.step)
        histogram[min(max(place, 0), histogram.count - 1)] += 1
        largest = max(largest, statistic)
        if statistic >= Self.threshold { hits += 1 }
        sum += statistic
        squares += statistic * statistic
    }
}

extension EvenNumbers {
    /// Chips with their signs drawn anew.
    fileprivate mutating func signed(_ chips: [Float]) -> [Float] {
        var signed = chips
        var bits: UInt64 = 0
        for place in signed.indices {
            if place & 63 == 0 { bits = next() }
            if bits & 1 == 1 { signed[place] = -signed[place] }
            bits >>= 1
        }
        return signed
    }
}
