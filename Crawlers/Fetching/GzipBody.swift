// A gzip body that is there as a whole, unpacked in one step.

internal import CPacking

/// A gzip body that is there as a whole.
///
/// In one step it costs a third of what piece by piece costs, and pages are the most of a crawl.
/// Only the plain case is done: one member, nothing behind it, a length that its trailer states
/// rightly, and the right checksum. Everything else, damage too, is left to `Inflater`.
enum GzipBody {
    /// The most that deflate can make of a byte (RFC 1951: 258 bytes from two bits).
    private static let highestRatio = 1032

    /// The body without its coding.
    ///
    /// - Returns: nil when this is not the plain case, or larger than the limit.
    static func unpacked(_ packed: [UInt8], limitInBytes: Int) -> [UInt8]? {
        guard packed.count >= 18, packed[0] == 0x1F, packed[1] == 0x8B else { return nil }
        let stated = packed.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard 1...min(limitInBytes, packed.count * highestRatio) ~= stated,
            let decompressor = libdeflate_alloc_decompressor()
        else { return nil }
        defer { libdeflate_free_decompressor(decompressor) }
        var isWhole = false
        let body = [UInt8](unsafeUninitializedCapacity: stated) { room, count in
            var taken = 0
            let result = packed.withUnsafeBytes { bytes in
                libdeflate_gzip_decompress_ex(
                    decompressor, bytes.baseAddress, bytes.count, room.baseAddress, stated, &taken,
                    &count)
            }
            isWhole = result == LIBDEFLATE_SUCCESS && taken == packed.count && count == stated
            if !isWhole { count = 0 }
        }
        return isWhole ? body : nil
    }
}
