// A new generation of the catalogue matched against what the last scan kept, without fetching.

internal import Licensing
internal import Matching
internal import Persistence
internal import SelvageTypes

extension ScanRun {
    /// Matches the pictures that the plan's last scan kept with this catalogue, and judges again.
    ///
    /// Nothing is fetched. New matches become findings as those of a scan do, with the evidence that
    /// the scan captured; pictures that were matched with this catalogue already are passed over, so
    /// a rematch that was stopped goes on where it was.
    ///
    /// - Throws: `ScanError`, also when the plan was never scanned or kept nothing; `StoreError`.
    public func rematch(progress: @escaping @Sendable (ScanProgress) -> Void = { _ in })
        async throws -> ScanReport
    {
        let delivered = try await deliver()
        guard let scan = try await workspace.store.scans(ofPlan: plan.name, limit: 1).first,
            scan.ended != nil
        else {
            throw ScanError(
                .settings,
                "The plan `\(plan.name)` has no finished scan in \(workspace.folder.path); run `selvage scan` first."
            )
        }
        let marks = try marks()
        let looked = try await matchKept(of: scan, marks, progress)
        let taken = try await SnapshotSource(
            plan: plan, workspace: workspace, catalogue: catalogue, clock: clock
        ).take(for: scan)
        progress(.judging)
        let kept = try await judge(scan, taken.snapshot, isRematch: true)
        progress(.reporting)
        let delivery = Self.sum(delivered, try await deliver())
        var report = try await report(
            scan, counts: workspace.store.counts(scan),
            coverage: workspace.store.coverage(scan), taken, kept, delivery)
        report.notes.insert(note(looked), at: 0)
        report.notes += notes(onMarks: marks)
        if let untold = await tellLedger() { report.notes.append(untold) }
        if kept.withoutCaptures > 0 {
            report.notes.append(
                "\(kept.withoutCaptures) uses are shown by pictures whose pages are not kept any more; the next scan finds them with their evidence."
            )
        }
        return report
    }

    private func note(_ looked: Looked) -> String {
        if looked.pictures == 0, plan.keepsBytes == 0 {
            return
                "The plan keeps no pictures after a scan; with `keep: 2GiB` later generations of the catalogue can be matched without fetching."
        }
        let unreadable = looked.unreadable > 0 ? ", \(looked.unreadable) could not be read" : ""
        return
            "\(looked.pictures) kept pictures were matched with generation \(catalogue.generation)\(unreadable); nothing was fetched."
    }

    /// What was looked at again.
    private struct Looked {
        var pictures = 0
        var unreadable = 0
    }

    private func matchKept(
        of scan: ScanRecord, _ marks: MarkReading?,
        _ progress: @escaping @Sendable (ScanProgress) -> Void
    ) async throws -> Looked {
        let comparison = try comparison(marks)
        let pictures = try await workspace.store.keptImages(
            scan, notMatchedWith: comparison)
        let examination = try PictureExamination(catalogue, marks: marks)
        var looked = Looked()
        for content in pictures {
            try Task.checkCancellation()
            progress(.rematching(done: looked.pictures, of: pictures.count))
            looked.pictures += 1
            guard let body = try await workspace.store.keptBody(content),
                let picture = try? await decoder.decode(body)
            else {
                looked.unreadable += 1
                continue
            }
            try await workspace.store.rematched(
                content, in: scan, with: comparison,
                await examination.recognise(
                    picture, from: body, digest: content, at: scan.began))
        }
        return looked
    }
}
