// One gzip or deflate stream, unpacked piece by piece; owns zlib's state.

internal import CPacking
internal import SelvageTypes

/// One gzip or deflate stream.
///
/// A class because zlib keeps a pointer back to its state, and frees it once.
final class Inflater: PackedLayer {
    /// The form of a stream.
    enum Form: Hashable, Sendable {
        case gzip
        /// With zlib's header, as RFC 9110 says, or without, as some servers send it.
        case deflate
    }

    private let form: Form
    private let stream: UnsafeMutablePointer<z_stream>
    private let piece = PieceBuffer()
    private var isStarted = false
    private var producedInBytes = 0
    /// Whether the last stream ended where it should, its checksum right.
    private(set) var isComplete = false

    /// A stream of one form.
    ///
    /// - Returns: nil when there is no memory for it.
    init?(_ form: Form) {
        self.form = form
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        if form == .gzip, !start(windowBits: 31) { return nil }
    }

    deinit {
        if isStarted { inflateEnd(stream) }
        stream.deallocate()
    }

    private func start(windowBits: Int32) -> Bool {
        isStarted = selvage_inflate_start(stream, windowBits) == Z_OK
        return isStarted
    }

    /// Unpacks some bytes and hands on what comes out, in pieces of at most 64 KiB.
    ///
    /// Bytes after the end are ignored, unless they begin another gzip member (RFC 1952 2.2).
    func take(
        _ bytes: UnsafeRawBufferPointer, limitInBytes: Int,
        handOn: (UnsafeRawBufferPointer) throws(Fault) -> Void
    ) throws(Fault) {
        guard let first = bytes.first, let base = bytes.baseAddress else { return }
        if !isStarted {
            let looksLikeZlib = first & 0x0F == 8 && first >> 4 <= 7
            guard start(windowBits: looksLikeZlib ? 15 : -15) else { throw damaged }
        }
        if isComplete {
            guard form == .gzip, first == 0x1F, inflateReset(stream) == Z_OK else { return }
            isComplete = false
        }
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: base.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = UInt32(bytes.count)
        while try unpack(into: piece.bytes, limitInBytes: limitInBytes, handOn: handOn) {}
    }

    /// Fills one piece and hands it on.
    ///
    /// - Returns: Whether there may be more.
    private func unpack(
        into piece: UnsafeMutableRawBufferPointer, limitInBytes: Int,
        handOn: (UnsafeRawBufferPointer) throws(Fault) -> Void
    ) throws(Fault) -> Bool {
        stream.pointee.next_out = piece.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(piece.count)
        let code = inflate(stream, Z_NO_FLUSH)
        let count = piece.count - Int(stream.pointee.avail_out)
        producedInBytes += count
        if count > 0 { try handOn(UnsafeRawBufferPointer(rebasing: piece[..<count])) }
        guard producedInBytes <= limitInBytes else { throw AnswerReader.tooLarge(limitInBytes) }
        switch code {
        case Z_STREAM_END:
            isComplete = true
            guard form == .gzip, stream.pointee.avail_in > 0, stream.pointee.next_in[0] == 0x1F,
                inflateReset(stream) == Z_OK
            else { return false }
            isComplete = false
            return true
        case Z_OK:
            return stream.pointee.avail_in > 0 || stream.pointee.avail_out == 0
        case Z_BUF_ERROR:
            return false
        default:
            throw damaged
        }
    }

    private var damaged: Fault {
        Fault(.badEncoding, "The packed body is damaged or is not \(form).")
    }
}
