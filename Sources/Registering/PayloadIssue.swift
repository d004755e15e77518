// The 64 bits of a mark: a number of the registry, and a tag that tells it from one nobody issued.

internal import Crypto
internal import Foundation
public import Watermarking

/// Payloads that were issued with one watermark key.
///
/// The upper 32 bits are a number of the licensor's registry, counted up from 1. The lower 32 are
/// the first of HMAC-SHA256 over that number, under a key that HKDF derives from the watermark
/// key's secret. A reading whose tag does not fit was issued by nobody: it is a forger's guess, with
/// one chance in 2^32 to fit, or a mark that was made with this key by another program.
///
/// - Source: RFC 2104 (HMAC), RFC 5869 (HKDF).
public struct PayloadIssue: Sendable {
    private let key: SymmetricKey

    /// The payloads of a watermark key.
    ///
    /// - Parameter secret: The watermark key's 32 bytes.
    public init(secret: [UInt8]) {
        key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: secret), salt: Data(),
            info: Data("selvage payload tag 1".utf8), outputByteCount: 32)
    }

    /// The payload of a number.
    public func payload(number: UInt32) -> WatermarkPayload {
        WatermarkPayload(UInt64(number) << 32 | UInt64(tag(of: number)))
    }

    /// The number of a payload; nil when it was not issued with this key.
    public func number(of payload: WatermarkPayload) -> UInt32? {
        let number = UInt32(truncatingIfNeeded: payload.bits >> 32)
        guard number > 0, UInt32(truncatingIfNeeded: payload.bits) == tag(of: number) else {
            return nil
        }
        return number
    }

    private func tag(of number: UInt32) -> UInt32 {
        let bytes = (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
        return HMAC<SHA256>.authenticationCode(for: bytes, using: key).prefix(4)
            .reduce(0) { $0 << 8 | UInt32($1) }
    }
}
