// Marking a picture: a lattice, a strength that survives handling, and the proof that it does.

internal import Foundation
public import SelvageTypes

/// A picture that cannot be marked.
///
/// Compare `reason`; `detail` is for people and may change.
public struct MarkError: Error, Hashable, Sendable {
    /// Why a picture cannot be marked.
    public enum Reason: String, Hashable, Sendable, Codable {
        /// The repeat is too small, or of such sides that no square tile fits it.
        case noLattice
        /// Even the strongest mark does not survive handling: the asset is known by its hashes only.
        case unmarkable
    }

    /// What kind of failure it was.
    public let reason: Reason
    /// One sentence for people.
    public let detail: String
}

/// What a mark was tried against, and what was read then.
public struct MarkTest: Hashable, Sendable, Codable {
    /// What the picture was put through.
    public let handling: SimulatedHandling
    /// The statistic of the reading, 0 where the payload was not read.
    public let statistic: Double
    /// The least statistic of a hit.
    public let threshold: Double

    /// Whether the payload was read with room to spare.
    public var survives: Bool { statistic >= Watermarker.leastMargin * threshold }
}

/// A marked picture and what is known about its mark.
public struct MarkedPicture: Sendable {
    /// The picture with the mark.
    public let picture: Picture
    /// The payload.
    public let payload: WatermarkPayload
    /// The key's name.
    public let key: String
    /// The peak signal-to-noise ratio of the mark, in decibels.
    public let decibels: Double
    /// The side of a tile in pixels, and its turn against the picture in degrees.
    public let tileSide: Double
    /// The turn of the tiles against the picture, in degrees.
    public let tileTurn: Double
    /// How the tiles lie on the picture.
    public let tiles: AssetSeal.MarkTiles
    /// What the mark was tried against.
    public let tests: [MarkTest]
    /// The mark's step across the lines where the repeat closes, as a share of what 99 of 100 lines inside
    /// stay below: near or below 1 for a mark that goes on as if there were no edge.
    public let seam: Double
}

/// Marks pictures with one key.
public struct Watermarker: Sendable {
    /// How far above the threshold a simulated reading must be.
    static let leastMargin = 1.3
    /// The strengths that are tried, a quarter of a decibel apart, the faintest first, and how far above
    /// the threshold the readings should be at each.
    static let levels: [(decibels: Double, margin: Double)] = stride(
        from: 46, through: 36, by: -0.25
    )
    .map { ($0, margin(at: $0)) }
    /// Much margin while the mark is invisible, less the more it costs; straight between these.
    private static let margins: [(decibels: Double, margin: Double)] = [
        (46, 3.1), (43, 3.1), (42, 2.8), (41, 2.45), (40, 2.1), (39, 1.85), (38, 1.75), (37, 1.7),
        (36, leastMargin),
    ]

    private static func margin(at decibels: Double) -> Double {
        guard let next = margins.firstIndex(where: { $0.decibels <= decibels }), next > 0 else {
            return margins[0].margin
        }
        let (upper, lower) = (margins[next - 1], margins[next])
        let part = (upper.decibels - decibels) / (upper.decibels - lower.decibels)
        return upper.margin + part * (lower.margin - upper.margin)
    }

    let key: WatermarkKey
    let pattern: MarkPattern
    let detector: WatermarkDetector

    /// A marker with a licensor's key.
    public init(key: WatermarkKey) {
        self.key = key
        pattern = MarkPattern(key)
        detector = WatermarkDetector(keys: [key])
    }

    /// Marks a picture that is one repeat, or some whole repeats, of a pattern.
    ///
    /// The mark tiles with the repeat without a seam. It is made as faint as it can be and still be read
    /// well after each simulated handling, from 46 down to 36 decibels.
    ///
    /// - Throws: `MarkError` where no lattice fits or where the strongest mark does not survive.
    public func mark(
        _ picture: Picture, repeating shape: RepeatShape = .rectangular, payload: WatermarkPayload
    ) throws(MarkError) -> MarkedPicture {
        var best = try mark(picture, repeating: shape, payload: payload, origin: Self.origins[0])
        for origin in Self.origins.dropFirst() where best.seam > Self.mostSeam {
            let other = try mark(picture, repeating: shape, payload: payload, origin: origin)
            if other.seam < best.seam { best = other }
        }
        return best
    }

