// Descriptors in blocks as they are searched, and the likest of them for each of some.

internal import CKernels

/// How descriptors lie in memory: four bytes of each of sixteen in turn, sixteen times.
public enum DescriptorBlocks {
    /// Descriptors in one block.
    public static let size = Int(SELVAGE_BLOCK)
    /// The bytes of one block.
    public static let bytes = Int(SELVAGE_BLOCK_BYTES)
    /// The bytes of a descriptor that lie together.
    private static let together = 4

    /// The places that `count` descriptors take, in whole blocks.
    public static func places(for count: Int) -> Int { (count + size - 1) / size * size }

    /// Lays a descriptor at a place of blocks.
    public static func lay(
        _ descriptor: UnsafePointer<UInt8>, at place: Int, of blocks: UnsafeMutablePointer<UInt8>
    ) {
        let start = blocks + place / size * bytes + place % size * together
        for part in 0..<size {
            (start + part * size * together).update(
                from: descriptor + part * together, count: together)
        }
    }

    /// Takes the descriptor from a place of blocks.
    public static func take(
        from place: Int, of blocks: UnsafePointer<UInt8>, into room: UnsafeMutablePointer<UInt8>
    ) {
        let start = blocks + place / size * bytes + place % size * together
        for part in 0..<size {
            (room + part * together).update(
                from: start + part * size * together, count: together)
        }
    }
}

/// The likest descriptors of each of some queries, as more and more are looked at.
///
/// Queries ask for inner products, which are 65,536 for equal descriptors; of equally like ones the
/// first that were seen are kept.
public struct DescriptorRanking: Sendable {
    /// How many are kept for each query.
    public let most: Int
    /// The least product that counts.
    public let least: Int32
    /// `most` places for each query, the likest first.
    public private(set) var places: [UInt32]
    /// Their products.
    public private(set) var products: [Int32]
    /// How many there are for each query.
    public private(set) var counts: [UInt8]

    /// Nothing seen yet, for a number of queries.
    ///
    /// - Parameters:
    ///   - most: How many to keep for each, 1...16.
    ///   - least: The least product that counts; less than 1 is 1.
    public init(queries: Int, most: Int, least: Int32) {
        precondition(
            (1...Int(SELVAGE_MOST_NEAREST)).contains(most), "A query keeps one to sixteen.")
        self.most = most
        self.least = max(1, least)
        places = Array(repeating: 0, count: queries * most)
        products = Array(repeating: 0, count: queries * most)
        counts = Array(repeating: 0, count: queries)
    }

    /// Looks at a list of descriptors in blocks for some of the queries.
    ///
    /// - Parameters:
    ///   - queries: All queries, 64 bytes each, at most 127, in a row.
    ///   - asking: The numbers of those that ask; nil for all.
    ///   - blocks: The list, which begins with a block; `count` descriptors are looked at.
    ///   - first: The place of the first one, as it is answered.
    public mutating func look(
        _ queries: [UInt8], asking: ArraySlice<UInt32>? = nil, at blocks: UnsafePointer<UInt8>,
        count: Int, first: Int
    ) {
        look(queries, asking: asking, at: blocks, count: count, first: first, by: -1)
    }

    /// The instruction set that searches use on this processor.
    public static var instructionSet: String {
        selvage_search_kernel(-1).map { String(cString: $0) } ?? "none"
    }

    /// The numbers of the kernels that this processor can run.
    static var kernels: [Int32] {
        (0..<Int32(SELVAGE_SEARCH_KERNELS)).filter { selvage_search_kernel($0) != nil }
    }

    mutating func look(
        _ queries: [UInt8], asking: ArraySlice<UInt32>?, at blocks: UnsafePointer<UInt8>,
        count: Int, first: Int, by kernel: Int32
    ) {
        let known = counts.count
        precondition(
            queries.count >= known * LocalFeatures.descriptorBytes, "Each query has its bytes.")
        precondition(asking?.allSatisfy { $0 < known } ?? true, "Only queries of the ranking ask.")
        withRanking { ranking in
            guard let asking else {
                return selvage_rank(
                    kernel, queries, nil, known, blocks, count, UInt32(first), &ranking)
            }
            asking.withUnsafeBufferPointer {
                selvage_rank(
                    kernel, queries, $0.baseAddress, $0.count, blocks, count, UInt32(first),
                    &ranking)
            }
        }
    }

    /// Hands the ranking to a kernel.
    mutating func withRanking(_ body: (inout selvage_ranking) -> Void) {
        let (most, least) = (Int32(most), least)
        places.withUnsafeMutableBufferPointer { places in
            products.withUnsafeMutableBufferPointer { products in
                counts.withUnsafeMutableBufferPointer { counts in
                    var ranking = selvage_ranking(
                        places: places.baseAddress, products: products.baseAddress,
                        counts: counts.baseAddress, most: most, least: least)
                    body(&ranking)
                }
            }
        }
    }
}
