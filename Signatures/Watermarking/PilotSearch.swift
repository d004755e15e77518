// Where a key's pilots may lie in a picture: the log-polar search over its spectrum.

internal import CSpectra
internal import Foundation

/// The peaks of a picture's spectrum, shared by all keys that are asked.
struct PilotSearch: Sendable {
    /// Cycles a pixel at the inner edge of the log-polar map.
    private static let least = 0.02
    /// How much larger or smaller a tile may be than the design's pitch.
    private static let scales = 0.35...2.6
    private static let radiusStep = log(0.5 / least) / Double(SELVAGE_RADII)

    /// How many times the floor around it a peak may count.
    private static let highest: Float = 6

    private static let tables = [512: table(side: 512), 1024: table(side: 1024)]

    private static func table(side: Int) -> [UInt32] {
        let count = (SELVAGE_ANGLES / 4 + 1) * SELVAGE_RADII
        return [UInt32](unsafeUninitializedCapacity: count) { buffer, filled in
            selvage_log_polar_table(Int32(side), least, buffer.baseAddress)
            filled = count
        }
    }

    /// The side of the spectrum's grid.
    let side: Int
    let peaks: [Float]
    private let map: [UInt8]
    /// Softened peaks by fours.
    private let soft: [UInt32]

    /// The peaks of the middle of a picture.
    init(_ picture: WhitenedPicture, most: Int = 1024) {
        let grid = max(picture.width, picture.height) <= 512 || most <= 512 ? 512 : 1024
        let samples = Self.windowed(picture, side: grid, most: most)
        let side = Int32(grid)
        let count = grid * Int(selvage_spectrum_row(side))
        var peaks = [Float](repeating: 0, count: count)
        var imaginary = [Float](repeating: 0, count: count)
        let done =
            selvage_spectrum(samples, grid, side, &peaks, &imaginary) != 0
            && selvage_peaks(
                &peaks, imaginary, side, Self.cell(picture, side: grid, most: most), Self.highest)
                != 0
        precondition(done, "A spectrum of 1024 x 1024 needs 16 megabytes.")
        self.init(peaks: peaks, side: grid)
    }

    private init(peaks: [Float], side: Int) {
        self.side = side
        var soft = [UInt8](repeating: 0, count: peaks.count)
        selvage_soften(peaks, Int32(side), &soft)
        self.soft = Self.quads(soft, side: side)
        if side == 512 { selvage_peak_bytes(peaks, Int32(side), &soft) }
        let fine = side == 512 ? Self.quads(soft, side: side) : self.soft
        let table = Self.tables[side] ?? []
        map = [UInt8](unsafeUninitializedCapacity: SELVAGE_ANGLES * SELVAGE_RADII_ROW) {
            selvage_log_polar(fine, table, $0.baseAddress)
            $1 = SELVAGE_ANGLES * SELVAGE_RADII_ROW
        }
        self.peaks = peaks
    }

    /// The same search blind to the lines of a regular pattern: to peaks above a limit.
    ///
    /// Tiles that fit such lines stand out more than the mark's own, however strong the mark is.
    func blind(above limit: Float) -> Self {
        var left = peaks
        let done = selvage_quench(&left, Int32(side), limit, 2)
        precondition(done != 0, "Forgetting peaks needs half a megabyte.")
        return Self(peaks: left, side: side)
    }

    private static func quads(_ bytes: [UInt8], side: Int) -> [UInt32] {
        [UInt32](unsafeUninitializedCapacity: side * side / 4) {
            selvage_quads(bytes, Int32(side), $0.baseAddress)
            $1 = side * side / 4
        }
    }

    /// The cells over which the spectrum's floor is smooth: larger where the window's lines are wider.
    private static func cell(_ picture: WhitenedPicture, side: Int, most: Int) -> Int32 {
        let least = min(picture.width, picture.height, min(side, most))
        return [8, 16, 32].first { Int($0) * least >= 5 * side } ?? 64
    }

    /// The middle of a picture under a window that falls to zero at its edges.
    private static func windowed(_ picture: WhitenedPicture, side: Int, most: Int) -> [Float] {
        let window = PixelWindow.middle(
            width: picture.width, height: picture.height, most: min(side, most))
        let columns = usualTaper(window.width), rows = usualTaper(window.height)
        var samples = [Float](repeating: 0, count: side * side)
        picture.samples.withUnsafeBufferPointer { white in
            guard let base = white.baseAddress else { return }
            selvage_taper(
                base + window.top * picture.width + window.left, picture.width,
                Int32(window.width), Int32(window.height), columns, rows, Int32(side), &samples)
        }
        return samples
    }

    /// The same, made once for the usual sizes.
    private static func usualTaper(_ count: Int) -> [Float] {
        count == 512 ? smallTaper : count == 1024 ? largeTaper : taper(count)
    }

    private static let smallTaper = taper(512)
    private static let largeTaper = taper(1024)

    /// A Hann window; for less than 200 samples a flat one with soft edges, which resolves more.
    static func taper(_ count: Int) -> [Float] {
        guard count <= 200 else {
            return (0..<count).map {
                Float(0.5 - 0.5 * cos(2 * .pi * Double($0 + 1) / Double(count + 1)))
            }
        }
        let edge = max(1, count / 8)
        return (0..<count).map { place in
            let inside = min(place, count - 1 - place)
            return inside >= edge
                ? 1 : Float(0.5 - 0.5 * cos(.pi * (Double(inside) + 0.5) / Double(edge)))
        }
    }

