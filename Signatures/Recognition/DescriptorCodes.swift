// Codes of descriptors: how each differs from a centre, in less than a third of its bytes.

internal import CKernels

/// The words that codes are made of, learned from descriptors and their centres.
///
/// A code holds forty half bytes, which each choose one of 16 words: two for each cell, for what its opposite
/// directions differ by; then one for each two cells, for what is left over.
///
/// - Source: H. Jégou, M. Douze, C. Schmid, *Product quantization for nearest neighbor search*
///   (2011), for words of parts and products with them from tables; Y. Chen, T. Guan, C. Wang,
///   *Approximate nearest neighbor search by residual vector quantization* (2010), for second words;
///   F. André, A.-M. Kermarrec, N. Le Scouarnec, *Cache locality is not enough* (2015), for half
///   bytes and tables in registers.
public struct DescriptorCodebook: Equatable, Sendable {
    /// The bytes of a codebook.
    public static let count = Int(SELVAGE_CODEBOOK_BYTES)
    /// The bytes of a code.
    public static let codeBytes = Int(SELVAGE_CODE_BYTES)

    /// The words: of each part, 16 signed numbers for each of its values.
    public let bytes: [UInt8]

    /// A known codebook.
    ///
    /// - Precondition: There are `count` bytes.
    public init(_ bytes: [UInt8]) {
        precondition(bytes.count == Self.count, "A codebook has a fixed size.")
        self.bytes = bytes
    }

    /// Learns words from descriptors in a row, each with the centre that it belongs to.
    ///
    /// - Returns: nil where there is no memory for it.
    public init?(of descriptors: [UInt8], centres: [UInt8]) {
        precondition(descriptors.count == centres.count, "Each descriptor has its centre.")
        var words = [Int8](repeating: 0, count: Self.count)
        let count = descriptors.count / LocalFeatures.descriptorBytes
        guard selvage_learn_words(descriptors, centres, count, &words) != 0 else { return nil }
        bytes = words.map { UInt8(bitPattern: $0) }
    }

    fileprivate var words: [Int8] { bytes.map { Int8(bitPattern: $0) } }
}

/// Makes codes of descriptors.
///
/// `@unchecked`: its memory is written once, before anybody has it.
public final class DescriptorEncoder: @unchecked Sendable {
    private let words: UnsafeMutablePointer<selvage_code_words>

    /// An encoder with the words of a codebook.
    public init(_ codebook: DescriptorCodebook) {
        words = .allocate(capacity: 1)
        selvage_prepare_words(codebook.words, words)
    }

    deinit { words.deallocate() }

    /// Writes the code of a descriptor of a centre: `DescriptorCodebook.codeBytes`.
    public func encode(
        _ descriptor: UnsafePointer<UInt8>, centre: UnsafePointer<UInt8>,
        into room: UnsafeMutablePointer<UInt8>
    ) {
        selvage_encode(words, descriptor, centre, room)
    }
}

/// A query that asks a list.
public struct ListQuery: Sendable {
    /// The query's number.
    public var query: UInt32
    /// Its product with the list's centre.
    public var centre: Int32

    /// A query that asks a list.
    public init(query: UInt32, centre: Int32) {
        (self.query, self.centre) = (query, centre)
    }
}

/// What the products of queries with each word are: a query's product with a code is a sum of them.
///
/// `@unchecked`: its memory is written once, before anybody has it.
public final class DescriptorCodeTables: @unchecked Sendable {
    private let tables: UnsafeMutablePointer<selvage_code_table>
    private let isAsking: [Bool]

    /// Tables of those queries that ask.
    ///
    /// - Parameters:
    ///   - queries: All queries, 64 bytes each, at most 127, in a row.
    ///   - asking: The numbers of those that ask.
    public init(_ codebook: DescriptorCodebook, queries: [UInt8], asking: [UInt32]) {
        let words = codebook.words.map { Float($0) }
        let count = queries.count / LocalFeatures.descriptorBytes
        precondition(asking.allSatisfy { $0 < count }, "Only queries ask.")
        // Those that do not ask are never read.
        let tables = UnsafeMutablePointer<selvage_code_table>.allocate(capacity: max(1, count))
        var isAsking = [Bool](repeating: false, count: count)
        queries.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return }
            for query in asking.lazy.map(Int.init) {
                selvage_tabulate(
                    words, start + query * LocalFeatures.descriptorBytes, tables + query)
                isAsking[query] = true
            }
        }
        (self.tables, self.isAsking) = (tables, isAsking)
    }

    deinit { tables.deallocate() }

    fileprivate func start(for asking: ArraySlice<ListQuery>) -> UnsafePointer<selvage_code_table> {
        precondition(
            asking.allSatisfy { $0.query < isAsking.count && isAsking[Int($0.query)] },
            "Only queries that have tables ask.")
        return UnsafePointer(tables)
    }
}

/// Codes as they are searched: byte after byte of sixteen.
public enum CodeBlocks {
    /// The bytes of the codes of one block.
    public static let bytes = Int(SELVAGE_CODE_BLOCK_BYTES)

    /// Lays a code at a place of a block.
    public static func lay(
        _ code: UnsafePointer<UInt8>, at place: Int, of block: UnsafeMutablePointer<UInt8>
    ) {
        for byte in 0..<DescriptorCodebook.codeBytes {
            block[byte * DescriptorBlocks.size + place] = code[byte]
        }
    }

    /// Takes the code from a place of a block.
    public static func take(
        from place: Int, of block: UnsafePointer<UInt8>, into room: UnsafeMutablePointer<UInt8>
    ) {
        for byte in 0..<DescriptorCodebook.codeBytes {
            room[byte] = block[byte * DescriptorBlocks.size + place]
        }
    }
}

extension DescriptorRanking {
    /// Looks at a list of codes for some of the queries.
    ///
    /// Products are nearly those with the descriptors.
    ///
    /// - Parameters:
    ///   - tables: Those of the queries.
    ///   - asking: The queries that ask.
    ///   - blocks: The list; `count` codes are looked at.
    ///   - stride: The bytes from one block of sixteen codes to the next.
    ///   - first: The place of the first one, as it is answered.
    public mutating func look(
        _ tables: DescriptorCodeTables, asking: ArraySlice<ListQuery>,
        atCodes blocks: UnsafePointer<UInt8>, stride: Int, count: Int, first: Int
    ) {
        look(
            tables, asking: asking, atCodes: blocks, stride: stride, count: count, first: first,
            by: -1)
    }

    mutating func look(
        _ tables: DescriptorCodeTables, asking: ArraySlice<ListQuery>,
        atCodes blocks: UnsafePointer<UInt8>, stride: Int, count: Int, first: Int,
        by kernel: Int32
    ) {
        precondition(asking.allSatisfy { $0.query < counts.count }, "Queries of the ranking ask.")
        let start = tables.start(for: asking)
        withRanking { ranking in
            asking.withUnsafeBufferPointer { asking in
                asking.withMemoryRebound(to: selvage_asking.self) { asking in
                    selvage_rank_codes(
                        kernel, start, asking.baseAddress, asking.count, blocks, stride, count,
                        UInt32(first), &ranking)
                }
            }
        }
    }
}
