// The keys of signed notes: public ones as `name+hash+base64`, private ones in a file of one line.

public import Crypto
internal import Foundation
internal import SelvageTypes

/// A public key with its name, as people configure it.
///
/// - Source: C2SP signed-note, "Signatures" and "Verifier keys"; C2SP tlog-cosignature, "Format".
public struct NoteKey: Hashable, Sendable {
    /// What a signature of the key is over.
    public enum Kind: UInt8, Hashable, Sendable {
        /// The text alone: a log.
        case signature = 1
        /// The text and a time: a witness.
        case cosignature = 4
    }

    /// The name, such as `studio.example/ledger`; never empty, without spaces and `+`.
    public let name: String
    /// What its signatures are over.
    public let kind: Kind
    /// 32 bytes.
    public let publicKey: [UInt8]

    /// A key.
    ///
    /// - Throws: `LedgerError`, `.badKey` when the name or the key cannot be one.
    public init(name: String, kind: Kind, publicKey: [UInt8]) throws(LedgerError) {
        guard Self.isName(name) else {
            throw LedgerError(
                .badKey,
                "A key's name has 1 to 200 bytes and neither spaces nor a plus; choose another.")
        }
        guard publicKey.count == 32 else {
            throw LedgerError(.badKey, "The key of \(name) is not an Ed25519 key of 32 bytes.")
        }
        self.name = name
        self.kind = kind
        self.publicKey = publicKey
    }

    /// Reads `name+hash+base64`.
    ///
    /// - Throws: `LedgerError`, `.badKey` when the text is anything else.
    public init(_ text: String) throws(LedgerError) {
        let key = try KeyText(text, of: "name+hash+base64")
        try self.init(name: key.name, kind: key.kind, publicKey: key.material)
        guard keyID == key.keyID else {
            throw LedgerError(
                .badKey,
                "The key of \(name) does not have the hash that stands in it; it was "
                    + "changed or copied incompletely.")
        }
    }

    /// Four bytes that signatures name the key by, as a number.
    public var keyID: UInt32 {
        let digest = SelvageTypes.Digest(of: Array(name.utf8) + [0x0a, kind.rawValue] + publicKey)
        return UInt32(truncatingIfNeeded: digest.bytes.prefix(4).bigEndianValue)
    }

    /// The same key as a witness has it.
    ///
    /// Witnesses' keys are also handed out in the form of a log's.
    public var asWitness: NoteKey {
        get throws(LedgerError) {
            try NoteKey(name: name, kind: .cosignature, publicKey: publicKey)
        }
    }

    static func isName(_ text: String) -> Bool {
        (1...200).contains(text.utf8.count) && !text.contains("+")
            && text.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0.value >= 0x20 }
    }
}

extension NoteKey: CustomStringConvertible {
    /// `name+hash+base64`, for others to configure.
    public var description: String {
        "\(name)+\([UInt8].bigEndian(keyID).hex)+\(([kind.rawValue] + publicKey).base64)"
    }
}

/// A private key with its name.
///
/// It never shows itself.
public struct NoteSigner: Sendable {
    /// The public half.
    public let key: NoteKey
    private let privateKey: Curve25519.Signing.PrivateKey

    /// A signer.
    ///
    /// - Throws: `LedgerError`, `.badKey` when the name cannot be one.
    public init(
        name: String, kind: NoteKey.Kind, privateKey: Curve25519.Signing.PrivateKey
    ) throws(LedgerError) {
        key = try NoteKey(
            name: name, kind: kind, publicKey: Array(privateKey.publicKey.rawRepresentation))
        self.privateKey = privateKey
    }

