// The numbers that marking and reading must agree on, under one version.

/// What a mark is made of.
///
/// A mark and its reader agree only when every number here is the same, so the version goes into the
/// derivation of everything keyed: marks of another version do not exist for a reader.
///
/// - Source: `watermark.md` §3, points 2, 5 and 7.
struct MarkDesign: Hashable, Sendable {
    /// The version, which is part of key derivation.
    let version: UInt8
    /// The least and the most cycles in a tile of the harmonics that carry something.
    let band: ClosedRange<Double>
    /// The least and the most cycles in a tile of the pilots.
    let pilotBand: ClosedRange<Double>
    /// How many harmonics are pilots.
    let pilots: Int
    /// The side of a tile in pixels that is aimed at, and the least.
    let pitch: Double
    let leastPitch: Double
    /// How much longer one side of a tile may be than the other.
    let anisotropy: Double
    /// How many payloads one detection may try with one key where its pilots lead, at the most.
    let attempts: Int
    /// The chance of a false hit in one picture, all keys that are asked taken together.
    let falseHits: Double

    /// The design that marks are made with.
    static let current = Self(
        version: 1, band: 6...38, pilotBand: 9...34, pilots: 32, pitch: 128, leastPitch: 92,
        anisotropy: 0.1, attempts: 240, falseHits: 1e-9)

    /// The highest harmonic in either direction.
    var mostCycles: Int { Int(band.upperBound) }
}
