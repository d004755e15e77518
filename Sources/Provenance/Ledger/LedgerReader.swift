// Reading a log from its files: entries, and proofs that are checked before they are handed out.

internal import Foundation
public import SelvageTypes

/// A log as its checkpoint describes it, read from its files.
///
/// Reading needs neither the lock nor the key, so it goes on beside the writer. The calls block.
public struct LedgerReader: Sendable {
    /// The name of the checkpoint among the log's files.
    public static let checkpointName = "checkpoint"

    let files: any LedgerFiles
    /// The checkpoint with its signatures.
    public let note: SignedNote
    /// What the checkpoint says.
    public let checkpoint: Checkpoint

    /// Reads the published checkpoint and checks whose it is.
    ///
    /// - Throws: `LedgerError` when there is none or it is not to be relied on, and what `files`
    ///   throws.
    public init(_ files: any LedgerFiles, policy: CheckpointPolicy) throws {
        let note = try Self.publishedNote(files)
        try self.init(files, note, policy.verify(note).checkpoint)
    }

    init(_ files: any LedgerFiles, _ note: SignedNote, _ checkpoint: Checkpoint) {
        self.files = files
        self.note = note
        self.checkpoint = checkpoint
    }

    /// The checkpoint as it stands there, its signatures not checked.
    ///
    /// - Throws: `LedgerError` when there is none, and what `files` throws.
    public static func publishedNote(_ files: any LedgerFiles) throws -> SignedNote {
        guard
            let bytes = try files.read(checkpointName, limitInBytes: SignedNote.limitInBytes)
        else {
            throw LedgerError(
                .damaged(checkpointName),
                "There is no ledger here, or its checkpoint is missing. Check the folder; if files "
                    + "are gone, restore the whole ledger folder from a backup.")
        }
        return try SignedNote(bytes)
    }

    /// The entry at a place, not yet proven to be the logged one.
    ///
    /// - Throws: `LedgerError`, `.outOfRange` when the log does not reach it.
    public func entry(at index: UInt64) throws -> [UInt8] {
        try checkReach(index)
        let place = index / UInt64(LedgerTile.fullWidth)
        guard let tile = LedgerTile.at(.entries, place, in: checkpoint.size) else { return [] }
        return try entries(of: tile)[Int(index % UInt64(LedgerTile.fullWidth))]
    }

    /// The newest place that an entry with some property has; nil when none has it.
    ///
    /// - Complexity: Reads entries from the end until one is found, 256 at a time.
    public func lastIndex(
        where matches: (_ index: UInt64, _ entry: [UInt8]) throws -> Bool
    ) throws -> UInt64? {
        let full = UInt64(LedgerTile.fullWidth)
        var place = (checkpoint.size + full - 1) / full
        while place > 0 {
            place -= 1
            guard let tile = LedgerTile.at(.entries, place, in: checkpoint.size) else { continue }
            for (offset, entry) in try entries(of: tile).enumerated().reversed() {
                let index = place * full + UInt64(offset)
                if try matches(index, entry) { return index }
            }
        }
        return nil
    }

    /// The proof that an entry is in the log; it carries the entry.
    ///
    /// - Throws: `LedgerError`, `.outOfRange`, or `.damaged` with the file that is at fault.
    public func proof(ofEntryAt index: UInt64) throws -> LedgerProof {
        let entry = try entry(at: index)
        var hashes = LedgerHashes(self)
        let path = try LeafRange.inclusion(of: index, in: checkpoint.size).map {
            try hashes.hash(of: $0)
        }
        do {
            try MerkleProof.checkInclusion(
                of: MerkleTree.leafHash(entry), at: index, in: checkpoint.size, path: path,
                root: checkpoint.root)
        } catch {
            // Something is damaged; the walk over all files says which.
            _ = try LedgerAudit(self).check(entries: .all)
            throw error
        }
        return LedgerProof(extra: entry, index: index, path: path, note: note)
    }

