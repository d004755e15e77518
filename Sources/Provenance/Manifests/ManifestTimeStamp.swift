// An RFC 3161 time-stamp in a manifest's signature: what it says and whether it holds.

internal import SelvageTypes
internal import SwiftASN1

/// A time-stamp token.
///
/// - Source: RFC 3161, 2.4.2; RFC 5652, 5 (SignedData).
struct ManifestTimeStamp: Sendable {
    /// The moment the authority vouches for.
    let moment: Instant
    let signer: SignerCertificate
    let others: [SignerCertificate]
    /// The hash of what was stamped.
    let imprint: [UInt8]
    let imprintHash: ManifestHash
    /// What ties it to one request, an integer's bytes; nil when it names none.
    let nonce: [UInt8]?

    /// The most bytes of one token.
    static let limit = 256 << 10

    /// Reads a token and checks the authority's signature over it.
    ///
    /// - Parameter bytes: A token, or a whole response around it as C2PA 1.x stored it.
    /// - Throws: `DERError` when it cannot be read or the signature is not the authority's.
    init(reading bytes: [UInt8]) throws(DERError) {
        let root = try ASN1Node(parsing: bytes, limit: Self.limit)
        let content = try Self.signedData(root)
        var items = try DERItems(content)
        _ = try items.next()
        _ = try items.next()
        var encapsulated = try DERItems(try items.next())
        guard try encapsulated.next().objectIdentifier == "1.2.840.113549.1.9.16.1.4" else {
            throw DERError(detail: "the token is not one of a time")
        }
        let info = Array(try encapsulated.next().inner.value)
        let certificates = try Self.certificates(items.next(tagged: 0))
        _ = items.next(tagged: 1)
        guard let signer = try DERItems(try items.next()).rest.first else {
            throw DERError(detail: "nobody signed the time-stamp")
        }
        let statement = try TimeStampSigner(signer, over: info)
        guard let certificate = certificates.first(where: statement.isMade) else {
            throw DERError(detail: "the time-stamp's signature is none of its certificates'")
        }
        self.signer = certificate
        others = certificates.filter { $0.der != certificate.der }

        (imprintHash, imprint, moment, nonce) = try Self.told(info)
    }

    /// What a TSTInfo says: the hash, the imprint, the moment and the nonce.
    private static func told(
        _ info: [UInt8]
    ) throws(DERError) -> (ManifestHash, [UInt8], Instant, nonce: [UInt8]?) {
        var items = try DERItems(try ASN1Node(parsing: info, limit: Self.limit))
        _ = try items.next()
        _ = try items.next()
        var stamped = try DERItems(try items.next())
        var algorithm = try DERItems(try stamped.next())
        guard let hash = ManifestHash(objectIdentifier: try algorithm.next().objectIdentifier)
        else { throw DERError(detail: "the time-stamp's hash is not one that C2PA allows") }
        let imprint = Array(try stamped.next().value)
        _ = try items.next()
        let moment = try items.next().moment
        // Accuracy and ordering may stand before the only integer that follows.
        let nonce = try items.rest.first { $0.identifier == .integer }?.value
        return (hash, imprint, moment, nonce.map { Array($0) })
    }

    /// Whether these are the bytes that were stamped.
    func covers(_ message: [UInt8]) -> Bool {
        imprintHash.digest(of: message) == imprint
    }

    /// The SignedData of a token, or of the token in a response.
    private static func signedData(_ root: ASN1Node) throws(DERError) -> ASN1Node {
        var items = try DERItems(root)
        let first = try items.next()
        if first.identifier == .objectIdentifier {
            guard try first.objectIdentifier == "1.2.840.113549.1.7.2" else {
                throw DERError(detail: "the token is not signed data")
            }
            return try items.next().inner
        }
        var token = try DERItems(try items.next())
        guard try token.next().objectIdentifier == "1.2.840.113549.1.7.2" else {
            throw DERError(detail: "the response holds no token")
        }
        return try token.next().inner
    }

    private static func certificates(
        _ node: ASN1Node?
    ) throws(DERError) -> [SignerCertificate] {
        guard let node else { throw DERError(detail: "the token carries no certificate") }
        // Others than the signer's may be of kinds that are not understood.
        return try DERItems(node).rest.prefix(CertificateChain.limit).compactMap {
            try? SignerCertificate(der: Array($0.encodedBytes))
        }
    }
}

/// The SignerInfo of a time-stamp.
///
/// - Source: RFC 5652, 5.3 and 5.4.
private struct TimeStampSigner {
    let identity: ASN1Node
    let scheme: SignatureScheme
    let signature: [UInt8]
    let message: [UInt8]

    init(_ node: ASN1Node, over content: [UInt8]) throws(DERError) {
        var items = try DERItems(node)
        _ = try items.next()
        identity = try items.next()
        var algorithm = try DERItems(try items.next())
        guard let hash = ManifestHash(objectIdentifier: try algorithm.next().objectIdentifier)
        else { throw DERError(detail: "the time-stamp's digest is not one that C2PA allows") }
        guard let attributes = items.next(tagged: 0) else {
            throw DERError(detail: "the time-stamp signs no attributes")
        }
        try Self.check(attributes, digest: hash.digest(of: content))
        scheme = try SignatureScheme(algorithm: try items.next(), digest: hash)
        signature = Array(try items.next().value)
        // The attributes are signed as a set, not under the tag they stand under.
        message = [0x31] + attributes.encodedBytes.dropFirst()
    }

    /// The signed attributes must carry the digest of the content.
    private static func check(_ attributes: ASN1Node, digest: [UInt8]) throws(DERError) {
        for attribute in try DERItems(attributes).rest {
            var pair = try DERItems(attribute)
            guard try pair.next().objectIdentifier == "1.2.840.113549.1.9.4" else { continue }
            guard try Array(pair.next().inner.value) == digest else {
                throw DERError(detail: "the time-stamp's content was changed")
            }
            return
        }
        throw DERError(detail: "the time-stamp signs no digest of its content")
    }

    /// Whether a certificate is the one that is named, and its key made the signature.
    func isMade(by certificate: SignerCertificate) -> Bool {
        names(certificate)
            && certificate.key.isValid(
                signature[...], over: message, scheme: scheme, encoding: .der)
    }

    private func names(_ certificate: SignerCertificate) -> Bool {
        if identity.hasContextTag(0) {
            guard let bytes = try? identity.value else { return false }
            return Array(bytes) == certificate.extensions.subjectKey
        }
        guard var pair = try? DERItems(identity), let issuer = try? pair.next(),
            let serial = try? pair.next().value
        else { return false }
        return Array(issuer.encodedBytes) == certificate.issuer.der
            && Array(serial) == certificate.serial
    }
}