    /// Reads `PRIVATE+KEY+name+hash+base64`, the form in which Go's `note` package keeps keys.
    ///
    /// - Parameter kind: What the key is to sign as; nil for what it says itself.
    /// - Throws: `LedgerError`, `.badKey` when the text is anything else.
    public init(secret text: String, as kind: NoteKey.Kind? = nil) throws(LedgerError) {
        let prefix = "PRIVATE+KEY+"
        guard text.hasPrefix(prefix) else {
            throw LedgerError(
                .badKey, "This is no private key: a line `PRIVATE+KEY+name+hash+base64`.")
        }
        let parts = try KeyText(String(text.dropFirst(prefix.count)), of: "a private key")
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: parts.material)
        else { throw LedgerError(.badKey, "The private key of \(parts.name) is not usable.") }
        try self.init(name: parts.name, kind: parts.kind, privateKey: key)
        guard self.key.keyID == parts.keyID else {
            throw LedgerError(
                .badKey, "The private key of \(parts.name) does not fit the hash that stands in it."
            )
        }
        if let kind, kind != parts.kind {
            try self.init(name: parts.name, kind: kind, privateKey: key)
        }
    }

    /// The key as one line for a file that only its owner can read.
    ///
    /// Never log it.
    public var secret: String {
        let id = [UInt8].bigEndian(key.keyID).hex
        let material = [key.kind.rawValue] + Array(privateKey.rawRepresentation)
        return "PRIVATE+KEY+\(key.name)+\(id)+\(material.base64)"
    }

    func signature(over message: [UInt8]) throws(LedgerError) -> [UInt8] {
        do {
            return Array(try privateKey.signature(for: message))
        } catch {
            throw LedgerError(.badKey, "The key of \(key.name) cannot sign: \(error)")
        }
    }
}

extension NoteSigner: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The public half.
    public var description: String { "a signer (not shown); public: \(key)" }
    /// The public half.
    public var debugDescription: String { description }
    /// Nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// A log's private key, before the log's name is known.
public struct LedgerIdentity: Sendable {
    private let privateKey: Curve25519.Signing.PrivateKey

    /// The identity that a key gives.
    public init(_ privateKey: Curve25519.Signing.PrivateKey) {
        self.privateKey = privateKey
    }

    /// The log's public key.
    ///
    /// - Throws: `LedgerError`, `.badKey` when the name cannot be one.
    public func key(named name: String) throws(LedgerError) -> NoteKey {
        try signer(named: name).key
    }

    /// The log's signer.
    ///
    /// - Throws: `LedgerError`, `.badKey` when the name cannot be one.
    func signer(named name: String) throws(LedgerError) -> NoteSigner {
        try NoteSigner(name: name, kind: .signature, privateKey: privateKey)
    }

    /// A name that no other log has, when nobody gave one.
    var defaultName: String {
        let digest = SelvageTypes.Digest(of: privateKey.publicKey.rawRepresentation)
        return "selvage-ledger/\(digest.hex.prefix(16))"
    }
}

extension LedgerIdentity: CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The name after the public half.
    public var description: String { "a ledger's key (not shown); \(defaultName)" }
    /// The name after the public half.
    public var debugDescription: String { description }
    /// Nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The parts of a key's text: name, hash, and one byte of kind before the key itself.
private struct KeyText {
    let name: String
    let keyID: UInt32
    let kind: NoteKey.Kind
    let material: [UInt8]

    init(_ text: String, of form: String) throws(LedgerError) {
        let parts =
            text.utf8.count <= 400
            ? text.split(
                separator: "+", maxSplits: 2, omittingEmptySubsequences: false) : []
        guard parts.count == 3, parts[1].utf8.count == 8, parts[1] == parts[1].lowercased(),
            let id = [UInt8](hex: parts[1]), let bytes = StrictText.base64(parts[2]),
            bytes.count == 33
        else {
            throw LedgerError(
                .badKey, "This is no key of a log or witness; its form is \(form), on one line.")
        }
        guard let kind = NoteKey.Kind(rawValue: bytes[0]) else {
            throw LedgerError(
                .badKey,
                "The key of \(parts[0]) is of kind \(bytes[0]), which is not known here; "
                    + "Ed25519 keys have kind 1 or, as witnesses, 4.")
        }
        name = String(parts[0])
        keyID = UInt32(truncatingIfNeeded: id.bigEndianValue)
        self.kind = kind
        material = Array(bytes.dropFirst())
    }
}
