// The values of one finding's page: both pictures, the verdict with its reason, facts, evidence.

internal import SelvageTypes

/// A foreign address: shown as text, and a link only when it is http or https.
struct ForeignLink {
    let text: String
    let address: String?

    init(_ text: String) {
        self.text = text
        address = WebAddress(text)?.description
    }
}

/// The values of one finding's page.
struct FindingPage {
    struct Line {
        let name: String
        let value: String
    }

    struct Reason {
        let name: String
        let values: [String]
    }

    struct FactLine {
        let name: String
        let value: String
        let source: String
        let place: ForeignLink
    }

    struct TermLine {
        let name: String
        let value: ForeignLink
        let source: String
        let place: ForeignLink
    }

    struct SightingLine {
        let moment: String
        let time: String
        let image: ForeignLink
        let method: String
        let area: String
        let orientation: String
        let closeness: String
        let probability: String
    }

    struct RemarkLine {
        let image: ForeignLink
        let values: [String]
    }

    struct ReportLine {
        let state: String
        let tone: String
        let receiver: String
        let detail: String
    }

    struct RevisionLine {
        let revision: String
        let verdict: String
        let tone: String
        let why: String
    }

    let id: String
    let listAddress: String
    let listName: String
    let asset: String
    let assetID: String
    let verdict: String
    let tone: String
    let seller: String
    let standing: String?
    let site: String
    let moment: String
    let time: String
    let foundImage: String?
    let licensedImage: String?
    let page: ForeignLink?
    let image: ForeignLink?
    let explanation: String
    let resale: String?
    let reasons: [Reason]
    let use: [Line]
    let sightings: [SightingLine]
    let hasSightings: Bool
    let remarks: [RemarkLine]
    let hasRemarks: Bool
    let facts: [FactLine]
    let hasFacts: Bool
    let conflicts: String?
    let terms: [TermLine]
    let hasTerms: Bool
    let evidence: Bool
    let digests: [Line]
    let reports: [ReportLine]
    let hasReports: Bool
    let history: [RevisionLine]

    /// - Parameters:
    ///   - history: Earlier revisions, newest first.
    ///   - hasLicensedImage: Whether the catalogue holds the asset's picture.
    init(
        _ finding: Finding, title: String?, history: [Finding], reports: [ConsoleService.Report],
        hasLicensedImage: Bool
    ) {
        let deployment = finding.deployment
        let first = finding.sightings.min { ($0.seen, $0.id) < ($1.seen, $1.id) }
        id = finding.id
        let section: PageRenderer.Section = finding.isFinding ? .findings : .authorised
        listAddress = section.rawValue
        listName = finding.isFinding ? "All findings" : "All authorised uses"
        asset = title ?? Wording.shortName(deployment.asset)
        assetID = deployment.asset
        verdict = finding.verdict.kind.name
        tone = finding.verdict.kind.tone
        seller = deployment.actor.title
        standing = deployment.actor.standing
        site = deployment.site
        moment = (first?.seen ?? deployment.date).iso8601
        time = Wording.time(first?.seen ?? deployment.date)
        let hasImage = finding.evidence != nil && first != nil
        foundImage = hasImage ? "/findings/\(finding.id)/found.jpg" : nil
        licensedImage = hasLicensedImage ? "/findings/\(finding.id)/licensed.jpg" : nil
        page = first.map { ForeignLink($0.page.description) }
        image = first.map { ForeignLink($0.image.description) }
        explanation = finding.verdict.explanation
        resale =
            finding.verdict.possibleResale
            ? "The facts point to goods of a licensee that somebody else resells. Resale of "
                + "lawfully made goods is considered before any claim." : nil
        reasons = Self.reasons(finding)
        use = Self.use(deployment)
        sightings = finding.sightings.sorted { ($0.seen, $0.id) < ($1.seen, $1.id) }
            .map(Self.line)
        hasSightings = !sightings.isEmpty
        remarks = Self.remarks(finding.sightings)
        hasRemarks = !remarks.isEmpty
        facts = deployment.facts.map {
            FactLine(
                name: $0.name.label, value: $0.value, source: $0.source.label,
                place: ForeignLink($0.place))
        }
        hasFacts = !facts.isEmpty
        conflicts = Self.conflicts(deployment.facts)
        terms = Self.terms(finding.sightings)
        hasTerms = !terms.isEmpty
        evidence = finding.evidence != nil
        digests = Self.digests(finding)
        self.reports = reports.map(Self.line)
        hasReports = !reports.isEmpty
        self.history = ([finding] + history.filter { $0.revision < finding.revision }).map {
            RevisionLine(
                revision: String($0.revision), verdict: $0.verdict.kind.name,
                tone: $0.verdict.kind.tone, why: $0.verdict.explanation)
        }
    }

