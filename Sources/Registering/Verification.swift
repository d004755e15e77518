// Which asset a file shows and how that was established, each way apart.

public import Provenance
public import SelvageTypes

/// What is known about a file: which asset it shows, under which licence, and how that is known.
public struct Verification: Hashable, Sendable, Codable {
    /// What the credentials in the file say.
    public struct Credentials: Hashable, Sendable, Codable {
        /// What their checks came to; nil when there are none, or none that can be taken apart.
        public var state: ManifestState?
        /// One sentence for people.
        public var summary: String
        /// Who signed them.
        public var signer: String?
        /// The manifest's label.
        public var label: String?
        /// SHA-256 of the manifest store.
        public var manifest: Digest?
        /// The asset that was sealed with exactly this manifest.
        public var asset: String?
        /// The asset whose manifest they build on, as an editor's do.
        public var builtOn: String?
        /// Where the file says that credentials stand elsewhere; not read.
        public var elsewhere: String?
    }

    /// A mark that was read.
    public struct Mark: Hashable, Sendable, Codable {
        /// The name of the licensor's key.
        public var key: String
        /// The payload, sixteen hexadecimal digits.
        public var payload: String
        /// How well it was read, and how well it must be.
        public var statistic: Double
        /// The least statistic of a hit.
        public var threshold: Double
        /// How likely such a reading is, at the most, in a picture without this mark.
        public var falseHitBound: Double
        /// How many readings might have been tried; the bound counts them.
        public var attempts: Int
        /// The side of a tile in pixels of this picture.
        public var tileSide: Double
        /// The turn of the tiles, in degrees.
        public var turn: Double
        /// Whether the picture is mirrored.
        public var isMirrored: Bool
        /// Whether light and dark are exchanged.
        public var isInverted: Bool
        /// The number that was issued; nil when nobody issued this payload.
        public var number: UInt32?
        /// The asset that it was issued to, as the catalogue has it.
        public var asset: String?
        /// Whether the picture agrees with that asset.
        ///
        /// A mark alone proves nothing: it can be copied.
        public var counts = false
        /// How well the picture agreed, laid onto the registered one as the mark lies.
        ///
        /// nil when that was not needed, or it did not agree.
        public var agreement: Double?
    }

    /// An asset that the picture shows, by its hash or its repeat.
    public struct Recognised: Hashable, Sendable, Codable {
        /// The match.
        public var match: Match
        /// How it was made, how near it came, how it lies: for people.
        public var words: String
    }

    /// A way in which an asset was established.
    public enum Ground: String, Hashable, Sendable, Codable, CaseIterable {
        /// The file is the sealed one, byte for byte.
        case file
        /// Its credentials hold and are those the asset was sealed with.
        case credentials
        /// Its mark, and the picture agrees.
        case watermark
        /// Laid onto the registered picture as the mark says, at a scale without the mark.
        case comparison
        /// The hash of the whole picture.
        case hash
        /// The features of the repeat.
        case `repeat`
    }

    /// An asset that the file shows.
    public struct Conclusion: Hashable, Sendable, Codable {
        /// The asset.
        public var asset: String
        /// The name people use.
        public var title: String
        /// Who licenses it.
        public var licensor: String
        /// Where the licence stands; nil when none was named.
        public var licence: String?
        /// What claims rest on.
        public var rights: [RightReliedOn]
        /// How it was established; never empty.
        public var grounds: [Ground]
    }

    /// Something that does not fit together.
    public struct Disagreement: Hashable, Sendable, Codable {
        /// What does not fit.
        public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
            /// A mark on a picture that is not the asset's.
            case copiedMark = "copied-mark"
            /// A mark that the picture could neither confirm nor contradict.
            case unconfirmedMark = "unconfirmed-mark"
            /// A payload with our key that nobody issued.
            case forgedPayload = "forged-payload"
            /// A payload that was issued, to no asset of this catalogue.
            case unknownPayload = "unknown-payload"
            /// Our asset without the credentials it was sealed with.
            case strippedCredentials = "stripped-credentials"
            /// Our asset under credentials that are not ours.
            case foreignCredentials = "foreign-credentials"
            /// Credentials that do not hold.
            case brokenCredentials = "broken-credentials"
            /// Our credentials, on a picture of something else.
            case misplacedCredentials = "misplaced-credentials"
            /// Rights metadata that name another licence.
            case otherLicence = "other-licence"
            /// Rights metadata that contradict themselves.
            case contradictoryRights = "contradictory-rights"
        }

        /// What does not fit.
        public var kind: Kind
        /// One sentence for people.
        public var sentence: String
    }

    /// SHA-256 of the file.
    public var file: Digest
    /// The asset whose sealed file this is, byte for byte.
    public var sealedFile: String?
    /// What the credentials in the file say.
    public var credentials: Credentials
    /// What the file says of its rights.
    public var rights: RightsRecord?
    /// Marks that were read.
    public var marks: [Mark] = []
    /// How many watermark keys were asked; with none, nothing is known about marks.
    public var keysAsked = 0
    /// What the picture shows by hash or repeat.
    public var recognised: [Recognised] = []
    /// Assets that are established, the surest first; empty when none is.
    public var conclusions: [Conclusion] = []
    /// What does not fit together.
    public var disagreements: [Disagreement] = []
}
