// Text that has exactly one spelling: decimals without leading zeroes, canonical base64.

internal import Foundation
internal import SelvageTypes

/// Readers that accept one spelling of a value, so that no changed byte goes unnoticed.
enum StrictText {
    /// A decimal number without sign and leading zeroes.
    static func decimal(_ text: some StringProtocol) -> UInt64? {
        guard let number = UInt64(text), String(number) == text else { return nil }
        return number
    }

    /// The bytes of base64 with padding and without stray bits.
    ///
    /// - Source: RFC 4648, sections 3.5 and 4.
    static func base64(_ text: some StringProtocol) -> [UInt8]? {
        let text = String(text)
        guard let data = Data(base64Encoded: text), data.base64EncodedString() == text else {
            return nil
        }
        return Array(data)
    }

    /// A hash in base64.
    static func hash(_ text: some StringProtocol) -> Digest? {
        base64(text).flatMap { Digest(rawBytes: $0) }
    }

    /// UTF-8 text without control characters other than line feeds.
    static func lines(_ bytes: [UInt8]) -> String? {
        guard bytes.allSatisfy({ $0 >= 0x20 || $0 == 0x0a }) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}

extension Digest {
    /// The hash in base64, as checkpoints and proofs have it.
    var base64: String { Data(bytes).base64EncodedString() }
}

extension [UInt8] {
    /// The bytes in base64.
    var base64: String { Data(self).base64EncodedString() }

    /// A number, most significant byte first.
    static func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
        Swift.withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}

extension Sequence<UInt8> {
    /// The number that the bytes are, most significant first.
    var bigEndianValue: UInt64 { reduce(0) { $0 << 8 | UInt64($1) } }
}