    /// The most that a mark may change where its repeat closes, and where the repeat's corner may lie on a
    /// tile: one place in some hundreds puts a mark's steepest line there.
    private static let mostSeam = 1.05
    private static let origins = [SIMD2(0, 0), SIMD2(0.31, 0.17), SIMD2(0.63, 0.41)]

    /// Marks a picture whose corner lies at some place of a tile.
    func mark(
        _ picture: Picture, repeating shape: RepeatShape, payload: WatermarkPayload,
        origin: SIMD2<Double>
    ) throws(MarkError) -> MarkedPicture {
        let layer = try layer(
            for: picture, repeating: shape, payload: payload, origin: origin)
        var trials = StrengthTrials(marker: self, layer: layer, payload: payload)
        // The faintest level whose margin is good, by bisection; else the strongest.
        var low = 0, high = Self.levels.count - 1
        while low < high {
            let middle = (low + high) / 2
            if trials.survives(middle, margin: Self.levels[middle].margin) {
                high = middle
            } else {
                low = middle + 1
            }
        }
        guard trials.survives(low, margin: Self.leastMargin) else {
            throw MarkError(
                reason: .unmarkable,
                detail: "The strongest mark allowed does not survive handling; "
                    + "this asset can be recognised by its hashes only.")
        }
        let (marked, decibels) = layer.marked(strength: trials.strength(low))
        return MarkedPicture(
            picture: marked, payload: payload, key: key.id, decibels: decibels,
            tileSide: layer.lattice.pitch, tileTurn: layer.lattice.turn,
            tiles: layer.lattice.counts(width: picture.width, height: picture.height),
            tests: trials.tests(low),
            seam: MarkSeam.ratio(from: picture, to: marked, shape: shape))
    }

    /// The masked mark for a picture.
    func layer(
        for picture: Picture, repeating shape: RepeatShape, payload: WatermarkPayload,
        origin: SIMD2<Double> = SIMD2(0, 0)
    ) throws(MarkError) -> MarkLayer {
        let inner = shape == .rectangular ? InnerRepeats(of: picture) : .none
        let basis = shape.basis(width: picture.width, height: picture.height)
        guard var lattice = MarkLattice(basis: basis, inner: inner) else {
            throw MarkError(
                reason: .noLattice,
                detail: "No square tile of at least 92 pixels fits a repeat of \(picture.width) x "
                    + "\(picture.height) pixels; mark two by two repeats, or a larger file.")
        }
        lattice.origin = origin
        let host = MarkHost(picture: picture, shape: shape)
        let spectrum = MarkSpectrum(
            pattern, payload: payload, host: host.folded(on: lattice), busyness: host.busyness)
        return MarkLayer(host: host, lattice: lattice, tile: spectrum.tile())
    }

    /// Marks rows of red, green, blue and alpha; alpha is kept as it is.
    ///
    /// - Precondition: `rgba` has `width * height * 4` bytes.
    /// - Returns: What `mark` says of the colours, and the marked rows with their alpha.
    /// - Throws: `MarkError` as `mark` does.
    public func mark(
        rgba: [UInt8], width: Int, height: Int, repeating shape: RepeatShape = .rectangular,
        payload: WatermarkPayload
    ) throws(MarkError) -> (marked: MarkedPicture, rgba: [UInt8]) {
        precondition(rgba.count == width * height * 4, "A pixel with alpha has four bytes.")
        var colours = [UInt8](repeating: 0, count: width * height * 3)
        for place in 0..<width * height {
            for channel in 0..<3 { colours[place * 3 + channel] = rgba[place * 4 + channel] }
        }
        let marked = try mark(
            Picture(width: width, height: height, pixels: colours), repeating: shape,
            payload: payload)
        var result = rgba
        for place in 0..<width * height {
            for channel in 0..<3 {
                result[place * 4 + channel] = marked.picture.pixels[place * 3 + channel]
            }
        }
        return (marked, result)
    }
}
