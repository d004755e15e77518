// COSE_Sign1: one signature over bytes that stand elsewhere, with the certificates of its key.

/// A COSE_Sign1 structure with a detached payload.
///
/// - Source: RFC 9052, 4.2; C2PA 2.2, 13.2.
struct COSESign1: Sendable {
    /// The protected header as it is signed.
    let protectedBytes: [UInt8]
    let protected: CBORValue
    let unprotected: CBORValue
    let signature: [UInt8]

    /// Reads a structure; its payload must be detached.
    ///
    /// Every byte of it is either signed, or the signature, or in the unprotected header: an
    /// envelope in any other form than the shortest is refused.
    init(reading bytes: [UInt8]) throws(COSEError) {
        guard let item = try? CBORValue(decoding: bytes), item.encoded == bytes else {
            throw COSEError(detail: "the signature is not COSE")
        }
        guard case .tagged(18, .array(let parts)) = item, parts.count == 4,
            let header = parts[0].bytes, parts[1].entries != nil, parts[2] == .null,
            let signature = parts[3].bytes
        else { throw COSEError(detail: "the signature is not a COSE_Sign1 without payload") }
        guard let protected = try? CBORValue(decoding: header), protected.entries != nil else {
            throw COSEError(detail: "the protected header of the signature is damaged")
        }
        protectedBytes = header
        self.protected = protected
        unprotected = parts[1]
        self.signature = signature
    }

    /// A structure around a signature that was just made.
    init(protected: CBORValue, unprotected: CBORValue = .map([]), signature: [UInt8]) {
        self.protected = protected
        protectedBytes = protected.deterministicallyEncoded
        self.unprotected = unprotected
        self.signature = signature
    }

    var encoded: [UInt8] {
        CBORValue.tagged(
            18, .array([.bytes(protectedBytes), unprotected, .null, .bytes(signature)])
        ).encoded
    }

    /// What is signed: the header and the payload in one structure.
    ///
    /// - Source: RFC 9052, 4.4.
    static func toBeSigned(protectedBytes: [UInt8], payload: [UInt8]) -> [UInt8] {
        CBORValue.array([
            .text("Signature1"), .bytes(protectedBytes), .bytes([]), .bytes(payload),
        ]).encoded
    }

    /// The algorithm that the protected header names.
    var algorithm: COSEAlgorithm? {
        protected[CBORValue(1)]?.integer.flatMap(COSEAlgorithm.init(rawValue:))
    }

    /// The certificates in either header, the end entity first.
    ///
    /// - Source: RFC 9360, 2 (label 33); C2PA 1.x wrote the label `x5chain` as text.
    var chain: [[UInt8]] {
        let places = [protected, unprotected].flatMap { [$0[CBORValue(33)], $0["x5chain"]] }
        switch places.compactMap({ $0 }).first {
        case .bytes(let one): return [one]
        case .array(let many): return many.compactMap(\.bytes)
        default: return []
        }
    }

    /// Whether a key made this signature over a payload.
    func isValid(over payload: [UInt8], key: SignatureKey) -> Bool {
        guard let algorithm else { return false }
        return key.isValid(
            signature[...],
            over: Self.toBeSigned(protectedBytes: protectedBytes, payload: payload),
            scheme: algorithm.scheme, encoding: .raw)
    }
}

/// A signature that is not in the form it should be.
struct COSEError: Error, Hashable {
    let detail: String
}

/// The signature algorithms of C2PA, by their COSE numbers.
///
/// - Source: C2PA 2.2, 13.2; RFC 9053, 2; RFC 8230, 2.
public enum COSEAlgorithm: Int, Hashable, Sendable, Codable, CaseIterable {
    case es256 = -7
    case es384 = -35
    case es512 = -36
    case ps256 = -37
    case ps384 = -38
    case ps512 = -39
    case edDSA = -8

    /// The name people know it by.
    public var name: String {
        switch self {
        case .es256: "ES256"
        case .es384: "ES384"
        case .es512: "ES512"
        case .ps256: "PS256"
        case .ps384: "PS384"
        case .ps512: "PS512"
        case .edDSA: "Ed25519"
        }
    }

    var scheme: SignatureScheme {
        switch self {
        case .es256: .ecdsa(.sha256)
        case .es384: .ecdsa(.sha384)
        case .es512: .ecdsa(.sha512)
        case .ps256: .rsaPSS(.sha256)
        case .ps384: .rsaPSS(.sha384)
        case .ps512: .rsaPSS(.sha512)
        case .edDSA: .ed25519
        }
    }
}
