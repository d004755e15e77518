// The key that signs manifests, and the certificates that say whose it is.

public import Crypto
public import SelvageTypes

/// A private key with its certificate chain.
public struct ManifestSigner: Sendable {
    /// A private key of a kind that manifests are signed with here.
    public enum Key: Sendable {
        case p256(P256.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)

        /// A key in PEM, P-256 (SEC 1 or PKCS #8) or Ed25519 (PKCS #8).
        ///
        /// - Throws: `ManifestError` when it is neither.
        public init(pem text: String) throws(ManifestError) {
            if let key = try? P256.Signing.PrivateKey(pemRepresentation: text) {
                self = .p256(key)
            } else if let key = try? Curve25519.Signing.PrivateKey(pem: text) {
                self = .ed25519(key)
            } else {
                throw ManifestError(
                    .unusableKey,
                    "The signing key is neither a P-256 nor an Ed25519 key in PEM without password."
                )
            }
        }

        var algorithm: COSEAlgorithm {
            switch self {
            case .p256: .es256
            case .ed25519: .edDSA
            }
        }

        func signature(over message: [UInt8]) throws(ManifestError) -> [UInt8] {
            do {
                return switch self {
                case .p256(let key): Array(try key.signature(for: message).rawRepresentation)
                case .ed25519(let key): Array(try key.signature(for: message))
                }
            } catch {
                throw ManifestError(.unusableKey, "The signing key could not sign: \(error).")
            }
        }
    }

    let key: Key
    let chain: CertificateChain

    /// A key with its certificates in PEM, the key's own first; a root among them is not written.
    ///
    /// - Throws: `ManifestError` when the first certificate is not the key's or may not sign
    ///   manifests.
    public init(key: Key, chain text: String) throws(ManifestError) {
        self.key = key
        chain = try CertificateChain(pem: text)
        let probe = Array("selvage".utf8)
        guard
            chain.leaf.key.isValid(
                try key.signature(over: probe)[...], over: probe, scheme: key.algorithm.scheme,
                encoding: .raw)
        else {
            throw ManifestError(
                .unusableCertificate, "The first certificate of the chain is not the signing key's."
            )
        }
        if let objection = chain.leaf.objection(to: .claimSigning) {
            throw ManifestError(
                .unusableCertificate, "The signing certificate cannot be used: \(objection).")
        }
    }

    /// The certificate's subject, for people.
    public var subject: String { chain.leaf.subject.display }

    /// When the certificate ends: manifests signed later are invalid.
    public var validTo: Instant { chain.leaf.validTo }

    /// Signs a claim.
    ///
    /// - Parameter room: Bytes that are left free in the signature's box, for a time-stamp.
    /// - Source: C2PA 2.2, 13.2 (the chain stands in the protected header, without its root).
    func sign(
        _ claim: [UInt8], at moment: Instant, room: Int = 0
    ) throws(ManifestError) -> COSESign1 {
        guard chain.leaf.isValid(at: moment) else {
            throw ManifestError(
                .unusableCertificate,
                "The signing certificate is valid from \(chain.leaf.validFrom) to "
                    + "\(chain.leaf.validTo), not at \(moment). Renew it.")
        }
        let written = chain.certificates.filter { $0.issuer != $0.subject }.map(\.der)
        let certificates =
            written.count == 1 ? CBORValue.bytes(written[0]) : .array(written.map { .bytes($0) })
        let protected = CBORValue.map([
            CBORValue.Entry(CBORValue(1), CBORValue(key.algorithm.rawValue)),
            CBORValue.Entry(CBORValue(33), certificates),
        ])
        let message = COSESign1.toBeSigned(
            protectedBytes: protected.deterministicallyEncoded, payload: claim)
        return COSESign1(
            protected: protected, unprotected: room == 0 ? .map([]) : COSESign1.padding([], room),
            signature: try key.signature(over: message))
    }
}
