// Identifiers that follow from what they name, so that the same thing has the same id again.

internal import Crypto

/// A name-based UUID, version 5.
///
/// Two runs that see the same thing give it the same identifier; this is what makes a repeated
/// report have no second effect.
///
/// - Source: RFC 9562 section 5.5.
public struct NameBasedID: Hashable, Sendable {
    /// The 16 bytes.
    public let bytes: [UInt8]

    /// The namespace of everything Selvage names: UUIDv5 of the profile address in the URL namespace.
    public static let selvage = NameBasedID(
        "https://w3id.org/selvage/ns",
        in: NameBasedID(bytes: [
            0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1,
            0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8,
        ]))

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The identifier of a name inside a namespace.
    public init(_ name: String, in namespace: NameBasedID = .selvage) {
        var digest = Array(Insecure.SHA1.hash(data: namespace.bytes + Array(name.utf8)).prefix(16))
        digest[6] = digest[6] & 0x0f | 0x50
        digest[8] = digest[8] & 0x3f | 0x80
        bytes = digest
    }

    /// The identifier of several parts.
    ///
    /// Parts are separated by the unit separator, which none may hold, so that ("ab", "c") and
    /// ("a", "bc") differ.
    public init(parts: [String], in namespace: NameBasedID = .selvage) {
        let joined = parts.map { $0.replacing("\u{1f}", with: " ") }.joined(separator: "\u{1f}")
        self.init(joined, in: namespace)
    }

    /// The usual text form, 8-4-4-4-12 lower-case hexadecimal digits.
    public var text: String {
        let digits = Array(bytes.hex)
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
            .map { String(digits[$0]) }.joined(separator: "-")
    }
}
