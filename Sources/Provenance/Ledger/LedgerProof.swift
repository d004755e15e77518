// A `.tlog-proof`: all that is needed, besides keys, to check offline that something was logged.

internal import Foundation
public import SelvageTypes

/// An offline proof that an entry is in a log.
///
/// - Source: C2SP tlog-proof (draft), "Format". Our own proofs carry the entry itself as extra data;
///   its hash is what is proven, so it needs no further protection.
public struct LedgerProof: Hashable, Sendable {
    static let firstLine = "c2sp.org/tlog-proof@v1"
    static let limitInBytes = SignedNote.limitInBytes + 96 << 10
    static let hashLimit = 64

    /// Data beside the proof, not protected by it.
    public let extra: [UInt8]?
    /// The entry's place in the log, from 0.
    public let index: UInt64
    /// The hashes from the leaf's sibling up to the root's child.
    public let path: [Digest]
    /// The log's checkpoint, with all its signatures.
    public let note: SignedNote

    init(extra: [UInt8]?, index: UInt64, path: [Digest], note: SignedNote) {
        self.extra = extra
        self.index = index
        self.path = path
        self.note = note
    }

    /// Reads a proof; every proof has exactly one spelling.
    ///
    /// - Throws: `LedgerError`, `.malformed` or `.tooLarge`.
    public init(_ bytes: [UInt8]) throws(LedgerError) {
        guard bytes.count <= Self.limitInBytes else {
            throw LedgerError(.tooLarge, "The proof is longer than \(Self.limitInBytes) bytes.")
        }
        guard let text = StrictText.lines(bytes),
            let gap = text.range(of: "\n\n", options: .literal)
        else { throw Self.malformed }
        var lines = text[..<gap.lowerBound]
            .split(separator: "\n", omittingEmptySubsequences: false)[...]
        guard lines.popFirst() == Self.firstLine[...] else { throw Self.malformed }
        if let line = lines.first, line.hasPrefix("extra ") {
            guard let data = StrictText.base64(line.dropFirst(6)) else { throw Self.malformed }
            extra = data
            lines.removeFirst()
        } else {
            extra = nil
        }
        guard let line = lines.popFirst(), line.hasPrefix("index "),
            let index = StrictText.decimal(line.dropFirst(6)), lines.count <= Self.hashLimit
        else { throw Self.malformed }
        self.index = index
        path = lines.compactMap { StrictText.hash($0) }
        guard path.count == lines.count else { throw Self.malformed }
        note = try SignedNote(Array(text[gap.upperBound...].utf8))
    }

    /// The proof as it is stored.
    public var bytes: [UInt8] {
        var lines = [Self.firstLine]
        if let extra { lines.append("extra \(extra.base64)") }
        lines.append("index \(index)")
        lines += path.map(\.base64)
        return Array((lines.joined(separator: "\n") + "\n\n").utf8) + note.bytes
    }

    /// Checks that an entry is in the log.
    ///
    /// - Parameter entry: The entry's bytes; what the proof carries when left out.
    /// - Throws: `LedgerError` when it is not shown to be.
    public func verify(
        entry: [UInt8]? = nil, policy: CheckpointPolicy
    ) throws(LedgerError) -> VerifiedCheckpoint {
        guard let content = entry ?? extra else {
            throw LedgerError(
                .malformed, "The proof does not carry the entry itself; give the entry's file too.")
        }
        let verified = try policy.verify(note)
        try MerkleProof.checkInclusion(
            of: MerkleTree.leafHash(content), at: index, in: verified.checkpoint.size, path: path,
            root: verified.checkpoint.root)
        return verified
    }

    private static var malformed: LedgerError {
        LedgerError(
            .malformed,
            "This is no proof of a transparency log (`\(firstLine)`): it was changed or copied "
                + "incompletely.")
    }
}
