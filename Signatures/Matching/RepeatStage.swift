// The stage of repeats: local features of a picture against those of every asset and part.

public import Recognition
public import SelvageTypes

/// An asset, or a part of one, with the signature by which its repeat is recognised.
public struct RepeatTarget: Sendable {
    /// The asset's id.
    public var asset: String
    /// The part's id; nil for the whole asset.
    public var component: String?
    /// What it is recognised by.
    public var signature: RepeatSignature
    /// The strongest score among pictures without licensed patterns; 0 before calibration.
    public var background: Double
    /// Whether a match may alert by itself.
    public var isDistinctive: Bool
    /// Colourways of the asset that are told apart by their colours, by id.
    public var colourways: [String: Palette]

    /// A target.
    public init(
        asset: String, component: String? = nil, signature: RepeatSignature,
        background: Double = 0, isDistinctive: Bool = true, colourways: [String: Palette] = [:]
    ) {
        self.asset = asset
        self.component = component
        self.signature = signature
        self.background = background
        self.isDistinctive = isDistinctive
        self.colourways = colourways
    }
}

/// Recognition by the local features of repeats.
///
/// A score of 1 and more is a match, one from `RepeatGrading.review` on the same geometry. An asset
/// that pictures without licensed patterns reach is held to more than that, and one that is not
/// distinctive is never more than the same geometry.
public struct RepeatStage: RecognitionStage {
    public let method = Match.Method.repeatFeatures

    let targets: [RepeatTarget]
    let recogniser: RepeatRecogniser

    /// A stage over targets.
    public init(_ targets: [RepeatTarget]) {
        self.targets = targets
        recogniser = RepeatRecogniser(RepeatIndex(targets.map(\.signature)))
    }

    /// A stage over the assets of a catalogue that have features.
    ///
    /// - Returns: nil when none has, or when they are of another version of the algorithm.
    /// - Throws: `CatalogueError` when a file of features is missing or damaged.
    public init?(_ catalogue: Catalogue) throws(CatalogueError) {
        guard catalogue.algorithms["repeat"] == LocalFeatures.version else { return nil }
        let targets = try catalogue.repeatTargets()
        guard !targets.isEmpty else { return nil }
        self.init(targets)
    }

    public func look(at picture: Picture, nearest: Int) -> StageFindings {
        var steps: [StageFindings.Step] = []
        let found = RepeatScore.scores(of: picture, by: recogniser, steps: &steps)
        var best: [Int: RepeatScore] = [:]
        for one in found where targets.indices.contains(one.target) {
            if let known = best[one.target], known.score >= one.score { continue }
            best[one.target] = one
        }
        var proposed = best.mapValues { candidate($0, in: picture) }
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

    private func candidate(_ found: RepeatScore, in picture: Picture) -> StageCandidate {
        let target = targets[found.target]
        let score = RepeatGrading.calibrated(found.score, background: target.background)
        var grade = RepeatGrading.grade(score)
        if grade == .match, !target.isDistinctive { grade = .sameGeometry }
        var match = Match(
            asset: target.asset, component: target.component, grade: grade ?? .sameGeometry,
            score: score, falseMatchProbability: RepeatGrading.falseMatchProbability(score),
            placement: found.placement)
        if grade != nil, let placement = match.placement {
            let colours = PlacementColours(of: picture, at: placement, target.signature.swatch)
            match.placement?.colours = colours.relation
            if target.component == nil, grade == .match {
                match.component = colours.colourway(among: target.colourways)
            }
        }
        return StageCandidate(match, grade: grade)
    }
}
