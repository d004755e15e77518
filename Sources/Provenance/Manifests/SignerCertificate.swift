// An X.509 certificate as C2PA needs it: also with keys and signatures of RSASSA-PSS.

internal import SelvageTypes
internal import SwiftASN1

/// An X.509 certificate.
///
/// The certificate library refuses certificates that are signed with RSASSA-PSS or hold such keys,
/// and C2PA signers have them; so this reads what the checks need, and no more.
///
/// - Source: RFC 5280, 4.1.
struct SignerCertificate: Sendable {
    /// The whole certificate.
    let der: [UInt8]
    /// What its issuer signed.
    let signedPart: [UInt8]
    let scheme: SignatureScheme
    let signature: [UInt8]
    let isVersion3: Bool
    let serial: [UInt8]
    let issuer: CertificateName
    let subject: CertificateName
    let validFrom: Instant
    let validTo: Instant
    let key: SignatureKey
    let hasUniqueIdentifiers: Bool
    let extensions: CertificateExtensions

    /// The most bytes of one certificate.
    static let limit = 64 << 10

    /// Reads a certificate.
    ///
    /// - Throws: `DERError` for anything that cannot be checked.
    init(der: [UInt8]) throws(DERError) {
        let root = try ASN1Node(parsing: der, limit: Self.limit)
        var outer = try DERItems(root)
        let body = try outer.next()
        let algorithm = try outer.next()
        self.der = der
        signedPart = Array(body.encodedBytes)
        scheme = try SignatureScheme(algorithm: algorithm)
        signature = Array(try outer.next().bits)

        var items = try DERItems(body)
        isVersion3 =
            try items.next(tagged: 0).map { node throws(DERError) in
                try Array(node.inner.value) == [2]
            } ?? false
        serial = Array(try items.next().value)
        guard try items.next().encodedBytes == algorithm.encodedBytes else {
            throw DERError(detail: "the certificate names two signature algorithms")
        }
        issuer = try CertificateName(try items.next())
        var validity = try DERItems(try items.next())
        validFrom = try validity.next().moment
        validTo = try validity.next().moment
        subject = try CertificateName(try items.next())
        key = try SignatureKey(subjectPublicKeyInfo: try items.next())
        let identifiers = [items.next(tagged: 1), items.next(tagged: 2)]
        hasUniqueIdentifiers = identifiers.contains { $0 != nil }
        extensions = try CertificateExtensions(items.next(tagged: 3))
    }

    /// Whether a moment is within the certificate's time.
    func isValid(at moment: Instant) -> Bool {
        validFrom <= moment && moment <= validTo
    }

    /// Whether another certificate's key made this one's signature.
    func isSigned(by other: SignerCertificate) -> Bool {
        other.key.isValid(signature[...], over: signedPart, scheme: scheme, encoding: .der)
    }

    /// The serial number in decimal digits, or in hexadecimal ones when it is longer than allowed.
    ///
    /// - Source: RFC 5280, 4.1.2.2 (at most 20 bytes).
    var serialNumber: String {
        guard serial.count <= 21 else { return "0x" + serial.prefix(21).hex + "…" }
        var digits: [UInt8] = [0]
        for byte in serial {
            var carry = Int(byte)
            for index in digits.indices {
                carry += Int(digits[index]) * 256
                digits[index] = UInt8(carry % 10)
                carry /= 10
            }
            while carry > 0 {
                digits.append(UInt8(carry % 10))
                carry /= 10
            }
        }
        return digits.reversed().map(String.init).joined()
    }
}

/// The distinguished name of a certificate's subject or issuer.
struct CertificateName: Hashable, Sendable {
    /// The name's DER, by which names are compared.
    let der: [UInt8]
    /// The attributes that people read, by object identifier.
    private let attributes: [String: String]

    init(_ node: ASN1Node) throws(DERError) {
        der = Array(node.encodedBytes)
        var found: [String: String] = [:]
        for relative in try DERItems(node).rest {
            for attribute in try DERItems(relative).rest {
                var pair = try DERItems(attribute)
                let name = try pair.next().objectIdentifier
                if let text = try pair.next().string, found[name] == nil { found[name] = text }
            }
        }
        attributes = found
    }

    /// Equal names have equal DER.
    static func == (left: Self, right: Self) -> Bool { left.der == right.der }

    func hash(into hasher: inout Hasher) { hasher.combine(der) }

    var commonName: String? { attributes["2.5.4.3"] }
    var organisation: String? { attributes["2.5.4.10"] }

    /// What to call it: the organisation and the common name, whatever there is of them.
    var display: String {
        let parts = [commonName, organisation].compactMap { $0 }
        return parts.isEmpty ? "an unnamed subject" : parts.joined(separator: ", ")
    }
}
