// A definition read from YAML: everything that is wrong with it is said at once, by line.

internal import Foundation
internal import Provenance
public import SelvageTypes
internal import Watermarking
internal import Yams

extension SealDefinition {
    /// Reads a definition's file; paths in it are relative to its folder.
    ///
    /// - Throws: `RegisteringError` with everything that is wrong.
    public init(file: String) throws(RegisteringError) {
        let bytes = try SealFiles.read(file)
        guard bytes.count <= 1 << 20, let text = String(validating: bytes, as: UTF8.self) else {
            throw RegisteringError(
                .unusableDefinition, "\(file): no text in UTF-8 of at most one mebibyte.")
        }
        try self.init(yaml: text, file: file)
    }

    /// Reads a definition's text.
    ///
    /// - Parameter file: Its name in messages; relative paths start at its folder.
    /// - Throws: `RegisteringError` with everything that is wrong.
    public init(yaml text: String, file: String) throws(RegisteringError) {
        let problems = DefinitionProblems(file: file)
        let reader = DefinitionReader(
            folder: URL(fileURLWithPath: file).deletingLastPathComponent().path,
            problems: problems)
        let definition = reader.definition(text)
        guard let definition, problems.lines.isEmpty else {
            throw RegisteringError(
                .unusableDefinition, problems.lines.joined(separator: "\n"))
        }
        self = definition
    }

    /// A right as one word of options and definitions: `KIND:JURISDICTION:BASIS`.
    ///
    /// - Returns: nil when the text is anything else.
    public static func right(_ text: String) -> RightReliedOn? {
        let parts = text.split(separator: ":", maxSplits: 2).map(String.init)
        guard parts.count == 3, let kind = RightReliedOn.Kind(rawValue: parts[0]) else {
            return nil
        }
        return RightReliedOn(kind: kind, jurisdiction: parts[1], basis: parts[2])
    }

    /// What may be wished of training and mining: the name people use, and C2PA's.
    public static let trainingWords: [(String, String)] = [
        ("ai-training", "cawg.ai_training"),
        ("generative-training", "cawg.ai_generative_training"),
        ("inference", "cawg.ai_inference"), ("mining", "cawg.data_mining"),
    ]
}

/// Reads a definition from YAML.
private struct DefinitionReader {
    let folder: String
    let problems: DefinitionProblems

    private static let keys = [
        "id", "title", "creators", "licensor", "copyright", "credit", "terms", "web-statement",
        "licence", "rights", "parts", "source", "contribution", "training", "repeat", "mark",
    ]

