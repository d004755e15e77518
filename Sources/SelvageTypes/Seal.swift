// A cryptographic signature over bytes, with the key that checks it.

public import Crypto
internal import Foundation

/// An Ed25519 signature over some bytes, with the public key that checks it.
///
/// - Source: RFC 8032.
public struct Seal: Hashable, Sendable, Codable {
    /// Always `ed25519`.
    public var algorithm: String
    /// The public key, 32 bytes, in base64.
    public var publicKey: String
    /// The signature, 64 bytes, in base64.
    public var signature: String

    /// Seals bytes with a private key.
    ///
    /// - Throws: What the cryptographic library throws.
    public init(of content: [UInt8], with key: Curve25519.Signing.PrivateKey) throws {
        algorithm = "ed25519"
        publicKey = key.publicKey.rawRepresentation.base64EncodedString()
        signature = try key.signature(for: content).base64EncodedString()
    }

    /// Whether the signature is this key's over exactly these bytes.
    ///
    /// It says nothing about whose key it is: compare `publicKey` with one that is trusted.
    public func verifies(_ content: [UInt8]) -> Bool {
        guard algorithm == "ed25519", let key = Data(base64Encoded: publicKey),
            let signed = Data(base64Encoded: signature),
            let checker = try? Curve25519.Signing.PublicKey(rawRepresentation: key)
        else { return false }
        return checker.isValidSignature(signed, for: content)
    }
}
