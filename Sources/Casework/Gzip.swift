// One gzip member at a time, through zlib: how WARC records are packed.

internal import CZlib

/// One gzip member at a time.
///
/// - Source: RFC 1952. A member carries no name and no time, so the same bytes give the same member
///   with the same zlib.
enum Gzip {
    /// Why a member could not be read.
    enum Failure: Error, Hashable {
        case damaged
        case cutShort
        case tooLarge
    }

    /// The largest content of one member: zlib counts in 32 bits.
    static let limitInBytes = 0x7fff_0000 / 2

    /// Packs bytes into one member.
    ///
    /// - Returns: nil when the content is over the limit.
    static func member(_ content: [UInt8]) -> [UInt8]? {
        guard content.count <= limitInBytes else { return nil }
        let capacity = selvage_gzip_bound(content.count)
        let packed = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            count = selvage_gzip(content, content.count, buffer.baseAddress, capacity)
        }
        return packed.isEmpty ? nil : packed
    }

    /// Unpacks the member that begins at an offset.
    ///
    /// The member is measured first, so memory grows to its real size and never to the limit.
    static func unpack(
        _ bytes: [UInt8], at offset: Int, limitInBytes limit: Int
    ) throws(Failure) -> (content: [UInt8], end: Int) {
        var consumed = 0
        var produced = 0
        let status = bytes.withUnsafeBufferPointer { buffer in
            selvage_gunzip(
                buffer.baseAddress.map { $0 + offset }, bytes.count - offset, nil, limit,
                &consumed, &produced)
        }
        try check(status)
        var read = 0
        let content = [UInt8](unsafeUninitializedCapacity: max(produced, 1)) { target, count in
            bytes.withUnsafeBufferPointer { buffer in
                _ = selvage_gunzip(
                    buffer.baseAddress.map { $0 + offset }, consumed, target.baseAddress,
                    produced, &read, &count)
            }
        }
        return (content, offset + consumed)
    }

    private static func check(_ status: Int32) throws(Failure) {
        switch Int(status) {
        case Int(SELVAGE_GUNZIP_WHOLE): return
        case Int(SELVAGE_GUNZIP_CUT_SHORT): throw .cutShort
        case Int(SELVAGE_GUNZIP_TOO_LARGE): throw .tooLarge
        default: throw .damaged
        }
    }
}
