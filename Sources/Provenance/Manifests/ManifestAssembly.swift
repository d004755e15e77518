// The boxes of a manifest that is being written, all but the hash of its file.

internal import SelvageTypes

/// A manifest whose assertions are fixed but for the hard binding.
struct ManifestAssembly {
    private let definition: ManifestDefinition
    private let label: String
    private let instance: String
    private let assertions: [JUMBFBox]

    /// Writes all assertions but the hard binding.
    ///
    /// - Throws: `ManifestError` when the definition contradicts itself.
    init(
        _ definition: ManifestDefinition, _ ingredients: [PreparedIngredient], label: String,
        instance: String
    ) throws(ManifestError) {
        (self.definition, self.label, self.instance) = (definition, label, instance)
        try Self.check(definition)
        var boxes: [JUMBFBox] = []
        var links: [String: HashedURI] = [:]
        for (index, ingredient) in ingredients.enumerated() {
            let box = Self.cbor("c2pa.ingredient.v3", index, ingredient.cbor)
            links[ingredient.name] = Self.link(box)
            boxes.append(box)
        }
        boxes.append(Self.cbor("c2pa.actions.v2", 0, try Self.actions(definition, links)))
        boxes += Self.statements(definition)
        assertions = boxes
    }

    /// The whole store with the manifest last, signed.
    ///
    /// - Parameter binding: What ties the manifest to its file.
    func store(
        _ binding: HardBinding, _ carried: [JUMBFBox], _ signer: ManifestSigner, _ moment: Instant,
        room: Int = 0
    ) throws(ManifestError) -> [UInt8] {
        let all = assertions + [Self.cbor(binding.label, 0, binding.cbor)]
        let generator = definition.generator
        let claim = CBORValue(members: [
            ("alg", .text("sha256")),
            (
                "claim_generator_info",
                CBORValue(members: [
                    ("name", .text(generator.name)),
                    ("version", generator.version.map(CBORValue.text)),
                ])
            ),
            ("created_assertions", .array(all.map { Self.link($0).cbor })),
            ("dc:title", .text(definition.title)),
            ("instanceID", .text(instance)),
            ("signature", .text(JUMBFPath.url(manifest: label, "c2pa.signature"))),
        ]).deterministicallyEncoded
        let signature = try signer.sign(claim, at: moment, room: room)
        let manifest = JUMBFBox(
            type: JUMBFBox.type("c2ma"), label: label,
            contents: [
                .superbox(
                    JUMBFBox(
                        type: JUMBFBox.type("c2as"), label: "c2pa.assertions",
                        contents: all.map { .superbox($0) })),
                .superbox(Self.box("c2cl", "c2pa.claim.v2", claim)),
                .superbox(Self.box("c2cs", "c2pa.signature", signature.encoded)),
            ])
        return JUMBFBox(
            type: JUMBFBox.type("c2pa"), label: "c2pa",
            contents: (carried + [manifest]).map { .superbox($0) }
        ).encoded
    }

    private static func box(_ code: String, _ label: String, _ bytes: [UInt8]) -> JUMBFBox {
        JUMBFBox(type: JUMBFBox.type(code), label: label, contents: [.box("cbor", bytes)])
    }

    /// An assertion in CBOR; the second and later ones of a kind are numbered.
    private static func cbor(_ label: String, _ index: Int, _ value: CBORValue) -> JUMBFBox {
        box("cbor", index == 0 ? label : "\(label)__\(index)", value.deterministicallyEncoded)
    }

    private static func json(_ label: String, _ value: JSONValue) -> JUMBFBox {
        JUMBFBox(
            type: JUMBFBox.type("json"), label: label,
            contents: [.box("json", value.canonicalBytes)])
    }

    private static func link(_ box: JUMBFBox) -> HashedURI {
        HashedURI(
            url: JUMBFPath.prefix + "c2pa.assertions/" + box.label,
            hash: ManifestHash.sha256.digest(of: box.encodedPayload))
    }
}

