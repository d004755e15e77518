// The licensed repeats of a catalogue with their features in a row, as they are searched.

internal import Recognition
internal import SelvageTypes

/// Licensed repeats with their features, ready to be searched.
public struct RepeatIndex: Sendable {
    /// One repeat.
    struct Entry: Sendable {
        /// The repeat's columns, in the pixels that keypoints refer to.
        let width: Float
        /// The repeat's rows.
        let height: Float
        /// The places of its keypoints in the index; the last ones may be unused.
        let points: Range<Int>
        /// How many keypoints it has.
        let count: Int
        /// The licensed luma, for the comparison pixel by pixel.
        let luma: RepeatSignature.Grey
    }

    /// The repeats, in the order in which their signatures were given.
    let entries: [Entry]
    /// The keypoints by their places in the list; unused places hold nothing.
    let points: [LocalFeatures.Keypoint]
    let owners: [Int32]
    let flips: [UInt8]
    let list: DescriptorList
    let coarse: RepeatCoarseIndex

    /// An index over repeats.
    public init(_ signatures: [RepeatSignature]) {
        var parts = Parts()
        for signature in signatures { parts.append(signature) }
        entries = parts.entries
        points = parts.points
        owners = parts.owners
        flips = parts.points.map(\.flips)
        list = parts.list
        coarse = RepeatCoarseIndex(parts.searched, points: parts.searchedPoints)
    }

    /// What is collected while the index is made.
    private struct Parts {
        var entries: [Entry] = []
        var points: [LocalFeatures.Keypoint] = []
        var owners: [Int32] = []
        var list = DescriptorList()
        var searched: [UInt8] = []
        var searchedPoints: [Int32] = []

        mutating func append(_ signature: RepeatSignature) {
            let features = signature.features
            let range = list.append(features.descriptors)
            searched += features.descriptors
            searchedPoints += features.keypoints.indices.map { Int32(range.lowerBound + $0) }
            points += features.keypoints
            let unused = LocalFeatures.Keypoint(x: 0, y: 0, scale: 1, angle: 0, flips: 0)
            points += Array(repeating: unused, count: range.count - features.keypoints.count)
            owners += Array(repeating: Int32(entries.count), count: range.count)
            entries.append(
                Entry(
                    width: Float(features.width), height: Float(features.height), points: range,
                    count: features.keypoints.count, luma: signature.luma))
        }
    }
}

/// The luma of a repeat at falling sizes: half, a quarter and an eighth of the sides.
///
/// It is made when a fit is compared; a byte a sample is all that is kept of the other repeats.
struct RepeatLevels: Sendable {
    private let entry: RepeatIndex.Entry
    private let whole: LumaPlane
    static let count = 4

    init(_ entry: RepeatIndex.Entry) {
        self.entry = entry
        whole = LumaPlane(
            width: entry.luma.width, height: entry.luma.height,
            samples: entry.luma.samples.map(Float.init) + [Float](repeating: 0, count: 64))
    }

    /// Columns of the first level for each column of the repeat.
    var across: Float { Float(whole.width) / entry.width }

    /// The luma at a level.
    subscript(level: Int) -> RepeatLevel {
        let factor = 1 << level
        let width = max(8, (whole.width + factor / 2) / factor)
        let height = max(8, (whole.height + factor / 2) / factor)
        return RepeatLevel(
            plane: level == 0 ? whole : whole.resized(width: width, height: height, wraps: true),
            across: Float(level == 0 ? whole.width : width) / entry.width,
            down: Float(level == 0 ? whole.height : height) / entry.height)
    }
}

/// The luma of a repeat at one size.
struct RepeatLevel: Sendable {
    let plane: LumaPlane
    /// Its columns for each column of the repeat.
    let across: Float
    /// Its rows for each row of the repeat.
    let down: Float
}
