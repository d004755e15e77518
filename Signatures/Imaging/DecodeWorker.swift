// The decoder child: confines itself, then answers one picture after the other until its parent ends.

internal import CCodecs
internal import SelvageTypes

/// The main loop of a decoder child, the hidden command `selvage decode-worker`.
public enum DecodeWorker {
    /// Decodes pictures for the parent at descriptor 0 until it closes the connection.
    ///
    /// First of all the process is confined (see `confine`). With each picture come the limits on
    /// memory and processor time.
    ///
    /// - Returns: The exit status: 0 when the parent ended the connection, 1 when this process was
    ///   not started by a `DecoderPool`.
    public static func run() -> Int32 {
        guard confine() else { return 1 }
        var size = 0
        guard let start = selvage_shared_memory(&size) else { return 1 }
        let shared = UnsafeMutableRawBufferPointer(start: start, count: size)
        while let request = receive(DecodeRequest.size).flatMap({ DecodeRequest($0) }) {
            guard limit(request.limits, shared: size), let bytes = receive(request.length),
                answer(request, bytes, in: shared)
            else { return 1 }
        }
        return 0
    }

    /// Gives up what a decoder does not need, for good: new descriptors (0 to 3 are taken, so neither
    /// file nor socket can be opened), file growth, core dumps, new privileges, being looked into,
    /// and life after its parent.
    ///
    /// - Returns: false when the system refused; then nothing foreign may be read.
    public static func confine() -> Bool {
        selvage_confine() == 0
    }

    private static func limit(_ limits: DecodeLimits, shared: Int) -> Bool {
        selvage_limit_memory(limits.memoryInBytes, shared) == 0
            && selvage_limit_processor(UInt32(clamping: limits.processorSeconds)) == 0
    }

    private static func answer(
        _ request: DecodeRequest, _ bytes: [UInt8], in shared: UnsafeMutableRawBufferPointer
    ) -> Bool {
        do throws(DecodeError) {
            let size = try decodePixels(
                bytes, limits: request.limits, scale: request.scale, into: shared)
            return send(DecodeAnswer(width: size.width, height: size.height).bytes)
        } catch {
            let answer = DecodeAnswer(error)
            return send(answer.bytes + Array(error.detail.utf8.prefix(answer.detailLength)))
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
