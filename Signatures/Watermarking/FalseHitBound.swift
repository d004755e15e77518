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
    /// How many statistics were or might have been computed, weighted: attempts times keys.
    let attempts: Int

    /// The chances where pilots lead to a reading.
    static func ledByPilots(keys: Int) -> Self {
        Self(attempts: weighted(MarkDesign.current.attempts, share: 15) * max(1, keys))
    }

    /// The chances where the pattern's own lattice leads to one.
    static func ledByHosts(keys: Int) -> Self {
        Self(attempts: weighted(HostTiles.attempts, share: 1) * max(1, keys))
    }

    /// Attempts that may use up so many sixteenths of the allowed false hits, counted as if all were theirs.
    ///
    /// Fifteen are for where pilots lead, so that what those read is hardly dearer for the other way.
    private static func weighted(_ attempts: Int, share: Int) -> Int {
        (attempts * 16 + share - 1) / share
    }

    /// The least statistic of a hit.
    func threshold(falseHits: Double) -> Double {
        (2 * (-log(falseHits) + 64 * log(2) + log(Double(attempts)))).squareRoot()
    }

    /// How likely a statistic this large is, at the most, in a picture without a mark.
    func chance(of statistic: Double) -> Double {
        min(1, exp(64 * log(2) + log(Double(attempts)) - statistic * statistic / 2))
    }
}
