// The stage of repeats: local features of a picture against those of every asset and part.

internal import Recognition
public import SelvageTypes

/// Recognition by the local features of repeats.
///
/// A score of 1 and more is a match, one from `RepeatGrading.review` on the same geometry. An asset
/// that pictures without licensed patterns reach is held to more than that, and one that is not
/// distinctive is never more than the same geometry.
public struct RepeatStage: RecognitionStage {
    public let method = Match.Method.repeatFeatures

    let targets: [RepeatSubject]
    private let keeper: RepeatKeeper
    var recogniser: RepeatRecogniser { keeper.recogniser }

    /// A stage over targets.
    public init(_ targets: [RepeatTarget]) {
        self.targets = targets.map(\.subject)
        keeper = RepeatKeeper(RepeatIndex(targets.map(\.signature)))
    }

    /// A stage over the assets of a catalogue that have features.
    ///
    /// The catalogue's index is opened where it lies, or made from the files of features.
    ///
    /// - Returns: nil when none has, or when they are of another version of the algorithm.
    /// - Throws: `CatalogueError` when a file of features is needed, and missing or damaged.
    public init?(_ catalogue: Catalogue) throws(CatalogueError) {
        guard catalogue.algorithms["repeat"] == LocalFeatures.version else { return nil }
        let repeats = catalogue.searchedRepeats
        guard !repeats.isEmpty else { return nil }
        targets = repeats.map(\.subject)
        keeper = RepeatKeeper(try catalogue.openedIndex(of: repeats)) {
            try? catalogue.remadeIndex(of: repeats)
        }
    }

    public func look(at picture: Picture, nearest: Int) -> StageFindings {
        let used = recogniser.index
        let findings = looked(at: picture, nearest: nearest)
        return keeper.hasReplaced(used) ? looked(at: picture, nearest: nearest) : findings
    }

    private func looked(at picture: Picture, nearest: Int) -> StageFindings {
        var steps: [StageFindings.Step] = []
        var proposed: [Int: StageCandidate] = [:]
        var glance: RepeatGlance?
        // What is certain at first sight needs no second one.
        for look in RepeatLook.allCases where !proposed.values.contains(where: \.isMatch) {
            let found = RepeatScore.scores(
                of: picture, by: recogniser, look: look, after: &glance, steps: &steps)
            for one in found {
                let candidate = candidate(one, in: picture)
                let known = proposed[one.target]?.match.score ?? -.infinity
                if candidate.match.score ?? 0 > known { proposed[one.target] = candidate }
            }
        }
        settleParts(of: &proposed)
        let candidates = proposed.values.sorted { Self.order($0) < Self.order($1) }
        let graded = candidates.count { $0.grade != nil }
        return StageFindings(
            stage: method.rawValue, hash: nil, quality: 0,
            candidates: Array(candidates.prefix(max(graded, nearest))),
            note: candidates.isEmpty ? "No repeat has enough features in common with it." : nil,
            steps: steps)
    }

    /// Lets the whole asset or one of its parts stand, not both: a part only where it agrees clearly
    /// better, as its motif does when it was put on another ground.
    private func settleParts(of proposed: inout [Int: StageCandidate]) {
        let graded = proposed.filter { $0.value.grade != nil }
        for (_, group) in Dictionary(grouping: graded.keys, by: { targets[$0].asset })
        where group.count > 1 {
            func weight(_ target: Int) -> Double {
                let score = proposed[target]?.match.score ?? 0
                return targets[target].component == nil ? score * Self.wholeBeforePart : score
            }
            let best = group.max { (weight($0), $1) < (weight($1), $0) }
            for target in group where target != best { proposed[target]?.grade = nil }
        }
    }

    /// How much better than the whole asset a part has to agree.
    private static let wholeBeforePart = 1.15

    /// The surest first; equals by their names, so that the answer is always the same.
    private static func order(_ candidate: StageCandidate) -> (Int, Double, String, String) {
        let rank = candidate.grade == .match ? 0 : candidate.grade == nil ? 2 : 1
        let match = candidate.match
        return (rank, -(match.score ?? 0), match.asset, match.component ?? "")
    }

    /// The colours of what was found, beside the licensed ones.
    func colours(of found: RepeatScore, in picture: Picture) -> PlacementColours {
        PlacementColours(
            of: picture, at: found.patches, recogniser.index.swatch(of: found.target))
    }

    private func candidate(_ found: RepeatScore, in picture: Picture) -> StageCandidate {
        let target = targets[found.target]
        // Colours are looked at where they could make a difference, or are to be told.
        let atMost = RepeatGrading.calibrated(
            found.score, background: target.background, inLicensedColours: true, exactness: 1)
        let colours =
            atMost * found.readability < RepeatGrading.review
            ? nil
            : self.colours(of: found, in: picture)
        let full = RepeatGrading.calibrated(
            found.told(separation: colours?.separation ?? 1),
            background: target.background,
            inLicensedColours: colours?.relation == .asLicensed,
            exactness: colours?.exactness ?? 0)
        let score = full > 0 ? full * found.readability : full
        var grade = RepeatGrading.grade(score)
        if grade == .match, !target.isDistinctive { grade = .sameGeometry }
        var match = Match(
            asset: target.asset, component: target.component, grade: grade ?? .sameGeometry,
            score: score,
            falseMatchProbability: RepeatGrading.falseMatchProbability(
                score, targets: targets.count),
            placement: found.placement)
        if grade != nil, let colours {
            match.placement?.colours = colours.relation
            if target.component == nil, grade == .match {
                match.component = colours.colourway(among: target.colourways)
            }
        }
        return StageCandidate(
            match, grade: grade, readability: found.readability < 1 ? found.readability : nil)
    }
}
