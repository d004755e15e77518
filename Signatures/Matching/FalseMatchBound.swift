// How unlikely it is that an unrelated picture comes as near to a catalogue as a match does.

internal import Glibc

/// An upper bound on the chance that an unrelated picture comes near to any asset of a catalogue.
///
/// **What it is.** The hash bits of unrelated pictures agree like coin throws, but not like 256
/// independent ones. Their number of independent throws follows from the spread of distances, as
/// for iris codes: n = 256² / 4σ². On 137 development pictures of sufficient quality (patterns,
/// look-alikes, photographs; 149,056 comparisons in eight symmetries) the mean distance was 128.0
/// and σ 8.1, so n is about 249; two copies of one photograph aside, the nearest pair differed in
/// 72 bits. The bound uses n = 64, a quarter of that, which lies above every share that was
/// measured, takes the binomial tail at the distance, and adds it up over every comparison with the
/// catalogue (Boole's inequality).
///
/// **What it is not.** It says nothing about pictures that are related: other colourways, designs
/// after the same model, adversarial collisions, or a licensed pattern's own prior art. It is no
/// proof: distances below 72 bits are extrapolated, as no unrelated pair came that near. Pictures
/// below the quality gate are never compared.
///
/// - Source: J. Daugman, *The importance of being random: statistical principles of iris
///   recognition* (2003), for degrees of freedom from the spread of distances.
public enum FalseMatchBound {
    /// Independent coin throws that the bound counts on.
    public static let degreesOfFreedom = 64

    /// The bound for a distance, over a number of hash comparisons.
    ///
    /// - Returns: 0...1.
    public static func probability(distance: Int, comparisons: Int) -> Double {
        let hits = min(max(0, distance), 256) * degreesOfFreedom / 256
        let tail = (0...hits).reduce(0.0) { sum, hit in
            sum + exp(logChoices(hit) - Double(degreesOfFreedom) * log(2.0))
        }
        return min(1, tail * Double(comparisons))
    }

    /// The natural logarithm of the ways to choose.
    private static func logChoices(_ count: Int) -> Double {
        guard count > 0 else { return 0 }
        return (1...count).reduce(0.0) { sum, index in
            sum + log(Double(degreesOfFreedom - count + index)) - log(Double(index))
        }
    }
}