    /// The hashes that prove that the log continues an older checkpoint of itself.
    ///
    /// - Throws: `LedgerError`, `.inconsistent` when it does not, `.damaged` when a file is.
    public func consistency(from old: (size: UInt64, root: Digest)) throws -> [Digest] {
        guard old.size <= checkpoint.size else {
            throw LedgerError(
                .inconsistent,
                "The log here has \(checkpoint.size) entries and the other checkpoint \(old.size): "
                    + "entries are missing here. Restore the newest backup of the ledger folder.")
        }
        guard old.size > 0 else { return [] }
        var hashes = LedgerHashes(self)
        let path = try LeafRange.consistency(from: old.size, to: checkpoint.size).map {
            try hashes.hash(of: $0)
        }
        do {
            try MerkleProof.checkConsistency(
                from: old, to: (checkpoint.size, checkpoint.root), path: path)
        } catch {
            _ = try LedgerAudit(self).check(entries: .none)
            throw error
        }
        return path
    }

    private func checkReach(_ index: UInt64) throws(LedgerError) {
        guard index < checkpoint.size else {
            throw LedgerError(
                .outOfRange,
                "The ledger has \(checkpoint.size) entries, counted from 0; there is no entry "
                    + "\(index).")
        }
    }
}

extension LedgerReader {
    /// The hashes of a tile, as the file has them.
    func hashes(of tile: LedgerTile) throws -> [Digest] {
        let limit = tile.limitInBytes
        if let bytes = try files.read(tile.path, limitInBytes: limit) {
            guard bytes.count == tile.width * 32 else { throw Self.damaged(tile) }
            return Self.digests(bytes)
        }
        // A partial file may be gone once the full one is there.
        guard !tile.isFull, let bytes = try files.read(tile.whenFull.path, limitInBytes: limit),
            bytes.count == limit
        else { throw Self.damaged(tile) }
        return Self.digests(Array(bytes.prefix(tile.width * 32)))
    }

    /// The entries of a bundle, as the file has them.
    func entries(of tile: LedgerTile) throws -> [[UInt8]] {
        let limit = tile.limitInBytes
        if let bytes = try files.read(tile.path, limitInBytes: limit) {
            guard let entries = EntryBundle.entries(bytes, count: tile.width) else {
                throw Self.damaged(tile)
            }
            return entries
        }
        guard !tile.isFull, let bytes = try files.read(tile.whenFull.path, limitInBytes: limit),
            let entries = EntryBundle.entries(bytes, count: LedgerTile.fullWidth)
        else { throw Self.damaged(tile) }
        return Array(entries.prefix(tile.width))
    }

    static func damaged(_ tile: LedgerTile) -> LedgerError {
        damaged(tile.path)
    }

    static func damaged(_ name: String) -> LedgerError {
        LedgerError(
            .damaged(name),
            "The ledger's file \(name) is missing or is not what the signed checkpoint vouches for. "
                + "Nothing is added to the ledger. Keep the folder as it is for examination, and "
                + "restore this file from a backup.")
    }

    private static func digests(_ bytes: [UInt8]) -> [Digest] {
        stride(from: 0, to: bytes.count, by: 32).compactMap {
            Digest(rawBytes: bytes[$0..<($0 + 32)])
        }
    }
}

/// The hashes of ranges of a log's leaves, from its tiles; few tiles are kept at a time.
struct LedgerHashes {
    private let reader: LedgerReader
    private var kept: [LedgerTile: [Digest]] = [:]

    init(_ reader: LedgerReader) {
        self.reader = reader
    }

    mutating func hash(of range: LeafRange) throws -> Digest {
        MerkleTree.joined(try range.subtrees.map { try hash(of: $0) }) ?? MerkleTree.emptyRoot
    }

    private mutating func hash(of subtree: Subtree) throws -> Digest {
        let level = subtree.height / LedgerTile.heightInLevels
        let height = subtree.height % LedgerTile.heightInLevels
        let first = subtree.index << UInt64(height)
        let full = UInt64(LedgerTile.fullWidth)
        let (place, start) = (first / full, Int(first % full))
        guard
            let tile = LedgerTile.at(
                .hashes(level: level), place, in: reader.checkpoint.size),
            start + 1 << height <= tile.width
        else { preconditionFailure("a range of a proof lies within its tree") }
        let hashes = try kept[tile] ?? reader.hashes(of: tile)
        if kept.count > 32 { kept = [:] }
        kept[tile] = hashes
        return MerkleTree.root(ofLeafHashes: Array(hashes[start..<(start + 1 << height)]))
    }
}
