// A repeat that was fitted to a part of a picture, with what speaks for it.

internal import Glibc
public import SelvageTypes

/// A repeat that was fitted to a part of a picture, with what speaks for it.
public struct RepeatMatch: Hashable, Sendable {
    /// The repeat's place in the index.
    public var entry: Int
    /// How strongly the picture speaks for it, before it is held against the repeat's background.
    public var score: Double
    /// Where the picture shows it; colours are not compared yet.
    public var placement: Placement
    /// What the score is made of.
    public var measures: RepeatMeasures
    /// Where it agrees, and what of the repeat each place shows.
    var patches: [RepeatPatch]
}

/// What the score of a fitted repeat is made of.
public struct RepeatMeasures: Hashable, Sendable, Codable {
    /// Keypoints of the picture that agreed on a size and a rotation.
    public var votes: Int
    /// Keypoints of the picture that agree with the fit.
    public var keypoints: Int
    /// Different places of the repeat among them, each counted once however often it repeats.
    public var places: Int
    /// Minus the decimal logarithm of the number of equally good fits that chance would give.
    public var meaning: Double
    /// The agreement of gradients, pixel by pixel, -1...1.
    public var gradients: Double
    /// The correlation of luma, pixel by pixel and without sign, 0...1.
    public var luma: Double
    /// By how much the agreement exceeds that at places nearby.
    public var margin: Double
    /// How far, in samples, blocks had to be moved to agree.
    public var movement: Double
    /// Blocks that were compared.
    public var blocks: Int
    /// Blocks whose gradients agree.
    public var agreeing: Int
    /// The side of a square as large as one repeat is shown: in pixels that were looked at, or in the picture's own
    /// where it was enlarged.
    public var side: Double

    /// The places of a repeat from which on more places say no more.
    static let manyPlaces = 32.0

    /// Fits with a smaller bound are not compared: what they can still come to is hardly ever what it looks like.
    ///
    /// It is no proof, as 0.6 can be review. Of 1,679 pictures of four seeds whose pattern was found, none
    /// of a pattern with keypoints enough had less than 0.77; of fits in pictures of something else, more
    /// than half have less than 0.7. Where a picture or a repeat has few keypoints, so do its fits: squares
    /// in a row were found with 0.26.
    static func leastBound(keypoints: Int, licensed: Int) -> Double {
        let few = min(1, Double(min(keypoints, licensed)) / Double(RepeatIndex.fewKeypoints))
        return max(0.16, 0.7 * few * few)
    }

    /// The most that the score of a fit can be.
    static func bound(_ fit: RepeatFit) -> Double {
        log1p(max(0, Double(fit.meaning))) * min(1, Double(fit.cells) / manyPlaces)
    }

    /// The score: what pixels and keypoints say together, or keypoints alone where they say enough.
    var score: Double { max(agreement, geometry) }

    /// What pixels and keypoints say together: nothing where any of the measures is nothing.
    ///
    /// The form was chosen by recall at no false match on the development patterns; it grows with
    /// the logarithm of the meaning, so that no number of repeats outweighs pixels that disagree.
    /// What agrees nearly as well a little further along, as rows of like motifs do, counts less.
    private var agreement: Double {
        log1p(max(0, meaning)) * min(1, Double(places) / Self.manyPlaces) * max(0, gradients)
            * max(0, luma) * max(0.4, min(1, 1.5 - 0.3 * movement))
            * (0.5 + 0.5 * min(1, max(0, 1.5 * margin)))
    }

    /// The side from which on a repeat shows what it is.
    private static let readableSide = 75.0

    /// How much of a repeat its size shows, 0...1: at fifty pixels a print of baubles is dots on a lattice.
    ///
    /// Of 21 pictures of 14,596 without licensed patterns that came to review, 17 had a side below 71; of 749 found uses
    /// two, and 99 in 100 had 83 and more. Backgrounds do not count it: that they were measured on small prints
    /// must not speak for plain patterns on large ones.
    var readability: Double {
        let share = max(0, side) / Self.readableSide
        return min(1, share * share)
    }

    /// The meaning over many places from which on keypoints begin to say something alone, how much more
    /// is one more, and the most that they say.
    private static let alone = (from: 25.0, each: 40.0, most: 2.5)
    /// The agreement of gradients times that of luma below which keypoints say less.
    private static let leastPixels = 0.2