    private static func reasons(_ finding: Finding) -> [Reason] {
        let verdict = finding.verdict
        let owed = verdict.owed.map { "\($0.amount) \($0.currency) to \($0.to)" }
        let all = [
            Reason(name: "Agreement", values: [verdict.agreement ?? "none covers this use"]),
            Reason(name: "Deciding rule", values: verdict.rules),
            Reason(name: "Failed on", values: verdict.failedOperands),
            Reason(name: "Missing facts", values: verdict.missing),
            Reason(name: "Component", values: verdict.failedComponent.map { [$0] } ?? []),
            Reason(name: "Units over", values: verdict.overage.map { [$0] } ?? []),
            Reason(name: "Owed", values: owed),
            Reason(name: "Right relied on", values: rights(finding)),
        ]
        return all.filter { !$0.values.isEmpty }
    }

    private static func rights(_ finding: Finding) -> [String] {
        finding.rights.isEmpty
            ? ["contract only; nobody has recorded another right"] : finding.rights.map(\.label)
    }

    private static func use(_ deployment: Deployment) -> [Line] {
        let lines: [(String, String?)] = [
            ("Product", deployment.productName ?? deployment.product),
            ("Category", deployment.category),
            ("Channel", deployment.channel.map(Wording.label)),
            ("Territory", deployment.territory),
            ("Units", Wording.units(deployment)),
            ("Date", Wording.time(deployment.date)),
            ("Action", deployment.action),
            ("Seller key", deployment.actor.key),
        ]
        return lines.map { Line(name: $0.0, value: $0.1 ?? "not stated") }
    }

    private static func line(_ sighting: Sighting) -> SightingLine {
        SightingLine(
            moment: sighting.seen.iso8601, time: Wording.time(sighting.seen),
            image: ForeignLink(sighting.image.description),
            method: Wording.method(sighting.match), area: Wording.area(sighting.match),
            orientation: Wording.label(sighting.match.orientationWords),
            closeness: sighting.match.closenessWords,
            probability: Wording.probability(sighting.match.falseMatchProbability))
    }

    /// What files and marks add, each image once.
    private static func remarks(_ sightings: [Sighting]) -> [RemarkLine] {
        var seen: Set<Digest> = []
        return sightings.sorted { ($0.seen, $0.id) < ($1.seen, $1.id) }
            .filter { !$0.match.remarks.isEmpty && seen.insert($0.imageDigest).inserted }
            .map {
                RemarkLine(
                    image: ForeignLink($0.image.description), values: $0.match.remarks)
            }
    }

    /// What the pages and images state about uses of them, each statement once.
    private static func terms(_ sightings: [Sighting]) -> [TermLine] {
        var seen: Set<UseTerm> = []
        return sightings.sorted { $0.id < $1.id }.flatMap { $0.terms ?? [] }
            .filter { seen.insert($0).inserted }
            .map {
                TermLine(
                    name: $0.name.label, value: ForeignLink($0.value), source: $0.source.label,
                    place: ForeignLink($0.place))
            }
    }

    private static func conflicts(_ facts: [Fact]) -> String? {
        let names = Fact.Name.allCases.filter { facts.values(of: $0).count > 1 }
        guard !names.isEmpty else { return nil }
        return "The sources disagree on: "
            + names.map { $0.label.lowercased() }.joined(separator: ", ")
            + ". The most specific source counts; all are kept."
    }

    private static func digests(_ finding: Finding) -> [Line] {
        [
            finding.evidence.map { Line(name: "Evidence", value: $0.hex) },
            Line(name: "Agreements", value: finding.snapshot.hex),
            Line(name: "Catalogue", value: finding.catalogue.hex),
            Line(name: "Finding", value: finding.id),
            Line(name: "Plan", value: finding.plan),
        ].compactMap { $0 }
    }

    private static func line(_ report: ConsoleService.Report) -> ReportLine {
        let tries = report.tries > 0 ? ", \(Wording.count(report.tries, "try", "tries"))" : ""
        let when = report.at.map(Wording.time)
        switch report.state {
        case .owed:
            return ReportLine(
                state: "Owed", tone: "amber", receiver: report.receiver,
                detail: (when.map { "next try not before \($0)" } ?? "to be sent") + tries
                    + (report.detail.isEmpty ? "" : ": \(report.detail)"))
        case .delivered:
            return ReportLine(
                state: "Delivered", tone: "green", receiver: report.receiver,
                detail: (when ?? "confirmed") + tries)
        case .refused:
            return ReportLine(
                state: "Set aside", tone: "red", receiver: report.receiver,
                detail: (when ?? "") + tries + ": \(report.detail)")
        }
    }
}
