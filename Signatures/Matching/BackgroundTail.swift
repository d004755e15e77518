// What an asset may reach in pictures that do not show it, from the strongest scores it reached.

/// The strongest background scores of one asset, and the level they point to.
///
/// The strongest score of a few hundred pictures is a poor guide where plain patterns resemble the
/// asset: the next few hundred hold a stronger one. The scores of such an asset fall off about
/// exponentially, and the mean excess of the strongest over the next estimates the scale of that
/// fall, so that one scale more stands for a series e times as long.
///
/// - Source: J. Pickands, *Statistical Inference Using Extreme Order Statistics* (1975), for scale
///   from excesses over a threshold.
struct BackgroundTail: Hashable, Sendable {
    /// How many scores the scale is taken from.
    static let depth = 5

    /// The strongest scores, falling; one more than the depth at most.
    private var strongest: [Double] = []

    /// No score yet.
    init() {}

    /// Takes a picture's score into account.
    mutating func note(_ score: Double) {
        let place = strongest.firstIndex { $0 < score } ?? strongest.count
        strongest.insert(score, at: place)
        if strongest.count > Self.depth + 1 { strongest.removeLast() }
    }

    /// The strongest score and the scale of the fall; the strongest alone where the asset was found
    /// too seldom for a scale; 0 where it was never found.
    var level: Double {
        guard let first = strongest.first else { return 0 }
        guard strongest.count > Self.depth else { return first }
        let mean = strongest.prefix(Self.depth).reduce(0, +) / Double(Self.depth)
        return first + mean - strongest[Self.depth]
    }
}
