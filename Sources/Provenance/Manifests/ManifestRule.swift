// What a licensor wants every manifest to say, and what one lacks.

internal import SelvageTypes

/// What a licensor wants every manifest of its assets to say.
public struct ManifestRule: Hashable, Sendable, Codable {
    /// One thing that must be said.
    public enum Requirement: String, Hashable, Sendable, Codable, CaseIterable {
        /// How the asset was made.
        case sourceType
        /// Which models took part, each with its version; nothing to say when none did.
        case modelVersion
        /// Which data the models were made from; nothing to say when none took part.
        case dataSets
        /// The share of human work, with a basis that gives it.
        case humanCoefficient
        /// What a claim about each part rests on.
        case rightPerComponent
        /// Whose the rights are, or where the licence stands.
        case rights
        /// What training and mining is permitted.
        case trainingMining
        /// A watermark or fingerprint by which the manifest is found again.
        case softBinding
    }

    /// What must be said.
    public var required: Set<Requirement>

    /// A rule; without argument everything must be said.
    public init(required: Set<Requirement> = Set(Requirement.allCases)) {
        self.required = required
    }

    /// Something that a manifest lacks.
    public struct Lack: Hashable, Sendable, Codable {
        /// The requirement that is not met.
        public let requirement: Requirement
        /// What is missing, for people.
        public let explanation: String
    }

    /// What a manifest says of all that can be required, by name.
    public static func statements(of manifest: ReadManifest) -> [String] {
        let lacking = Set(Self().lacks(in: manifest).map(\.requirement))
        return Requirement.allCases.filter { !lacking.contains($0) }.map(\.rawValue)
    }

    /// What a manifest lacks, in the order of the requirements; empty when it is complete.
    ///
    /// It does not ask whether the manifest holds: see `ManifestReport.state`.
    public func lacks(in manifest: ReadManifest) -> [Lack] {
        Requirement.allCases.filter(required.contains).compactMap { requirement in
            Self.explanation(of: requirement, in: manifest).map {
                Lack(requirement: requirement, explanation: $0)
            }
        }
    }

    /// Why a requirement is not met; nil when it is.
    private static func explanation(
        of requirement: Requirement, in manifest: ReadManifest
    ) -> String? {
        switch requirement {
        case .sourceType:
            manifest.actions.contains { $0.digitalSourceType != nil }
                ? nil : "No action says where the content came from."
        case .modelVersion: models(in: manifest)
        case .dataSets: dataSets(in: manifest)
        case .humanCoefficient: coefficient(in: manifest)
        case .rightPerComponent: rightsOfParts(in: manifest)
        case .rights:
            rightsAreStated(in: manifest)
                ? nil : "Neither the rights nor the place of the licence are stated."
        case .trainingMining:
            manifest.trainingMining.isEmpty ? "Nothing is said about training and mining." : nil
        case .softBinding:
            manifest.softBindings.isEmpty ? "There is no watermark or fingerprint." : nil
        }
    }

    /// Whether a model that was trained made any of it.
    private static func isGenerated(_ manifest: ReadManifest) -> Bool {
        manifest.actions.contains {
            $0.digitalSourceType?.lowercased().contains("trainedalgorithmicmedia") == true
        } || manifest.ingredients.contains { $0.isOfType("c2pa.types.model") }
            || manifest.contribution?.models?.isEmpty == false
    }

    private static func models(in manifest: ReadManifest) -> String? {
        guard isGenerated(manifest) else { return nil }
        let named = (manifest.contribution?.models ?? []).map { ($0.name, $0.version) }
        let parts = manifest.ingredients.filter { $0.isOfType("c2pa.types.model") }
            .map { ($0.title ?? "a model", $0.version) }
        let all = named + parts
        if all.isEmpty { return "A model took part, and none is named." }
        let known = Set(all.filter { $0.1 != nil }.map(\.0))
        return all.first { !known.contains($0.0) }.map { "The version of \($0.0) is not stated." }
    }

    private static func dataSets(in manifest: ReadManifest) -> String? {
        let isNamed =
            manifest.contribution?.datasets?.isEmpty == false
            || manifest.ingredients.contains { $0.isOfType("c2pa.types.dataset") }
        return isGenerated(manifest) && !isNamed
            ? "A model took part, and the data it was made from is not named." : nil
    }

    private static func coefficient(in manifest: ReadManifest) -> String? {
        guard let contribution = manifest.contribution else {
            return "The share of human work is not stated."
        }
        return contribution.isRecomputable
            ? nil : "The share of human work is not the one that its basis gives."
    }

    private static func rightsOfParts(in manifest: ReadManifest) -> String? {
        guard let basis = manifest.contribution?.basis, !basis.isEmpty else {
            return "The parts and what claims about them rest on are not stated."
        }
        return basis.first { $0.right == nil }.map {
            "What a claim about \($0.component) rests on is not stated."
        }
    }

    private static func rightsAreStated(in manifest: ReadManifest) -> Bool {
        let metadata = manifest.assertions.filter { $0.label.hasPrefix("cawg.metadata") }
        return metadata.contains { assertion in
            ["dc:rights", "xmpRights:WebStatement", "xmpRights:UsageTerms"].contains {
                assertion.content[$0] != nil
            }
        }
    }
}

extension ReadIngredient {
    /// Whether one of its data types is this or a kind of it.
    fileprivate func isOfType(_ type: String) -> Bool {
        dataTypes.contains { $0 == type || $0.hasPrefix(type + ".") }
    }
}
