// A SHA-256 digest of bytes: how captures, evidence and settings are named.

internal import Crypto
internal import Foundation

/// A SHA-256 digest.
///
/// - Source: FIPS 180-4. In JSON and text it is 64 lower-case hexadecimal digits.
public struct Digest: Hashable, Sendable {
    // Four numbers and no array, since every address and every capture has a digest; and no vector,
    // whose alignment of 32 bytes is more than the memory of a Swift task gives.

    /// The first eight bytes, the first of them the most significant.
    public let first: UInt64
    /// The next eight bytes.
    public let second: UInt64
    private let third, fourth: UInt64

    /// The 32 bytes, most significant first.
    public var bytes: [UInt8] {
        withUnsafeBytes(
            of: (first.bigEndian, second.bigEndian, third.bigEndian, fourth.bigEndian), Array.init)
    }

    /// The digest of some bytes.
    public init(of content: some Sequence<UInt8>) {
        let contiguous = content.withContiguousStorageIfAvailable { SHA256.hash(data: $0) }
        self.init(finished: contiguous ?? SHA256.hash(data: Array(content)))
    }

    /// The digest of a text's UTF-8 bytes.
    public init(of text: String) {
        self.init(of: text.utf8)
    }

    /// Reads 64 hexadecimal digits, with or without a leading `sha256:`.
    ///
    /// - Returns: nil when the text is anything else.
    public init?(hex text: String) {
        let digits = text.hasPrefix("sha256:") ? text.dropFirst(7) : text[...]
        guard let bytes = [UInt8](hex: digits) else { return nil }
        self.init(rawBytes: bytes)
    }

    /// 32 bytes that are a digest already, as a database keeps them.
    ///
    /// - Returns: nil when there are not exactly 32.
    public init?(rawBytes: some Collection<UInt8>) {
        guard rawBytes.count == 32 else { return nil }
        let digest = rawBytes.withContiguousStorageIfAvailable {
            Self(UnsafeRawBufferPointer($0))
        }
        self = digest ?? Array(rawBytes).withUnsafeBytes { Self($0) }
    }

    /// 64 lower-case hexadecimal digits.
    public var hex: String { bytes.hex }
}

/// The digest of bytes that arrive one piece after the other.
public struct RunningDigest: Sendable {
    private var hash = SHA256()
    /// Bytes so far.
    public private(set) var count = 0

    /// The digest of nothing yet.
    public init() {}

    /// Takes the next piece.
    public mutating func take(_ bytes: UnsafeRawBufferPointer) {
        hash.update(bufferPointer: bytes)
        count += bytes.count
    }

    /// The digest of all bytes so far.
    public var digest: Digest { Digest(finished: hash.finalize()) }
}

extension Digest {
    fileprivate init(finished digest: SHA256.Digest) {
        self = digest.withUnsafeBytes { Self($0) }
    }

    /// The digest that 32 bytes are.
    fileprivate init(_ bytes: UnsafeRawBufferPointer) {
        let word = { UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self)) }
        (first, second, third, fourth) = (word(0), word(8), word(16), word(24))
    }
}

extension Digest: CustomStringConvertible, Codable {
    public var description: String { hex }

    /// Reads the hexadecimal form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let digest = Self(hex: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "not a SHA-256 digest in hexadecimal")
        }
        self = digest
    }

    /// Writes the hexadecimal form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}

extension Sequence<UInt8> {
    /// Two lower-case hexadecimal digits a byte.
    public var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in self {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension [UInt8] {
    /// The bytes that hexadecimal digits stand for.
    ///
    /// - Returns: nil for an odd number of digits or any other character.
    public init?(hex text: some StringProtocol) {
        let digits = text.utf8.map(Self.hexValue)
        guard digits.count.isMultiple(of: 2), !digits.contains(nil) else { return nil }
        self = stride(from: 0, to: digits.count, by: 2).map { index in
            (digits[index] ?? 0) << 4 | (digits[index + 1] ?? 0)
        }
    }

    private static func hexValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
