// The walk over a log's files that finds the one that is not what the checkpoint vouches for.

internal import SelvageTypes

/// The check of a log's files against its checkpoint.
struct LedgerAudit {
    /// Which entries are compared with their hashes.
    enum Scope {
        case none, last, all
    }

    private let reader: LedgerReader
    private var size: UInt64 { reader.checkpoint.size }

    init(_ reader: LedgerReader) {
        self.reader = reader
    }

    /// Checks every tile of hashes, and entries as far as they are asked for.
    ///
    /// The root vouches for the tiles at the right edge, these for the full ones below them, and the
    /// tiles of leaves for the entries.
    ///
    /// - Returns: The tree, ready to be added to; without its last entries when none were read.
    /// - Throws: `LedgerError`, `.damaged` with the file's name.
    /// - Complexity: Reads 32 bytes an entry, and the entries themselves on demand.
    func check(entries scope: Scope) throws -> LedgerTree {
        let edge = try checkedEdge()
        for level in (1..<max(edge.count, 1)).reversed() { try checkTiles(below: level) }
        if scope == .all {
            let bundles = LedgerTile.count(atLevel: 1, in: size)
            for index in 0..<bundles { _ = try checkedBundle(LedgerTile(.entries, index)) }
        }
        var bundle: [UInt8] = []
        if scope != .none, let tile = lastPartial(.entries) {
            bundle = try checkedBundle(tile).flatMap(EntryBundle.framed)
        }
        return LedgerTree(size: size, edge: edge, bundle: bundle)
    }

    /// The tile of a kind that is not full; nil when all are.
    private func lastPartial(_ content: LedgerTile.Content) -> LedgerTile? {
        let level = if case .hashes(let level) = content { level } else { 0 }
        let count = LedgerTile.count(atLevel: level, in: size)
        return LedgerTile.at(content, count / UInt64(LedgerTile.fullWidth), in: size)
    }

    /// The edge, level by level, once it gives the checkpoint's root.
    private func checkedEdge() throws -> [[Digest]] {
        var edge: [[Digest]] = []
        while LedgerTile.count(atLevel: edge.count, in: size) > 0 {
            let tile = lastPartial(.hashes(level: edge.count))
            edge.append(try tile.map(reader.hashes) ?? [])
        }
        guard LedgerTree.root(ofEdge: edge) == reader.checkpoint.root else {
            throw try culprit(of: edge)
        }
        return edge
    }

    /// The tile of the edge that is not what lies beneath it.
    private func culprit(of edge: [[Digest]]) throws -> LedgerError {
        var doubtful: [LedgerTile] = []
        for level in edge.indices {
            guard let tile = lastPartial(.hashes(level: level)) else { continue }
            var mended = edge
            mended[level] = try rebuilt(tile, atLevel: level)
            // With the right tile put back, the root fits again.
            if LedgerTree.root(ofEdge: mended) == reader.checkpoint.root {
                return LedgerReader.damaged(tile)
            }
            if mended[level] != edge[level] { doubtful.append(tile) }
        }
        return doubtful.first.map(LedgerReader.damaged)
            ?? LedgerReader.damaged(LedgerReader.checkpointName)
    }

    private func rebuilt(_ tile: LedgerTile, atLevel level: Int) throws -> [Digest] {
        guard level > 0 else {
            guard let bundle = lastPartial(.entries) else { return [] }
            return try reader.entries(of: bundle).map(MerkleTree.leafHash)
        }
        let first = tile.index * UInt64(LedgerTile.fullWidth)
        return try (first..<(first + UInt64(tile.width))).map { index in
            try tileRoot(LedgerTile(.hashes(level: level - 1), index))
        }
    }

    private func tileRoot(_ tile: LedgerTile) throws -> Digest {
        MerkleTree.root(ofLeafHashes: try reader.hashes(of: tile))
    }

    /// Compares the full tiles of one level with the hashes that the level above has of them.
    private func checkTiles(below level: Int) throws {
        let full = UInt64(LedgerTile.fullWidth)
        var parent = UInt64(0)
        while let tile = LedgerTile.at(.hashes(level: level), parent, in: size) {
            for (place, expected) in try reader.hashes(of: tile).enumerated() {
                let child = LedgerTile(
                    .hashes(level: level - 1), parent * full + UInt64(place))
                guard try tileRoot(child) == expected else { throw LedgerReader.damaged(child) }
            }
            parent += 1
        }
    }

    private func checkedBundle(_ tile: LedgerTile) throws -> [[UInt8]] {
        let entries = try reader.entries(of: tile)
        let leaves = LedgerTile(.hashes(level: 0), tile.index, width: tile.width)
        guard try reader.hashes(of: leaves) == entries.map(MerkleTree.leafHash) else {
            throw LedgerReader.damaged(tile)
        }
        return entries
    }
}

extension LedgerReader {
    /// Checks every file of the log, entries included.
    ///
    /// - Throws: `LedgerError`, `.damaged` with the name of the first file that is at fault.
    /// - Complexity: Reads the whole log.
    public func checkAll() throws {
        _ = try LedgerAudit(self).check(entries: .all)
    }
}
