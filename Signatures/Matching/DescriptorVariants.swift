// The descriptors of a picture in the lies in which they may be indexed.

internal import Recognition

/// The descriptors of a picture in the lies in which they may be indexed.
struct DescriptorVariants {
    /// The picture's keypoint of each.
    let queries: [Int32]
    /// How each lies.
    let flips: [UInt8]
    let bytes: [UInt8]
    /// The numbers of those that candidates are searched with.
    let searched: [UInt32]

    init(of features: LocalFeatures) {
        let variants = features.variants
        queries = variants.keypoints
        flips = variants.flips
        bytes = variants.bytes
        // Evenly from the strongest to the weakest, which are of all sizes.
        let spacing = max(
            1, Float(features.keypoints.count) / Float(RepeatIndex.mostSearched))
        var isChosen = [Bool](repeating: false, count: features.keypoints.count)
        var next: Float = 0
        while Int(next) < isChosen.count {
            isChosen[Int(next)] = true
            next += spacing
        }
        searched = variants.keypoints.indices.filter {
            isChosen[Int(variants.keypoints[$0])]
        }.map { UInt32($0) }
    }
}
