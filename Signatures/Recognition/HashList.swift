// Many hashes in a row, and the exact distances of one hash to all of them.

internal import CKernels
public import SelvageTypes

/// Many hashes in a row, searched exactly: every distance is computed.
///
/// The scan uses the widest population count that the processor has, chosen once at start.
public struct HashList: Sendable {
    private var words: [UInt64]

    /// How many hashes there are.
    public var count: Int { words.count / 4 }

    /// A list of hashes; their places are their indices.
    public init(_ hashes: some Sequence<PerceptualHash>) {
        words = hashes.flatMap { [$0.words[0], $0.words[1], $0.words[2], $0.words[3]] }
    }

    /// The distance of each hash to one, in the list's order.
    ///
    /// - Complexity: O(count), well under a nanosecond a hash on current processors.
    public func distances(to hash: PerceptualHash) -> [UInt16] {
        [UInt16](unsafeUninitializedCapacity: count) { room, written in
            if let start = room.baseAddress {
                Self.scan(hash, words[...], count: count, into: start)
            }
            written = count
        }
    }

    /// The places of all hashes within a distance, in the list's order.
    ///
    /// - Complexity: O(count).
    public func places(
        within distance: Int, of hash: PerceptualHash
    ) -> [(place: Int, distance: Int)] {
        let block = 4096
        var found: [(place: Int, distance: Int)] = []
        var room = [UInt16](repeating: 0, count: min(block, count))
        for start in stride(from: 0, to: count, by: block) {
            let end = min(count, start + block)
            room.withUnsafeMutableBufferPointer { room in
                guard let first = room.baseAddress else { return }
                Self.scan(hash, words[start * 4..<end * 4], count: end - start, into: first)
            }
            for offset in 0..<end - start where Int(room[offset]) <= distance {
                found.append((place: start + offset, distance: Int(room[offset])))
            }
        }
        return found
    }

    /// The instruction set that scans use on this processor.
    public static var instructionSet: String { String(cString: selvage_hamming_kernel()) }

    /// The distances by each kernel that this processor can run, for comparison.
    static func distancesByKernel(
        from hash: PerceptualHash, to list: HashList
    ) -> [Int: [UInt16]] {
        var results: [Int: [UInt16]] = [:]
        let query = [hash.words[0], hash.words[1], hash.words[2], hash.words[3]]
        for kernel in 0..<Int(SELVAGE_HAMMING_KERNELS) {
            var distances = [UInt16](repeating: 0, count: list.count)
            if selvage_hamming_distances_by(
                Int32(kernel), query, list.words, list.count, &distances) != 0
            {
                results[kernel] = distances
            }
        }
        return results
    }

    private static func scan(
        _ hash: PerceptualHash, _ words: ArraySlice<UInt64>, count: Int,
        into distances: UnsafeMutablePointer<UInt16>
    ) {
        let query = [hash.words[0], hash.words[1], hash.words[2], hash.words[3]]
        words.withUnsafeBufferPointer { words in
            selvage_hamming_distances(query, words.baseAddress, count, distances)
        }
    }
}
