// From a picture to the licensed repeats that it shows: search, fit, comparison.

internal import Glibc
internal import Recognition
public import SelvageTypes

/// Recognises licensed repeats in pictures.
///
/// 1. Local features of the picture look for the likest of the index; those that agree on a repeat,
///    a size and a rotation vote for it, and every repetition votes for the same.
/// 2. The repeats with the most votes are fitted: a smooth map, modulo the repeat's cell.
/// 3. What was fitted is compared pixel by pixel.
///
/// - Source: the method is described in Docs/matching.md.
public struct RepeatRecogniser: Sendable {
    /// Repeats, in one of their two lies, that are fitted.
    static let mostCandidates = 6
    /// Fits of one repeat: folds and shifted columns are fitted one by one.
    static let mostFits = 3
    /// Comparisons of fewer blocks say nothing.
    static let fewestBlocks = 6

    /// What is searched.
    public let index: RepeatIndex

    /// A recogniser of the repeats of an index.
    public init(_ index: RepeatIndex) {
        self.index = index
    }

    /// A step of the recognition, with the processor time it took.
    public struct Step: Hashable, Sendable {
        /// What was done.
        public var name: String
        /// How long it took, whatever else the machine was doing.
        public var time: Duration
    }

    /// What the steps of one look are called.
    enum Stage: String {
        case place, features, search, votes
        case guidedSearch = "guided search"
        case fit, comparison
    }

    /// The repeats that a picture shows, the strongest first; weak ones are among them.
    public func matches(in picture: Picture) -> [RepeatMatch] {
        var steps: [Step] = []
        return matches(in: picture, steps: &steps)
    }

    /// The repeats that a picture shows, and the steps with their times.
    public func matches(in picture: Picture, steps: inout [Step]) -> [RepeatMatch] {
        var glance: RepeatGlance?
        return matches(in: picture, look: .whole, after: &glance, steps: &steps)
    }

    /// The repeats that a picture shows when it is looked at with a number of pixels, and what was seen at
    /// first sight.
    func matches(
        in picture: Picture, pixels: Double, showsColours: Bool, steps: inout [Step]
    ) -> (matches: [RepeatMatch], glance: RepeatGlance) {
        var watch = Stopwatch()
        let (features, luma) = LocalFeatures.withLuma(
            ofPicture: picture, pixels: pixels, showsColours: showsColours)
        watch.note(.features)
        let variants = DescriptorVariants(of: features)
        let found = index.correspondences(variants)
        watch.note(.search)
        let ballots = index.ballots(found, of: features)
        let candidates = index.candidates(ballots, most: Self.mostCandidates)
        watch.note(.votes)
        let frames = candidates.isEmpty ? [] : features.keypoints.map(KeypointFrame.init)
        var levels: PictureLevels?
        var guided: [Int: [Correspondence]] = [:]
        var matches: [RepeatMatch] = []
        for candidate in candidates {
            let both =
                guided[candidate.entry]
                ?? index.correspondences(variants, with: candidate.entry, most: 4)
            guided[candidate.entry] = both
            let own = both.filter { $0.isMirrored == candidate.isMirrored }
            watch.note(.guidedSearch)
            let fitter = RepeatFitter(
                own, entry: index.entries[candidate.entry],
                points: RepeatFrames(of: candidate.entry, in: index), features: frames)
            let fits = fitter.fits(most: Self.mostFits)
            watch.note(.fit)
            let worthwhile = fits.filter { RepeatMeasures.bound($0) > fitter.leastBound }
            guard !worthwhile.isEmpty else { continue }
            let picture =
                levels
                ?? PictureLevels(luma, width: Float(picture.width), height: Float(picture.height))
            levels = picture
            matches += compared(worthwhile, of: fitter, for: candidate, in: picture)
            watch.note(.comparison)
        }
        steps = watch.steps
        return (
            matches.sorted { ($0.score, $1.entry) > ($1.score, $0.entry) },
            RepeatGlance(features: features, ballots: ballots)
        )
    }

    private func compared(
        _ fits: [RepeatFit], of fitter: RepeatFitter, for candidate: RepeatCandidate,
        in picture: PictureLevels
    ) -> [RepeatMatch] {
        let entry = index.entries[candidate.entry]
        var licensed = RepeatLevels(entry)
        return fits.compactMap { fit in
            // Noise and blur spoil the fine comparison, small prints the rough ones, and a large
            // smooth pattern shows little in blocks that are small.
            let views = [1, 2, 4].map {
                entry.evidence(
                    for: fit, of: fitter, licensed: &licensed, picture: picture, coarser: $0)
            }.filter { $0.blocks >= Self.fewestBlocks }
            guard let fine = views.first else { return nil }
            let measures = RepeatMeasures(
                votes: candidate.votes, keypoints: fit.queries, places: fit.cells,
                meaning: Double(fit.meaning),
                gradients: Double(views.map(\.gradients).max() ?? 0),
                luma: Double(views.map(\.luma).max() ?? 0),
                margin: Double(views.map(\.margin).max() ?? 0),
                movement: Double(views.map(\.movement).min() ?? 0), blocks: fine.blocks,
                agreeing: views.map(\.agreeing).max() ?? 0,
                side: Double(fitter.side / abs(fit.map.area).squareRoot() * min(1, picture.zoom)))
            let places = views.flatMap { $0.patches.flatMap(\.corners) }
            let evidence = places.isEmpty ? fit.inliers.map { fitter.found[$0] } : places
            guard
                let placement = Placement(
                    fit.map, cell: fitter.cell, places: evidence, width: picture.width,
                    height: picture.height)
            else { return nil }
            return RepeatMatch(
                entry: candidate.entry, score: measures.score, placement: placement,
                measures: measures,
                patches: views.max { $0.agreement < $1.agreement }?.patches ?? [])
        }
    }
}

/// What was seen at first sight, whatever came of it.
struct RepeatGlance {
    let features: LocalFeatures
    let ballots: RepeatBallots
}

/// The processor times of steps, those of one name added up.
///
/// The recognition of one picture never leaves its thread, so the thread's clock counts all of it
/// and nothing else.
struct Stopwatch {
    private var last = Self.now
    private(set) var steps: [RepeatRecogniser.Step] = []

    private static var now: Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    mutating func note(_ stage: RepeatRecogniser.Stage) {
        let (now, name) = (Self.now, stage.rawValue)
        if let known = steps.firstIndex(where: { $0.name == name }) {
            steps[known].time += now - last
        } else {
            steps.append(RepeatRecogniser.Step(name: name, time: now - last))
        }
        last = now
    }
}
