// The end of a log that is being written, and how it is found again at the start.

internal import SelvageTypes

/// The end of a log that is being written.
struct LedgerHead: Sendable {
    /// The edge of the tree.
    var tree: LedgerTree
    /// The published checkpoint, signed.
    var note: SignedNote
    /// What it says.
    var checkpoint: Checkpoint
    /// The log's key under the log's name.
    let signer: NoteSigner

    /// Reads a log's end, finishes what a stop interrupted, and checks every tile.
    ///
    /// - Parameters:
    ///   - memory: What is remembered of the log; the log has to continue it.
    ///   - publish: Makes a checkpoint the published one.
    /// - Throws: `LedgerError`; `.damaged` with the file that is at fault, `.rolledBack` when what is
    ///   there is older than what is remembered.
    static func opening(
        _ files: any LedgerFiles, identity: LedgerIdentity, origin: String?,
        memory: (any CheckpointMemory)?, publish: (SignedNote) throws -> Void
    ) throws -> LedgerHead {
        let remembered = try RememberedCheckpoint(memory)
        if try files.isEmpty() {
            try remembered?.checkThatNothingIsLost()
            let head = try beginning(identity.signer(named: origin ?? identity.defaultName))
            try publish(head.note)
            return head
        }
        let published = try note(LedgerReader.checkpointName, files)
        let pending = try note(Ledger.pendingName, files)
        guard let newest = pending ?? published else {
            throw LedgerReader.damaged(LedgerReader.checkpointName)
        }
        let own = try Checkpoint(newest.text).origin
        guard origin == nil || origin == own else {
            throw LedgerError(
                .otherLog,
                "The ledger here is named \(own), not \(origin ?? ""). A ledger keeps "
                    + "its name; use that one, or another data folder.")
        }
        let signer = try identity.signer(named: own)
        if let pending {
            let head = try checked(files, pending, signer)
            if let published { try check(head.checkpoint, continues: published, files, signer) }
            try remembered?.check(head, files)
            try publish(pending)
            try LedgerLeftovers(files, beyond: head.checkpoint.size).remove()
            return head
        }
        let head = try checked(files, newest, signer)
        try remembered?.check(head, files)
        try LedgerLeftovers(files, beyond: head.checkpoint.size).remove()
        return head
    }

    private static func note(_ name: String, _ files: any LedgerFiles) throws -> SignedNote? {
        try files.read(name, limitInBytes: SignedNote.limitInBytes).map(SignedNote.init)
    }

    private static func beginning(_ signer: NoteSigner) throws -> LedgerHead {
        let checkpoint = try Checkpoint(
            origin: signer.key.name, size: 0, root: MerkleTree.emptyRoot)
        return LedgerHead(
            tree: LedgerTree(), note: try SignedNote(signing: checkpoint.text, by: signer),
            checkpoint: checkpoint, signer: signer)
    }

    private static func checked(
        _ files: any LedgerFiles, _ note: SignedNote, _ signer: NoteSigner
    ) throws -> LedgerHead {
        let checkpoint = try verified(note, signer)
        let tree = try LedgerAudit(LedgerReader(files, note, checkpoint)).check(entries: .last)
        return LedgerHead(tree: tree, note: note, checkpoint: checkpoint, signer: signer)
    }

    private static func verified(_ note: SignedNote, _ signer: NoteSigner) throws -> Checkpoint {
        do {
            return try CheckpointPolicy(log: signer.key).verify(note).checkpoint
        } catch {
            throw LedgerError(
                error.reason,
                "The ledger's checkpoint is not signed by this data folder's ledger key: it was "
                    + "changed, or the key is another one. Restore the key or the ledger folder from "
                    + "a backup. (\(error.detail))")
        }
    }

    /// A checkpoint that was about to be published has to continue the one that is.
    private static func check(
        _ pending: Checkpoint, continues published: SignedNote, _ files: any LedgerFiles,
        _ signer: NoteSigner
    ) throws {
        let old = try verified(published, signer)
        let reader = LedgerReader(files, published, pending)
        _ = try reader.consistency(from: (old.size, old.root))
    }
}

/// The last checkpoint of a log that was seen, as it is remembered apart from the log.
private struct RememberedCheckpoint {
    private let note: SignedNote
    private let checkpoint: Checkpoint
    private let place: String

    /// What is remembered; nil when nothing is.
    init?(_ memory: (any CheckpointMemory)?) throws {
        guard let memory, let bytes = try memory.remembered() else { return nil }
        place = memory.place
        do throws(LedgerError) {
            note = try SignedNote(bytes)
            checkpoint = try Checkpoint(note.text)
        } catch {
            throw Self.refusal("what is remembered of it cannot be read", place)
        }
    }

    /// A log is only begun where none was.
    func checkThatNothingIsLost() throws(LedgerError) {
        guard checkpoint.size == 0 else {
            throw Self.refusal("it is empty, and it had \(checkpoint.size) entries", place)
        }
    }

    /// A log that was read has to continue what is remembered.
    func check(_ head: LedgerHead, _ files: any LedgerFiles) throws {
        guard (try? CheckpointPolicy(log: head.signer.key).verify(note)) != nil else {
            throw Self.refusal("the remembered checkpoint is of another key or log", place)
        }
        guard head.checkpoint.size >= checkpoint.size else {
            throw Self.refusal(
                "it has \(head.checkpoint.size) entries, and it had \(checkpoint.size)", place)
        }
        let reader = LedgerReader(files, head.note, head.checkpoint)
        do {
            _ = try reader.consistency(from: (checkpoint.size, checkpoint.root))
        } catch let error as LedgerError where error.reason == .inconsistent {
            throw Self.refusal("it does not continue what it was", place)
        }
    }

    private static func refusal(_ what: String, _ place: String) -> LedgerError {
        LedgerError(
            .rolledBack,
            "The ledger is not the one that was written here last: \(what). Put back the newest copy "
                + "of the ledger folder. Only if no newer one is left, remove \(place): then the log "
                + "goes on from what is there, and whoever holds a newer proof sees that entries are "
                + "lost.")
    }
}
