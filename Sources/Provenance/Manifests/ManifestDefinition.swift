// What a manifest that is to be written says.

public import SelvageTypes

/// What a manifest that is to be written says about an asset.
public struct ManifestDefinition: Sendable {
    /// A program and its version.
    public struct Program: Hashable, Sendable {
        /// What it is called.
        public var name: String
        /// Its version.
        public var version: String?

        /// A program and its version.
        public init(name: String, version: String? = nil) {
            (self.name, self.version) = (name, version)
        }
    }

    /// Something that was done to the asset.
    public struct Action: Hashable, Sendable {
        /// Such as `c2pa.created`, `c2pa.placed`, `c2pa.edited`.
        public var action: String
        /// When it was done.
        public var when: Instant?
        /// Where the content came from.
        public var digitalSourceType: DigitalSourceType?
        /// The program that did it.
        public var softwareAgent: Program?
        /// What was done, for people.
        public var description: String?
        /// The names of the ingredients that it worked on.
        public var ingredients: [String]

        /// An action.
        public init(
            _ action: String, when: Instant? = nil, digitalSourceType: DigitalSourceType? = nil,
            softwareAgent: Program? = nil, description: String? = nil, ingredients: [String] = []
        ) {
            (self.action, self.when) = (action, when)
            (self.digitalSourceType, self.softwareAgent) = (digitalSourceType, softwareAgent)
            (self.description, self.ingredients) = (description, ingredients)
        }
    }

    /// Something that went into the asset.
    public struct Ingredient: Sendable {
        /// What it is to the asset.
        public enum Relationship: String, Hashable, Sendable, Codable {
            /// The asset is derived from it.
            case parentOf
            /// It is a part of the asset.
            case componentOf
            /// It was an input to a computation, as models and data sets are.
            case inputTo
        }

        /// What actions of this definition know it by; it is not written.
        public var name: String
        /// What it is called.
        public var title: String
        /// What it is to the asset.
        public var relationship: Relationship
        /// Its media type.
        public var format: String?
        /// What it is, for people.
        public var description: String?
        /// A page about it.
        public var informationalURI: String?
        /// Such as `c2pa.types.model` or `c2pa.types.dataset`, and their kinds.
        public var dataTypes: [String] = []
        /// The version of a model or data set.
        public var version: String?
        /// Where its content came from; not written beside a manifest, which says so itself.
        public var digitalSourceType: DigitalSourceType?
        /// The file itself; its own manifest store comes along.
        public var file: ImageFile?

        /// An ingredient.
        public init(name: String, title: String, relationship: Relationship) {
            (self.name, self.title, self.relationship) = (name, title, relationship)
        }
    }

    /// A watermark or fingerprint by which the manifest is found again when it was stripped.
    public struct SoftBinding: Hashable, Sendable {
        /// A registered name such as `io.iscc.v0`, or `markAlgorithm`.
        public var algorithm: String
        /// The fingerprint, or the watermark's payload.
        public var value: String

        /// A soft binding.
        public init(algorithm: String, value: String) {
            (self.algorithm, self.value) = (algorithm, value)
        }

        /// The name of our own watermark until it is registered.
        public static let markAlgorithm = "org.selvage.mark.v1"
    }

    /// The asset's title.
    public var title: String
    /// Who makes the claim.
    public var generator: Program
    /// What was done; the first must be `c2pa.created` or `c2pa.opened`.
    public var actions: [Action]
    /// What went into it.
    public var ingredients: [Ingredient] = []
    /// What training and mining the owner permits.
    public var trainingMining: [TrainingMiningEntry] = []
    /// Watermarks and fingerprints.
    public var softBindings: [SoftBinding] = []
    /// The share of human work.
    public var contribution: Contribution?
    /// Rights as a JSON-LD object of XMP terms, with its `@context`: the assertion `cawg.metadata`.
    public var metadata: JSONValue?

    /// A definition with what every manifest must say.
    public init(title: String, generator: Program, actions: [Action]) {
        (self.title, self.generator, self.actions) = (title, generator, actions)
    }
}

/// Where content came from: a term of IPTC's list.
///
/// - Source: IPTC NewsCodes, Digital Source Type.
public struct DigitalSourceType: Hashable, Sendable, Codable {
    /// The term's IRI.
    public let iri: String

    /// A term by its IRI.
    public init(iri: String) {
        self.iri = iri
    }

    private init(term: String) {
        iri = "http://cv.iptc.org/newscodes/digitalsourcetype/" + term
    }

    /// Made by a person with digital tools.
    public static let digitalCreation = Self(term: "digitalCreation")
    /// Changed by a person.
    public static let humanEdits = Self(term: "humanEdits")
    /// Made by a model that was trained.
    public static let trainedAlgorithmicMedia = Self(term: "trainedAlgorithmicMedia")
    /// Put together from parts of which a trained model made some.
    public static let compositeWithTrainedAlgorithmicMedia = Self(
        term: "compositeWithTrainedAlgorithmicMedia")
    /// Made by an algorithm that was not trained.
    public static let algorithmicMedia = Self(term: "algorithmicMedia")
    /// Put together from parts.
    public static let composite = Self(term: "composite")
    /// Taken with a camera.
    public static let digitalCapture = Self(term: "digitalCapture")
}
