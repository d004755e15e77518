// Whether the manifests of a catalogue's assets are complete by the licensor's rule.

internal import Foundation
public import Matching
public import Provenance
public import SelvageTypes

/// What the manifest of one asset lacks.
public struct ManifestAudit: Hashable, Sendable, Codable {
    /// The asset.
    public var asset: String
    /// The name people use.
    public var title: String
    /// What is missing or wrong, for people; empty when it is complete.
    public var findings: [String]
    /// The requirements that are not met.
    public var lacks: [ManifestRule.Requirement]

    /// Whether nothing is missing or wrong.
    public var isComplete: Bool { findings.isEmpty }

    /// Audits every asset of a catalogue, in its order.
    ///
    /// The manifest is read from the image in the catalogue's folder.
    public static func audits(
        of catalogue: Catalogue, by rule: ManifestRule, at now: Instant
    ) -> [ManifestAudit] {
        let reader = ManifestReader(at: now)
        return catalogue.entries.map { entry in
            var audit = ManifestAudit(
                asset: entry.asset.id, title: entry.asset.title, findings: [], lacks: [])
            audit.look(at: entry.asset, in: catalogue.folder ?? "", rule, reader)
            return audit
        }
    }

    private mutating func look(
        at asset: Asset, in folder: String, _ rule: ManifestRule, _ reader: ManifestReader
    ) {
        guard let image = asset.image else {
            findings = ["The catalogue keeps no image, so no manifest can be read."]
            return
        }
        do {
            let file = try ImageFile(try SealFiles.read("\(folder)/\(image)"))
            guard let report = try reader.read(file) else {
                findings = ["There is no manifest. Seal it with `selvage asset seal`."]
                lacks = Requirement.allCases.filter(rule.required.contains)
                return
            }
            if report.state == .invalid { findings.append(report.summary) }
            if let seal = asset.seal, seal.manifest != report.storeDigest {
                findings.append("The manifest is not the one that the asset was sealed with.")
            }
            if asset.seal == nil {
                findings.append("The asset was never sealed: its manifest is somebody else's.")
            }
            let found = rule.lacks(in: report.active)
            lacks = found.map(\.requirement)
            findings += found.map(\.explanation)
        } catch {
            findings = ["The image cannot be read: \(error)"]
        }
    }

    private typealias Requirement = ManifestRule.Requirement
}
