// The second, closer look at a part of a picture, where something for sale is likeliest to be shown.

internal import Recognition
internal import SelvageTypes

/// A part of a picture, cut out to be looked at by itself.
///
/// A dress in front of a meadow gets few of a picture's keypoints, and its print is too small for
/// most of them. Looked at by itself it gets all of them, at twice the size (Docs/matching.md).
struct CloserLook: Sendable {
    /// The sides of the cut, as shares of the picture's.
    static let share = 0.5
    /// The pixels that it is looked at with; with 420,000 no more was found, neither in pictures of 640
    /// pixels nor in such of 1,024.
    static let workingPixels = 320_000.0
    /// A cut with a shorter side has too few pixels for any repeat.
    static let shortest = 48

    /// The cut.
    let picture: Picture
    /// Pixels of the whole picture left of the cut.
    let left: Int
    /// Pixels of the whole picture above the cut.
    let top: Int

    /// A part of a picture; nil when it is too small.
    init?(at whole: Picture, _ place: Place = .middle) {
        let width = Int((Double(whole.width) * Self.share).rounded())
        let height = Int((Double(whole.height) * Self.share).rounded())
        guard min(width, height) >= Self.shortest else { return nil }
        left = (whole.width - width) * place.column / 2
        top = (whole.height - height) * place.row / 2
        var pixels: [UInt8] = []
        pixels.reserveCapacity(width * height * 3)
        for row in top..<top + height {
            let start = (row * whole.width + left) * 3
            pixels += whole.pixels[start..<start + width * 3]
        }
        picture = Picture(width: width, height: height, pixels: pixels)
    }

    /// A match in the cut, as a match in the whole picture.
    func inWhole(_ match: RepeatMatch) -> RepeatMatch {
        func moved(_ point: Placement.Point) -> Placement.Point {
            Placement.Point(x: point.x + Double(left), y: point.y + Double(top))
        }
        var match = match
        match.placement.region = match.placement.region.map(moved)
        match.placement.origin = moved(match.placement.origin)
        for index in match.patches.indices {
            match.patches[index].place += SIMD2(Float(left), Float(top))
        }
        return match
    }
}

extension CloserLook {
    /// Where the cut lies: at an edge, in a corner or in the middle.
    struct Place: Hashable, Sendable {
        /// 0 at the left edge, 1 in the middle, 2 at the right edge.
        var column: Int
        /// 0 at the upper edge, 1 in the middle, 2 at the lower edge.
        var row: Int

        /// In the middle both ways.
        static let middle = Place(column: 1, row: 1)
        /// All places, from the upper left to the lower right.
        static let all = (0..<3).flatMap { row in (0..<3).map { Place(column: $0, row: row) } }

        /// Whether a keypoint of a picture lies in the cut.
        func holds(_ point: LocalFeatures.Keypoint, of features: LocalFeatures) -> Bool {
            func lies(_ value: Float, _ side: Int, _ step: Int) -> Bool {
                let start = Float(side) * Float(1 - CloserLook.share) * Float(step) / 2
                return value >= start && value < start + Float(side) * Float(CloserLook.share)
            }
            return lies(point.x, features.width, column) && lies(point.y, features.height, row)
        }
    }
}

extension RepeatIndex {
    /// How much more another place has to promise than the middle: shops show there what they sell.
    private static let middleIsLikelier: Float = 1.8
    /// What all keypoints promise together, as if they were votes.
    private static let detail: Float = 2

    /// The place of a closer look that promises most after a glance at the whole picture.
    ///
    /// What promises is what the votes of its keypoints weigh for some repeat, even where they are too few
    /// for a match, and its share of all keypoints: where there is detail.
    func likeliestPlace(after glance: RepeatGlance) -> CloserLook.Place {
        let places = CloserLook.Place.all
        let held = glance.features.keypoints.map { point in
            var lanes = SIMD16<UInt16>()
            for (lane, place) in places.enumerated() where place.holds(point, of: glance.features) {
                lanes[lane] = 1
            }
            return lanes
        }
        let keypoints = held.reduce(into: SIMD16<UInt16>()) { $0 &+= $1 }
        var weights = [Float](repeating: 0, count: places.count)
        for (entry, votes) in glance.ballots.votes(ofGroups: held) {
            for lane in places.indices where Int32(votes[lane]) >= glance.ballots.least {
                weights[lane] = max(weights[lane], weight(of: Int(votes[lane]), for: entry))
            }
        }
        let all = max(1, Float(glance.features.keypoints.count))
        func promise(_ lane: Int) -> Float {
            let own = weights[lane] + Self.detail * Float(keypoints[lane]) / all
            return places[lane] == .middle ? own * Self.middleIsLikelier : own
        }
        var best = (place: CloserLook.Place.middle, promise: -Float.infinity)
        for lane in places.indices {
            let promise = promise(lane)
            let isEqual = promise == best.promise && places[lane] == .middle
            if promise > best.promise || isEqual { best = (places[lane], promise) }
        }
        return best.place
    }
}
