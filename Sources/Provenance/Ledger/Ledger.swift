// The log itself: one writer that adds entries, signs the head and publishes it.

internal import Foundation
public import SelvageTypes

/// A tamper-evident log that is being written.
///
/// Files are read and written on a thread of its own. When anything fails, what is on disk decides:
/// it is read again and checked before the next step.
///
/// - Invariant: A published checkpoint is never followed by one that does not continue it, also not
///   when files of an older backup were put in their place and the last checkpoint is remembered.
///   Entries and hashes are durable before the checkpoint over them is, and that before it is
///   published.
public actor Ledger {
    /// Where an entry stands.
    public struct Receipt: Hashable, Sendable {
        /// Its place, from 0.
        public let index: UInt64
        /// Whether it was added now; an entry that was there before is not added again.
        public let isNew: Bool
    }

    /// The most entries that are added at once.
    public static let batchLimit = 1 << 16
    static let batchLimitInBytes = 64 << 20
    static let pendingName = "checkpoint.pending"

    let files: any LedgerFiles
    let identity: LedgerIdentity
    let wantedOrigin: String?
    private let memory: (any CheckpointMemory)?
    private let thread = LedgerThread()
    /// What was read or published last; nil when it has to be read again.
    private var head: LedgerHead?

    /// A log in some files, begun when there is none.
    ///
    /// - Parameters:
    ///   - identity: The log's key.
    ///   - origin: The log's name, such as `studio.example/ledger`; when left out, an existing log
    ///     keeps its name and a new one is named after its key.
    ///   - memory: Where the last checkpoint is remembered apart from the files; a log that does not
    ///     continue it is refused.
    public init(
        _ files: any LedgerFiles, identity: LedgerIdentity, origin: String? = nil,
        memory: (any CheckpointMemory)? = nil
    ) {
        self.memory = memory
        self.files = files
        self.identity = identity
        wantedOrigin = origin
    }

    /// The ledger's own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        thread.asUnownedSerialExecutor()
    }

    /// The log as it stands, for proofs.
    ///
    /// - Throws: `LedgerError`, `.damaged` with the file that does not fit the checkpoint.
    public func reader() throws -> LedgerReader {
        let head = try opened()
        return LedgerReader(files, head.note, head.checkpoint)
    }

    /// The log's key, for others to check it with.
    public func key() throws -> NoteKey { try opened().signer.key }

    /// Adds entries, all or none, and publishes the head over them.
    ///
    /// What is returned for is kept, also when the power fails right after. An entry whose bytes are
    /// in the log already is not added again, so that whoever does not know whether it got through
    /// may simply repeat it.
    ///
    /// - Returns: Where each entry stands, in their order.
    /// - Throws: `LedgerError`, and what the files throw; then nothing is published, or what is
    ///   published is found by the next call.
    public func append(_ leaves: [LedgerLeaf]) throws -> [Receipt] {
        try append(entries: leaves.map(\.bytes))
    }

    /// Adds entries of any form.
    ///
    /// - SeeAlso: `append(_:)`.
    public func append(entries: [[UInt8]]) throws -> [Receipt] {
        try Self.checkLimits(entries)
        let head = try opened()
        let hashes = entries.map(MerkleTree.leafHash)
        var places = try present(hashes, in: LedgerReader(files, head.note, head.checkpoint))
        let known = Set(places.keys)
        var new: [[UInt8]] = []
        for (entry, hash) in zip(entries, hashes) where places[hash] == nil {
            places[hash] = head.checkpoint.size + UInt64(new.count)
            new.append(entry)
        }
        if !new.isEmpty { try publish(new, after: head) }
        var told = known
        return hashes.map { hash in
            Receipt(index: places[hash] ?? 0, isNew: told.insert(hash).inserted)
        }
    }

    /// Adds cosignatures of the published checkpoint, as witnesses return them.
    ///
    /// - Parameters:
    ///   - lines: Lines `— name signature`; those of unknown keys are passed over.
    ///   - witnesses: The witnesses whose word counts.
    /// - Returns: The checkpoint with what was added.
    /// - Throws: `LedgerError`, `.badSignature` when one is not of this checkpoint, `.untrusted` when
    ///   none is of a known witness.
    public func addCosignatures(_ lines: [UInt8], of witnesses: [NoteKey]) throws -> SignedNote {
        var head = try opened()
        let keys = try witnesses.map { key throws(LedgerError) in try key.asWitness }
        // The lines are checked as signatures of our own text, whatever they were returned for.
        let offered = try SignedNote(Array((head.note.text + "\n").utf8) + lines)
        let signers = try offered.signers(among: keys)
        guard !signers.isEmpty else {
            throw LedgerError(.untrusted, "None of the lines is a signature of a known witness.")
        }
        for signature in offered.signatures
        where signers.contains(where: {
            $0.key.name == signature.name && $0.key.keyID == signature.keyID
        }) {
            head.note.append(signature)
        }
        self.head = nil
        try publish(head.note)
        self.head = head
        return head.note
    }

    private func opened() throws -> LedgerHead {
        if let head { return head }
        let read = try LedgerHead.opening(
            files, identity: identity, origin: wantedOrigin, memory: memory, publish: publish)
        // After a stop between publishing and remembering.
        try memory?.remember(read.note.bytes)
        head = read
        return read
    }

    private func publish(_ entries: [[UInt8]], after head: LedgerHead) throws {
        var next = head
        let change = next.tree.append(entries)
        next.checkpoint = try Checkpoint(
            origin: head.checkpoint.origin, size: next.tree.size, root: next.tree.root)
        next.note = try SignedNote(signing: next.checkpoint.text, by: head.signer)
        self.head = nil
        for file in change.files { try files.write(file.bytes, to: file.tile.path) }
        try publish(next.note)
        self.head = next
        // Only room is won by this; what remains of it harms nobody.
        for tile in change.filled { try? files.remove(tile.partialsPath) }
    }

    /// Makes a checkpoint durable first and visible then, so that none that was ever seen is lost.
    private func publish(_ note: SignedNote) throws {
        try files.write(note.bytes, to: Self.pendingName)
        try files.rename(Self.pendingName, to: LedgerReader.checkpointName)
        try memory?.remember(note.bytes)
    }

    /// Where leaves stand that the log has already.
    ///
    /// - Complexity: Reads 32 bytes an entry of the log.
    private func present(_ hashes: [Digest], in reader: LedgerReader) throws -> [Digest: UInt64] {
        let wanted = Set(hashes)
        var places: [Digest: UInt64] = [:]
        var index = UInt64(0)
        while !wanted.isEmpty,
            let tile = LedgerTile.at(.hashes(level: 0), index, in: reader.checkpoint.size)
        {
            for (place, hash) in try reader.hashes(of: tile).enumerated()
            where wanted.contains(hash) && places[hash] == nil {
                places[hash] = index * UInt64(LedgerTile.fullWidth) + UInt64(place)
            }
            index += 1
        }
        return places
    }

    private static func checkLimits(_ entries: [[UInt8]]) throws(LedgerError) {
        let longest = entries.map(\.count).max() ?? 0
        guard longest <= EntryBundle.entryLimitInBytes else {
            throw LedgerError(
                .tooLarge,
                "An entry of \(longest) bytes is too long for the ledger; it takes "
                    + "\(EntryBundle.entryLimitInBytes). Log the digest of long content.")
        }
        guard entries.count <= batchLimit,
            entries.reduce(0, { $0 + $1.count }) <= batchLimitInBytes
        else {
            throw LedgerError(
                .tooLarge,
                "More than \(batchLimit) entries or \(batchLimitInBytes >> 20) MiB are not added at "
                    + "once; add them in several steps.")
        }
    }
}
