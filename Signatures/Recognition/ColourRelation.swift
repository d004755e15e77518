// How the colours of a found area relate to those of the licensed pattern.

/// How the colours of a found area relate to those of the licensed pattern.
///
/// Found samples lie beside licensed ones, pair by pair. Licensed samples are grouped by colour, and
/// the middle of what each group became is looked at, so that pairs which are wrong because the
/// areas are not quite aligned, grain and shadows weigh little. The simplest relation that explains
/// the middles is the answer: the same colours but for light, their negative, one colour from dark
/// to light, or any rule at all that sends each licensed colour to a colour of its own.
public struct ColourRelation: Hashable, Sendable, Codable {
    /// The relations that are told apart.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// The licensed colours, but for exposure, contrast and white balance.
        case asLicensed
        /// Each licensed colour became a colour of its own.
        case recoloured
        /// A negative: of all channels, or of lightness alone.
        case inverted
        /// One colour from dark to light (grey, sepia, one ink on one paper), of a licensed pattern
        /// that has more.
        case singleColour
        /// Too few or too flat samples, or colours that follow no rule.
        case undetermined
    }

    /// What each relation leaves unexplained.
    ///
    /// The first four are mean differences in CIELAB, lightness weighing less; about 3 is unseen
    /// between two pictures, 10 is plainly another colour.
    public struct Errors: Hashable, Sendable, Codable {
        /// From the licensed colours under the light that fits best.
        public let asLicensed: Double
        /// From their negative under the light that fits best.
        public let inverted: Double
        /// From the one hue, or the one line between two colours, that fits best.
        public let singleColour: Double
        /// How far the licensed colours themselves are from one hue or line.
        public let licensedSingleColour: Double
        /// How different the found colours are among themselves.
        public let contrast: Double
        /// How different the licensed colours are among themselves.
        public let licensedContrast: Double
        /// How much the colours within a group differ, compared with all: 0 where each licensed
        /// colour became one colour, about 1 where the pairs have nothing to do with each other.
        public let inconsistency: Double
        /// How clearly each licensed colour became a colour of its own, whichever it is.
        ///
        /// 1 where all did, 0 where all became one. Recolouring keeps it, and a pattern of fewer
        /// colours cannot have it.
        public let separation: Double
        /// From the licensed colours themselves, no light taken into account.
        public let unlit: Double
        /// How many of the compared licensed colours are no black, white or grey.
        public let tellingColours: Int
    }

    /// The relation.
    public let kind: Kind
    /// How clearly it is this one and no other, 0...1; no probability.
    public let confidence: Double
    /// What was measured; nil where there was nothing to measure.
    public let errors: Errors?

    /// How surely these are the licensed colours themselves and no others under some light, 0...1.
    ///
    /// Of 488 uses that kept their colours 94 in 100 left at most 2.5, and of 250 fits in pictures
    /// of something else none less than 5.9. It takes two colours that are seldom met by chance.
    public var exactness: Double {
        guard kind == .asLicensed, let errors, errors.licensedContrast >= 4 else { return 0 }
        let share = min(1, Double(errors.tellingColours) / 2)
        return share * max(0, min(1, (5 - errors.unlit) / 2.5))
    }

    /// With fewer pairs nothing is said.
    public static let fewestSamples = 64

    /// The relation between pairs of sRGB samples.
    ///
    /// A few hundred pairs are enough; some 1,500 are good. Up to a fifth may be wrong.
    ///
    /// - Precondition: There are as many found samples as licensed ones.
    /// - Complexity: O(samples), about a millisecond for 1,500.
    public static func between(
        licensed: [SIMD3<UInt8>], found: [SIMD3<UInt8>]
    ) -> ColourRelation {
        precondition(licensed.count == found.count, "Colours are compared pair by pair.")
        guard licensed.count >= fewestSamples else {
            return ColourRelation(kind: .undetermined, confidence: 0, errors: nil)
        }
        return ColourRelation(ColourRelationErrors(licensed: licensed, found: found).errors)
    }

    private init(kind: Kind, confidence: Double, errors: Errors?) {
        self.kind = kind
        self.confidence = confidence
        self.errors = errors
    }

    /// The simplest relation whose error is small enough.
    init(_ errors: Errors) {
        self.errors = errors
        (kind, confidence) = Self.judged(errors)
    }

    /// The limits were chosen on 36 development patterns and checked on 53 look-alike tiles, with
    /// blur, shading, JPEG and up to a fifth of the pairs wrong: 99 % of pictures in the licensed
    /// colours, 95 % of visibly recoloured ones, 99 % of negatives, all 81 one-colour renditions of
    /// many-coloured tiles and 91 % of unrelated pairs were called so.
    private static func judged(_ errors: Errors) -> (Kind, Double) {
        // A flat patch of the mean colour agrees with many patterns and shows none of them.
        let shown =
            errors.contrast >= 0.12 * errors.licensedContrast || errors.licensedContrast < 3
        let (straight, negative) = (errors.asLicensed, errors.inverted)
        // The more colours differ, the more is lost among them without being another colour.
        let limit = min(4.5, max(2.5, 0.14 * errors.licensedContrast))
        if shown, straight <= limit, straight < negative {
            return (.asLicensed, clearness(straight, beside: min(negative, errors.contrast + 3)))
        }
        if shown, negative <= 2.5, negative < 0.4 * straight {
            return (.inverted, clearness(negative, beside: straight))
        }
        guard errors.inconsistency <= 0.6, errors.contrast >= 1.5 else { return (.undetermined, 0) }
        let order = 1 - errors.inconsistency
        if negative <= 6, negative < 0.6 * straight {
            return (.inverted, clearness(negative, beside: straight) * order)
        }
        if errors.singleColour <= 2.5, errors.licensedSingleColour >= 6 {
            let rival = errors.licensedSingleColour
            return (.singleColour, clearness(errors.singleColour, beside: rival) * order)
        }
        return (.recoloured, clearness(limit, beside: min(straight, negative)) * order)
    }

    /// How much smaller an error is than its rival, 0...1.
    private static func clearness(_ error: Double, beside rival: Double) -> Double {
        max(0, rival - error) / (rival + error + 1)
    }
}
