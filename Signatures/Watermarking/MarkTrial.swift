// The attempts to read one picture with one key.

internal import CSpectra
internal import Foundation

/// The attempts to read one picture with one key.
///
/// Every geometry that is tried comes from the pilots or from a fixed list; none depends on what a payload
/// was read as. At most `MarkDesign.attempts` payloads are decoded, and `HostTiles.readings` for each
/// geometry that the pattern's own lattice proposes.
struct MarkTrial {
    /// How well pilots must agree for a payload to be tried, and for their tiles to be followed.
    private static let decodable = 5.0
    private static let followable = 4.9
    /// How high peaks must stand where a geometry puts the pilots, for the whole picture to be folded.
    ///
    /// Half of the proposals in pictures without a mark stay below, and those of marks that were read do not.
    /// It saves time; what is tried still is proposed by pilots only.
    private static let standing = 1.42
    /// Above which peaks a search is blind where a pattern's own lines look like pilots.
    private static let limits: [Float] = [5.9, 4]
    /// The same as `standing` where lines stand out.
    private static let standingOnLines = 1.6
    /// How many proposals of each kind are tried then, and how many of all at any angle in the end.
    private static let blindProposals = 6
    private static let lateProposals = 24
    /// The side of the middle that is searched by itself when the picture may be bent.
    private static let middleSide = 384
    /// Pictures whose shorter side is less are too small for spectral peaks.
    private static let smallSide = 300

    let picture: WhitenedPicture
    let pattern: MarkPattern
    let threshold: Double
    /// The least statistic of a hit where the pattern's lattice led to it.
    let hostThreshold: Double
    /// What leads now: the pilots, or the pattern's lattice.
    private var isLed = false
    var best = WatermarkDetector.Reading()
    /// Where the whole picture has been folded.
    private var tried: [TileGeometry] = []
    private var pending: [(score: Double, map: TrackedMap, inverted: Bool)] = []

    init(
        picture: WhitenedPicture, pattern: MarkPattern, threshold: Double, hostThreshold: Double
    ) {
        self.picture = picture
        self.pattern = pattern
        self.threshold = threshold
        self.hostThreshold = hostThreshold
    }

    private var whole: PixelWindow {
        PixelWindow(left: 0, top: 0, width: picture.width, height: picture.height)
    }

    /// The picture's middle, some tiles wide and high.
    private func centre(tiles: Double, side: Double) -> PixelWindow {
        let most = Int(min(tiles * side, 1e6))
        let wide = min(picture.width, most), high = min(picture.height, most)
        return PixelWindow(
            left: (picture.width - wide) / 2, top: (picture.height - high) / 2, width: wide,
            height: high)
    }

    private func map(_ geometry: TileGeometry) -> TrackedMap {
        let middle = SIMD2(Double(picture.width) / 2, Double(picture.height) / 2)
        return TrackedMap(geometry, pitch: pattern.design.pitch, middle: middle)
    }

    /// Reads the picture where a geometry puts the tiles; true when it is a hit.
    ///
    /// - Parameter height: How high the peaks stand where the pilots would be.
    mutating func attempt(_ geometry: TileGeometry, height: Double) -> Bool {
        guard !tried.contains(where: { $0.isNear(geometry) }) else { return false }
        let straight = map(geometry)
        let near = centre(tiles: 3.5, side: straight.side)
        guard height >= Self.standing || isSmall else {
            attemptMiddle(straight, window: near)
            return false
        }
        tried.append(geometry)
        let reading = TileReading(picture, map: straight.map, window: whole)
        for turned in [false, true] {
            let shift = reading.shift(of: pattern, turned: turned)
            best.sync = max(best.sync, shift.score)
            if shift.score > Self.decodable,
                decode(reading, shift: shift, turned: turned, map: straight)
            {
                return true
            }
            if near == whole { note(shift, turned: turned, map: straight) }
        }
        if near != whole { attemptMiddle(straight, window: near) }
        return false
    }

    /// Reads the picture where a search would put the tiles if it were blind to the picture's own lines;
    /// true when it is a hit.
    ///
    /// Proposals are refined both ways: blind, they are not drawn to lines; seeing, they have all pilots.
    mutating func attemptBlind(_ search: PilotSearch) -> Bool {
        for limit in Self.limits {
            let blind = search.blind(above: limit)
            for proposal in blind.uprightProposals(for: pattern, most: Self.blindProposals) {
                for one in [blind, search] {
                    let level = PilotRefinement.level(proposal.geometry, of: pattern, in: one)
                    if attempt(level.geometry, seenBy: search) { return true }
                }
            }
            for proposal in blind.proposals(for: pattern, most: Self.blindProposals) {
                for one in [blind, search] {
                    let exact = PilotRefinement.refine(proposal.geometry, of: pattern, in: one)
                    if attempt(exact.geometry, seenBy: search) { return true }
                }
            }
        }
        return attemptLater(search)
    }

    /// Reads the picture where a geometry puts the tiles, if a search sees high peaks there.
    private mutating func attempt(_ geometry: TileGeometry, seenBy search: PilotSearch) -> Bool {
        let height = search.height(of: pattern, at: geometry)
        return height >= Self.standingOnLines && attempt(geometry, height: height)
    }

