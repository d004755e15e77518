// The nearest of an index's centres, for one descriptor after another.

internal import Recognition

/// The nearest of centres in groups, for one descriptor after another.
struct CentreSearcher {
    let count: Int
    private let groups: [(first: Int, count: Int, blocks: [UInt8])]
    private let ofGroups: [UInt8]
    /// All centres in a row.
    private let centres: [UInt8]
    /// Groups in which a descriptor's centre is looked for.
    private static let probes = 4

    init(_ centres: DescriptorCentres) {
        let size = LocalFeatures.descriptorBytes
        var first = 0
        groups = centres.groups.map { group in
            defer { first += group.count / size }
            return (first, group.count / size, DescriptorCentres.blocks(of: group))
        }
        count = first
        ofGroups = DescriptorCentres.blocks(of: centres.ofGroups)
        self.centres = Array(centres.groups.joined())
    }

    func centre(of list: Int) -> ArraySlice<UInt8> {
        let size = LocalFeatures.descriptorBytes
        return centres[list * size..<(list + 1) * size]
    }

    func withCentre(of list: Int, _ body: (UnsafePointer<UInt8>) -> Void) {
        precondition(list < count, "A list has a centre.")
        centres.withUnsafeBufferPointer {
            guard let start = $0.baseAddress else { return }
            body(start + list * LocalFeatures.descriptorBytes)
        }
    }

    /// The list of each descriptor.
    func nearest(_ descriptors: [UInt8]) -> [UInt32] {
        let asked = descriptors.count / LocalFeatures.descriptorBytes
        var ranking = DescriptorRanking(queries: asked, most: 1, least: 1)
        var asking = [[UInt32]](repeating: [], count: groups.count)
        if groups.count == 1 {
            asking[0] = (0..<asked).map { UInt32($0) }
        } else {
            var nearest = DescriptorRanking(queries: asked, most: Self.probes, least: 1)
            nearest.look(descriptors, at: ofGroups, count: groups.count, first: 0)
            for query in 0..<asked {
                for slot in query * Self.probes..<query * Self.probes + Int(nearest.counts[query]) {
                    asking[Int(nearest.places[slot])].append(UInt32(query))
                }
            }
        }
        for (group, asking) in zip(groups, asking) where !asking.isEmpty {
            ranking.look(
                descriptors, asking: asking[...], at: group.blocks, count: group.count,
                first: group.first)
        }
        return ranking.places
    }
}
