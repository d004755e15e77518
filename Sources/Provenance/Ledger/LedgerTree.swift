// The growing edge of a log: what new entries make of it, and which files that changes.

internal import SelvageTypes

/// The right edge of a log's tree, enough to add entries and to say the root.
///
/// It decides and writes nothing.
struct LedgerTree: Sendable {
    /// A file with its new content.
    struct File: Sendable {
        let tile: LedgerTile
        let bytes: [UInt8]
    }

    /// What adding entries leads to.
    struct Change: Sendable {
        /// Files to write, the entries before the hashes over them.
        var files: [File] = []
        /// Files that became full, whose partial states nobody needs any more.
        var filled: [LedgerTile] = []
    }

    /// How many entries the log has.
    private(set) var size: UInt64 = 0
    /// By level, the hashes of the tile that is not full yet.
    private var edge: [[Digest]] = []
    /// The entries, with their lengths, of the bundle that is not full yet.
    private var bundle: [UInt8] = []

    /// A log without entries.
    init() {}

    /// A log as it was read back.
    init(size: UInt64, edge: [[Digest]], bundle: [UInt8]) {
        self.size = size
        self.edge = edge
        self.bundle = bundle
    }

    /// The root over all entries.
    var root: Digest { Self.root(ofEdge: edge) }

    static func root(ofEdge edge: [[Digest]]) -> Digest {
        let subtrees = edge.reversed().flatMap { hashes -> [Digest] in
            LeafRange(start: 0, end: UInt64(hashes.count)).subtrees.map { subtree in
                let start = Int(subtree.index) << subtree.height
                return MerkleTree.root(
                    ofLeafHashes: Array(hashes[start..<(start + 1 << subtree.height)]))
            }
        }
        return MerkleTree.joined(subtrees) ?? MerkleTree.emptyRoot
    }

    /// Adds entries.
    mutating func append(_ entries: [[UInt8]]) -> Change {
        var change = Change()
        var touched = 0
        for entry in entries {
            bundle += EntryBundle.framed(entry)
            size += 1
            if size % UInt64(LedgerTile.fullWidth) == 0 {
                let index = size / UInt64(LedgerTile.fullWidth) - 1
                change.add(LedgerTile(.entries, index), bundle)
                bundle = []
            }
            touched = max(touched, push(MerkleTree.leafHash(entry), into: &change))
        }
        if !entries.isEmpty { addPartials(upTo: touched, to: &change) }
        return change
    }

    /// Adds a hash to level 0, and whatever becomes full to the levels above.
    ///
    /// - Returns: The highest level that was changed.
    private mutating func push(_ leaf: Digest, into change: inout Change) -> Int {
        var hash = leaf
        var level = 0
        while true {
            if level == edge.count { edge.append([]) }
            edge[level].append(hash)
            guard edge[level].count == LedgerTile.fullWidth else { return level }
            let count = LedgerTile.count(atLevel: level, in: size)
            change.add(
                LedgerTile(
                    .hashes(level: level), count / UInt64(LedgerTile.fullWidth) - 1),
                edge[level].flatMap(\.bytes))
            hash = MerkleTree.root(ofLeafHashes: edge[level])
            edge[level] = []
            level += 1
        }
    }

    private func addPartials(upTo level: Int, to change: inout Change) {
        let full = UInt64(LedgerTile.fullWidth)
        if !bundle.isEmpty {
            let tile = LedgerTile(.entries, size / full, width: Int(size % full))
            change.add(tile, bundle)
        }
        for level in 0...level where !edge[level].isEmpty {
            let count = LedgerTile.count(atLevel: level, in: size)
            let tile = LedgerTile(
                .hashes(level: level), count / full, width: Int(count % full))
            change.add(tile, edge[level].flatMap(\.bytes))
        }
    }
}

extension LedgerTree.Change {
    fileprivate mutating func add(_ tile: LedgerTile, _ bytes: [UInt8]) {
        files.append(LedgerTree.File(tile: tile, bytes: bytes))
        if tile.isFull { filled.append(tile) }
    }
}