    /// What keypoints say alone, of bent cloth in bad light whose pixels agree badly everywhere.
    ///
    /// Two hundred keypoints that agree on one map, in places all over the repeat, are no chance: of 10,596 pictures
    /// without licensed patterns none reached more than 45 but for the plainest repeats, most less than 25; uses on
    /// cloth that the comparison lost had 80 to 240.
    var geometry: Double {
        let spread = max(0, meaning) * min(1, Double(places) / (2 * Self.manyPlaces))
        let said = max(0, min(Self.alone.most, (spread - Self.alone.from) / Self.alone.each))
        return said * min(1, max(0, gradients) * max(0, luma) / Self.leastPixels)
    }
}

/// The score of a match, held against what pictures without licensed patterns reach.
public enum RepeatGrading {
    /// How far above the background a match is certain: the strict point of the development set.
    static let certain = 0.9
    /// From this calibrated score on it is the same geometry.
    public static let review = 0.6

    /// How much a background grows for pictures that were not looked at, by its own size, and what is
    /// added once it is as large as `plain`: the stronger a plain pattern agrees with plain pictures,
    /// the more do its scores scatter.
    static let scatter = 0.2, plainness = 0.3, plain = 0.3

    /// What the licensed colours add, and how much more for each unit of background.
    ///
    /// One in thirty fits in pictures without licensed patterns is in the licensed colours, and two
    /// of three uses that were not recoloured: the plainer the geometry, the more the colours say.
    static let colours = (least: 0.5, forBackground: 0.8)

    /// What exact colours forgive of a background, and the background beyond which none counts: of
    /// the plain pictures that a plain repeat was found in, next to none has its very colours.
    static let exact = (forgiven: 0.9, most: 5.0)

    /// The score from which on exact colours add what licensed ones do at least.
    ///
    /// The plainest patterns, of four corners a cell, reach hardly more in their very colours. Of fits
    /// of other things that share these, on two seeds, none reached more than 0.13.
    static let shownExactly = 0.15

    /// A score with regard to how clearly each licensed colour became a colour of its own.
    ///
    /// A check in three colours is seen in every check of two, but for this. Of the fits in pictures
    /// without licensed patterns, of patterns with three colours and more, half have a separation
    /// below 0.6, and of uses on paper one in twenty below 0.75, recoloured or not. The power was chosen on two seeds among 1, 1.5 and 2.
    static func told(_ score: Double, separation: Double) -> Double {
        score * separation * separation.squareRoot()
    }

    /// The score above the repeat's own background, 1 and more being a match.
    ///
    /// - Parameters:
    ///   - inLicensedColours: Whether each colour lies where the repeat has it, under some light.
    ///   - exactness: How surely the colours are the licensed ones themselves, 0...1.
    public static func calibrated(
        _ score: Double, background: Double, inLicensedColours: Bool = false,
        exactness: Double = 0
    ) -> Double {
        let grown =
            background * (1 + scatter * background) + plainness * min(1, background / plain)
        let bonus = colours.least + colours.forBackground * background
        let shown = min(1, score / 0.5)
        let plain = score - grown + (inLicensedColours ? bonus * shown : 0)
        guard exactness > 0 else { return plain / certain }
        let left = min(exact.most, grown) * (1 - exact.forgiven * exactness)
        let worth = exactness * colours.least * min(1, score / shownExactly)
        return max(plain, score - left + worth) / certain
    }

    /// The grade of a calibrated score; nil when nothing may be said.
    public static func grade(_ calibrated: Double) -> Match.Grade? {
        calibrated >= 1 ? .match : calibrated >= review ? .sameGeometry : nil
    }

    /// However strong a match is: a sample of thousands does not show chances of one in millions.
    public static let leastProbability = 1e-4

    /// The chance that a picture without licensed patterns reaches a calibrated score for any target.
    ///
    /// Two exponential tails, drawn above the rates of 3,000 plain patterns, the hardest of pictures without licensed
    /// ones; 10,596 others with photographs and textures among them lie far below (Docs/matching.md). There were 71
    /// targets, and for more the chance grows with them. Never less than `leastProbability` is said.
    public static func falseMatchProbability(_ calibrated: Double, targets: Int = 1) -> Double {
        let tails = 0.026 * exp(-calibrated / 0.3) + 0.03 * exp(-calibrated / 0.025)
        return min(1, max(leastProbability, tails) * max(1, Double(targets) / 71))
    }
}
