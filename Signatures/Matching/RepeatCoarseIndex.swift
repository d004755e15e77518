// The inverted lists in which a picture's descriptors look for the likest of a catalogue.

internal import Recognition

/// Descriptors sorted into lists by the centre that they are likest to.
///
/// - Source: H. Jégou, M. Douze, C. Schmid, *Product quantization for nearest neighbor search*
///   (2011), section IV, for inverted lists with several probes.
struct RepeatCoarseIndex: Sendable {
    /// Centres that are looked at for each descriptor.
    static let probes = 8
    /// Descriptors in a list, on average.
    static let listLength = 256

    private let centres: DescriptorList
    private let centreCount: Int
    private let list: DescriptorList
    private let ranges: [Range<Int>]
    private let points: [Int32]

    /// Sorts descriptors into lists; `points` are their keypoints.
    init(_ descriptors: [UInt8], points: [Int32]) {
        let size = LocalFeatures.descriptorBytes
        let wanted = max(1, min(16_384, points.count / Self.listLength))
        let learned = DescriptorCentres.learned(from: descriptors, count: wanted)
        centreCount = learned.count / size
        var centres = DescriptorList()
        centres.append(learned)
        self.centres = centres
        var members = [[Int]](repeating: [], count: centreCount)
        if centreCount > 0 {
            let owners = centres.nearest(
                of: descriptors, in: 0..<centreCount, least: 0, most: 1
            ).places
            for (number, centre) in owners.enumerated() { members[Int(centre)].append(number) }
        }
        var list = DescriptorList()
        var ranges: [Range<Int>] = []
        var ordered: [Int32] = []
        for one in members {
            let bytes = one.flatMap { descriptors[$0 * size..<($0 + 1) * size] }
            let range = list.append(bytes)
            ranges.append(range)
            ordered += one.map { points[$0] }
            ordered += [Int32](repeating: 0, count: range.count - one.count)
        }
        self.list = list
        self.ranges = ranges
        self.points = ordered
    }

    /// Calls `body` with the descriptors that are like a picture's; places are keypoints.
    func forEach(
        like queries: [Int], of source: UnsafePointer<UInt8>, least: Int32,
        _ body: (DescriptorList.Hit) -> Void
    ) {
        var asking = [[Int]](repeating: [], count: centreCount)
        if centreCount <= Self.probes {
            for centre in asking.indices { asking[centre] = queries }
        } else {
            let size = LocalFeatures.descriptorBytes
            var asked: [UInt8] = []
            asked.reserveCapacity(queries.count * size)
            for query in queries {
                asked += UnsafeBufferPointer(start: source + query * size, count: size)
            }
            let nearest = centres.nearest(
                of: asked, in: 0..<centreCount, least: 0, most: Self.probes
            ).places
            for (number, query) in queries.enumerated() {
                for centre in nearest[number * Self.probes..<(number + 1) * Self.probes] {
                    asking[Int(centre)].append(query)
                }
            }
        }
        for (centre, queries) in asking.enumerated() where !queries.isEmpty {
            list.forEach(like: queries, of: source, in: ranges[centre], least: least) { hit in
                var hit = hit
                hit.place = Int(points[hit.place])
                body(hit)
            }
        }
    }
}

/// Centres of descriptors by spherical k-means, the same on every run.
enum DescriptorCentres {
    /// Learns centres from descriptors, on at most 48 of them for each centre.
    static func learned(from descriptors: [UInt8], count: Int) -> [UInt8] {
        let size = LocalFeatures.descriptorBytes
        let all = descriptors.count / size
        guard count > 1, all > count else { return Array(descriptors.prefix(size * min(1, all))) }
        let taken = min(all, 48 * count)
        let samples = (0..<taken).flatMap { number in
            let place = number * all / taken
            return descriptors[place * size..<(place + 1) * size]
        }
        var centres = (0..<count).flatMap { number in
            let place = number * taken / count
            return samples[place * size..<(place + 1) * size]
        }
        for _ in 0..<6 {
            var list = DescriptorList()
            list.append(centres)
            centres = means(
                samples, list.nearest(of: samples, in: 0..<count, least: 0, most: 1).places,
                old: centres)
        }
        return centres
    }

    private static func means(_ samples: [UInt8], _ owners: [UInt32], old: [UInt8]) -> [UInt8] {
        let size = LocalFeatures.descriptorBytes
        var sums = [Float](repeating: 0, count: old.count)
        for (number, owner) in owners.enumerated() {
            for i in 0..<size { sums[Int(owner) * size + i] += Float(samples[number * size + i]) }
        }
        var result = old
        for centre in 0..<old.count / size {
            let part = sums[centre * size..<(centre + 1) * size]
            let length = part.reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard length > 0 else { continue }
            for i in 0..<size {
                result[centre * size + i] = UInt8(
                    min(127, part[part.startIndex + i] / length * 256))
            }
        }
        return result
    }
}
