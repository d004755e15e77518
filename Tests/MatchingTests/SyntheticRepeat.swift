// Repeats of made-up descriptors, for tests of the index alone.

import Recognition
import SelvageTypes

@testable import Matching

/// Repeats of made-up descriptors.
enum SyntheticRepeat {
    /// A sparse descriptor: a third of its directions, of length 256.
    static func descriptor(_ dice: inout SplitMix) -> [UInt8] {
        scaled(
            (0..<LocalFeatures.descriptorBytes).map { _ in
                dice.below(3) == 0 ? Double(1 + dice.below(100)) : 0
            })
    }

    /// A descriptor that looks like another.
    static func near(_ descriptor: [UInt8], _ dice: inout SplitMix) -> [UInt8] {
        scaled(descriptor.map { max(0, Double($0) + Double(dice.below(25)) - 12) })
    }

    private static func scaled(_ values: [Double]) -> [UInt8] {
        let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return values.map { UInt8(min(127, $0 * 256 / max(1, length))) }
    }

    /// The signature of a repeat with descriptors.
    static func signature(of descriptors: [UInt8]) -> RepeatSignature {
        let count = descriptors.count / LocalFeatures.descriptorBytes
        let points = (0..<count).map { number -> LocalFeatures.Keypoint in
            let scale = 1 + Float(number % 7)
            let angle = Float(number % 31) / 10
            return LocalFeatures.Keypoint(
                x: Float(number % 100), y: Float(number / 100 % 100), scale: scale, angle: angle,
                flips: UInt8(number % 4))
        }
        return RepeatSignature(
            features: LocalFeatures(
                width: 100, height: 100, keypoints: points, descriptors: descriptors),
            luma: RepeatSignature.Grey(
                width: 12, height: 9, samples: (0..<108).map { UInt8($0) }),
            swatch: Picture(width: 8, height: 8, red: 10, green: 20, blue: 30))
    }

    /// A repeat of random descriptors.
    static func signature(count: Int, seed: UInt64) -> RepeatSignature {
        var dice = SplitMix(state: seed)
        return signature(of: (0..<count).flatMap { _ in descriptor(&dice) })
    }
}
