// Many hashes in a row, and the exact distances of one hash, or of several, to all of them.

internal import CKernels
public import SelvageTypes

/// Many hashes in a row, searched exactly.
///
/// The scan uses the widest population count that the processor has, chosen once at start. Sixteen
/// hashes lie together, cut into columns of 32 bits; the first three columns of all groups come
/// first. Two hashes that differ in more of their first 96 bits than a search allows need no
/// further look, so a search reads three eighths of the memory and still misses nothing.
public struct HashList: Sendable {
    /// The first columns of each group, which every search reads.
    private var fronts: [UInt32] = []
    /// The other columns of each group.
    private var rests: [UInt32] = []

    /// How many hashes there are.
    public private(set) var count = 0

    /// A list of hashes; their places are their indices.
    public init(_ hashes: some Sequence<PerceptualHash>) {
        for hash in hashes { append(hash) }
    }

    /// Adds a hash at the end.
    public mutating func append(_ hash: PerceptualHash) {
        let lane = count % Self.group
        if lane == 0 {
            fronts.append(contentsOf: repeatElement(0, count: Self.group * Self.frontParts))
            rests.append(contentsOf: repeatElement(0, count: Self.group * Self.restParts))
        }
        let first = count - lane
        let parts = Self.parts(of: hash)
        for part in 0..<Self.frontParts {
            fronts[first * Self.frontParts + part * Self.group + lane] = parts[part]
        }
        for part in 0..<Self.restParts {
            rests[first * Self.restParts + part * Self.group + lane] =
                parts[Self.frontParts + part]
        }
        count += 1
    }

    /// The distance of each hash to one, in the list's order.
    ///
    /// - Complexity: O(count), about a nanosecond a hash on current processors.
    public func distances(to hash: PerceptualHash) -> [UInt16] {
        distances(to: hash, by: Self.best)
    }

    /// The places of all hashes within a distance, in the list's order.
    ///
    /// - Complexity: O(count), a fifth of a nanosecond a hash on current processors as long as the
    ///   distance is small; from about 40 on most hashes are read to their end.
    public func places(
        within distance: Int, of hash: PerceptualHash
    ) -> [(place: Int, distance: Int)] {
        places(within: distance, ofEach: [hash])[0]
    }

    /// The places of all hashes within a distance of each of several, in the list's order.
    ///
    /// The list is read once, in parts that stay close to the processor while every hash is
    /// compared with them; so several hashes at once cost less than one after the other as soon as
    /// the list is larger than the caches.
    ///
    /// - Returns: As many answers as there are hashes, in their order.
    public func places(
        within distance: Int, ofEach hashes: [PerceptualHash]
    ) -> [[(place: Int, distance: Int)]] {
        places(within: distance, ofEach: hashes, by: Self.best)
    }

    /// The instruction set that scans use on this processor.
    public static var instructionSet: String {
        selvage_hamming_kernel(best).map { String(cString: $0) } ?? "none"
    }
}

extension HashList {
    private static let group = Int(SELVAGE_HASH_GROUP)
    private static let frontParts = Int(SELVAGE_HASH_FRONTS)
    private static let restParts = 8 - frontParts
    /// Hashes that are compared with every query before the next ones; their fronts fill 24 KB.
    private static let block = 2048
    /// Asks for the widest kernel that this processor can run.
    private static let best = Int32(-1)

    /// The numbers of the kernels that this processor can run.
    static var kernels: [Int32] {
        (0..<Int32(SELVAGE_HAMMING_KERNELS)).filter { selvage_hamming_kernel($0) != nil }
    }

    /// The eight 32-bit parts of a hash, least significant first.
    private static func parts(of hash: PerceptualHash) -> SIMD8<UInt32> {
        let low = SIMD4<UInt32>(truncatingIfNeeded: hash.words)
        let high = SIMD4<UInt32>(truncatingIfNeeded: hash.words &>> 32)
        var parts = SIMD8<UInt32>()
        parts.evenHalf = low
        parts.oddHalf = high
        return parts
    }

    private static func query(_ hash: PerceptualHash) -> [UInt32] {
        let parts = parts(of: hash)
        return parts.indices.map { parts[$0] }
    }

    func distances(to hash: PerceptualHash, by kernel: Int32) -> [UInt16] {
        [UInt16](unsafeUninitializedCapacity: count) { room, written in
            if let start = room.baseAddress {
                selvage_hamming_distances(kernel, fronts, rests, count, Self.query(hash), start)
            }
            written = count
        }
    }

    func places(
        within distance: Int, ofEach hashes: [PerceptualHash], by kernel: Int32
    ) -> [[(place: Int, distance: Int)]] {
        var found = [[(place: Int, distance: Int)]](repeating: [], count: hashes.count)
        guard distance >= 0 else { return found }
        let queries = hashes.map(Self.query)
        let radius = UInt32(min(distance, 256))
        var places = [UInt32](repeating: 0, count: min(count, Self.block))
        var distances = [UInt16](repeating: 0, count: places.count)
        for start in stride(from: 0, to: count, by: Self.block) {
            let end = min(count, start + Self.block)
            for (index, query) in queries.enumerated() {
                let near = selvage_hamming_within(
                    kernel, fronts, rests, start, end, query, radius, &places, &distances)
                for one in 0..<near {
                    found[index].append((place: Int(places[one]), distance: Int(distances[one])))
                }
            }
        }
        return found
    }
}
