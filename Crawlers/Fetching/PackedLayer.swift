// One content coding over a body: what gzip, deflate, br and zstd have in common.

/// One content coding, removed piece by piece.
protocol PackedLayer: AnyObject {
    /// Whether the stream ended where it should, its checksum right if it has one.
    var isComplete: Bool { get }

    /// Unpacks some bytes and hands on what comes out, in pieces of at most 64 KiB.
    ///
    /// - Throws: `Fault` with `badEncoding` when the stream is damaged, `tooLarge` when more came
    ///   out than the limit.
    func take(
        _ bytes: UnsafeRawBufferPointer, limitInBytes: Int,
        handOn: (UnsafeRawBufferPointer) throws(Fault) -> Void
    ) throws(Fault)
}

/// A coding that can be removed, by its name in Content-Encoding.
///
/// - Source: RFC 9110 section 8.4.1, RFC 7932 (`br`), RFC 8878 and RFC 9659 (`zstd`).
enum ContentCoding: String {
    case gzip, deflate
    case brotli = "br"
    case zstandard = "zstd"

    /// Reads a member of Content-Encoding, lower case.
    init?(_ name: String) {
        guard let coding = name == "x-gzip" ? .gzip : Self(rawValue: name) else { return nil }
        self = coding
    }

    /// A layer that removes the coding.
    ///
    /// - Returns: nil when there is no memory for it.
    func layer() -> (any PackedLayer)? {
        switch self {
        case .gzip: Inflater(.gzip)
        case .deflate: Inflater(.deflate)
        case .brotli: BrotliLayer()
        case .zstandard: ZstandardLayer()
        }
    }
}

/// The pieces in which layers unpack; one buffer for the life of a layer.
final class PieceBuffer {
    /// The buffer.
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)

    deinit { bytes.deallocate() }
}
