// A sealed picture put through real encoders, and what is read of its mark and hash then.

internal import Foundation
internal import Imaging
internal import Matching
internal import Recognition
internal import SelvageTypes
internal import Watermarking

/// What is done with a sealed picture to see what survives.
enum RecoveryHandling: String, CaseIterable {
    case jpeg50 = "JPEG 50"
    case jpeg30 = "JPEG 30"
    case webp50 = "WebP 50"
    case halfSize = "half size"
    case quarterCrop = "quarter crop"

    /// Whether the whole picture is still there.
    var isWhole: Bool { self != .quarterCrop }

    /// How many pixels across become one.
    var reduction: Int { self == .halfSize ? 2 : 1 }

    /// What is left of a picture of some size before it is reduced or coded.
    func kept(width: Int, height: Int) -> PixelRectangle {
        guard self == .quarterCrop else {
            return PixelRectangle(left: 0, top: 0, width: width, height: height)
        }
        // A quarter of the area, off the centre, so that no symmetry helps.
        return PixelRectangle(
            left: width / 3, top: height / 5, width: max(1, width / 2), height: max(1, height / 2))
    }

    /// A part of a picture as a file; resized and cropped ones are saved as JPEG 85.
    func file(of part: Picture) throws(EncodeError) -> [UInt8] {
        switch self {
        case .jpeg50: try PictureEncoder.jpeg(part, quality: 50)
        case .jpeg30: try PictureEncoder.jpeg(part, quality: 30)
        case .webp50: try PictureEncoder.webp(part.fitted(longestSide: 16_383), quality: 50)
        case .halfSize:
            try PictureEncoder.jpeg(
                part.resized(width: max(1, part.width / 2), height: max(1, part.height / 2)),
                quality: 85)
        case .quarterCrop: try PictureEncoder.jpeg(part, quality: 85)
        }
    }

    /// The part of a picture that decides what a reader sees after this handling.
    ///
    /// A reader looks at the middle. Coders work on squares of sixteen pixels that do not know each other,
    /// so the part begins where a square does, a square or more beyond what is looked at, and its middle
    /// is the whole's. WebP's, which measures the picture first, codes the part more coarsely than the
    /// whole, so that its trial asks for more rather than less.
    func lookedAt(width: Int, height: Int, side: Int) -> PixelRectangle {
        let kept = kept(width: width, height: height)
        let across = Self.span(of: kept.width / reduction, side: side)
        let down = Self.span(of: kept.height / reduction, side: side)
        return PixelRectangle(
            left: kept.left + (across?.start ?? 0) * reduction,
            top: kept.top + (down?.start ?? 0) * reduction,
            width: across.map { $0.count * reduction } ?? kept.width,
            height: down.map { $0.count * reduction } ?? kept.height)
    }

    /// Where along a side the part lies; nil when that would be all of it.
    private static func span(of length: Int, side: Int) -> (start: Int, count: Int)? {
        let square = 16
        let margin = (length - side) / 2
        guard margin >= 2 * square else { return nil }
        let start = (margin / square - 1) * square
        return (start, side + (length - side) % 2 + 2 * (margin - start))
    }
}

/// A rectangle of pixels of a picture.
struct PixelRectangle: Hashable {
    let left: Int
    let top: Int
    let width: Int
    let height: Int
}

extension Picture {
    /// A part of the picture.
    fileprivate func cut(_ part: PixelRectangle) -> Picture {
        guard part.width < width || part.height < height else { return self }
        var cut: [UInt8] = []
        cut.reserveCapacity(part.width * part.height * 3)
        for row in part.top..<part.top + part.height {
            let start = (row * width + part.left) * 3
            cut += pixels[start..<start + part.width * 3]
        }
        return Picture(width: part.width, height: part.height, pixels: cut)
    }

    /// The peak signal-to-noise ratio against another picture of the same size, in decibels; nil
    /// when they are the same or differ in size.
    func decibels(to other: Picture) -> Double? {
        guard width == other.width, height == other.height, !pixels.isEmpty else { return nil }
        var sum = 0
        for (one, two) in zip(pixels, other.pixels) {
            let difference = Int(one) - Int(two)
            sum += difference * difference
        }
        guard sum > 0 else { return nil }
        return 10 * log10(255 * 255 * Double(pixels.count) / Double(sum))
    }
}

/// Tries what a sealed picture survives.
struct RecoveryTrials {
    let detector: WatermarkDetector
    let payload: WatermarkPayload
    /// How the mark lies on the file, which helps where the pattern is still recognised.
    let tiles: AssetSeal.MarkTiles?
    let decode: SealingDecoders.Plain

    /// The longer side of the copies that hashes are compared on.
    private static let hashedSide = WatermarkDetector.side

    /// Every handling with what was read after it.
    ///
    /// Of a large picture only what the reader looks at is handled, and the hash is read from a copy of
    /// 2,048 pixels, as pages show it, which is held against the whole one's.
    func run(on picture: Picture) async throws -> [RecoveryReport.Trial] {
        let hash = PDQ.signature(of: picture)
        let isLarge = max(picture.width, picture.height) > 2 * Self.hashedSide
        let copy = isLarge ? picture.fitted(longestSide: Self.hashedSide) : picture
        // Few marks need it.
        lazy var stage = RepeatStage([
            RepeatTarget(asset: "", signature: RepeatSignature(of: copy))
        ])
        var trials: [RecoveryReport.Trial] = []
        for handling in RecoveryHandling.allCases {
            let part =
                isLarge
                ? handling.lookedAt(
                    width: picture.width, height: picture.height, side: WatermarkDetector.side)
                : handling.kept(width: picture.width, height: picture.height)
            let handled = try await decode(handling.file(of: picture.cut(part)))
            var trial = RecoveryReport.Trial(
                handling: handling.rawValue, statistic: 0, threshold: detector.threshold)
            if handling.isWhole, hash.quality >= PDQ.lowestQuality {
                let whole = isLarge ? try await decode(handling.file(of: copy)) : handled
                trial.hashDistance = PDQ.signature(of: whole).hash.distance(to: hash.hash)
            }
            var hit = hit(in: handled)
            if hit == nil { hit = self.hit(in: handled, hosts: hosts(in: handled, stage)) }
            if let hit { (trial.statistic, trial.threshold) = (hit.statistic, hit.threshold) }
            trials.append(trial)
        }
        return trials
    }

    /// The payload as it is read in a picture.
    func hit(in picture: Picture, hosts: [HostTiles] = []) -> WatermarkHit? {
        detector.detect(picture, hosts: hosts).first { $0.payload == payload }
    }

    /// Where the tiles lie in a picture, as whoever verifies it would know from its repeat.
    ///
    /// Only its background is not known yet, which may make less of a plain pattern.
    private func hosts(in picture: Picture, _ stage: RepeatStage) -> [HostTiles] {
        HostTiles.of(stage.look(at: picture, nearest: 0).candidates.map(\.match), in: picture) {
            _ in
            tiles
        }
    }
}
