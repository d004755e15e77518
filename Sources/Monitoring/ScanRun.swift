// One run of a plan, from its seeds to what the licensing server was told.

internal import Casework
internal import Crawling
internal import Fetching
internal import Foundation
internal import Licensing
public import Logging
public import Matching
internal import Persistence
public import SelvageTypes

/// One run of a plan.
public struct ScanRun: Sendable {
    let plan: Plan
    let workspace: Workspace
    let catalogue: Catalogue
    let decoder: any PictureDecoder
    let clock: any Timekeeper
    let logger: Logger

    /// A run of a plan with a catalogue, in a data folder.
    public init(
        plan: Plan, workspace: Workspace, catalogue: Catalogue, decoder: any PictureDecoder,
        clock: any Timekeeper = SystemTimekeeper(), logger: Logger
    ) {
        self.plan = plan
        self.workspace = workspace
        self.catalogue = catalogue
        self.decoder = decoder
        self.clock = clock
        self.logger = logger
    }

    /// Runs the plan: takes up the scan that was stopped, or begins a new one.
    ///
    /// - Parameter progress: Told now and then how far it is, for people.
    /// - Throws: `ScanError`, `StoreError`, `CancellationError` when it was stopped; then the scan
    ///   is taken up by the next run.
    public func run(progress: @escaping @Sendable (ScanProgress) -> Void = { _ in })
        async throws -> ScanReport
    {
        var delivery = try await deliver()
        let marks = try marks()
        let comparison = try comparison(marks)
        let settings = plan.crawlSettings(catalogue: comparison)
        // The crawl puts the seeds in its frontier.
        let scan = try await workspace.store.begin(
            plan: plan.name, digest: settings.digest, revisiting: settings.revisiting,
            at: clock.now())
        try await workspace.store.setCatalogue(comparison, for: scan)
        let taken = try await SnapshotSource(
            plan: plan, workspace: workspace, catalogue: catalogue, clock: clock
        ).take(for: scan)
        logger.info("scan begins", metadata: ["plan": "\(plan.name)", "scan": "\(scan.number)"])
        let summary = try await crawl(settings, scan, marks, progress)
        guard summary.isComplete else {
            throw ScanError(
                .stopped,
                "Scan \(scan.number) of `\(plan.name)` was stopped after \(summary.counts.pagesDone) pages and \(summary.counts.imagesDone) images; the same command takes it up again."
            )
        }
        progress(.judging)
        let kept = try await judge(scan, taken.snapshot)
        try await prepareNext(after: scan, kept, taken.snapshot)
        // Only now: a scan that ended before its findings were stored would never be judged.
        let ended = clock.now()
        try await workspace.store.finish(scan, at: ended)
        try await workspace.store.dropBodies(scan, keeping: plan.keepsBytes)
        progress(.reporting)
        // The scan has ended and everything is stored: what cannot be sent now is owed, not lost.
        var undelivered: String?
        do {
            delivery = Self.sum(delivery, try await deliver())
        } catch {
            undelivered = "The reports are owed still: \(error)"
        }
        var report = report(
            scan, counts: summary.counts, coverage: summary.coverage, taken, kept, delivery)
        report.scan.ended = ended
        report.statistics = summary.statistics
        report.takedowns = try await takedowns(in: scan, kept)
        report.notes += notes(onMarks: marks)
        if let untold = await tellLedger() { report.notes.append(untold) }
        if let undelivered { report.notes.append(undelivered) }
        return report
    }

    private func crawl(
        _ settings: CrawlSettings, _ scan: ScanRecord, _ marks: MarkReading?,
        _ progress: @escaping @Sendable (ScanProgress) -> Void
    ) async throws -> CrawlSummary {
        let fetcher = try CurlFetcher(settings: plan.fetchSettings(version: Version.current))
        defer { fetcher.shutDown() }
        let store = workspace.store
        let crawl = Crawl(
            settings: settings, plan: plan.name, store: workspace.store, fetcher: fetcher,
            clock: clock,
            images: CatalogueReading(
                decoder: decoder,
                examination: try PictureExamination(catalogue, marks: marks),
                keepsAll: plan.keepsBytes > 0,
                // What cannot be looked up is looked at again.
                known: { try? await store.knownRecognition(of: $0, in: scan) }),
            progress: { progress(.crawling(CrawlState($0))) })
        return try await withTaskCancellationHandler {
            try await crawl.run()
        } onCancel: {
            Task { await crawl.stop() }
        }
    }
}

extension ScanRun {
    /// What judging led to.
    struct Kept {
        var uses: [Finding] = []
        var new: [String] = []
        var changed: [String] = []
        var review: [Sighting] = []
        /// Everything that was seen.
        var sightings: [Sighting] = []
        /// New uses of a rematch that cannot be proven any more.
        var withoutCaptures = 0
    }

    /// Judges what the scan saw and stores what is new, each finding with its evidence and its
    /// report in one transaction.
    ///
    /// - Parameter isRematch: Whether captures may be gone; then what cannot be proven is counted.
    func judge(
        _ scan: ScanRecord, _ snapshot: LicensingSnapshot, isRematch: Bool = false
    ) async throws -> Kept {
        let assets = Dictionary(
            catalogue.entries.map { ($0.asset.id, $0.asset) },
            uniquingKeysWith: { first, _ in first })
        let judging = Judging(
            plan: plan, licensor: catalogue.licensor, catalogue: catalogue.digest, assets: assets,
            snapshot: snapshot)
        var kept = Kept()
        let seen = try await workspace.store.sightings(scan)
        kept.review = ScanReport.review(of: seen)
        kept.sightings = seen
        for use in try judging.uses(of: seen.filter { $0.match.grade == .match }) {
            let older = try await workspace.store.finding(
                id: use.id, licensor: use.deployment.licensor)
            if let older, !use.differs(from: older) {
                // Owed only to a receiver that never had it, as when the plan names one later.
                let owed = try messages(for: older, after: nil)
                try await workspace.store.store(older, messages: owed, at: clock.now())
                kept.uses.append(older)
                continue
            }
            do {
                let stored = try await keep(use, after: older, scan, assets[use.deployment.asset])
                kept.uses.append(stored)
            } catch let error as ScanError where isRematch && error.reason == .captureGone {
                kept.withoutCaptures += 1
                continue
            }
            if older == nil { kept.new.append(use.id) } else { kept.changed.append(use.id) }
        }
        return kept
    }

