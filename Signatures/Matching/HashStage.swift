// The whole-picture stage: PDQ against every asset in eight symmetries, by exact scan.

internal import Recognition
public import SelvageTypes

/// Recognition by the perceptual hash of the whole picture.
public struct HashStage: RecognitionStage {
    public let method = Match.Method.perceptualHash

    private struct Place {
        let entry: Int
        let symmetry: Match.Symmetry
    }

    private let assets: [String]
    private let places: [Place]
    private let list: HashList

    /// A stage over the assets of a catalogue whose quality suffices.
    public init(_ catalogue: Catalogue) {
        let usable = catalogue.entries.filter(\.signatures.pdq.isUsable)
        assets = usable.map(\.asset.id)
        var places: [Place] = []
        var hashes: [PerceptualHash] = []
        for (index, entry) in usable.enumerated() {
            for (symmetry, hash) in zip(Match.Symmetry.allCases, entry.signatures.pdq.dihedral) {
                places.append(Place(entry: index, symmetry: symmetry))
                hashes.append(hash)
            }
        }
        self.places = places
        list = HashList(hashes)
    }

    public func look(at picture: Picture, nearest: Int) -> StageFindings {
        let signature = PDQ.signature(of: picture)
        guard signature.quality >= PDQ.lowestQuality else {
            let isSmall = min(picture.width, picture.height) < PDQ.shortestSide
            return StageFindings(
                stage: method.rawValue, hash: nil, quality: signature.quality, candidates: [],
                note: isSmall
                    ? "The picture is too small to hash."
                    : "The picture is too flat to be recognised by its hash.")
        }
        return StageFindings(
            stage: method.rawValue, hash: signature.hash, quality: signature.quality,
            candidates: candidates(near: signature.hash, nearest: nearest))
    }

    /// The best symmetry of each asset: all matches, and others until there are `nearest`.
    private func candidates(
        near hash: PerceptualHash, nearest: Int
    ) -> [StageCandidate] {
        let near =
            nearest > 0
            ? list.distances(to: hash).enumerated().map {
                (place: $0.offset, distance: Int($0.element))
            }
            : list.places(within: Matcher.furthest, of: hash)
        var best: [Int: (place: Int, distance: Int)] = [:]
        for one in near {
            let entry = places[one.place].entry
            // Of equal distances the earlier symmetry stands, so the answer is always the same.
            if let known = best[entry], known.distance <= one.distance { continue }
            best[entry] = one
        }
        let sorted = best.values.sorted { ($0.distance, $0.place) < ($1.distance, $1.place) }
        let matches = sorted.prefix { $0.distance <= Matcher.furthest }.count
        return sorted.prefix(max(matches, nearest)).map { one in
            StageCandidate(
                Match(
                    asset: assets[places[one.place].entry], method: method,
                    symmetry: places[one.place].symmetry, distance: one.distance,
                    falseMatchProbability: FalseMatchBound.probability(
                        distance: one.distance, comparisons: list.count)),
                grade: one.distance <= Matcher.furthest ? .match : nil)
        }
    }
}
