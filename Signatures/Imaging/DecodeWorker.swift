// The decoder child: confines itself, then answers one picture after the other until its parent ends.

internal import CCodecs
internal import Glibc
internal import SelvageTypes

/// The main loop of a decoder child, the hidden command `selvage decode-worker`.
public enum DecodeWorker {
    /// Decodes pictures for the parent at descriptor 0 until it closes the connection.
    ///
    /// First of all the process is confined (see `confine`); only a child that is to read drawings
    /// loads librsvg before. With each picture come the limits on memory and processor time.
    ///
    /// - Returns: The exit status: 0 when the parent ended the connection, 1 when this process was
    ///   not started by a `DecoderPool`.
    public static func run() -> Int32 {
        var size = 0
        if getenv(SELVAGE_DRAWINGS) != nil { _ = prepareDrawings() }
        guard let start = selvage_shared_memory(&size),
            let confinement = confine(), send(DecoderGreeting(confinement).bytes)
        else { return 1 }
        let shared = UnsafeMutableRawBufferPointer(start: start, count: size)
        var limits: DecodeLimits?
        while let request = receive(DecodeRequest.size).flatMap({ DecodeRequest($0) }) {
            guard request.start <= size, request.length <= size - request.start,
                enforce(
                    request.limits, replacing: limits,
                    milliseconds: request.processorMilliseconds, shared: size),
                answer(request, in: shared)
            else { return 1 }
            limits = request.limits
        }
        return 0
    }

    /// Gives up what a decoder does not need, for good: new descriptors (0 to 3 are taken, so neither
    /// file nor socket can be opened), file growth, core dumps, capabilities, new privileges, being
    /// looked into, life after its parent, and every system call that decoding does not take.
    ///
    /// - Returns: nil when the system refused; then nothing foreign may be read.
    public static func confine() -> DecoderConfinement? {
        _ = selvage_prepare_avif()
        return DecoderConfinement.enter()
    }

    /// Loads librsvg and what it reads from disk and starts threads for, which is impossible later.
    ///
    /// - Returns: false when librsvg is not at hand; SVG is then an unknown format.
    public static func prepareDrawings() -> Bool {
        selvage_prepare_drawings() == 1
    }

    private static func enforce(
        _ limits: DecodeLimits, replacing old: DecodeLimits?, milliseconds: Int, shared: Int
    ) -> Bool {
        (limits.memoryInBytes == old?.memoryInBytes
            || selvage_limit_memory(limits.memoryInBytes, shared) == 0)
            && selvage_limit_processor(UInt32(clamping: milliseconds)) == 0
    }

    private static func answer(
        _ request: DecodeRequest, in shared: UnsafeMutableRawBufferPointer
    ) -> Bool {
        let file = UnsafeRawBufferPointer(shared)[request.start..<request.start + request.length]
        let bytes = UnsafeRawBufferPointer(rebasing: file).bindMemory(to: UInt8.self)
        let pixels = UnsafeMutableRawBufferPointer(rebasing: shared[..<request.start])
        let wanted =
            request.wanted == .master
            ? masterCapacity(of: bytes) : decodedCapacity(of: bytes, least: request.wanted.least)
        // What does not fit is refused before a pixel is written.
        let touched = (0...request.start).contains(wanted) ? wanted : 0
        do throws(DecodeError) {
            let answer = try decoded(bytes, request, into: pixels, touched: touched)
            return send(answer.bytes)
        } catch {
            let answer = DecodeAnswer(error, touched: touched)
            return send(answer.bytes + Array(error.detail.utf8.prefix(answer.detailLength)))
        }
    }

    private static func decoded(
        _ bytes: UnsafeBufferPointer<UInt8>, _ request: DecodeRequest,
        into pixels: UnsafeMutableRawBufferPointer, touched: Int
    ) throws(DecodeError) -> DecodeAnswer {
        switch request.wanted {
        case .picture(let least):
            let size = try decodePixels(bytes, limits: request.limits, least: least, into: pixels)
            return DecodeAnswer(
                width: Int(size.width), height: Int(size.height),
                fullWidth: Int(size.fullWidth), fullHeight: Int(size.fullHeight),
                touched: touched)
        case .master:
            // The parent takes the same bytes apart once more, around samples that this process
            // decoded: what a header or a profile could do to it, it does here first.
            _ = try masterWrapping(Array(bytes))
            let samples = try decodeSamples(bytes, limits: request.limits, into: pixels)
            return DecodeAnswer(
                MasterLayers(samples), width: Int(samples.width), height: Int(samples.height))
        }
    }

    private static func receive(_ size: Int) -> [UInt8]? {
        var outcome: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { room, count in
            outcome = selvage_receive(0, room.baseAddress, size, -1)
            count = outcome == Int32(SELVAGE_DONE) ? size : 0
        }
        return outcome == Int32(SELVAGE_DONE) ? bytes : nil
    }

    private static func send(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { selvage_send(0, $0.baseAddress, $0.count, -1) }
            == Int32(SELVAGE_DONE)
    }
}
