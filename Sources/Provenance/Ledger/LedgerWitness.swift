// A witness: it cosigns a log's checkpoint when that continues the one it saw before.

public import SelvageTypes

/// What a log asks a witness: a checkpoint, with the proof that it continues the last one.
///
/// - Source: C2SP tlog-witness, "add-checkpoint".
public struct WitnessRequest: Hashable, Sendable {
    static let hashLimit = 63

    /// How many entries the log had when the witness cosigned last.
    public let oldSize: UInt64
    /// The proof of consistency.
    public let path: [Digest]
    /// The new checkpoint.
    public let note: SignedNote

    /// What to ask a witness that cosigned last at some size.
    ///
    /// - Throws: `LedgerError` when the log's files do not give the proof.
    public init(_ reader: LedgerReader, since oldSize: UInt64) throws {
        guard oldSize <= reader.checkpoint.size else {
            throw LedgerError(
                .outOfRange,
                "The ledger has \(reader.checkpoint.size) entries, fewer than \(oldSize).")
        }
        self.oldSize = oldSize
        note = reader.note
        var hashes = LedgerHashes(reader)
        path = try LeafRange.consistency(from: oldSize, to: reader.checkpoint.size).map {
            try hashes.hash(of: $0)
        }
    }

    /// Reads a request.
    ///
    /// - Throws: `LedgerError`, `.malformed` or `.tooLarge`.
    public init(_ bytes: [UInt8]) throws(LedgerError) {
        guard bytes.count <= LedgerProof.limitInBytes else {
            throw LedgerError(
                .tooLarge, "The request is longer than \(LedgerProof.limitInBytes) bytes.")
        }
        guard let text = StrictText.lines(bytes), let gap = text.firstRange(of: "\n\n") else {
            throw Self.malformed
        }
        var lines = text[..<gap.lowerBound]
            .split(separator: "\n", omittingEmptySubsequences: false)[...]
        guard let line = lines.popFirst(), line.hasPrefix("old "),
            let size = StrictText.decimal(line.dropFirst(4)), lines.count <= Self.hashLimit
        else { throw Self.malformed }
        oldSize = size
        path = lines.compactMap { StrictText.hash($0) }
        guard path.count == lines.count else { throw Self.malformed }
        note = try SignedNote(Array(text[gap.upperBound...].utf8))
    }

    /// The body of the request.
    public var bytes: [UInt8] {
        let lines = ["old \(oldSize)"] + path.map(\.base64)
        return Array((lines.joined(separator: "\n") + "\n\n").utf8) + note.bytes
    }

    private static var malformed: LedgerError {
        LedgerError(
            .malformed,
            "This is no request to a witness: `old SIZE`, hashes, an empty line, and a "
                + "checkpoint.")
    }
}

/// A witness of one log; it decides and keeps nothing.
///
/// - Source: C2SP tlog-witness, "add-checkpoint".
public struct LedgerWitness: Sendable {
    /// What a witness answers.
    public enum Answer: Hashable, Sendable {
        /// A cosignature. The checkpoint has to be kept before the signature leaves the house.
        case cosigned(NoteSignature, Checkpoint)
        /// The log's last checkpoint that was cosigned has another size, or another root (409).
        case conflict(lastSize: UInt64)
        /// The checkpoint is not of a log that is witnessed (404).
        case unknownLog
        /// It is not signed by the log (403).
        case untrusted
        /// The sizes are impossible (400).
        case malformed
        /// It is not shown to continue the last one (422).
        case unproven
    }

    private let signer: NoteSigner
    private let log: NoteKey

    /// A witness of a log.
    ///
    /// - Throws: `LedgerError`, `.badKey` when the signer is not a witness's or the key not a log's.
    public init(_ signer: NoteSigner, of log: NoteKey) throws(LedgerError) {
        guard signer.key.kind == .cosignature, log.kind == .signature else {
            throw LedgerError(.badKey, "A witness cosigns with a key of its own, of kind 4.")
        }
        self.signer = signer
        self.log = log
    }

    /// Answers a request.
    ///
    /// - Parameters:
    ///   - last: The checkpoint of this log that was cosigned last; nil when none was.
    ///   - now: The moment that stands in the cosignature.
    /// - Throws: `LedgerError` when the key cannot sign.
    public func answer(
        _ request: WitnessRequest, last: Checkpoint?, at now: Instant
    ) throws(LedgerError) -> Answer {
        guard let offered = try? Checkpoint(request.note.text) else { return .malformed }
        guard offered.origin == log.name else { return .unknownLog }
        guard let new = try? CheckpointPolicy(log: log).verify(request.note).checkpoint else {
            return .untrusted
        }
        guard request.oldSize <= new.size else { return .malformed }
        let lastSize = last?.size ?? 0
        guard request.oldSize == lastSize else { return .conflict(lastSize: lastSize) }
        if let last, last.size == new.size, last.root != new.root {
            return .conflict(lastSize: lastSize)
        }
        guard Self.continues(new, last, request.path) else { return .unproven }
        var note = request.note
        try note.sign(by: signer, at: now)
        guard let signature = note.signatures.last else { return .malformed }
        return .cosigned(signature, new)
    }

    /// An empty log says nothing about what follows, so anything follows it.
    private static func continues(_ new: Checkpoint, _ last: Checkpoint?, _ path: [Digest]) -> Bool
    {
        guard let last, last.size > 0 else { return path.isEmpty }
        let old = (last.size, last.root)
        return
            (try? MerkleProof.checkConsistency(
                from: old, to: (new.size, new.root), path: path)) != nil
    }
}