    private func keep(
        _ use: Finding, after older: Finding?, _ scan: ScanRecord, _ asset: Asset?
    ) async throws -> Finding {
        var finding = use
        finding.revision = (older?.revision ?? 0) + 1
        if finding.isFinding {
            let bundle = try EvidenceBundle(
                finding: finding,
                pages: try await captures(
                    scan, finding.sightings.map { Seen(address: $0.page, body: $0.pageDigest) }),
                images: try await captures(
                    scan, finding.sightings.map { Seen(address: $0.image, body: $0.imageDigest) }),
                asset: asset)
            finding.evidence = try workspace.evidence.put(bundle.bytes)
        }
        let owed = try messages(for: finding, after: older)
        try await workspace.store.store(finding, messages: owed, at: clock.now())
        if finding.isFinding {
            logger.notice(
                "finding stored",
                metadata: [
                    "finding": "\(finding.id)", "revision": "\(finding.revision)",
                    "verdict": "\(finding.verdict.kind.rawValue)",
                ])
        }
        return finding
    }

    /// The message that reports a finding's revision; none when nobody has to hear of it.
    ///
    /// Whoever heard of an earlier revision hears of this one, also when it is authorised now.
    private func messages(for finding: Finding, after older: Finding?) throws -> [OutboxMessage] {
        guard let server = plan.report.server,
            finding.isReported || older?.isReported == true
        else { return [] }
        guard let receiver = WebAddress("events", relativeTo: server) else {
            throw ScanError(
                .settings,
                "`report.server` \(server) is not an address to which a path can be added.")
        }
        let message = try FindingEvent(finding).message(
            to: receiver, licensor: catalogue.licensor, at: clock.now())
        return [message]
    }

    /// One document that a sighting rests on.
    private struct Seen: Hashable {
        let address: WebAddress
        let body: Digest
    }

    /// The captures of documents, each one the very bytes that the sighting saw.
    ///
    /// - Throws: `ScanError` when one is not kept; a finding without its evidence is not stored.
    private func captures(_ scan: ScanRecord, _ documents: [Seen]) async throws -> [StoredCapture] {
        var captures: [StoredCapture] = []
        let order = Set(documents).sorted {
            ($0.address.description, $0.body.hex) < ($1.address.description, $1.body.hex)
        }
        for seen in order {
            let capture = try await workspace.store.capture(
                scan, of: seen.address, body: seen.body)
            guard let capture else {
                throw ScanError(
                    .captureGone,
                    "The capture of \(seen.address) is not in \(workspace.folder.path); check the folder with `selvage doctor`, then run the plan again."
                )
            }
            captures.append(capture)
        }
        return captures
    }

    /// Tells the ledger what was stored; the scan does not fail when that cannot be done now.
    ///
    /// - Returns: What went wrong, for people; nil when nothing did.
    func tellLedger() async -> String? {
        do {
            let added = try await workspace.ledgerFeed().tell()
            logger.info("ledger told", metadata: ["entries": "\(added)"])
            return nil
        } catch {
            logger.error("ledger not told", metadata: ["error": "\(error)"])
            return "The ledger does not have these findings yet; the next scan adds them. \(error)"
        }
    }

    /// Sends what is owed, for a short while; what remains is sent by the next run.
    func deliver() async throws -> DeliveryReport? {
        guard let server = plan.report.server else { return nil }
        return try await Delivery(workspace: workspace, clock: clock, logger: logger)
            .send(to: server, secret: plan.report.secret, forSeconds: 20)
    }

    static func sum(_ left: DeliveryReport?, _ right: DeliveryReport?) -> DeliveryReport? {
        guard var sum = right else { return left }
        sum.delivered += left?.delivered ?? 0
        sum.refused += left?.refused ?? 0
        sum.attempts += left?.attempts ?? 0
        return sum
    }

    func report(
        _ scan: ScanRecord, counts: ScanCounts, coverage: [SiteCoverage],
        _ taken: SnapshotSource.Taken, _ kept: Kept, _ delivery: DeliveryReport?
    ) -> ScanReport {
        var notes = taken.note.map { [$0] } ?? []
        if let delivery, delivery.postponed > 0 {
            notes.append(
                "\(delivery.postponed) reports are still owed to the licensing server; `selvage run-due` sends them."
            )
        }
        if let delivery, delivery.refused > 0 {
            notes.append(
                "\(delivery.refused) reports were refused by the licensing server; `selvage doctor` lists them."
            )
        }
        return ScanReport(
            scan: scan, licensor: catalogue.licensor, counts: counts,
            coverage: coverage, findings: kept.uses.filter(\.isFinding),
            authorised: kept.uses.filter { !$0.isFinding }, new: kept.new, changed: kept.changed,
            review: kept.review,
            delivery: delivery,
            snapshot: ScanReport.SnapshotUse(
                source: taken.source, generation: Int64(taken.snapshot.generation),
                digest: taken.snapshot.digest),
            notes: notes)
    }
}
