// One brotli stream, unpacked piece by piece; owns the decoder's state.

internal import CPacking
internal import SelvageTypes

/// One brotli stream.
///
/// The window is at most 16 MiB: the larger ones of a later format are not switched on.
///
/// - Source: RFC 7932. Brotli has no checksum; what is cut is noticed, what is altered may not be.
final class BrotliLayer: PackedLayer {
    private let state: OpaquePointer
    private let piece = PieceBuffer()
    private var producedInBytes = 0
    private(set) var isComplete = false

    /// A stream.
    ///
    /// - Returns: nil when there is no memory for it.
    init?() {
        guard let state = BrotliDecoderCreateInstance(nil, nil, nil) else { return nil }
        self.state = state
    }

    deinit { BrotliDecoderDestroyInstance(state) }

    func take(
        _ bytes: UnsafeRawBufferPointer, limitInBytes: Int,
        handOn: (UnsafeRawBufferPointer) throws(Fault) -> Void
    ) throws(Fault) {
        guard !isComplete else { return }  // Bytes after the end are left out.
        var left = bytes.count
        var next = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        while true {
            var room = piece.bytes.count
            var out = piece.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            let result = BrotliDecoderDecompressStream(state, &left, &next, &room, &out, nil)
            let count = piece.bytes.count - room
            producedInBytes += count
            if count > 0 { try handOn(UnsafeRawBufferPointer(rebasing: piece.bytes[..<count])) }
            guard producedInBytes <= limitInBytes else { throw AnswerReader.tooLarge(limitInBytes) }
            switch result {
            case BROTLI_DECODER_RESULT_SUCCESS:
                isComplete = true
                return
            case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT: return
            case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT: continue
            default: throw Fault(.badEncoding, "The packed body is damaged or is not brotli.")
            }
        }
    }
}
