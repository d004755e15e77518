// What came of the demo, compared with what is true of its world.

import Casework
import Demonstration
import Foundation
import Licensing
import Monitoring
import Persistence
import SelvageTypes

/// What came of the demo.
struct DemoOutcome {
    let report: ScanReport
    let world: DemoWorld
    let sightings: [Sighting]
    let before: [AgreementStanding]
    let after: [AgreementStanding]
    let received: Int
    /// Uses in the licensing server's books, by verdict.
    let books: [String: Int]
    let tampering: TamperTest
    let requests: [SiteRequests]
    let seconds: Double
    let console: String

    /// What was recognised, compared with the truth.
    ///
    /// Pictures of the user's own patterns are no part of it.
    var score: DemoScore {
        world.truth.score(
            sightings.filter { $0.match.grade == .match }.map { ($0.image, $0.match.asset) })
    }

    /// Uses that were accused although the truth says they are innocent or permitted, and pictures
    /// that were taken for a pattern they do not show.
    var falseAccusations: [String] {
        let accusing: Set<Verdict.Kind> = [
            .unauthorised, .outOfScope, .prohibited, .exceedsTier, .breach,
        ]
        let wrong = report.findings.filter { accusing.contains($0.verdict.kind) }.compactMap {
            finding -> String? in
            let own = Set(finding.sightings.compactMap { expectedVerdict($0) })
            let expected = own.isEmpty ? expectedOnSite(finding) : own
            return expected.contains(finding.verdict.kind)
                ? nil
                : "\(finding.id): \(finding.verdict.kind.rawValue) of \(finding.deployment.actor.name), true is \(expected.map(\.rawValue).sorted())"
        }
        return score.falseMatches + wrong
    }

    /// Uses whose verdict is not the true one, accusing or not.
    var otherDifferences: [String] {
        (report.findings + report.authorised).compactMap { finding in
            let expected = Set(finding.sightings.compactMap { expectedVerdict($0) })
            guard !expected.isEmpty, !expected.contains(finding.verdict.kind) else { return nil }
            return
                "\(finding.id.prefix(8)) on \(finding.sightings.first?.page.description ?? ""): \(finding.verdict.kind.rawValue), true is \(expected.map(\.rawValue).sorted().joined(separator: " or "))"
        }
    }

    /// What is true of the asset's uses on the same site, for pages that list goods without being a
    /// use of their own: a shop's aisles show what its product pages offer.
    private func expectedOnSite(_ finding: Finding) -> Set<Verdict.Kind> {
        let origins = Set(finding.sightings.map(\.page.origin))
        return Set(
            world.truth.uses.filter {
                $0.asset == finding.deployment.asset && origins.contains($0.page.origin)
            }.map(\.verdict))
    }

    private func expectedVerdict(_ sighting: Sighting) -> Verdict.Kind? {
        let event = sighting.facts.best(.eventIdentifier)
        return world.expectedVerdict(page: sighting.page, asset: sighting.match.asset, event: event)
    }

    /// Whole images of a licensed pattern that were not recognised.
    var missedWholeImages: [WebAddress] {
        let found = Set(sightings.filter { $0.match.grade == .match }.map(\.image))
        return world.truth.images.filter {
            $0.value.isReachable && $0.value.asset != nil && $0.value.kind.isWholeImage
                && !found.contains($0.key)
        }.map(\.key).sorted { $0.description < $1.description }
    }

    /// For programs.
    struct Summary: Encodable {
        let pages, images, findings, authorised, new, reported, received, falseAccusations: Int
        let recall: [String: Double]
        let wholeImageRecall: Double
        let notChecked: [String: Int]
        let verdicts: [String: Int]
        let tamperedEvidenceRefused: Bool
        let seconds: Double
        let console: String
    }

    /// The outcome for programs.
    var summary: Summary {
        let score = score
        let kinds = PictureKind.allCases.filter { (score.shown[$0] ?? 0) > 0 }
        return Summary(
            pages: report.counts.pagesDone, images: report.counts.imagesDone,
            findings: report.findings.count, authorised: report.authorised.count,
            new: report.new.count, reported: report.delivery?.delivered ?? 0, received: received,
            falseAccusations: falseAccusations.count,
            recall: Dictionary(
                uniqueKeysWithValues: kinds.map { kind in
                    (kind.rawValue, Double(score.found[kind] ?? 0) / Double(score.shown[kind] ?? 1))
                }),
            wholeImageRecall: score.wholeImageRecall,
            notChecked: Dictionary(
                uniqueKeysWithValues: report.notChecked.map { ($0.reason.rawValue, $0.count) }),
            verdicts: Dictionary(
                grouping: report.findings + report.authorised, by: \.verdict.kind.rawValue
            ).mapValues(\.count),
            tamperedEvidenceRefused: tampering.isRefused, seconds: seconds, console: console)
    }
}

/// The state of an agreement with its count, at one moment.
struct AgreementStanding: Hashable, Sendable {
    let uid: String
    let state: String
    let units: String

    /// The agreements of a licensor, by uid.
    static func read(_ store: LicensingStore, _ licensor: String) async throws -> [Self] {
        try await store.read { books in
            let usage = try books.usage(of: licensor)
            return try books.agreements(of: licensor).map { agreement in
                let units = usage.filter { $0.agreement == agreement.uid }
                    .map {
                        "\($0.units) \($0.unit == "C62" ? "units" : $0.unit) of \($0.asset.split(separator: "/").last ?? "")"
                    }
                return Self(
                    uid: agreement.uid, state: agreement.state,
                    units: units.sorted().joined(separator: ", "))
            }.sorted { $0.uid < $1.uid }
        }
    }
}

/// One evidence file with one byte changed, shown to the verifier.
struct TamperTest: Sendable {
    let file: String
    let offset: Int
    let answer: String
    let isRefused: Bool

    /// Changes a byte in the middle of a copy of the first finding's evidence.
    static func run(_ report: ScanReport, _ workspace: Workspace) throws -> TamperTest {
        guard let digest = report.findings.compactMap(\.evidence).first else {
            return TamperTest(
                file: "", offset: 0, answer: "there is no evidence to alter", isRefused: false)
        }
        let file = workspace.evidence.file(of: digest)
        var copy = try workspace.evidence.read(digest)
        _ = try EvidenceBundle.verify(copy, expecting: digest)
        let offset = copy.count / 2
        copy[offset] ^= 1
        do {
            _ = try EvidenceBundle.verify(copy, expecting: digest)
            return TamperTest(file: file, offset: offset, answer: "accepted", isRefused: false)
        } catch {
            return TamperTest(file: file, offset: offset, answer: error.detail, isRefused: true)
        }
    }
}