    /// A place where pilots may lie and by how many standard deviations it stands out.
    struct Proposal {
        let score: Double
        let geometry: TileGeometry
    }

    /// The places that stand out most at any angle, the best first.
    func proposals(for pattern: MarkPattern, most: Int) -> [Proposal] {
        let first = -Int32(log(Self.scales.upperBound) / Self.radiusStep)
        let last = Int32(-log(Self.scales.lowerBound) / Self.radiusStep) + 1
        let found = [false, true].flatMap { mirrored -> [Proposal] in
            let (angles, radii) = Self.polar(pattern, mirrored: mirrored)
            var places = [selvage_place](repeating: selvage_place(), count: most)
            let count = selvage_pilot_places(
                map, angles, radii, Int32(angles.count), first, last, &places, Int32(most))
            precondition(count >= 0, "The pilot search needs two megabytes.")
            return places.prefix(Int(count)).map { place in
                Proposal(
                    score: Double(place.score),
                    geometry: TileGeometry(
                        turn: Double(place.angle) * .pi / Double(SELVAGE_ANGLES),
                        scale: -Double(place.shift) * Self.radiusStep, mirrored: mirrored))
            }
        }
        return Array(found.sorted { $0.score > $1.score }.prefix(most))
    }

    /// The pilots' angles and radii in the map, at the design's pitch.
    private static func polar(
        _ pattern: MarkPattern, mirrored: Bool
    ) -> (angles: [Int32], radii: [Int32]) {
        let steps = Double(SELVAGE_ANGLES)
        let pairs = pattern.pilots.map { pilot -> (Int32, Int32) in
            let across = Double(mirrored ? -pilot.across : pilot.across)
            let turn = atan2(Double(pilot.down), across) / .pi * steps
            let radius = log(pilot.cycles / pattern.design.pitch / least) / radiusStep
            let angle = (Int(turn.rounded()) % Int(steps) + Int(steps)) % Int(steps)
            return (Int32(angle), Int32(radius.rounded()))
        }
        return (pairs.map(\.0), pairs.map(\.1))
    }

    /// The mean height of the peaks where a geometry puts the pilots.
    func height(of pattern: MarkPattern, at geometry: TileGeometry) -> Double {
        let (across, down) = geometry.frequencies(pitch: pattern.design.pitch)
        let axes = (across.x, across.y, down.x, down.y)
        return withUnsafeBytes(of: axes) { axes in
            Double(
                selvage_peaks_at(
                    peaks, Int32(side), pattern.pilotsAcross, pattern.pilotsDown,
                    Int32(pattern.pilots.count),
                    axes.assumingMemoryBound(to: Double.self).baseAddress))
        }
    }

    /// Upright tiles whose pilots stand out, the best first: every size and small differences of sides.
    func uprightProposals(for pattern: MarkPattern, most: Int) -> [Proposal] {
        var found: [Proposal] = []
        let sizes = side == 512 ? Self.fewSizes : Self.manySizes
        let pitch = pattern.design.pitch
        let wide = sizes.map { Float(Double(side) * exp(-$0.scale) * (1 + $0.aspect) / pitch) }
        let high = sizes.map { Float(Double(side) * exp(-$0.scale) * (1 - $0.aspect) / pitch) }
        let count = sizes.count
        var sums = [UInt16](repeating: 0, count: 4 * count)
        selvage_upright_sums(
            soft, Int32(side), pattern.pilotsAcross, pattern.pilotsDown,
            Int32(pattern.pilots.count), wide, high, Int32(count), &sums)
        let ways = [(false, false), (true, false), (false, true), (true, true)]
        for (way, (mirrored, quarter)) in ways.enumerated() {
            let scores = Self.standardised(sums[way * count..<(way + 1) * count])
            var kept: [Int] = []
            var left = scores
            for _ in 0..<most {
                guard let one = left.indices.max(by: { left[$0] < left[$1] }) else { break }
                kept.append(one)
                // The next one is of another size.
                let near = Self.aspects * 3
                for place in max(0, one - near)...min(left.count - 1, one + near) {
                    left[place] = -.infinity
                }
            }
            found += kept.map {
                Proposal(
                    score: scores[$0],
                    geometry: TileGeometry(
                        turn: quarter ? .pi / 2 : 0, scale: sizes[$0].scale,
                        aspect: sizes[$0].aspect, mirrored: mirrored))
            }
        }
        return Array(found.sorted { $0.score > $1.score }.prefix(most))
    }

    /// How many differences of the sides are tried for each size.
    private static let aspects = 9

    private static let fewSizes = sizes(step: 0.006)
    private static let manySizes = sizes(step: 0.003)

    /// Sizes in equal ratios, and for each differences of the sides up to 6 %.
    private static func sizes(step: Double) -> [(scale: Double, aspect: Double)] {
        let first = log(scales.lowerBound)
        let steps = Int((log(scales.upperBound) - first) / step)
        return (0...steps).flatMap { place in
            (0..<aspects).map {
                (first + Double(place) * step, Double($0 - aspects / 2) * 0.015)
            }
        }
    }

    /// How much each sum stands out among all of them.
    private static func standardised(_ sums: ArraySlice<UInt16>) -> [Double] {
        let count = Double(sums.count)
        let mean = sums.reduce(0.0) { $0 + Double($1) } / count
        let spread = sums.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
        return sums.map { (Double($0) - mean) / (spread.squareRoot() + 1e-6) }
    }
}
