// The second, closer look at the middle of a picture, where what is for sale is shown.

internal import SelvageTypes

/// The middle of a picture, cut out to be looked at by itself.
///
/// A dress in front of a meadow gets few of a picture's keypoints, and its print is too small for
/// most of them. Looked at by itself it gets all of them, at twice the size. A shop shows what it
/// sells in the middle, so one cut finds nearly as much as five that overlap (Docs/matching.md).
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

    /// The middle of a picture; nil when it is too small.
    init?(at whole: Picture) {
        let width = Int((Double(whole.width) * Self.share).rounded())
        let height = Int((Double(whole.height) * Self.share).rounded())
        guard min(width, height) >= Self.shortest else { return nil }
        left = (whole.width - width) / 2
        top = (whole.height - height) / 2
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
        return match
    }
}
