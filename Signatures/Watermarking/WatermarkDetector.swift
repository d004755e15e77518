// Reading marks: from a picture to the payloads that it provably carries.

internal import CSpectra
internal import Foundation
public import SelvageTypes

/// A mark that was found, with its proof.
public struct WatermarkHit: Hashable, Sendable {
    /// The key it was made with.
    public let key: String
    /// What it says.
    public let payload: WatermarkPayload
    /// How well the picture agrees with this payload, and how well it must.
    public let statistic: Double
    /// The least statistic of a hit.
    public let threshold: Double
    /// How likely a statistic this large is, at the most, in any picture without this key's mark.
    public let falseHitBound: Double
    /// How many payloads could have been tried; the bound counts them all.
    public let attempts: Int
    /// The side of a tile in pixels of the picture, its turn in degrees, and whether it is mirrored.
    public let tileSide: Double
    /// The turn of the tiles, in degrees.
    public let turn: Double
    /// Whether the picture is mirrored.
    public let mirrored: Bool
    /// Whether light and dark are exchanged.
    public let inverted: Bool
}

/// Finds the marks of some keys in pictures.
public struct WatermarkDetector: Sendable {
    let patterns: [(id: String, pattern: MarkPattern)]
    let design = MarkDesign.current

    /// A detector for some keys.
    public init(keys: [WatermarkKey]) {
        patterns = keys.map { ($0.id, MarkPattern($0)) }
    }

    /// The least statistic of a hit that the pilots led to: it grows with the number of keys.
    public var threshold: Double { bound.threshold(falseHits: design.falseHits) }
    /// The least statistic of a hit that the pattern's own lattice led to.
    var hostThreshold: Double { hostBound.threshold(falseHits: design.falseHits) }

    /// The side of the middle of a picture that is looked at; smaller ones are looked at whole.
    public static let side = 2048

    /// The marks of a picture, at most one for each key.
    ///
    /// - Parameter hosts: Where the pattern itself says that tiles lie; the likeliest first, and no more
    ///   than `HostTiles.most` of them are tried.
    public func detect(_ picture: Picture, hosts: [HostTiles] = []) -> [WatermarkHit] {
        let window = PixelWindow.middle(
            width: picture.width, height: picture.height, most: Self.side)
        let white = WhitenedPicture(picture, window: window)
        let search = PilotSearch(white)
        return patterns.compactMap { id, pattern in
            hit(read(white, search: search, pattern: pattern, hosts: hosts), key: id)
        }
    }

    /// How much a picture looks as if it carried one of the keys' marks, from its middle alone.
    ///
    /// For a crawl that looks at every picture: costs little more than decoding a megapixel, whatever the
    /// picture's size. Pictures without marks mostly stay below 1. It proves nothing; `detect` does.
    public func earlyScore(_ picture: Picture) -> Double {
        let window = PixelWindow.middle(
            width: picture.width, height: picture.height, most: Self.earlySide)
        // On a small one borders weigh more, and there is little to save.
        let isLarge = min(window.width, window.height) >= 256
        let white = WhitenedPicture(picture, window: window, quick: isLarge)
        let search = PilotSearch(white, most: Self.earlySide)
        return patterns.map { Self.earlyScore($0.pattern, in: search) }.max() ?? 0
    }

    /// The side of the window of the early test.
    private static let earlySide = 512
    /// What 19 of 20 pictures without a mark stay below, at any angle and upright.
    private static let usual = (free: 5.7, upright: 4.9)

    /// What half of the pictures without a mark stay below; the others are looked at more closely.
    private static let curious = (free: 5.0, upright: 4.3)

    private static func earlyScore(_ pattern: MarkPattern, in search: PilotSearch) -> Double {
        let free = search.proposals(for: pattern, most: 1).first?.score ?? 0
        let upright = search.uprightProposals(for: pattern, most: 1).first?.score ?? 0
        return max(free / usual.free, upright / usual.upright)
    }

