// Which signatures are understood, and whether one is a key's over a message.

internal import Crypto
internal import CryptoExtras
internal import Foundation
internal import SwiftASN1

/// A hash that C2PA allows.
public enum ManifestHash: String, Hashable, Sendable, Codable, CaseIterable {
    case sha256, sha384, sha512

    /// The hash of some pieces, one after the other.
    func digest(of pieces: some Sequence<ArraySlice<UInt8>>) -> [UInt8] {
        func run(_ function: some HashFunction) -> [UInt8] {
            var function = function
            for piece in pieces {
                piece.withUnsafeBytes { function.update(bufferPointer: $0) }
            }
            return Array(function.finalize())
        }
        return switch self {
        case .sha256: run(SHA256())
        case .sha384: run(SHA384())
        case .sha512: run(SHA512())
        }
    }

    /// The hash of bytes.
    public func digest(of bytes: [UInt8]) -> [UInt8] {
        digest(of: CollectionOfOne(bytes[...]))
    }

    /// The hash of a part of bytes.
    func digest(of part: ArraySlice<UInt8>) -> [UInt8] {
        digest(of: CollectionOfOne(part))
    }

    /// The hash with this object identifier.
    ///
    /// - Source: RFC 5754, 2.
    init?(objectIdentifier: String) {
        switch objectIdentifier {
        case "2.16.840.1.101.3.4.2.1": self = .sha256
        case "2.16.840.1.101.3.4.2.2": self = .sha384
        case "2.16.840.1.101.3.4.2.3": self = .sha512
        default: return nil
        }
    }
}

/// A kind of signature.
enum SignatureScheme: Hashable, Sendable {
    case ecdsa(ManifestHash)
    case rsaPSS(ManifestHash)
    case rsaPKCS1(ManifestHash)
    case ed25519

    /// How an ECDSA signature is written: two numbers side by side (COSE), or DER (X.509, CMS).
    enum Encoding: Hashable, Sendable { case raw, der }
}

/// A public key that can check signatures.
enum SignatureKey: Sendable {
    case p256(P256.Signing.PublicKey)
    case p384(P384.Signing.PublicKey)
    case p521(P521.Signing.PublicKey)
    case rsa(_RSA.Signing.PublicKey)
    case ed25519(Curve25519.Signing.PublicKey)

    /// A key from a SubjectPublicKeyInfo.
    ///
    /// - Source: RFC 5280, 4.1.2.7; RFC 4055 for keys that are bound to RSASSA-PSS.
    init(subjectPublicKeyInfo node: ASN1Node) throws(DERError) {
        var items = try DERItems(node)
        var algorithm = try DERItems(try items.next())
        let name = try algorithm.next().objectIdentifier
        let parameters = algorithm.rest.first
        let bytes = try items.next().bits
        do {
            switch name {
            case "1.2.840.10045.2.1":
                self = try Self.curve(parameters, point: bytes)
            case "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10":
                self = .rsa(try _RSA.Signing.PublicKey(derRepresentation: Data(bytes)))
            case "1.3.101.112" where parameters == nil:
                self = .ed25519(try Curve25519.Signing.PublicKey(rawRepresentation: bytes))
            default: throw DERError(detail: "the kind of public key is not one that C2PA allows")
            }
        } catch let error as DERError {
            throw error
        } catch {
            throw DERError(detail: "the public key is damaged")
        }
    }

    private static func curve(_ name: ASN1Node?, point: ArraySlice<UInt8>) throws -> Self {
        switch try name?.objectIdentifier {
        case "1.2.840.10045.3.1.7": .p256(try P256.Signing.PublicKey(x963Representation: point))
        case "1.3.132.0.34": .p384(try P384.Signing.PublicKey(x963Representation: point))
        case "1.3.132.0.35": .p521(try P521.Signing.PublicKey(x963Representation: point))
        default: throw DERError(detail: "the curve of the public key is not one that C2PA allows")
        }
    }

    /// Whether a signature is this key's over exactly this message.
    func isValid(
        _ signature: ArraySlice<UInt8>, over message: [UInt8], scheme: SignatureScheme,
        encoding: SignatureScheme.Encoding
    ) -> Bool {
        switch (self, scheme) {
        case (.ed25519(let key), .ed25519): key.isValidSignature(signature, for: message)
        case (.rsa(let key), .rsaPSS(let hash)):
            Self.rsa(key, signature, message, hash, .PSS)
        case (.rsa(let key), .rsaPKCS1(let hash)):
            Self.rsa(key, signature, message, hash, .insecurePKCS1v1_5)
        case (_, .ecdsa(.sha256)):
            ecdsa(signature, SHA256.hash(data: message), encoding)
        case (_, .ecdsa(.sha384)):
            ecdsa(signature, SHA384.hash(data: message), encoding)
        case (_, .ecdsa(.sha512)):
            ecdsa(signature, SHA512.hash(data: message), encoding)
        default: false
        }
    }

