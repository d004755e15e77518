// Zstandard frames, unpacked piece by piece; owns the decoder's state.

internal import CPacking
internal import SelvageTypes

/// Zstandard frames, one after the other.
///
/// - Source: RFC 8878; RFC 9659 limits the window of this content coding to 8 MiB.
final class ZstandardLayer: PackedLayer {
    private static let windowLog: Int32 = 23

    private let state: OpaquePointer
    private let piece = PieceBuffer()
    private var producedInBytes = 0
    private(set) var isComplete = false

    /// A stream.
    ///
    /// - Returns: nil when there is no memory for it.
    init?() {
        guard let state = ZSTD_createDCtx() else { return nil }
        let code = ZSTD_DCtx_setParameter(state, ZSTD_d_windowLogMax, Self.windowLog)
        guard ZSTD_isError(code) == 0 else {
            ZSTD_freeDCtx(state)
            return nil
        }
        self.state = state
    }

    deinit { ZSTD_freeDCtx(state) }

    func take(
        _ bytes: UnsafeRawBufferPointer, limitInBytes: Int,
        handOn: (UnsafeRawBufferPointer) throws(Fault) -> Void
    ) throws(Fault) {
        var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
        while true {
            if isComplete {
                guard input.pos < input.size, Self.beginsFrame(bytes[input.pos]) else { return }
                isComplete = false
            }
            var output = ZSTD_outBuffer(
                dst: piece.bytes.baseAddress, size: piece.bytes.count, pos: 0)
            let hint = ZSTD_decompressStream(state, &output, &input)
            producedInBytes += output.pos
            if output.pos > 0 {
                try handOn(UnsafeRawBufferPointer(rebasing: piece.bytes[..<output.pos]))
            }
            guard producedInBytes <= limitInBytes else { throw AnswerReader.tooLarge(limitInBytes) }
            guard ZSTD_isError(hint) == 0 else {
                throw Fault(.badEncoding, "The packed body is damaged or is not zstd.")
            }
            isComplete = hint == 0
            if !isComplete, input.pos == input.size, output.pos < output.size { return }
        }
    }

    /// Whether a byte begins a frame, plain or skippable; anything else after an end is left out.
    private static func beginsFrame(_ byte: UInt8) -> Bool {
        byte == 0x28 || 0x50...0x5F ~= byte
    }
}
