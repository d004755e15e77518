// Each statement of a rights record: its name, its shape in XMP, and how it is read and written.

/// A statement of a rights record.
public enum RightsField: String, Hashable, Sendable, Codable, CaseIterable {
    case creators, copyrightNotice, creditLine, usageTerms, webStatement, isMarked, licensors
    case copyrightOwners, dataMining, otherConstraints, digitalSourceType, imageID, aiSystem
    case aiSystemVersion, aiPrompt, aiPromptWriter, linkedExpressions, provenance

    /// The XMP property that carries it.
    var name: XMPName {
        switch self {
        case .creators: XMPName(XMPNamespace.dc, "creator")
        case .copyrightNotice: XMPName(XMPNamespace.dc, "rights")
        case .creditLine: XMPName(XMPNamespace.photoshop, "Credit")
        case .usageTerms: XMPName(XMPNamespace.rights, "UsageTerms")
        case .webStatement: XMPName(XMPNamespace.rights, "WebStatement")
        case .isMarked: XMPName(XMPNamespace.rights, "Marked")
        case .licensors: XMPName(XMPNamespace.plus, "Licensor")
        case .copyrightOwners: XMPName(XMPNamespace.plus, "CopyrightOwner")
        case .dataMining: XMPName(XMPNamespace.plus, "DataMining")
        case .otherConstraints: XMPName(XMPNamespace.plus, "OtherConstraints")
        case .digitalSourceType: XMPName(XMPNamespace.iptcExtension, "DigitalSourceType")
        case .imageID: XMPName(XMPNamespace.iptcExtension, "DigImageGUID")
        case .aiSystem: XMPName(XMPNamespace.iptcExtension, "AISystemUsed")
        case .aiSystemVersion: XMPName(XMPNamespace.iptcExtension, "AISystemVersionUsed")
        case .aiPrompt: XMPName(XMPNamespace.iptcExtension, "AIPromptInformation")
        case .aiPromptWriter: XMPName(XMPNamespace.iptcExtension, "AIPromptWriterName")
        case .linkedExpressions: XMPName(XMPNamespace.iptcExtension, "LinkedEncRightsExpr")
        case .provenance: XMPName(XMPNamespace.dcterms, "provenance")
        }
    }

    /// Where a statement that is one text is kept.
    var textPath: WritableKeyPath<RightsRecord, String?>? {
        switch self {
        case .copyrightNotice: \.copyrightNotice
        case .creditLine: \.creditLine
        case .usageTerms: \.usageTerms
        case .webStatement: \.webStatement
        case .otherConstraints: \.otherConstraints
        case .digitalSourceType: \.digitalSourceType
        case .imageID: \.imageID
        case .aiSystem: \.aiSystem
        case .aiSystemVersion: \.aiSystemVersion
        case .aiPrompt: \.aiPrompt
        case .aiPromptWriter: \.aiPromptWriter
        case .provenance: \.provenance
        case .creators, .isMarked, .licensors, .copyrightOwners, .dataMining, .linkedExpressions:
            nil
        }
    }

    /// Whether the text is one of alternatives in several languages.
    private var isInLanguages: Bool {
        self == .copyrightNotice || self == .usageTerms || self == .otherConstraints
    }

    /// Reads the statement into a record.
    func read(_ value: XMPValue, into record: inout RightsRecord) {
        if let textPath {
            record[keyPath: textPath] = value.text
            return
        }
        switch self {
        case .creators: record.creators = value.texts
        case .isMarked:
            record.isMarked = value.text.flatMap {
                ["true": true, "false": false][$0.lowercased()]
            }
        case .dataMining: record.dataMining = value.text.map(DataMining.init(address:))
        case .licensors: record.licensors = parties(value, "Licensor", address: "LicensorURL")
        case .copyrightOwners:
            record.copyrightOwners = parties(value, "CopyrightOwner", address: nil)
        case .linkedExpressions: record.linkedExpressions = expressions(value)
        default: break
        }
    }

    private func parties(
        _ value: XMPValue, _ kind: String, address: String?
    ) -> [RightsRecord.Party] {
        value.structures.map { fields in
            let field = { (local: String) in fields[XMPName(XMPNamespace.plus, local)]?.text }
            return RightsRecord.Party(
                name: field(kind + "Name"), id: field(kind + "ID"), address: address.flatMap(field))
        }
    }

    private func expressions(_ value: XMPValue) -> [RightsRecord.LinkedExpression] {
        value.structures.compactMap { fields in
            let field = { (local: String) in
                fields[XMPName(XMPNamespace.iptcExtension, local)]?.text
            }
            return field("LinkedRightsExpr").map {
                RightsRecord.LinkedExpression(
                    address: $0, mediaType: field("RightsExprEncType"),
                    language: field("RightsExprLangId"))
            }
        }
    }

    /// The statement of a record as an element; nil when the record is silent.
    func element(of record: RightsRecord) -> XMPElement? {
        if let textPath {
            return record[keyPath: textPath].map { text in
                guard isInLanguages else { return XMPElement(name, text) }
                let item = XMPElement(.rdf("li"), text).with(.language, "x-default")
                return XMPElement(name, [XMPElement(.rdf("Alt"), [item])])
            }
        }
        switch self {
        case .creators: return list("Seq", record.creators.map { XMPElement(.rdf("li"), $0) })
        case .isMarked: return record.isMarked.map { XMPElement(name, $0 ? "True" : "False") }
        case .dataMining: return record.dataMining.map { XMPElement(name, $0.address) }
        case .licensors:
            return list(
                "Seq", record.licensors.map { item($0, "Licensor", address: "LicensorURL") })
        case .copyrightOwners:
            return list(
                "Seq", record.copyrightOwners.map { item($0, "CopyrightOwner", address: nil) })
        case .linkedExpressions: return list("Bag", record.linkedExpressions.map(item))
        default: return nil
        }
    }

    private func list(_ kind: String, _ items: [XMPElement]) -> XMPElement? {
        items.isEmpty ? nil : XMPElement(name, [XMPElement(.rdf(kind), items)])
    }

    private func item(
        _ party: RightsRecord.Party, _ kind: String, address: String?
    ) -> XMPElement {
        let fields = [
            (kind + "Name", party.name), (kind + "ID", party.id),
            (address ?? "", address == nil ? nil : party.address),
        ]
        return item(fields, in: XMPNamespace.plus)
    }

    private func item(_ expression: RightsRecord.LinkedExpression) -> XMPElement {
        let fields = [
            ("LinkedRightsExpr", expression.address), ("RightsExprEncType", expression.mediaType),
            ("RightsExprLangId", expression.language),
        ]
        return item(fields, in: XMPNamespace.iptcExtension)
    }

    private func item(_ fields: [(String, String?)], in namespace: String) -> XMPElement {
        let elements = fields.compactMap { local, value in
            value.map { XMPElement(XMPName(namespace, local), $0) }
        }
        return XMPElement(.rdf("li"), elements).with(.rdf("parseType"), "Resource")
    }
}
