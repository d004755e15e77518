// What a mark of each strength was tried against, each trial run when it is asked for.

internal import SelvageTypes

/// The trials of one picture's mark at the strengths of `Watermarker.levels`.
struct StrengthTrials {
    /// The longer side of what is tried.
    private static let side = 1024

    private let marker: Watermarker
    private let sample: MarkSample
    private let window: MarkWindow
    private let payload: WatermarkPayload
    private var strengths: [Int: Float] = [:]
    private var pictures: [Int: Picture] = [:]
    private var tried: [Int: [SimulatedHandling: MarkTest]] = [:]

    init(marker: Watermarker, layer: MarkLayer, payload: WatermarkPayload) {
        self.marker = marker
        self.payload = payload
        let host = layer.host.picture
        sample = layer.sample
        window = layer.window(
            PixelWindow.middle(width: host.width, height: host.height, most: Self.side))
    }

    /// The strength that gives a level's decibels.
    mutating func strength(_ level: Int) -> Float {
        if let known = strengths[level] { return known }
        let strength = sample.strength(decibels: Watermarker.levels[level].decibels)
        strengths[level] = strength
        return strength
    }

    /// Whether every handling leaves a margin over the threshold; one that leaves less ends the trials.
    mutating func survives(_ level: Int, margin: Double) -> Bool {
        for handling in SimulatedHandling.allCases {
            let test = test(level, handling)
            if test.statistic < margin * test.threshold { return false }
        }
        return true
    }

    /// All trials of a level.
    mutating func tests(_ level: Int) -> [MarkTest] {
        SimulatedHandling.allCases.map { test(level, $0) }
    }

    private mutating func test(_ level: Int, _ handling: SimulatedHandling) -> MarkTest {
        if let known = tried[level]?[handling] { return known }
        let hit = marker.detector.detect(handling.applied(to: picture(level))).first
        let test = MarkTest(
            handling: handling, statistic: hit?.payload == payload ? hit?.statistic ?? 0 : 0,
            threshold: marker.detector.threshold)
        tried[level, default: [:]][handling] = test
        return test
    }

    private mutating func picture(_ level: Int) -> Picture {
        if let known = pictures[level] { return known }
        let picture = window.marked(strength: strength(level))
        // One level is tried after the other.
        pictures = [level: picture]
        return picture
    }
}
