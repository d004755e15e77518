// What an asset's line says of the features of its repeat: which file, how many, how distinctive.

public import Recognition
public import SelvageTypes

/// What an asset's line says of the features of its repeat.
public struct RepeatRecord: Hashable, Sendable, Codable {
    /// How strongly the repeat is "found" in pictures that show no licensed pattern.
    ///
    /// A plain stripe is found in every stripe; a match with it has to be stronger than that.
    public struct Background: Hashable, Sendable, Codable {
        /// What it may reach in such pictures, from the strongest scores it reached in some
        /// (`BackgroundTail`); a match has to be stronger by `RepeatGrading.certain`.
        public var level: Double
        /// How many pictures were looked at.
        public var pictures: Int

        /// A background score over a number of pictures.
        public init(level: Double, pictures: Int) {
            // Thousandths, as they are written.
            self.level = (level * 1000).rounded() / 1000
            self.pictures = pictures
        }

        /// Reads a background; catalogues made before levels were kept state the strongest score.
        public init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            level =
                try values.decodeIfPresent(Double.self, forKey: .level)
                ?? values.decode(Double.self, forKey: .strongest)
            pictures = try values.decode(Int.self, forKey: .pictures)
        }

        /// Writes a background.
        public func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(level, forKey: .level)
            try values.encode(pictures, forKey: .pictures)
        }

        private enum CodingKeys: String, CodingKey { case level, strongest, pictures }
    }

    /// SHA-256 of the features' file, which is `signatures/<digest>.features`.
    public var features: Digest
    /// How many keypoints the repeat has.
    public var keypoints: Int
    /// What pictures without licensed patterns say; nil before calibration.
    public var background: Background?

    /// A record of a features' file.
    public init(features: Digest, keypoints: Int, background: Background? = nil) {
        self.features = features
        self.keypoints = keypoints
        self.background = background
    }

    /// Repeats with fewer keypoints are too plain to alert by themselves.
    static let fewestKeypoints = 40
    /// A background from which on a repeat is plain, however many keypoints it has.
    ///
    /// Of 71 development patterns held against 800 pictures, a chevron reached 3.2, a brick wall 2.1,
    /// a jigsaw 1.9 and hexagons 1.6 (`background-5`); the next, with 1.4 and 1.3, are stars and plus signs,
    /// for which it is enough that a match has to be stronger than the background.
    static let plainBackground = 1.5
    /// Repeats with fewer keypoints are plain as soon as pictures of something else would match.
    static let fewKeypoints = 300

    /// Whether a match may alert by itself: it is not found where it is not, and has enough to it.
    public var isDistinctive: Bool { keypoints >= Self.fewestKeypoints && !isCommon }

    /// Whether pictures that do not show it look like it, or will, as there are few edges to it
    /// (`fewestOfItsOwn`).
    var isCommon: Bool {
        heldAgainst >= Self.plainBackground
            || heldAgainst >= RepeatGrading.certain && keypoints < Self.fewKeypoints
    }

    /// Repeats with fewer keypoints are made of a few edges that meet, as anybody's are.
    static let fewestOfItsOwn = 150
    /// What such a repeat is held against at least.
    ///
    /// Squares and checks have few parameters: a series that holds twelve pictures of a kind may miss
    /// the one that is the same. A check of 135 keypoints had 0.7 for its level, and 15 of 126 others
    /// came to review.
    static let leastOfFew = 1.0

    /// What a match has to be stronger than; 0 before calibration.
    var heldAgainst: Double {
        guard let background else { return 0 }
        return max(background.level, keypoints < Self.fewestOfItsOwn ? Self.leastOfFew : 0)
    }

    /// The file's name inside the catalogue's folder.
    var file: String { "\(CatalogueFolder.signaturesFolder)/\(features.hex).features" }

    /// Whether the numbers can be what they say.
    var isPlausible: Bool {
        guard (0...RepeatSignature.mostKeypoints).contains(keypoints) else { return false }
        guard let background else { return true }
        return background.level.isFinite && background.level >= 0
            && (1...1_000_000).contains(background.pictures)
    }
}

/// What a part of an asset is recognised by, as its motif or its texture.
public struct PartSignatures: Hashable, Sendable, Codable {
    /// Where the features of its repeat are.
    public var `repeat`: RepeatRecord
    /// Its colours.
    public var palette: Palette?

    /// The signatures of a part.
    public init(repeat: RepeatRecord, palette: Palette?) {
        self.repeat = `repeat`
        self.palette = palette
    }
}

extension Catalogue.Signatures {
    /// The records of the asset and of all its parts.
    var repeats: [RepeatRecord] {
        (`repeat`.map { [$0] } ?? [])
            + (parts ?? [:]).sorted { $0.key < $1.key }.map(\.value.repeat)
    }
}
