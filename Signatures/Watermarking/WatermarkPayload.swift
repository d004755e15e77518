// The 64 bits that a mark carries.

/// What a mark says: 64 bits, for example an index into a licensor's manifests.
public struct WatermarkPayload: Hashable, Sendable, Codable {
    /// The bits.
    public let bits: UInt64

    /// A payload of 64 bits.
    public init(_ bits: UInt64) { self.bits = bits }
}

extension WatermarkPayload: CustomStringConvertible {
    /// Sixteen hexadecimal digits.
    public var description: String {
        let digits = String(bits, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