    /// A reading as a hit, where it is one.
    private func hit(_ reading: Reading, key: String) -> WatermarkHit? {
        guard reading.isHit, let map = reading.map else { return nil }
        let bound = reading.isLed ? hostBound : bound
        return WatermarkHit(
            key: key, payload: reading.payload, statistic: reading.statistic,
            threshold: reading.threshold,
            falseHitBound: bound.chance(of: reading.statistic), attempts: bound.attempts,
            tileSide: map.side, turn: map.turn, mirrored: map.mirrored, inverted: reading.inverted)
    }

    var bound: FalseHitBound { .ledByPilots(keys: patterns.count) }
    private var hostBound: FalseHitBound { .ledByHosts(keys: patterns.count) }

    /// The best reading of a picture with one key, hit or not.
    struct Reading {
        var statistic = 0.0
        /// The least statistic of a hit that is led as this one was.
        var threshold = Double.infinity
        /// Whether the pattern's own lattice led to it.
        var isLed = false
        var payload = WatermarkPayload(0)
        var checks = false
        var inverted = false
        var map: TrackedMap?
        /// How well the pilots agreed, at best, and how much the best proposal stood out.
        var sync = 0.0
        var coarse = 0.0
        var upright = 0.0
        /// How many payloads were tried where pilots led.
        var attempts = 0

        var isHit: Bool { checks && statistic >= threshold }
    }

    /// The best reading, hit or not, for measurements.
    func bestReading(_ picture: Picture, hosts: [HostTiles] = []) -> Reading {
        let window = PixelWindow.middle(
            width: picture.width, height: picture.height, most: Self.side)
        let white = WhitenedPicture(picture, window: window)
        let search = PilotSearch(white)
        return patterns.map { read(white, search: search, pattern: $0.pattern, hosts: hosts) }
            .max { $0.statistic < $1.statistic } ?? Reading()
    }

    /// How many proposals of a search are tried anyway, and how many where they stand out.
    private static let proposals = (least: 2, most: 6)

    /// Everything that is tried to read a picture with one key, the cheapest and likeliest first.
    func read(
        _ white: WhitenedPicture, search: PilotSearch, pattern: MarkPattern, hosts: [HostTiles] = []
    ) -> Reading {
        var trial = MarkTrial(
            picture: white, pattern: pattern, threshold: threshold, hostThreshold: hostThreshold)
        let upright = search.uprightProposals(for: pattern, most: Self.proposals.most)
        trial.best.upright = upright.first?.score ?? 0
        for proposal in Self.worthwhile(upright, usual: Self.usual.upright) {
            let level = PilotRefinement.level(proposal.geometry, of: pattern, in: search)
            if trial.attempt(level.geometry, height: level.height) { return trial.best }
        }
        let free = search.proposals(for: pattern, most: Self.proposals.most)
        trial.best.coarse = free.first?.score ?? 0
        for proposal in Self.worthwhile(free, usual: Self.usual.free) {
            let refined = PilotRefinement.refine(proposal.geometry, of: pattern, in: search)
            if trial.attempt(refined.geometry, height: refined.height) { return trial.best }
        }
        for geometry in HostTiles.geometries(of: hosts, pitch: design.pitch) {
            if trial.attempt(host: geometry, search: search) { return trial.best }
        }
        // What stands out and is not read may be a regular pattern's own lines.
        let standsOut =
            trial.best.coarse > Self.usual.free || trial.best.upright > Self.usual.upright
        if standsOut, trial.attemptBlind(search) { return trial.best }
        if trial.pursue() { return trial.best }
        if trial.isSmall {
            _ = trial.sweep()
        } else if trial.best.coarse > Self.curious.free || trial.best.upright > Self.curious.upright
        {
            _ = trial.searchMiddle()
        }
        return trial.best
    }

    /// The first proposals, and those that stand out more than those of most pictures without a mark: a
    /// pattern's own lines may be taken for pilots before the pilots are.
    private static func worthwhile(
        _ proposals: [PilotSearch.Proposal], usual: Double
    ) -> [PilotSearch.Proposal] {
        proposals.enumerated().filter { $0 < Self.proposals.least || $1.score > usual }.map(\.1)
    }
}
