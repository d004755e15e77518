// What a licensor says, as the rights packet, the manifest and the catalogue's asset say it.

internal import Foundation
internal import Provenance
internal import SelvageTypes

extension SealDefinition {
    /// The rights packet.
    var rightsRecord: RightsRecord {
        var record = RightsRecord()
        record.creators = creators
        record.copyrightNotice = copyright
        record.creditLine = credit
        record.usageTerms = terms
        record.webStatement = webStatement ?? licence
        record.isMarked = copyright == nil && rights.isEmpty ? nil : true
        if licensorName != nil || licensorAddress != nil {
            record.licensors = [RightsRecord.Party(name: licensorName, address: licensorAddress)]
        }
        record.dataMining = dataMining
        record.digitalSourceType = source.flatMap(DigitalSourceType.init(word:))?.iri
        record.linkedExpressions = licence.map { [.init(address: $0)] } ?? []
        let model = parts.first { $0.kind == .model }
        (record.aiSystem, record.aiSystemVersion) = (model?.title, model?.version)
        return record
    }

    /// PLUS says in one term what C2PA says in entries.
    private var dataMining: DataMining? {
        guard !trainingMining.isEmpty else { return nil }
        if trainingMining.allSatisfy({ $0.use == "allowed" }) { return .allowed }
        if trainingMining.contains(where: { $0.use == "constrained" }) {
            return licence == nil ? .seeConstraints : .seeLinkedExpression
        }
        let refused = Set(trainingMining.filter { $0.use == "notAllowed" }.map(\.name))
        if refused.contains("cawg.data_mining") { return .prohibited }
        if refused.contains("cawg.ai_training") { return .prohibitedForTraining }
        return refused.contains("cawg.ai_generative_training")
            ? .prohibitedForGenerativeTraining : .unspecified
    }

    /// The manifest.
    ///
    /// Where nobody says how the content was made, nothing is made up: the master then is a file
    /// that was opened, of unsaid origin.
    ///
    /// - Parameters:
    ///   - master: The master; credentials that it carries come along.
    ///   - files: The parts' image files by the parts' places.
    func manifest(
        title: String, bindings: [ManifestDefinition.SoftBinding], master: ImageFile?,
        carriesCredentials: Bool, files: [Int: ImageFile], version: String
    ) -> ManifestDefinition {
        let isOpened =
            carriesCredentials || source.flatMap(DigitalSourceType.init(word:)) == nil
        var ingredients = parts.enumerated().map { place, part in
            part.ingredient(named: "part-\(place)", file: files[place])
        }
        if isOpened {
            var parent = ManifestDefinition.Ingredient(
                name: "former", title: title, relationship: .parentOf)
            parent.file = master
            ingredients.insert(parent, at: 0)
        }
        let program = ManifestDefinition.Program(name: "Selvage", version: version)
        var definition = ManifestDefinition(
            title: title, generator: program, actions: actions(isOpened, bindings, program))
        definition.ingredients = ingredients
        definition.trainingMining = trainingMining
        definition.softBindings = bindings
        definition.contribution = completedContribution
        definition.metadata = metadata
        return definition
    }

    private func actions(
        _ isOpened: Bool, _ bindings: [ManifestDefinition.SoftBinding],
        _ program: ManifestDefinition.Program
    ) -> [ManifestDefinition.Action] {
        let source = source.flatMap(DigitalSourceType.init(word:))
        let model = parts.first { $0.kind == .model }.map {
            ManifestDefinition.Program(name: $0.title, version: $0.version)
        }
        var actions = [
            isOpened
                ? ManifestDefinition.Action("c2pa.opened", ingredients: ["former"])
                : ManifestDefinition.Action(
                    "c2pa.created", digitalSourceType: source, softwareAgent: model)
        ]
        for (place, part) in parts.enumerated() where part.kind.isPlaced {
            actions.append(
                ManifestDefinition.Action(
                    "c2pa.placed", description: part.kind.rawValue,
                    ingredients: ["part-\(place)"]))
        }
        if isOpened, let source {
            actions.append(
                ManifestDefinition.Action(
                    "c2pa.edited", digitalSourceType: source, softwareAgent: model))
        }
        if bindings.contains(where: { $0.algorithm == ManifestDefinition.SoftBinding.markAlgorithm }
        ) {
            actions.append(
                ManifestDefinition.Action(
                    "c2pa.watermarked", softwareAgent: program,
                    description: "A mark by which this manifest is found again."))
        }
        return actions
    }

    /// The contribution with the models and data sets among the parts.
    private var completedContribution: Contribution? {
        guard var contribution else { return nil }
        let models = parts.filter { $0.kind == .model }.map {
            Contribution.Model(name: $0.title, version: $0.version, sha256: $0.sha256)
        }
        let sets = parts.filter { $0.kind == .dataSet }.map {
            Contribution.DataSet(name: $0.title, licence: $0.licence, sha256: $0.sha256)
        }
        if !models.isEmpty { contribution.models = models }
        if !sets.isEmpty { contribution.datasets = sets }
        contribution.policy = contribution.policy ?? licence
        return contribution
    }

    /// Rights as JSON-LD of XMP terms.
    private var metadata: JSONValue? {
        let members: [String: JSONValue?] = [
            "dc:rights": copyright.map(JSONValue.string),
            "dc:creator": creators.isEmpty ? nil : .array(creators.map(JSONValue.string)),
            "xmpRights:WebStatement": (webStatement ?? licence).map(JSONValue.string),
            "xmpRights:UsageTerms": terms.map(JSONValue.string),
        ]
        var stated = members.compactMapValues { $0 }
        guard !stated.isEmpty else { return nil }
        stated["@context"] = [
            "dc": "http://purl.org/dc/elements/1.1/",
            "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
        ]
        return .object(stated)
    }

    /// The asset as the catalogue has it.
    func asset(id: String, licensor: String, title: String) -> Asset {
        var components: [Asset.Component] = []
        for part in parts where part.kind.isPlaced {
            let same = components.count { $0.role == part.kind.rawValue }
            components.append(
                Asset.Component(
                    id: "\(id)#\(part.kind.rawValue)\(same == 0 ? "" : "-\(same + 1)")",
                    role: part.kind.rawValue, owner: part.owner ?? licensor))
        }
        return Asset(
            id: id, licensor: licensor, title: title, components: components, rights: rights)
    }
}

extension SealDefinition.Part.Kind {
    /// Whether it is a picture that shows in the asset, rather than something it was made with.
    var isPlaced: Bool { self != .model && self != .dataSet }
}

extension SealDefinition.Part {
    fileprivate func ingredient(named name: String, file: ImageFile?)
        -> ManifestDefinition.Ingredient
    {
        var ingredient = ManifestDefinition.Ingredient(
            name: name, title: title, relationship: kind.isPlaced ? .componentOf : .inputTo)
        ingredient.description = kind.rawValue
        ingredient.version = version
        ingredient.informationalURI = licence
        ingredient.digitalSourceType = source.flatMap(DigitalSourceType.init(word:))
        ingredient.file = file
        switch kind {
        case .model: ingredient.dataTypes = ["c2pa.types.model"]
        case .dataSet: ingredient.dataTypes = ["c2pa.types.dataset"]
        case .motif, .texture, .colourway: break
        }
        return ingredient
    }
}
