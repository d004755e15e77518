// How strong each harmonic of a mark is: pilots, chips, and what the picture already says there.

internal import CSpectra
internal import Foundation

/// The coefficients of a mark's harmonics.
struct MarkSpectrum: Sendable {
    /// How much weaker harmonics become with their cycles.
    private struct Tilt {
        let busy: Double
        let even: Double

        /// The tilt for a picture that is busy in part.
        func of(_ busyness: Double) -> Double { even + (busy - even) * busyness }
    }

    /// The pilots' part of the energy.
    var pilotShare: Double
    /// What is faint and fine on even ground is the first that WebP smooths away.
    private static let pilotTilt = Tilt(busy: 0.35, even: 0.7)
    private static let carrierTilt = Tilt(busy: 0.35, even: 2)
    /// Places along a side of the synthesised tile.
    static let side = 512

    let pattern: MarkPattern
    private var pilots: [SIMD2<Float>]
    private var carriers: [SIMD2<Float>]

    /// A mark for a payload, strengthened where a picture opposes it.
    ///
    /// - Parameter busyness: How much of the picture is busy, 0...1; see `MarkHost.busyness`.
    init(
        _ pattern: MarkPattern, payload: WatermarkPayload, host: TileReading,
        busyness: Double = 1, pilotShare: Double = 0.45
    ) {
        self.pattern = pattern
        self.pilotShare = pilotShare
        let chips = pattern.chips(of: payload)
        let half = pattern.carriers.count
        let tilt = Self.carrierTilt.of(busyness)
        carriers = pattern.carriers.indices.map { place in
            let size = Self.size(pattern.carriers[place], tilt: tilt) / Float(2).squareRoot()
            return SIMD2(chips[place], chips[place + half]) * size
        }
        pilots = zip(pattern.pilots, pattern.quarters).map { pilot, quarters in
            let angle = Float(quarters) * .pi / 2 + .pi / 4
            let size = Self.size(pilot, tilt: Self.pilotTilt.of(busyness))
            return SIMD2(cos(angle), sin(angle)) * size
        }
        balance()
        inform(host)
    }

    private static func size(_ harmonic: Harmonic, tilt: Double) -> Float {
        Float(pow(harmonic.cycles / 20, -tilt))
    }

    /// Gives the pilots their share of the energy.
    private mutating func balance() {
        let wanted = pilotShare / (1 - pilotShare)
        let scale = (Float(wanted) * Self.power(carriers) / Self.power(pilots)).squareRoot()
        pilots = pilots.map { $0 * scale }
    }

    private static func power(_ values: [SIMD2<Float>]) -> Float {
        values.reduce(0) { $0 + ($1 * $1).sum() }
    }

    /// Strengthens what the picture opposes, weakens what it says already or drowns.
    ///
    /// - Source: improved spread spectrum after H. S. Malvar and D. A. F. Florêncio (2003), by harmonic.
    private mutating func inform(_ host: TileReading) {
        let readPilots = host.values(of: pattern.pilots, turned: false)
        let readCarriers = host.values(of: pattern.carriers, turned: false)
        let sizes = (readPilots + readCarriers).map { ($0 * $0).sum().squareRoot() }.sorted()
        let middle = sizes[sizes.count / 2] + 1e-6
        func gain(_ wanted: SIMD2<Float>, _ read: SIMD2<Float>) -> Float {
            let size = (read * read).sum().squareRoot() / middle
            if size > 6 { return 0.5 }
            let along = (read * wanted).sum() / (wanted * wanted).sum().squareRoot() / middle
            return min(max(1 - 0.35 * along, 0.35), 1.8)
        }
        pilots = zip(pilots, readPilots).map { $0 * gain($0, $1) }
        carriers = zip(carriers, readCarriers).map { $0 * gain($0, $1) }
    }

    /// One tile of the mark, of unit variance.
    func tile() -> [Float] {
        let most = pattern.design.mostCycles
        let wide = 2 * most + 1
        var real = [Float](repeating: 0, count: (most + 1) * wide)
        var imaginary = real
        let all = zip(pattern.pilots + pattern.carriers, pilots + carriers)
        for (one, value) in all {
            // The other half of the spectrum holds the conjugates.
            let flip = one.across < 0
            let place = abs(one.across) * wide + (flip ? -one.down : one.down) + most
            real[place] = value.x
            imaginary[place] = flip ? -value.y : value.y
        }
        let scale = 1 / ((Self.power(pilots) + Self.power(carriers)) / 2).squareRoot()
        let side = Self.side
        return [Float](unsafeUninitializedCapacity: side * side) { buffer, count in
            let done = selvage_synthesise(
                real.map { $0 * scale }, imaginary.map { $0 * scale }, Int32(most), Int32(side),
                buffer.baseAddress)
            precondition(done != 0, "A mark's tile needs 200 kilobytes.")
            count = side * side
        }
    }
}