    func definition(_ text: String) -> SealDefinition? {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            problems.add(
                "not valid YAML: \(error)".split(separator: "\n").joined(separator: " "), at: nil)
            return nil
        }
        guard let root,
            let top = DefinitionSection(root, name: "the definition", keys: Self.keys, problems)
        else {
            if root == nil { problems.add("the file is empty.", at: nil) }
            return nil
        }
        var definition = SealDefinition()
        readTexts(top, into: &definition)
        definition.rights = top.texts("rights").compactMap { right($0, at: top["rights"]) }
        definition.parts = top.list("parts").compactMap(part)
        definition.contribution = top["contribution"].flatMap(contribution)
        definition.trainingMining = top["training"].map(training) ?? []
        definition.repeating =
            top.choice(
                "repeat", [("full", .rectangular), ("half-drop", .halfDrop), ("brick", .brick)])
            ?? .rectangular
        definition.isMarked = top.choice("mark", [("true", true), ("false", false)]) ?? true
        return definition
    }

    private func readTexts(_ top: DefinitionSection, into definition: inout SealDefinition) {
        definition.id = top.text("id")
        definition.title = top.text("title")
        definition.creators = top.texts("creators")
        definition.copyright = top.text("copyright")
        definition.credit = top.text("credit")
        definition.terms = top.text("terms")
        definition.webStatement = top.text("web-statement")
        definition.licence = top.text("licence")
        definition.source = source(top)
        if let node = top["licensor"],
            let licensor = DefinitionSection(
                node, name: "licensor", keys: ["name", "address"], problems)
        {
            definition.licensorName = licensor.text("name")
            definition.licensorAddress = licensor.text("address")
        }
    }

    private func source(_ section: DefinitionSection) -> String? {
        guard let word = section.text("source") else { return nil }
        if DigitalSourceType(word: word) == nil {
            problems.add(
                "`source` has to be a term of IPTC's list, such as digitalCreation or "
                    + "compositeWithTrainedAlgorithmicMedia.", at: section["source"])
        }
        return word
    }

    private func right(_ text: String, at node: Node?) -> RightReliedOn? {
        let right = SealDefinition.right(text)
        if right == nil {
            let kinds = RightReliedOn.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            problems.add(
                "a right has to be KIND:JURISDICTION:BASIS, as in \"copyright:FR:drawn by A. "
                    + "Marlow\"; kinds: \(kinds).", at: node)
        }
        return right
    }

    private func part(_ node: Node) -> SealDefinition.Part? {
        let keys = ["kind", "title", "version", "file", "owner", "licence", "sha256", "source"]
        guard let section = DefinitionSection(node, name: "a part", keys: keys, problems) else {
            return nil
        }
        let kinds = SealDefinition.Part.Kind.allCases.map { ($0.rawValue, $0) }
        if section["kind"] == nil { _ = section.required("kind") }
        guard let kind = section.choice("kind", kinds) else { return nil }
        var part = SealDefinition.Part(kind: kind, title: section.required("title"))
        part.version = section.text("version")
        part.file = section.text("file").map(absolute)
        part.owner = section.text("owner")
        part.licence = section.text("licence")
        part.sha256 = section.text("sha256")
        part.source = source(section)
        if let text = part.sha256, Digest(hex: text) == nil {
            problems.add("`sha256` has to be 64 hexadecimal digits.", at: section["sha256"])
        }
        if part.file != nil, !kind.isPlaced {
            problems.add(
                "a \(kind.rawValue) has no image; give its `sha256` instead of `file`.",
                at: section["file"])
        }
        return part
    }

    private func contribution(_ node: Node) -> Contribution? {
        guard
            let section = DefinitionSection(
                node, name: "contribution", keys: ["method", "basis"], problems)
        else { return nil }
        let basis = section.list("basis").compactMap { node -> Contribution.Part? in
            let keys = ["component", "human", "weight", "right"]
            guard
                let part = DefinitionSection(node, name: "a part of `basis`", keys: keys, problems)
            else { return nil }
            return Contribution.Part(
                component: part.required("component"), humanShare: part.required("human"),
                weight: part.required("weight"),
                right: part.choice("right", RightReliedOn.Kind.allCases.map { ($0.rawValue, $0) }))
        }
        do throws(ManifestError) {
            return try Contribution(method: section.required("method"), basis: basis)
        } catch {
            problems.add(error.detail, at: node)
            return nil
        }
    }

    private func training(_ node: Node) -> [TrainingMiningEntry] {
        let words = SealDefinition.trainingWords
        guard
            let section = DefinitionSection(
                node, name: "training", keys: words.map(\.0), problems)
        else { return [] }
        return words.compactMap { word, name in
            guard let wish = section.text(word) else { return nil }
            switch wish {
            case "allowed": return TrainingMiningEntry(name: name, use: "allowed")
            case "refused": return TrainingMiningEntry(name: name, use: "notAllowed")
            default:
                guard wish.contains("://") else {
                    problems.add(
                        "`\(word)` has to be allowed, refused, or the address of the conditions.",
                        at: section[word])
                    return nil
                }
                return TrainingMiningEntry(name: name, use: "constrained", constraintInfo: wish)
            }
        }
    }

    private func absolute(_ path: String) -> String {
        path.hasPrefix("/")
            ? path : URL(fileURLWithPath: folder + "/" + path).standardizedFileURL.path
    }
}
