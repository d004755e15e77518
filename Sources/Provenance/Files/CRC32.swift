// The checksum of PNG chunks.

/// The 32-bit cyclic redundancy check of PNG and gzip.
///
/// - Source: PNG (third edition), annex D.
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in
            value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1
        }
    }

    /// The checksum of the bytes.
    static func checksum(of bytes: [UInt8]) -> UInt32 {
        let table = Self.table
        return ~bytes.reduce(UInt32.max) {
            table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ $0 >> 8
        }
    }
}
