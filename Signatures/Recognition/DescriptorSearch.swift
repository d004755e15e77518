// Many descriptors in blocks, and those of them that look like one.

internal import CKernels

/// Many descriptors in blocks of sixteen, searched exactly.
public struct DescriptorList: Sendable {
    /// How many descriptors lie in one block.
    public static let block = Int(SELVAGE_BLOCK)

    /// The bytes of the blocks: four bytes of each of sixteen descriptors in turn.
    public private(set) var bytes: [UInt8] = []
    /// How many places there are; unused ones at the end of a block are like nothing.
    public var places: Int { bytes.count / LocalFeatures.descriptorBytes }

    /// An empty list.
    public init() {}

    /// Appends descriptors, beginning with a new block.
    ///
    /// - Returns: The places of the blocks.
    @discardableResult
    public mutating func append(_ descriptors: [UInt8]) -> Range<Int> {
        let size = LocalFeatures.descriptorBytes
        let count = descriptors.count / size
        let start = places
        let blocks = (count + Self.block - 1) / Self.block
        bytes += [UInt8](repeating: 0, count: blocks * Int(SELVAGE_BLOCK_BYTES))
        for number in 0..<count {
            let base =
                (start + number) / Self.block * Int(SELVAGE_BLOCK_BYTES)
                + (start + number) % Self.block * 4
            for part in 0..<size / 4 {
                for i in 0..<4 {
                    bytes[base + part * 64 + i] = descriptors[number * size + part * 4 + i]
                }
            }
        }
        return start..<places
    }

    /// A descriptor that looks like one that was searched for.
    public struct Hit: Sendable {
        /// Which of the queries.
        public var query: Int
        /// Its place in the list.
        public var place: Int
        /// The inner product, 65,536 for equal ones.
        public var product: Int32
    }

    /// Calls `body` with each descriptor in whole blocks that is like one of the queries.
    ///
    /// - Parameters:
    ///   - queries: Places of the queries in `source`.
    ///   - source: Descriptors of `LocalFeatures.descriptorBytes` bytes, one after another.
    ///   - least: The least inner product.
    public func forEach(
        like queries: some Collection<Int>, of source: UnsafePointer<UInt8>, in range: Range<Int>,
        least: Int32, _ body: (Hit) -> Void
    ) {
        precondition(
            range.upperBound <= places && range.lowerBound % Self.block == 0,
            "A part begins with a block.")
        // A few blocks at a time, so that all could be hits, and stay in the nearest cache.
        let blocks = 16
        let size = LocalFeatures.descriptorBytes
        let room = blocks * Self.block * Int(SELVAGE_QUERIES)
        withUnsafeTemporaryAllocation(of: selvage_hit.self, capacity: room) { hits in
            bytes.withUnsafeBufferPointer { bytes in
                guard let start = bytes.baseAddress, let hits = hits.baseAddress else { return }
                var rest = queries[...]
                while !rest.isEmpty {
                    let group = Array(rest.prefix(Int(SELVAGE_QUERIES)))
                    rest = rest.dropFirst(group.count)
                    let pointers = group.map { Optional(source + $0 * size) }
                    for first in stride(
                        from: range.lowerBound, to: range.upperBound, by: blocks * Self.block)
                    {
                        let count = selvage_likest(
                            pointers, Int32(group.count), start + first * size,
                            min(blocks, (range.upperBound - first) / Self.block), least, hits, room)
                        for hit in UnsafeBufferPointer(start: hits, count: count) {
                            body(
                                Hit(
                                    query: group[Int(hit.query)], place: first + Int(hit.place),
                                    product: hit.product))
                        }
                    }
                }
            }
        }
    }

    /// The likest descriptors for each of some.
    public struct Nearest: Sendable {
        /// `most` places for each, the likest first.
        public var places: [UInt32]
        /// Their inner products; 0 where there were fewer.
        public var products: [Int32]
    }

    /// The likest descriptors of a part of the list for each of some in a row.
    ///
    /// - Parameters:
    ///   - descriptors: `LocalFeatures.descriptorBytes` bytes each.
    ///   - range: Where to look, beginning with a block; places are counted from its beginning.
    ///   - least: The least inner product.
    ///   - most: How many for each, 1...16.
    public func nearest(
        of descriptors: [UInt8], in range: Range<Int>, least: Int32, most: Int
    ) -> Nearest {
        precondition(
            range.upperBound <= places && range.lowerBound % Self.block == 0
                && (1...16).contains(most), "A part begins with a block.")
        let asked = descriptors.count / LocalFeatures.descriptorBytes
        var result = Nearest(
            places: Array(repeating: 0, count: asked * most),
            products: Array(repeating: 0, count: asked * most))
        bytes.withUnsafeBufferPointer { bytes in
            guard let blocks = bytes.baseAddress else { return }
            selvage_nearest(
                descriptors, asked, blocks + range.lowerBound * LocalFeatures.descriptorBytes,
                range.count, least, Int32(most), &result.places, &result.products)
        }
        return result
    }
}
