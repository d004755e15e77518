// What a log vouches for at one moment: its name, how many entries it has, and their root.

internal import Foundation
public import SelvageTypes

/// The head of a log at one size.
///
/// - Source: C2SP tlog-checkpoint 1.0.0, "Note text".
public struct Checkpoint: Hashable, Sendable {
    /// The log's name.
    public let origin: String
    /// How many entries the log has.
    public let size: UInt64
    /// The root of the Merkle tree over them.
    public let root: Digest
    /// Further lines, which mean nothing here; none in our own logs.
    public let extensions: [String]

    /// A head without further lines.
    ///
    /// - Throws: `LedgerError`, `.malformed` when the origin cannot be one.
    public init(origin: String, size: UInt64, root: Digest) throws(LedgerError) {
        guard NoteKey.isName(origin) else {
            throw LedgerError(
                .malformed,
                "A log's origin has 1 to 200 bytes and neither spaces nor a plus, such as "
                    + "`studio.example/ledger`.")
        }
        self.origin = origin
        self.size = size
        self.root = root
        extensions = []
    }

    /// Reads the text of a note.
    ///
    /// - Throws: `LedgerError`, `.malformed` when it is no checkpoint.
    public init(_ text: String) throws(LedgerError) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        guard text.hasSuffix("\n"), lines.count >= 3, lines.allSatisfy({ !$0.isEmpty }),
            let size = StrictText.decimal(lines[1]), let root = StrictText.hash(lines[2])
        else {
            throw LedgerError(
                .malformed,
                "This is no checkpoint: the log's name, the number of entries and the root in "
                    + "base64 on lines of their own.")
        }
        origin = String(lines[0])
        self.size = size
        self.root = root
        extensions = lines.dropFirst(3).map(String.init)
    }

    /// The text that is signed.
    public var text: String {
        ([origin, String(size), root.base64] + extensions).map { $0 + "\n" }.joined()
    }
}

/// A checkpoint whose signatures were checked.
public struct VerifiedCheckpoint: Hashable, Sendable {
    /// A witness that cosigned, and when.
    public struct Witness: Hashable, Sendable {
        /// The witness's name.
        public let name: String
        /// When it cosigned.
        public let moment: Instant
    }

    /// What the log vouches for.
    public let checkpoint: Checkpoint
    /// The witnesses of the policy that cosigned it.
    public let witnesses: [Witness]
}

/// Whose word is taken for a checkpoint.
public struct CheckpointPolicy: Hashable, Sendable {
    private let log: NoteKey
    private let witnesses: [NoteKey]
    private let quorum: Int
    private let origin: String

    /// A log's key, and how many of some witnesses have to have cosigned.
    ///
    /// - Parameters:
    ///   - origin: The log's name; its key's name when left out.
    ///   - quorum: All witnesses when left out.
    /// - Throws: `LedgerError`, `.badKey` for a log's key that is none, witnesses that share a key,
    ///   or a quorum that cannot be reached.
    public init(
        log: NoteKey, origin: String? = nil, witnesses: [NoteKey] = [], quorum: Int? = nil
    ) throws(LedgerError) {
        guard log.kind == .signature else {
            throw LedgerError(
                .badKey, "The key of \(log.name) is a witness's; give the log's own key.")
        }
        var known: [NoteKey] = []
        for witness in witnesses { known.append(try witness.asWitness) }
        // One machine under two names must not count twice.
        guard Set(known.map(\.publicKey)).count == known.count else {
            throw LedgerError(.badKey, "Two of the witnesses have the same key; name each once.")
        }
        self.log = log
        self.witnesses = known
        self.quorum = quorum ?? known.count
        self.origin = origin ?? log.name
        guard (0...known.count).contains(self.quorum) else {
            throw LedgerError(
                .badKey, "\(self.quorum) of \(known.count) witnesses cannot be demanded.")
        }
    }

    /// Checks a checkpoint's signatures.
    ///
    /// - Throws: `LedgerError` when it is not to be relied on.
    public func verify(_ note: SignedNote) throws(LedgerError) -> VerifiedCheckpoint {
        let signers = try note.signers(among: [log] + witnesses)
        guard signers.contains(where: { $0.key == log }) else {
            throw LedgerError(
                .untrusted,
                "The checkpoint has no signature of \(log.name) with the key that was given: it is "
                    + "of another log, or it was changed.")
        }
        let checkpoint = try Checkpoint(note.text)
        guard checkpoint.origin == origin else {
            throw LedgerError(
                .otherLog, "The checkpoint is of the log \(checkpoint.origin), not of \(origin).")
        }
        let seen = signers.compactMap { signer in
            signer.moment.map {
                VerifiedCheckpoint.Witness(name: signer.key.name, moment: $0)
            }
        }
        guard seen.count >= quorum else {
            throw LedgerError(
                .tooFewWitnesses(got: seen.count, wanted: quorum),
                "\(seen.count) of the \(quorum) demanded witnesses have cosigned the checkpoint.")
        }
        return VerifiedCheckpoint(checkpoint: checkpoint, witnesses: seen)
    }
}
