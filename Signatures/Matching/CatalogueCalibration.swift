// How strongly repeats are "found" where they are not: the background of every asset.

internal import SelvageTypes

/// Holds repeats against pictures that show no licensed pattern.
///
/// Each picture of the series `BackgroundPicture` is looked at for all of them at once.
public struct Calibration: Sendable {
    /// How many pictures are looked at; 0 leaves assets without a background score.
    public var pictures: Int
    /// How many are looked at at the same time.
    public var workers: Int
    /// Told how many are done.
    public var progress: @Sendable (Int) -> Void

    /// A calibration.
    public init(
        pictures: Int = BackgroundPicture.recommendedCount, workers: Int = 1,
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.pictures = pictures
        self.workers = workers
        self.progress = progress
    }

    /// The background of each signature: what it may reach in pictures that do not show it.
    func backgrounds(of signatures: [RepeatSignature]) async -> [Double] {
        let stage = RepeatStage(
            signatures.map { RepeatTarget(asset: "", signature: $0) })
        var tails = [BackgroundTail](repeating: BackgroundTail(), count: signatures.count)
        await withTaskGroup(of: [Int: Double].self) { group in
            var next = 0
            var done = 0
            let series = pictures
            func add() {
                guard next < series else { return }
                let index = next
                next += 1
                group.addTask { stage.scores(in: BackgroundPicture(index: index)) }
            }
            for _ in 0..<max(1, workers) { add() }
            while let scores = await group.next() {
                done += 1
                progress(done)
                for (target, score) in scores { tails[target].note(score) }
                add()
            }
        }
        return tails.map(\.level)
    }
}

extension RepeatStage {
    /// The strongest score of each target in all looks at a picture, before calibration.
    func scores(in background: BackgroundPicture) -> [Int: Double] {
        let picture = background.drawn()
        var steps: [StageFindings.Step] = []
        var strongest: [Int: Double] = [:]
        var glance: RepeatGlance?
        for look in RepeatLook.allCases where !(background.isPlain && look.isCloser) {
            let found = RepeatScore.scores(
                of: picture, by: recogniser, look: look, after: &glance, steps: &steps)
            for one in found {
                // What is weak is no background, whatever its colours.
                let separation =
                    one.score < Self.weak ? 1 : colours(of: one, in: picture).separation
                let score = one.told(separation: separation)
                strongest[one.target] = max(strongest[one.target] ?? 0, score)
            }
        }
        return strongest
    }

    /// A score whose colours a calibration does not look at.
    private static var weak: Double { 0.1 }
}