    /// Reads the picture where proposals lie that come after those which lines account for.
    private mutating func attemptLater(_ search: PilotSearch) -> Bool {
        for proposal in search.proposals(for: pattern, most: Self.lateProposals) {
            let refined = PilotRefinement.refine(proposal.geometry, of: pattern, in: search)
            if attempt(refined.geometry, seenBy: search) { return true }
        }
        return false
    }

    /// Reads the middle only, and notes where its tiles could be followed from.
    private mutating func attemptMiddle(_ map: TrackedMap, window: PixelWindow) {
        let reading = TileReading(picture, map: map.map, window: window)
        for turned in [false, true] {
            note(reading.shift(of: pattern, turned: turned), turned: turned, map: map)
        }
    }

    private mutating func note(_ shift: TileReading.Shift, turned: Bool, map: TrackedMap) {
        guard shift.score > Self.followable else { return }
        var start = turned ? map.turned : map
        start.take(shift)
        pending.append((shift.score, start, shift.inverted))
    }

    /// Tries a payload; true when it is a hit.
    private mutating func decode(
        _ reading: TileReading, shift: TileReading.Shift, turned: Bool, map: TrackedMap
    ) -> Bool {
        guard isLed || best.attempts < pattern.design.attempts else { return false }
        if !isLed { best.attempts += 1 }
        let least = isLed ? hostThreshold : threshold
        let found = pattern.decode(reading.chips(of: pattern, at: shift, turned: turned))
        // A payload whose checksum is wrong was misread: it is kept for measurements only.
        let better =
            found.checks == best.checks
            ? found.statistic - least > best.statistic - best.threshold : found.checks
        guard better else { return false }
        best.statistic = found.statistic
        best.threshold = least
        best.isLed = isLed
        best.payload = found.payload
        best.checks = found.checks
        best.inverted = shift.inverted
        best.map = turned ? map.turned : map
        return best.isHit
    }

    /// Reads the picture where the pattern's own lattice puts the tiles; true when it is a hit.
    ///
    /// Pilots that drown in the picture's spectrum are still heard where the tiles are known.
    mutating func attempt(host: TileGeometry, search: PilotSearch) -> Bool {
        let others = pending
        (pending, isLed) = ([], true)
        defer { (pending, isLed) = (others, false) }
        let refined = PilotRefinement.settle(host, of: pattern, in: search)
        for geometry in refined.isNear(host) ? [host] : [host, refined] {
            let straight = map(geometry)
            let reading = TileReading(picture, map: straight.map, window: whole)
            for turned in [false, true] {
                let shift = reading.shift(of: pattern, turned: turned)
                if shift.score > Self.decodable,
                    decode(reading, shift: shift, turned: turned, map: straight)
                {
                    return true
                }
            }
            attemptMiddle(straight, window: centre(tiles: 3.5, side: straight.side))
        }
        return pursue()
    }

    /// Follows the tiles outwards from where the pilots agreed best; true when it is a hit.
    mutating func pursue() -> Bool {
        pending.sort { $0.score > $1.score }
        let starts = pending.prefix(2)
        pending = []
        for (_, start, inverted) in starts {
            var map = start
            for tiles in [3.5, 5, 8] {
                map.follow(
                    picture, pattern: pattern, window: centre(tiles: tiles, side: map.side),
                    inverted: inverted, bending: tiles > 3.5, reach: 8)
            }
            map.follow(
                picture, pattern: pattern, window: whole, inverted: inverted, bending: true,
                reach: 5)
            let reading = TileReading(picture, map: map.map, window: whole)
            let shift = reading.shift(of: pattern, turned: false)
            best.sync = max(best.sync, shift.score)
            if decode(reading, shift: shift, turned: false, map: map) { return true }
        }
        return false
    }

    /// Searches the middle by itself: seen at an angle, tiles are alike only close to each other.
    mutating func searchMiddle() -> Bool {
        let window = PixelWindow.middle(
            width: picture.width, height: picture.height, most: Self.middleSide)
        let search = PilotSearch(picture, most: Self.middleSide)
        var geometries = search.uprightProposals(for: pattern, most: 1).map(\.geometry)
        geometries += search.proposals(for: pattern, most: 2).map(\.geometry)
        for geometry in geometries {
            let refined = PilotRefinement.refine(geometry, of: pattern, in: search).geometry
            attemptMiddle(map(refined), window: window)
        }
        return pursue()
    }

    /// Whether the picture is too small for spectral peaks.
    var isSmall: Bool { min(picture.width, picture.height) < Self.smallSide }

    /// Tries upright tiles of every size in a fixed list, and follows the best.
    mutating func sweep() -> Bool {
        for quarter in [0, Double.pi / 2] {
            for mirrored in [false, true] {
                for step in 0..<17 {
                    let geometry = TileGeometry(
                        turn: quarter, scale: -0.36 + 0.04 * Double(step), mirrored: mirrored)
                    attemptMiddle(map(geometry), window: whole)
                }
            }
        }
        return pursue()
    }
}
