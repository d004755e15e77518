// How unlikely it is that chance agrees as often as a fit does.

internal import Glibc

/// The a-contrario meaning of a fit.
///
/// - Source: A. Desolneux, L. Moisan, J.-M. Morel, *From Gestalt theory to image analysis* (2008).
enum Meaning {
    /// Minus the decimal logarithm of the number of fits as good that chance would give.
    static func of(hits: Int, trials: Int, chance: Double) -> Float {
        guard hits >= 4 else { return 0 }
        let (n, k) = (Double(max(trials, hits)), Double(hits))
        let tail = logBinomialTail(n, k, chance)
        let choices = n > 3 ? logChoices(n, 3) : 0
        return Float(-(tail + choices) / log(10) - 2)
    }

    private static func logChoices(_ n: Double, _ k: Double) -> Double {
        lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    }

    /// The natural logarithm of the chance of at least k hits in n.
    private static func logBinomialTail(_ n: Double, _ k: Double, _ p: Double) -> Double {
        var term = logChoices(n, k) + k * log(p) + (n - k) * log(1 - p)
        var sum = term
        var hits = k
        while hits < n {
            term += log((n - hits) / (hits + 1)) + log(p / (1 - p))
            sum = max(sum, term) + log1p(exp(-abs(sum - term)))
            hits += 1
            if term < sum - 40 { break }
        }
        return min(0, sum)
    }
}
