// Secrets as values: they are used, and never show themselves.

public import Crypto
internal import Foundation
public import SelvageTypes

/// A secret that two sides of a webhook share.
///
/// - Source: Standard Webhooks 1.0, "Signature scheme": `whsec_` and 24 to 64 bytes in base64.
public struct WebhookSecret: Hashable, Sendable {
    /// The bytes that messages are authenticated with.
    public let bytes: [UInt8]

    /// A new random secret of 32 bytes.
    public init() {
        bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
    }

    /// Reads `whsec_` and base64.
    ///
    /// - Returns: nil when the text is anything else, or not 24 to 64 bytes.
    public init?(_ text: String) {
        guard text.hasPrefix("whsec_"), text.utf8.count < 128,
            let data = Data(base64Encoded: String(text.dropFirst(6))),
            (24...64).contains(data.count)
        else { return nil }
        bytes = Array(data)
    }

    init(stored bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The text to hand to the other side.
    ///
    /// Never log it.
    public var text: String { "whsec_" + Data(bytes).base64EncodedString() }
}

/// An Ed25519 key that seals what leaves the house.
public struct SigningKey: Sendable {
    /// The key.
    ///
    /// Never log it.
    public let privateKey: Curve25519.Signing.PrivateKey

    /// A new random key.
    public init() {
        privateKey = Curve25519.Signing.PrivateKey()
    }

    /// Reads a key of 32 bytes.
    ///
    /// - Returns: nil when there are not exactly 32.
    public init?(rawBytes: [UInt8]) {
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: rawBytes) else {
            return nil
        }
        privateKey = key
    }

    /// The public key, 32 bytes, in base64, as `Seal` has it.
    public var publicKey: String { privateKey.publicKey.rawRepresentation.base64EncodedString() }

    /// A seal over some bytes.
    ///
    /// - Throws: What the cryptographic library throws.
    public func seal(_ content: [UInt8]) throws -> Seal {
        try Seal(of: content, with: privateKey)
    }
}

extension WebhookSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "a webhook secret (not shown)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension SigningKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "a signing key (not shown); public: \(publicKey)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
