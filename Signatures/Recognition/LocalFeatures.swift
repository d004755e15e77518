// The local features of a picture or a repeat: where it stands out, and what it looks like there.

internal import CKernels
internal import Glibc
internal import SelvageTypes

/// Keypoints with descriptors, as found in a picture or on a licensed repeat.
///
/// Keypoints are extrema of a difference-of-Gaussians scale space. A descriptor holds 4 x 4 cells of
/// four gradient directions; a gradient and its opposite count as one, so an inverted picture has
/// the same descriptors, and a mirrored or turned one has the same with other `flips`.
///
/// - Source: D. Lowe, *Distinctive image features from scale-invariant keypoints* (2004), for the
///   scale space; R. Arandjelović and A. Zisserman, *Three things everyone should know to improve
///   object retrieval* (2012), for the square roots.
public struct LocalFeatures: Hashable, Sendable {
    /// The version of the algorithm that catalogues name.
    public static let version = "repeat-features-2"
    /// The bytes of one descriptor.
    public static let descriptorBytes = Int(SELVAGE_DESCRIPTOR_BYTES)

    /// A place with a size and a direction.
    public struct Keypoint: Hashable, Sendable {
        /// Pixels from the left edge of the picture.
        public var x: Float
        /// Pixels from the upper edge of the picture.
        public var y: Float
        /// The blur at which it stands out, in pixels.
        public var scale: Float
        /// The direction of its gradients, 0 up to pi.
        public var angle: Float
        /// Bit 0: the descriptor's columns are exchanged; bit 1: its rows are.
        public var flips: UInt8

        /// A keypoint.
        public init(x: Float, y: Float, scale: Float, angle: Float, flips: UInt8) {
            self.x = x
            self.y = y
            self.scale = scale
            self.angle = angle
            self.flips = flips
        }
    }

    /// Columns of the picture that coordinates refer to.
    public let width: Int
    /// Rows of the picture that coordinates refer to.
    public let height: Int
    /// The keypoints, the strongest first; a repeat's by falling size, the strongest first in each.
    public let keypoints: [Keypoint]
    /// `descriptorBytes` bytes for each keypoint, each at most 127.
    public let descriptors: [UInt8]

    /// Known features.
    ///
    /// - Precondition: There is a descriptor for each keypoint.
    public init(width: Int, height: Int, keypoints: [Keypoint], descriptors: [UInt8]) {
        precondition(
            descriptors.count == keypoints.count * Self.descriptorBytes,
            "Each keypoint has one descriptor.")
        self.width = width
        self.height = height
        self.keypoints = keypoints
        self.descriptors = descriptors
    }

    /// How features are looked for.
    struct Settings {
        var width: Int
        var height: Int
        var wraps = false
        var octaves: Int
        var most: Int
        var mostInField: Int
        var threshold: Float
        var showsColours = false
    }

    /// The features of a picture at a size.
    init(of picture: Picture, settings: Settings, luma: UnsafeMutablePointer<Float>? = nil) {
        var plain = selvage_feature_settings(
            width: Int32(settings.width), height: Int32(settings.height),
            wraps: settings.wraps ? 1 : 0, octaves: Int32(settings.octaves),
            most: Int32(settings.most), most_in_field: Int32(settings.mostInField),
            threshold: settings.threshold, colours: settings.showsColours ? 1 : 0)
        var points: UnsafeMutablePointer<selvage_keypoint>?
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = picture.pixels.withUnsafeBufferPointer {
            selvage_features(
                $0.baseAddress, Int32(picture.width), Int32(picture.height), &plain, &points,
                &bytes, luma)
        }
        defer {
            free(points)
            free(bytes)
        }
        let found = max(0, count)
        self.init(
            width: picture.width, height: picture.height,
            keypoints: UnsafeBufferPointer(start: points, count: found).map {
                Keypoint(x: $0.x, y: $0.y, scale: $0.scale, angle: $0.angle, flips: $0.flips)
            },
            descriptors: Array(
                UnsafeBufferPointer(start: bytes, count: found * Self.descriptorBytes)))
    }
}

extension LocalFeatures {
    /// A descriptor with what was exchanged in it, beside what its keypoint says.
    public struct Variants: Sendable {
        /// The descriptors of all keypoints, one after another.
        public var bytes: [UInt8] = []
        /// The keypoint of each.
        public var keypoints: [Int32] = []
        /// How each lies: its keypoint's flips and what was exchanged.
        public var flips: [UInt8] = []
    }

    /// Each descriptor once, and again for each half that hardly differs from the other.
    ///
    /// Which half holds more decides how a descriptor is turned; where that is doubtful the other
    /// way is asked for as well. Differences up to a twelfth are doubtful.
    public var variants: Variants {
        let size = Self.descriptorBytes
        var result = Variants()
        result.bytes.reserveCapacity(2 * descriptors.count)
        var room = [UInt8](repeating: 0, count: 3 * size)
        var exchanged: [UInt8] = [0, 0, 0]
        descriptors.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return }
            for (index, point) in keypoints.enumerated() {
                let own = start + index * size
                let count = Int(selvage_variants(own, 0.08, &room, &exchanged))
                result.bytes += UnsafeBufferPointer(start: own, count: size)
                result.bytes += room[..<(count * size)]
                result.flips.append(point.flips)
                for number in 0..<count { result.flips.append(point.flips ^ exchanged[number]) }
                for _ in 0...count { result.keypoints.append(Int32(index)) }
            }
        }
        return result
    }
}