    private static func rsa(
        _ key: _RSA.Signing.PublicKey, _ signature: ArraySlice<UInt8>, _ message: [UInt8],
        _ hash: ManifestHash, _ padding: _RSA.Signing.Padding
    ) -> Bool {
        let signature = _RSA.Signing.RSASignature(rawRepresentation: signature)
        return switch hash {
        case .sha256:
            key.isValidSignature(signature, for: SHA256.hash(data: message), padding: padding)
        case .sha384:
            key.isValidSignature(signature, for: SHA384.hash(data: message), padding: padding)
        case .sha512:
            key.isValidSignature(signature, for: SHA512.hash(data: message), padding: padding)
        }
    }

    private func ecdsa(
        _ bytes: ArraySlice<UInt8>, _ digest: some Crypto.Digest,
        _ encoding: SignatureScheme.Encoding
    ) -> Bool {
        switch self {
        case .p256(let key):
            let signature =
                encoding == .raw
                ? try? P256.Signing.ECDSASignature(rawRepresentation: bytes)
                : try? P256.Signing.ECDSASignature(derRepresentation: bytes)
            return signature.map { key.isValidSignature($0, for: digest) } ?? false
        case .p384(let key):
            let signature =
                encoding == .raw
                ? try? P384.Signing.ECDSASignature(rawRepresentation: bytes)
                : try? P384.Signing.ECDSASignature(derRepresentation: bytes)
            return signature.map { key.isValidSignature($0, for: digest) } ?? false
        case .p521(let key):
            let signature =
                encoding == .raw
                ? try? P521.Signing.ECDSASignature(rawRepresentation: bytes)
                : try? P521.Signing.ECDSASignature(derRepresentation: bytes)
            return signature.map { key.isValidSignature($0, for: digest) } ?? false
        default: return false
        }
    }
}

extension SignatureScheme {
    /// The scheme of an AlgorithmIdentifier, as certificates and time-stamps name it.
    ///
    /// - Source: RFC 5754, 3; RFC 4055, 3.1; RFC 8410, 3.
    /// - Parameter digest: The hash beside it, for `rsaEncryption`, which names none.
    init(algorithm node: ASN1Node, digest: ManifestHash? = nil) throws(DERError) {
        var items = try DERItems(node)
        let name = try items.next().objectIdentifier
        switch name {
        case "1.2.840.10045.4.3.2": self = .ecdsa(.sha256)
        case "1.2.840.10045.4.3.3": self = .ecdsa(.sha384)
        case "1.2.840.10045.4.3.4": self = .ecdsa(.sha512)
        case "1.2.840.113549.1.1.11": self = .rsaPKCS1(.sha256)
        case "1.2.840.113549.1.1.12": self = .rsaPKCS1(.sha384)
        case "1.2.840.113549.1.1.13": self = .rsaPKCS1(.sha512)
        case "1.2.840.113549.1.1.10": self = .rsaPSS(try Self.pssHash(try items.next()))
        case "1.3.101.112" where items.rest.isEmpty: self = .ed25519
        default:
            guard name == "1.2.840.113549.1.1.1", let digest else {
                throw DERError(detail: "the signature algorithm \(name) is not one C2PA allows")
            }
            self = .rsaPKCS1(digest)
        }
    }

    /// The hash of RSASSA-PSS parameters, which C2PA wants named for the message and the mask.
    private static func pssHash(_ parameters: ASN1Node) throws(DERError) -> ManifestHash {
        var items = try DERItems(parameters)
        guard let first = items.next(tagged: 0), let second = items.next(tagged: 1) else {
            throw DERError(detail: "the parameters of RSASSA-PSS are missing")
        }
        var hash = try DERItems(try first.inner)
        var mask = try DERItems(try second.inner)
        _ = try mask.next()
        var maskHash = try DERItems(try mask.next())
        let name = try hash.next().objectIdentifier
        guard let known = ManifestHash(objectIdentifier: name),
            try maskHash.next().objectIdentifier == name
        else { throw DERError(detail: "the hash of RSASSA-PSS is not one that C2PA allows") }
        return known
    }
}
