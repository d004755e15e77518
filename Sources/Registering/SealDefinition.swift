// What a licensor says about an asset that is to be sealed.

public import Provenance
public import SelvageTypes
public import Watermarking

/// What a licensor says about an asset that is to be sealed.
public struct SealDefinition: Hashable, Sendable, Codable {
    /// Something that went into the asset.
    public struct Part: Hashable, Sendable, Codable {
        /// What a part is.
        public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
            case motif, texture, colourway, model
            case dataSet = "data-set"
        }

        /// What it is.
        public var kind: Kind
        /// What it is called.
        public var title: String
        /// The version of a model or data set.
        public var version: String?
        /// An image of a motif or texture; its own credentials come along.
        public var file: String?
        /// Who owns it; without it the licensor.
        public var owner: String?
        /// Where its licence stands.
        public var licence: String?
        /// SHA-256 of a model's weights or a data set, in hexadecimal.
        public var sha256: String?
        /// Where its content came from, a term of IPTC's list.
        public var source: String?

        /// A part.
        public init(kind: Kind, title: String) {
            (self.kind, self.title) = (kind, title)
        }
    }

    /// The asset's address; made from the licensor and the title when left out.
    public var id: String?
    /// The name people use; the file's when left out.
    public var title: String?
    /// Who made it.
    public var creators: [String] = []
    /// The licensor's name as people know it.
    public var licensorName: String?
    /// Where to ask for a licence.
    public var licensorAddress: String?
    /// The copyright notice.
    public var copyright: String?
    /// The line to print beside it.
    public var credit: String?
    /// What is permitted, in words.
    public var terms: String?
    /// A page about the rights.
    public var webStatement: String?
    /// Where the licence stands: the policy.
    public var licence: String?
    /// What claims rest on.
    public var rights: [RightReliedOn] = []
    /// What went into it.
    public var parts: [Part] = []
    /// How it was made, a term of IPTC's list, such as `digitalCreation`.
    public var source: String?
    /// The share of human work with its basis.
    public var contribution: Contribution?
    /// What training and mining is permitted.
    public var trainingMining: [TrainingMiningEntry] = []
    /// How the file repeats.
    public var repeating = RepeatShape.rectangular
    /// Whether it is marked.
    public var isMarked = true

    /// A definition that says nothing yet.
    public init() {}

    /// What was asked for, by which a repetition is told from another wish.
    public var digest: Digest {
        Digest(of: (try? JSONValue(encoding: self))?.canonicalBytes ?? [])
    }
}

extension DigitalSourceType {
    /// A term of IPTC's list by its last word; nil for what is not on it.
    init?(word: String) {
        let terms: [DigitalSourceType] = [
            .digitalCreation, .humanEdits, .trainedAlgorithmicMedia,
            .compositeWithTrainedAlgorithmicMedia, .algorithmicMedia, .composite, .digitalCapture,
        ]
        guard let term = terms.first(where: { $0.iri == word || $0.iri.hasSuffix("/\(word)") })
        else { return nil }
        self = term
    }
}
