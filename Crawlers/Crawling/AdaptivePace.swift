// How much longer than the plan's pause a host is given, from how it answers.

/// How much longer than the plan's pause a host is given, from how it answers.
///
/// A host that takes long is asked about once per answer time. One that says it is under strain has
/// its pause doubled, and taken back a quarter of the plan's pause for each good answer (additive
/// decrease, multiplicative increase). A plan without a pause is not adapted.
struct AdaptivePace: Hashable, Sendable {
    /// Answers slower than this count as this.
    static let longestLatencyInMilliseconds: Int64 = 10_000
    /// No strain adds more than this.
    static let longestStrainInMilliseconds = 60_000

    /// The moving mean of the time to an answer; nil before the first.
    private(set) var latencyInMilliseconds: Int64?
    private var strainInMilliseconds = 0

    /// The pause in milliseconds, at least the plan's own.
    func delay(atLeast delay: Int) -> Int {
        guard delay > 0 else { return 0 }
        return max(delay, Int(latencyInMilliseconds ?? 0), strainInMilliseconds)
    }

    /// An answer came after some time.
    mutating func answered(afterMilliseconds time: Int64) {
        let time = min(max(time, 0), Self.longestLatencyInMilliseconds)
        latencyInMilliseconds = latencyInMilliseconds.map { $0 + (time - $0) / 4 } ?? time
    }

    /// The host said that it is asked too much, or did not answer.
    mutating func strained(delay: Int) {
        guard delay > 0 else { return }
        strainInMilliseconds = min(
            max(strainInMilliseconds, delay) * 2, Self.longestStrainInMilliseconds)
    }

    /// A good answer.
    mutating func relaxed(delay: Int) {
        strainInMilliseconds = max(0, strainInMilliseconds - max(delay / 4, 1))
    }
}

/// Chance in waits, so that hosts that failed together are not asked again together.
///
/// - Source: a value of the caller's; the same one gives the same waits, so a crawl can be replayed.
struct Jitter: Hashable, Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// A wait made longer by up to a quarter.
    mutating func lengthened(_ milliseconds: Int64) -> Int64 {
        // One step of SplitMix64 (Steele, Lea and Flood 2014).
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        value ^= value >> 31
        return milliseconds + Int64(value % UInt64(max(milliseconds / 4, 1)))
    }
}
