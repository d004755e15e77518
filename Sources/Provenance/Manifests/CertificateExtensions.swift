// The extensions of a certificate that decide what its key may sign.

internal import SwiftASN1

/// What a certificate's extensions say.
///
/// - Source: RFC 5280, 4.2.1.
struct CertificateExtensions: Hashable, Sendable {
    /// What the key may be used for.
    struct KeyUsage: OptionSet, Hashable, Sendable {
        let rawValue: UInt8
        static let digitalSignature = Self(rawValue: 0x80)
        static let nonRepudiation = Self(rawValue: 0x40)
        static let keyCertSign = Self(rawValue: 0x04)
    }

    var isAuthority = false
    /// How many authorities may stand between this one and an end entity; nil for no limit.
    var pathLength: Int?
    /// Absent when nil.
    var keyUsage: KeyUsage?
    /// The purposes' object identifiers; absent when nil.
    var purposes: [String]?
    var hasAuthorityKey = false
    var hasSubjectKey = false
    var subjectKey: [UInt8]?
    /// A critical extension that nothing here understands.
    var hasUnknownCritical = false

    init(_ tagged: ASN1Node?) throws(DERError) {
        guard let tagged else { return }
        for entry in try DERItems(try tagged.inner).rest {
            var items = try DERItems(entry)
            let name = try items.next().objectIdentifier
            let isCritical = items.next(ifType: .boolean) != nil
            try read(name, Array(try items.next().value), isCritical: isCritical)
        }
    }

    private mutating func read(
        _ name: String, _ bytes: [UInt8], isCritical: Bool
    ) throws(DERError) {
        let node = try ASN1Node(parsing: bytes, limit: SignerCertificate.limit)
        switch name {
        case "2.5.29.19": try readConstraints(node)
        case "2.5.29.15":
            guard let bits = try? ASN1BitString(derEncoded: node) else {
                throw DERError(detail: "a key usage is damaged")
            }
            keyUsage = KeyUsage(rawValue: bits.bytes.first ?? 0)
        case "2.5.29.37":
            purposes = try DERItems(node).rest.map { item throws(DERError) in
                try item.objectIdentifier
            }
        case "2.5.29.35": hasAuthorityKey = true
        case "2.5.29.14":
            hasSubjectKey = true
            subjectKey = Array(try node.value)
        case let name where Self.harmless.contains(name): break
        default: hasUnknownCritical = hasUnknownCritical || isCritical
        }
    }

    private mutating func readConstraints(_ node: ASN1Node) throws(DERError) {
        var items = try DERItems(node)
        isAuthority =
            try items.next(ifType: .boolean).map { item throws(DERError) in
                try item.value.first != 0
            } ?? false
        if let length = items.next(ifType: .integer) {
            let bytes = try length.value
            guard bytes.count == 1, let number = bytes.first, number < 128 else {
                throw DERError(detail: "a path length is out of range")
            }
            pathLength = Int(number)
        }
    }

    /// Names, policies and places to ask, which say nothing about what a manifest's key may sign.
    private static let harmless: Set<String> = [
        "2.5.29.17", "2.5.29.18", "2.5.29.31", "2.5.29.32", "2.5.29.33", "2.5.29.36", "2.5.29.54",
        "1.3.6.1.5.5.7.1.1", "1.3.6.1.5.5.7.1.3",
    ]
}
