// Who made a picture, who may license it, on what terms, and by which machine it was made.

/// The rights metadata of a picture: IPTC Photo Metadata 2025.1 and PLUS.
///
/// A missing statement is nil or empty, never an empty text. Addresses are kept as they were
/// written, because a changed address is another address.
///
/// - Source: IPTC Photo Metadata Standard 2025.1; PLUS License Data Format 2.0.1.
public struct RightsRecord: Hashable, Sendable, Codable {
    /// A licensor or an owner of the copyright.
    public struct Party: Hashable, Sendable, Codable {
        /// `LicensorName`, `CopyrightOwnerName`.
        public var name: String?
        /// `LicensorID`, `CopyrightOwnerID`.
        public var id: String?
        /// `LicensorURL`; an owner has none.
        public var address: String?

        public init(name: String? = nil, id: String? = nil, address: String? = nil) {
            (self.name, self.id, self.address) = (name, id, address)
        }
    }

    /// A policy in a rights expression language, linked by its address.
    public struct LinkedExpression: Hashable, Sendable, Codable {
        /// `LinkedRightsExpr`: where the policy stands.
        public var address: String
        /// `RightsExprEncType`: its media type, such as `application/ld+json`.
        public var mediaType: String?
        /// `RightsExprLangId`: its language, such as the namespace of ODRL.
        public var language: String?

        public init(address: String, mediaType: String? = nil, language: String? = nil) {
            (self.address, self.mediaType, self.language) = (address, mediaType, language)
        }
    }

    /// `dc:creator`, in order.
    public var creators: [String] = []
    /// `dc:rights`.
    public var copyrightNotice: String?
    /// `photoshop:Credit`.
    public var creditLine: String?
    /// `xmpRights:UsageTerms`.
    public var usageTerms: String?
    /// `xmpRights:WebStatement`: the address of a page about the rights.
    public var webStatement: String?
    /// `xmpRights:Marked`: whether rights are reserved.
    public var isMarked: Bool?
    /// `plus:Licensor`.
    public var licensors: [Party] = []
    /// `plus:CopyrightOwner`.
    public var copyrightOwners: [Party] = []
    /// `plus:DataMining`: whether machines may learn from the picture.
    public var dataMining: DataMining?
    /// `plus:OtherConstraints`, to which `dataMining` may refer.
    public var otherConstraints: String?
    /// `Iptc4xmpExt:DigitalSourceType`: an address in the IPTC's vocabulary.
    public var digitalSourceType: String?
    /// `Iptc4xmpExt:DigImageGUID`.
    public var imageID: String?
    /// `Iptc4xmpExt:AISystemUsed`.
    public var aiSystem: String?
    /// `Iptc4xmpExt:AISystemVersionUsed`.
    public var aiSystemVersion: String?
    /// `Iptc4xmpExt:AIPromptInformation`.
    public var aiPrompt: String?
    /// `Iptc4xmpExt:AIPromptWriterName`.
    public var aiPromptWriter: String?
    /// `Iptc4xmpExt:LinkedEncRightsExpr`.
    public var linkedExpressions: [LinkedExpression] = []
    /// `dcterms:provenance`: where a manifest that is not in the file stands.
    public var provenance: String?

    public init() {}
}

extension RightsRecord {
    /// Reads a record in which what is not stated may be left out, lists included.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        creators = try values.decodeIfPresent([String].self, forKey: .creators) ?? []
        licensors = try values.decodeIfPresent([Party].self, forKey: .licensors) ?? []
        copyrightOwners = try values.decodeIfPresent([Party].self, forKey: .copyrightOwners) ?? []
        linkedExpressions =
            try values.decodeIfPresent([LinkedExpression].self, forKey: .linkedExpressions) ?? []
        isMarked = try values.decodeIfPresent(Bool.self, forKey: .isMarked)
        dataMining = try values.decodeIfPresent(DataMining.self, forKey: .dataMining)
        for field in RightsField.allCases {
            guard let path = field.textPath, let key = CodingKeys(stringValue: field.rawValue)
            else { continue }
            self[keyPath: path] = try values.decodeIfPresent(String.self, forKey: key)
        }
    }
}

/// What `plus:DataMining` says: a term of the PLUS vocabulary.
///
/// - Source: PLUS License Data Format 2.0.1, property Data Mining.
public struct DataMining: Hashable, Sendable, Codable {
    /// The term as it was written, mostly an address.
    public let address: String

    public init(address: String) { self.address = address }

    private init(term: String) { address = "http://ns.useplus.org/ldf/vocab/" + term }

    /// Reads the address, or the term alone.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        self = text.contains("/") ? DataMining(address: text) : DataMining(term: text)
    }

    /// Writes the address.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(address)
    }

    /// The term without the vocabulary's address.
    public var term: String { address.split(separator: "/").last.map(String.init) ?? "" }

    /// Whether training of generative models is refused, in whole or but for stated terms.
    ///
    /// Nil when the term says nothing of it or is unknown.
    public var refusesGenerativeTraining: Bool? {
        switch term {
        case "DMI-ALLOWED": false
        case "DMI-UNSPECIFIED": nil
        default: term.hasPrefix("DMI-PROHIBITED") ? true : nil
        }
    }

    /// Nothing is said.
    public static let unspecified = DataMining(term: "DMI-UNSPECIFIED")
    /// Allowed.
    public static let allowed = DataMining(term: "DMI-ALLOWED")
    /// Prohibited for training of machines.
    public static let prohibitedForTraining = DataMining(term: "DMI-PROHIBITED-AIMLTRAINING")
    /// Prohibited for training of machines that generate.
    public static let prohibitedForGenerativeTraining = DataMining(
        term: "DMI-PROHIBITED-GENAIMLTRAINING")
    /// Prohibited but for the index of a search engine.
    public static let prohibitedExceptSearch = DataMining(
        term: "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING")
    /// Prohibited.
    public static let prohibited = DataMining(term: "DMI-PROHIBITED")
    /// Prohibited but as `otherConstraints` says.
    public static let seeConstraints = DataMining(term: "DMI-PROHIBITED-SEECONSTRAINT")
    /// Prohibited but as an embedded rights expression says.
    public static let seeEmbeddedExpression = DataMining(
        term: "DMI-PROHIBITED-SEEEMBEDDEDRIGHTSEXPR")
    /// Prohibited but as `linkedExpressions` say.
    public static let seeLinkedExpression = DataMining(term: "DMI-PROHIBITED-SEELINKEDRIGHTSEXPR")
}
