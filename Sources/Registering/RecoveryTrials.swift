// A sealed picture put through real encoders, and what is read of its mark and hash then.

internal import Foundation
internal import Imaging
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

    /// The handled picture as a file; resized and cropped ones are saved as JPEG 85.
    func file(of picture: Picture) throws(EncodeError) -> [UInt8] {
        switch self {
        case .jpeg50: try PictureEncoder.jpeg(picture, quality: 50)
        case .jpeg30: try PictureEncoder.jpeg(picture, quality: 30)
        case .webp50:
            try PictureEncoder.webp(picture.fitted(longestSide: 16_383), quality: 50)
        case .halfSize:
            try PictureEncoder.jpeg(
                picture.resized(
                    width: max(1, picture.width / 2), height: max(1, picture.height / 2)),
                quality: 85)
        case .quarterCrop: try PictureEncoder.jpeg(picture.middle, quality: 85)
        }
    }
}

extension Picture {
    /// A quarter of the area, off the centre, so that no symmetry helps.
    fileprivate var middle: Picture {
        let wide = max(1, width / 2), high = max(1, height / 2)
        let left = width / 3, top = height / 5
        var cut: [UInt8] = []
        cut.reserveCapacity(wide * high * 3)
        for row in top..<min(height, top + high) {
            let start = (row * width + left) * 3
            cut += pixels[start..<start + wide * 3]
        }
        return Picture(width: wide, height: high, pixels: cut)
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
    let decode: SealingDecoders.Plain

    /// Every handling with what was read after it.
    func run(on picture: Picture) async throws -> [RecoveryReport.Trial] {
        let hash = PDQ.signature(of: picture)
        var trials: [RecoveryReport.Trial] = []
        for handling in RecoveryHandling.allCases {
            let file = try handling.file(of: picture)
            let handled = try await decode(file)
            var trial = RecoveryReport.Trial(
                handling: handling.rawValue, statistic: statistic(in: handled),
                threshold: detector.threshold)
            if handling.isWhole, hash.quality >= PDQ.lowestQuality {
                trial.hashDistance = PDQ.signature(of: handled).hash.distance(to: hash.hash)
            }
            trials.append(trial)
        }
        return trials
    }

    /// How well the payload is read in a picture; 0 when it is not.
    func statistic(in picture: Picture) -> Double {
        detector.detect(picture).first { $0.payload == payload }?.statistic ?? 0
    }
}
