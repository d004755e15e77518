// The Merkle tree of RFC 6962: how leaves and nodes are hashed, and which ranges make a tree.

public import SelvageTypes

/// The hashes of a Merkle tree.
///
/// - Source: RFC 6962, section 2.1. SHA-256; leaves and nodes begin with different bytes, so that
///   neither passes for the other.
public enum MerkleTree {
    /// The hash of a tree without leaves.
    public static let emptyRoot = Digest(of: [UInt8]())

    /// The hash of a leaf.
    public static func leafHash(_ entry: [UInt8]) -> Digest {
        Digest(of: [0] + entry)
    }

    /// The hash of a node over its two children.
    public static func nodeHash(_ left: Digest, _ right: Digest) -> Digest {
        Digest(of: [1] + left.bytes + right.bytes)
    }

    /// The root of a tree whose leaves have these hashes.
    public static func root(ofLeafHashes hashes: [Digest]) -> Digest {
        guard var level = hashes.isEmpty ? nil : hashes else { return emptyRoot }
        // A node without a sibling is lifted: the left subtree is always a whole power of two.
        while level.count > 1 {
            level = stride(from: 0, to: level.count, by: 2).map { place in
                place + 1 < level.count
                    ? nodeHash(level[place], level[place + 1]) : level[place]
            }
        }
        return level[0]
    }

    /// The root over complete subtrees that stand side by side, largest first.
    ///
    /// - Returns: nil without any.
    static func joined(_ subtrees: [Digest]) -> Digest? {
        guard var root = subtrees.last else { return nil }
        for left in subtrees.dropLast().reversed() { root = nodeHash(left, root) }
        return root
    }
}

/// Consecutive leaves, of which a node of some tree is the hash.
struct LeafRange: Hashable {
    let start: UInt64
    let end: UInt64

    /// The ranges whose hashes prove that a leaf is in a tree, from the leaf's sibling upwards.
    ///
    /// - Source: RFC 6962, section 2.1.1, PATH.
    static func inclusion(of index: UInt64, in size: UInt64) -> [LeafRange] {
        precondition(index < size, "a proof is made for a leaf of the tree")
        var (start, end) = (UInt64(0), size)
        var siblings: [LeafRange] = []
        while end - start > 1 {
            let middle = start + split(end - start)
            if index < middle {
                siblings.append(LeafRange(start: middle, end: end))
                end = middle
            } else {
                siblings.append(LeafRange(start: start, end: middle))
                start = middle
            }
        }
        return siblings.reversed()
    }

    /// The ranges whose hashes prove that a tree is a continuation of a smaller one.
    ///
    /// - Source: RFC 6962, section 2.1.2, PROOF and SUBPROOF.
    static func consistency(from old: UInt64, to size: UInt64) -> [LeafRange] {
        precondition(old <= size, "a tree is proven to continue a smaller one")
        guard old > 0, old < size else { return [] }
        var (start, end, isWhole) = (UInt64(0), size, true)
        var ranges: [LeafRange] = []
        while end != old {
            let middle = start + split(end - start)
            if old <= middle {
                ranges.append(LeafRange(start: middle, end: end))
                end = middle
            } else {
                ranges.append(LeafRange(start: start, end: middle))
                start = middle
                isWhole = false
            }
        }
        // The old root itself is known to whoever checks.
        if !isWhole { ranges.append(LeafRange(start: start, end: end)) }
        return ranges.reversed()
    }

    /// The complete subtrees that the range consists of, largest first.
    ///
    /// They are its own only when the range begins where a subtree of its size may begin, as all
    /// ranges of proofs do.
    var subtrees: [Subtree] {
        var found: [Subtree] = []
        var place = start
        while place < end {
            let height = min(
                63 - (end - place).leadingZeroBitCount,
                place == 0 ? 63 : place.trailingZeroBitCount)
            found.append(Subtree(height: height, index: place >> UInt64(height)))
            place += 1 << UInt64(height)
        }
        return found
    }

    /// The largest power of two below a count.
    private static func split(_ count: UInt64) -> UInt64 {
        1 << UInt64(63 - (count - 1).leadingZeroBitCount)
    }
}

/// A subtree of 2^height leaves, counted from the left.
struct Subtree: Hashable {
    let height: Int
    let index: UInt64
}
