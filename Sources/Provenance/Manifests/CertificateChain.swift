// A signer's certificate with those that vouch for it, as PEM text or DER.

internal import SwiftASN1

/// A certificate followed by those that vouch for it.
struct CertificateChain: Sendable {
    /// The end entity first.
    let certificates: [SignerCertificate]

    /// The most certificates that are looked at.
    static let limit = 16

    /// A chain of DER certificates.
    ///
    /// - Throws: `DERError` when there is none, or too many, or one cannot be read.
    init(der: [[UInt8]]) throws(DERError) {
        guard !der.isEmpty, der.count <= Self.limit else {
            throw DERError(detail: "the signature carries \(der.count) certificates")
        }
        certificates = try der.map { bytes throws(DERError) in try SignerCertificate(der: bytes) }
    }

    /// All certificates of PEM text, in its order; other PEM blocks are passed over.
    ///
    /// - Throws: `ManifestError` when there is none or one cannot be read.
    init(pem text: String) throws(ManifestError) {
        certificates = try Self.blocks(pem: text).map { bytes throws(ManifestError) in
            do throws(DERError) {
                return try SignerCertificate(der: bytes)
            } catch {
                throw ManifestError(
                    .unusableCertificate, "A certificate cannot be used: \(error.detail).")
            }
        }
    }

    /// The DER of all certificates of PEM text.
    static func blocks(pem text: String) throws(ManifestError) -> [[UInt8]] {
        guard let documents = try? PEMDocument.parseMultiple(pemString: text) else {
            throw ManifestError(.unusableCertificate, "The certificates are not PEM text.")
        }
        let blocks = documents.filter { $0.discriminator == "CERTIFICATE" }.map(\.derBytes)
        guard !blocks.isEmpty else {
            throw ManifestError(.unusableCertificate, "The PEM text holds no certificate.")
        }
        return blocks
    }

    /// The end entity.
    var leaf: SignerCertificate { certificates[0] }

    /// Those that stand behind it.
    var others: [SignerCertificate] { Array(certificates.dropFirst()) }
}