extension ManifestAssembly {
    private static func check(_ definition: ManifestDefinition) throws(ManifestError) {
        let openings = ["c2pa.created", "c2pa.opened"]
        let first = definition.actions.first?.action ?? ""
        guard openings.contains(first),
            definition.actions.dropFirst().allSatisfy({ !openings.contains($0.action) })
        else {
            throw ManifestError(
                .unusableDefinition,
                "The actions must begin with one c2pa.created or c2pa.opened, and have no second.")
        }
        if first == "c2pa.created", definition.actions[0].digitalSourceType == nil {
            throw ManifestError(
                .unusableDefinition,
                "The action c2pa.created needs a digital source type: how the content was made.")
        }
        let parents = definition.ingredients.filter { $0.relationship == .parentOf }
        guard parents.count == (first == "c2pa.opened" ? 1 : 0) else {
            throw ManifestError(
                .unusableDefinition,
                "An asset that was opened has exactly one parent, one that was created has none.")
        }
        guard Set(definition.ingredients.map(\.name)).count == definition.ingredients.count else {
            throw ManifestError(.unusableDefinition, "Two ingredients have the same name.")
        }
        if let contribution = definition.contribution, !contribution.isRecomputable {
            throw ManifestError(
                .unusableDefinition,
                "The human coefficient is not the one that its basis gives.")
        }
    }

    private static func actions(
        _ definition: ManifestDefinition, _ links: [String: HashedURI]
    ) throws(ManifestError) -> CBORValue {
        let needing = ["c2pa.opened", "c2pa.placed", "c2pa.removed"]
        let actions = try definition.actions.map { action throws(ManifestError) -> CBORValue in
            let references = action.ingredients.compactMap { links[$0] }
            guard references.count == action.ingredients.count,
                !references.isEmpty || !needing.contains(action.action)
            else {
                throw ManifestError(
                    .unusableDefinition,
                    "The action \(action.action) does not name an ingredient that is there.")
            }
            let agent = action.softwareAgent.map { program in
                CBORValue(members: [
                    ("name", .text(program.name)),
                    ("version", program.version.map(CBORValue.text)),
                ])
            }
            return CBORValue(members: [
                ("action", .text(action.action)),
                ("description", action.description.map(CBORValue.text)),
                ("digitalSourceType", action.digitalSourceType.map { .text($0.iri) }),
                (
                    "parameters",
                    references.isEmpty
                        ? nil
                        : CBORValue(members: [("ingredients", .array(references.map(\.cbor)))])
                ),
                ("softwareAgent", agent),
                ("when", action.when.map { .tagged(0, .text($0.iso8601)) }),
            ])
        }
        return CBORValue(members: [("actions", .array(actions))])
    }

    /// Everything that is neither an ingredient nor an action.
    private static func statements(_ definition: ManifestDefinition) -> [JUMBFBox] {
        var boxes: [JUMBFBox] = []
        if !definition.trainingMining.isEmpty {
            let entries = definition.trainingMining.map { entry in
                CBORValue.Entry(
                    .text(entry.name),
                    CBORValue(members: [
                        ("constraint_info", entry.constraintInfo.map(CBORValue.text)),
                        ("use", .text(entry.use)),
                    ]))
            }
            boxes.append(
                cbor("cawg.training-mining", 0, CBORValue(members: [("entries", .map(entries))])))
        }
        if let metadata = definition.metadata { boxes.append(json("cawg.metadata", metadata)) }
        if let contribution = definition.contribution,
            let value = try? JSONValue(encoding: contribution)
        {
            boxes.append(json(Contribution.label, value))
        }
        for (index, binding) in definition.softBindings.enumerated() {
            let block = CBORValue(members: [
                ("scope", .map([])), ("value", .text(binding.value)),
            ])
            boxes.append(
                cbor(
                    "c2pa.soft-binding", index,
                    CBORValue(members: [
                        ("alg", .text(binding.algorithm)), ("blocks", .array([block])),
                    ])))
        }
        return boxes
    }
}
