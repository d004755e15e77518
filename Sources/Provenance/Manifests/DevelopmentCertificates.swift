// Certificates of one's own: enough to begin with, and plainly not those of a known authority.

internal import Crypto
internal import Foundation
public import SelvageTypes
internal import SwiftASN1
internal import X509

/// A signing key with certificates that nobody but its maker vouches for.
///
/// Manifests signed with them are intact for every reader, and *valid, unknown signer* for all who
/// were not given `authority` as an anchor. A certificate from an authority on the C2PA trust list
/// replaces them without any other change.
public struct DevelopmentCertificates: Sendable {
    /// The kind of the signing key.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        case p256, ed25519
    }

    /// The authority's certificate in PEM: what others need in order to trust the signer.
    public let authority: String
    /// The authority's private key in PEM, with which further certificates can be made.
    public let authorityKey: String
    /// The signer's certificate in PEM, followed by the authority's.
    public let chain: String
    /// The signer's private key in PEM.
    public let key: String

    /// Makes an authority and a signer.
    ///
    /// - Parameters:
    ///   - organisation: The house that signs.
    ///   - name: What the signer is called, such as the name of a studio's sealing service.
    ///   - days: How long the signer's certificate is valid; the authority's is so ten times as
    ///     long.
    ///   - random: Where keys and serial numbers come from; must be the system's outside of tests.
    /// - Throws: `ManifestError` when a name does not fit into a certificate.
    public static func make(
        organisation: String, name: String, kind: Kind = .p256, at moment: Instant,
        days: Int = 398, using random: inout some RandomNumberGenerator
    ) throws(ManifestError) -> Self {
        do {
            let authorityKey = try p256(&random)
            let issuer = try Issuer(
                key: Certificate.PrivateKey(authorityKey),
                name: DistinguishedName {
                    OrganizationName(organisation)
                    CommonName("\(organisation) signing authority")
                })
            let start = Date(timeIntervalSince1970: moment.seconds.rounded(.down))
            let root = try issuer.authority(from: start, days: days * 10, serial(&random))
            let (key, pem) = try signingKey(kind, &random)
            let subject = try DistinguishedName {
                OrganizationName(organisation)
                CommonName(name)
            }
            let leaf = try issuer.signer(
                subject, key.publicKey, from: start, days: days, serial(&random))
            let authority = try root.serializeAsPEM().pemString
            return Self(
                authority: authority + "\n", authorityKey: authorityKey.pemRepresentation + "\n",
                chain: try leaf.serializeAsPEM().pemString + "\n" + authority + "\n",
                key: pem + "\n")
        } catch {
            throw ManifestError(
                .unusableCertificate, "The certificates could not be made: \(error).")
        }
    }

    private static func signingKey(
        _ kind: Kind, _ random: inout some RandomNumberGenerator
    ) throws -> (Certificate.PrivateKey, pem: String) {
        switch kind {
        case .p256:
            let key = try p256(&random)
            return (Certificate.PrivateKey(key), key.pemRepresentation)
        case .ed25519:
            let key = try Curve25519.Signing.PrivateKey(rawRepresentation: bytes(32, &random))
            return (Certificate.PrivateKey(key), key.pem)
        }
    }

    private static func bytes(_ count: Int, _ random: inout some RandomNumberGenerator) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    /// A key from random bytes; bytes beyond the curve's order are drawn again.
    private static func p256(
        _ random: inout some RandomNumberGenerator
    ) throws -> P256.Signing.PrivateKey {
        for _ in 0..<8 {
            if let key = try? P256.Signing.PrivateKey(rawRepresentation: bytes(32, &random)) {
                return key
            }
        }
        throw ManifestError(.unusableKey, "The source of randomness gives no usable key.")
    }

    /// A positive serial number of 16 bytes.
    private static func serial(
        _ random: inout some RandomNumberGenerator
    ) -> Certificate.SerialNumber {
        var drawn = bytes(16, &random)
        drawn[0] = drawn[0] & 0x3f | 0x40
        return Certificate.SerialNumber(bytes: drawn)
    }
}

/// An authority's name and key.
private struct Issuer {
    let key: Certificate.PrivateKey
    let name: DistinguishedName

    private var keyIdentifier: SubjectKeyIdentifier { SubjectKeyIdentifier(hash: key.publicKey) }

    func authority(
        from start: Date, days: Int, _ serial: Certificate.SerialNumber
    ) throws -> Certificate {
        try certificate(
            name, key.publicKey, from: start, days: days, serial,
            Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                keyIdentifier
            })
    }

    /// A certificate that may sign manifests and nothing else.
    ///
    /// - Source: C2PA 2.2, 14.5: emailProtection, and the purpose of C2PA's own arc.
    func signer(
        _ subject: DistinguishedName, _ publicKey: Certificate.PublicKey, from start: Date,
        days: Int, _ serial: Certificate.SerialNumber
    ) throws -> Certificate {
        let claimSigning = ExtendedKeyUsage.Usage(oid: [1, 3, 6, 1, 4, 1, 62558, 2, 1])
        return try certificate(
            subject, publicKey, from: start, days: days, serial,
            Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.emailProtection, claimSigning])
                SubjectKeyIdentifier(hash: publicKey)
                AuthorityKeyIdentifier(keyIdentifier: keyIdentifier.keyIdentifier)
            })
    }

    private func certificate(
        _ subject: DistinguishedName, _ publicKey: Certificate.PublicKey, from start: Date,
        days: Int, _ serial: Certificate.SerialNumber, _ extensions: Certificate.Extensions
    ) throws -> Certificate {
        try Certificate(
            version: .v3, serialNumber: serial, publicKey: publicKey, notValidBefore: start,
            notValidAfter: start.addingTimeInterval(Double(days) * 86400), issuer: name,
            subject: subject, signatureAlgorithm: .ecdsaWithSHA256, extensions: extensions,
            issuerPrivateKey: key)
    }
}

extension Curve25519.Signing.PrivateKey {
    /// The key in PKCS #8 PEM.
    ///
    /// - Source: RFC 8410, 7.
    var pem: String {
        PEMDocument(
            type: "PRIVATE KEY", derBytes: Self.pkcs8Head + Array(rawRepresentation)
        ).pemString
    }

    /// A key from PKCS #8 PEM as `pem` and OpenSSL write it.
    init(pem text: String) throws {
        let document = try PEMDocument(pemString: text)
        guard document.discriminator == "PRIVATE KEY", document.derBytes.count == 48,
            document.derBytes.starts(with: Self.pkcs8Head)
        else { throw ManifestError(.unusableKey, "The key is not an Ed25519 key in PKCS #8.") }
        try self.init(rawRepresentation: document.derBytes.suffix(32))
    }

    private static let pkcs8Head: [UInt8] = [
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ]
}
