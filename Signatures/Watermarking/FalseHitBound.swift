// The proof behind a hit: how unlikely it is where no mark is, for any picture whatever.

internal import Foundation

/// The bound on false hits.
///
/// The statistic is t = sum s_i c_i x_i / |x|, where x is whatever was computed from the picture and
/// the pilots, c is a codeword and s are the key's signs. The signs take no part in x. Were the picture
/// not marked with this key, they would be independent of x, and by Hoeffding's inequality
/// P(t >= tau) <= exp(-tau^2 / 2) for every x. All 2^64 payloads, all attempts and all keys are
/// counted as chances, so the bound holds for the best of them.
///
/// - Source: W. Hoeffding, *Probability Inequalities for Sums of Bounded Random Variables* (1963).
struct FalseHitBound: Hashable, Sendable {
    /// How many statistics were or might have been computed: attempts times keys.
    let attempts: Int
    /// The share of the allowed false hits that these attempts may use up.
    var share = 1.0

    /// The chances where pilots lead to a reading.
    ///
    /// They have fifteen of sixteen parts, so that what they read is hardly dearer for the other way.
    static func ledByPilots(keys: Int) -> Self {
        Self(attempts: MarkDesign.current.attempts * max(1, keys), share: 15 / 16)
    }

    /// The chances where the pattern's own lattice leads to one.
    static func ledByHosts(keys: Int) -> Self {
        Self(attempts: HostTiles.attempts * max(1, keys), share: 1 / 16)
    }

    /// The logarithm of the attempts as if all false hits were theirs.
    private var weight: Double { log(Double(attempts) / share) }

    /// The least statistic of a hit.
    func threshold(falseHits: Double) -> Double {
        (2 * (-log(falseHits) + 64 * log(2) + weight)).squareRoot()
    }

    /// How likely a statistic this large is, at the most, in a picture without a mark.
    func chance(of statistic: Double) -> Double {
        min(1, exp(64 * log(2) + weight - statistic * statistic / 2))
    }
}
