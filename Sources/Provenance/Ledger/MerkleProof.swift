// Checking that a leaf is in a tree, and that a tree continues an older one.

public import SelvageTypes

/// Checks of Merkle proofs.
///
/// - Source: RFC 9162, sections 2.1.3.2 and 2.1.4.2, which work on the proofs of RFC 6962.
public enum MerkleProof {
    /// Checks that a leaf is in a tree.
    ///
    /// - Parameters:
    ///   - path: The hashes from the leaf's sibling up to the root's child.
    /// - Throws: `LedgerError`, `.notIncluded` when it is not shown to be.
    public static func checkInclusion(
        of leaf: Digest, at index: UInt64, in size: UInt64, path: [Digest], root: Digest
    ) throws(LedgerError) {
        guard index < size else {
            throw LedgerError(
                .notIncluded, "Entry \(index) is not in a tree of \(size) entries.")
        }
        var (place, last, hash) = (index, size - 1, leaf)
        for sibling in path {
            guard last != 0 else { throw notIncluded }
            if place & 1 == 1 || place == last {
                hash = MerkleTree.nodeHash(sibling, hash)
                while place & 1 == 0, place != 0 { (place, last) = (place >> 1, last >> 1) }
            } else {
                hash = MerkleTree.nodeHash(hash, sibling)
            }
            (place, last) = (place >> 1, last >> 1)
        }
        guard last == 0, hash == root else { throw notIncluded }
    }

    /// Checks that a tree is a continuation of an older one.
    ///
    /// An empty tree says nothing about its continuations, so it is refused.
    ///
    /// - Throws: `LedgerError`, `.inconsistent` when it is not shown to be.
    public static func checkConsistency(
        from old: (size: UInt64, root: Digest), to new: (size: UInt64, root: Digest),
        path: [Digest]
    ) throws(LedgerError) {
        guard old.size > 0, old.size <= new.size else { throw inconsistent }
        if old.size == new.size {
            guard path.isEmpty, old.root == new.root else { throw inconsistent }
            return
        }
        // The old root stands for itself when the old tree is complete.
        let path = old.size.nonzeroBitCount == 1 ? [old.root] + path : path
        guard let first = path.first else { throw inconsistent }
        var (place, last) = (old.size - 1, new.size - 1)
        while place & 1 == 1 { (place, last) = (place >> 1, last >> 1) }
        var (oldHash, newHash) = (first, first)
        for hash in path.dropFirst() {
            guard last != 0 else { throw inconsistent }
            if place & 1 == 1 || place == last {
                oldHash = MerkleTree.nodeHash(hash, oldHash)
                newHash = MerkleTree.nodeHash(hash, newHash)
                while place & 1 == 0, place != 0 { (place, last) = (place >> 1, last >> 1) }
            } else {
                newHash = MerkleTree.nodeHash(newHash, hash)
            }
            (place, last) = (place >> 1, last >> 1)
        }
        guard last == 0, oldHash == old.root, newHash == new.root else { throw inconsistent }
    }

    private static var notIncluded: LedgerError {
        LedgerError(
            .notIncluded,
            "The proof does not lead from this entry to the checkpoint: the entry, the proof or the "
                + "checkpoint was changed, or they do not belong together.")
    }

    private static var inconsistent: LedgerError {
        LedgerError(
            .inconsistent,
            "The newer checkpoint is not shown to continue the older one: entries may have been "
                + "changed or taken out. Keep both checkpoints, and ask who runs the log.")
    }
}
