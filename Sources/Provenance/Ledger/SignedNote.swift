// A text with signatures below it, as logs and witnesses pass it on.

internal import Crypto
internal import Foundation
internal import SelvageTypes

/// One signature below a note.
public struct NoteSignature: Hashable, Sendable {
    /// The key's name.
    public let name: String
    /// The key's number; name and number together say which key it was.
    public let keyID: UInt32
    /// What the key made of the text.
    public let bytes: [UInt8]

    /// The line, with its line feed: `— name base64`.
    public var line: String {
        "\u{2014} \(name) \(([UInt8].bigEndian(keyID) + bytes).base64)\n"
    }
}

/// A text with signatures below it.
///
/// The text says nothing before a signature of a trusted key was checked: see `signers(among:)`.
///
/// - Source: C2SP signed-note 1.0.0, "Format".
public struct SignedNote: Hashable, Sendable {
    static let limitInBytes = 128 << 10
    static let signatureLimit = 100

    /// The text, with its last line feed.
    public let text: String
    /// The signatures, as they stand.
    public private(set) var signatures: [NoteSignature]

    /// Reads a note; every note has exactly one spelling.
    ///
    /// - Throws: `LedgerError`, `.malformed` or `.tooLarge`.
    public init(_ bytes: [UInt8]) throws(LedgerError) {
        guard bytes.count <= Self.limitInBytes else {
            throw LedgerError(.tooLarge, "The note is longer than \(Self.limitInBytes) bytes.")
        }
        guard let all = StrictText.lines(bytes), all.hasSuffix("\n"),
            let gap = all.range(of: "\n\n", options: [.backwards, .literal])
        else { throw Self.malformed }
        text = String(all[..<gap.lowerBound]) + "\n"
        let lines = all[gap.upperBound...].dropLast()
            .split(separator: "\n", omittingEmptySubsequences: false)
        guard text != "\n", lines.count <= Self.signatureLimit else { throw Self.malformed }
        signatures = []
        for line in lines { signatures.append(try Self.signature(line)) }
    }

    /// A text under its first signature.
    ///
    /// - Throws: `LedgerError` when the key cannot sign.
    init(signing text: String, by signer: NoteSigner) throws(LedgerError) {
        precondition(text.hasSuffix("\n"), "a note's text ends with a line feed")
        self.text = text
        signatures = []
        try sign(by: signer, at: nil)
    }

    /// Adds a signature.
    ///
    /// - Parameter moment: When; a cosignature carries it, in whole seconds.
    /// - Throws: `LedgerError` when the key cannot sign.
    mutating func sign(by signer: NoteSigner, at moment: Instant?) throws(LedgerError) {
        let bytes: [UInt8]
        switch signer.key.kind {
        case .signature: bytes = try signer.signature(over: Array(text.utf8))
        case .cosignature:
            let seconds = UInt64(max(0, moment?.microseconds ?? 0) / 1_000_000)
            let message = Self.cosigned(text, at: seconds)
            bytes = [UInt8].bigEndian(seconds) + (try signer.signature(over: message))
        }
        append(NoteSignature(name: signer.key.name, keyID: signer.key.keyID, bytes: bytes))
    }

    /// Adds a signature in place of an older one of the same key.
    mutating func append(_ signature: NoteSignature) {
        signatures.removeAll { $0.name == signature.name && $0.keyID == signature.keyID }
        signatures.append(signature)
    }

    /// The note as it is passed on.
    public var bytes: [UInt8] { Array((text + "\n" + signatures.map(\.line).joined()).utf8) }

    /// Reads one line of a signature, without its line feed.
    static func signature(_ line: some StringProtocol) throws(LedgerError) -> NoteSignature {
        let parts = line.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "\u{2014}", NoteKey.isName(String(parts[1])),
            let bytes = StrictText.base64(parts[2]), bytes.count > 4
        else { throw malformed }
        return NoteSignature(
            name: String(parts[1]),
            keyID: UInt32(truncatingIfNeeded: bytes.prefix(4).bigEndianValue),
            bytes: Array(bytes.dropFirst(4)))
    }

    private static func cosigned(_ text: String, at seconds: UInt64) -> [UInt8] {
        Array("cosignature/v1\ntime \(seconds)\n\(text)".utf8)
    }

    private static var malformed: LedgerError {
        LedgerError(
            .malformed,
            "This is no signed note: a text, an empty line, and lines `— name signature`. It was "
                + "changed or copied incompletely.")
    }
}

extension SignedNote {
    /// A key that signed, and when; only witnesses say when.
    struct Signer: Hashable {
        let key: NoteKey
        let moment: Instant?
    }

    /// The keys, of those given, that signed the text; signatures of others are passed over.
    ///
    /// - Throws: `LedgerError`, `.badSignature` when one of them stands there and does not fit: then
    ///   nothing of the note can be relied on.
    func signers(among keys: [NoteKey]) throws(LedgerError) -> [Signer] {
        var found: [Signer] = []
        for signature in signatures {
            let named = keys.first { $0.name == signature.name && $0.keyID == signature.keyID }
            guard let key = named else { continue }
            guard let signer = signer(key, signature.bytes) else {
                throw LedgerError(
                    .badSignature,
                    "The signature of \(key.name) does not fit the text: one of them was changed.")
            }
            if !found.contains(where: { $0.key == key }) { found.append(signer) }
        }
        return found
    }

    private func signer(_ key: NoteKey, _ bytes: [UInt8]) -> Signer? {
        guard let checker = try? Curve25519.Signing.PublicKey(rawRepresentation: key.publicKey)
        else { return nil }
        switch key.kind {
        case .signature:
            guard bytes.count == 64, checker.isValidSignature(bytes, for: Array(text.utf8)) else {
                return nil
            }
            return Signer(key: key, moment: nil)
        case .cosignature:
            let seconds = bytes.prefix(8).bigEndianValue
            // Later moments than an Instant can hold are millennia away.
            guard bytes.count == 72, seconds < UInt64(Int64.max / 1_000_000),
                checker.isValidSignature(bytes.dropFirst(8), for: Self.cosigned(text, at: seconds))
            else { return nil }
            return Signer(
                key: key, moment: Instant(microseconds: Int64(seconds) * 1_000_000))
        }
    }
}
