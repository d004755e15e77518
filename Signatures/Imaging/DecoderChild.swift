// One decoder child as its parent's thread sees it: asked with a deadline, replaced when it dies.

internal import CCodecs
internal import Glibc
internal import SelvageTypes

/// One decoder process and the channel to it.
///
/// Used by one thread, which is the one that spawns it.
struct DecoderChild: ~Copyable {
    /// Pictures after which a child is replaced, so that no leak of a codec grows for ever.
    static let longestService = 5_000

    private var child: selvage_child
    private let capacity: Int
    private(set) var served = 0

    var process: Int32 { child.process }

    /// Starts a child.
    init(
        executable: String, arguments: [String], limits: DecodeLimits
    ) throws(DecodeError) {
        // An alpha channel may pass through the shared memory, so four bytes a pixel.
        capacity = limits.pixels * 4
        child = selvage_child()
        var words: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) }
        defer { words.forEach { free($0) } }
        words.append(nil)
        let failure = selvage_spawn_decoder(executable, words, capacity, &child)
        guard failure == 0 else {
            throw DecodeError(
                .crashed,
                "The decoder \(executable) could not be started: "
                    + "\(String(cString: strerror(failure))). Check that it exists and may be run.")
        }
    }

    /// Whether the child can be asked.
    var isReady: Bool {
        served < Self.longestService && selvage_is_waiting(child.socket) == 1
    }

    /// One picture.
    ///
    /// After `timedOut` or `crashed` the child must be ended; after other errors it lives on.
    mutating func decode(
        _ bytes: [UInt8], limits: DecodeLimits, scale: DecodeScale
    ) throws(DecodeError) -> Picture {
        served += 1
        let deadline = selvage_milliseconds() + Int64(limits.deadlineInMilliseconds)
        let request = DecodeRequest(limits: limits, scale: scale, length: bytes.count)
        try send(request.bytes, until: deadline, limits)
        try send(bytes, until: deadline, limits)
        let header = try receive(DecodeAnswer.size, until: deadline, limits)
        guard let answer = DecodeAnswer(header, capacity: capacity) else {
            throw DecodeError(.crashed, "The decoder gave an answer that makes no sense.")
        }
        if answer.outcome > 0 {
            let detail = try receive(answer.detailLength, until: deadline, limits)
            throw DecodeError(
                DecodeAnswer.reasons[answer.outcome - 1], String(decoding: detail, as: UTF8.self))
        }
        return try takePicture(width: answer.width, height: answer.height)
    }

    private func takePicture(width: Int, height: Int) throws(DecodeError) -> Picture {
        let size = width * height * 3
        var failure: Int32 = 0
        let pixels = [UInt8](unsafeUninitializedCapacity: size) { room, count in
            failure = selvage_take(child.memory, room.baseAddress, size, width * height * 4)
            count = size
        }
        guard failure == 0 else {
            throw DecodeError(.crashed, "The decoder's picture could not be read.")
        }
        return Picture(width: width, height: height, pixels: pixels)
    }

    private func send(
        _ bytes: [UInt8], until deadline: Int64, _ limits: DecodeLimits
    ) throws(DecodeError) {
        let outcome = bytes.withUnsafeBytes {
            selvage_send(child.socket, $0.baseAddress, $0.count, deadline)
        }
        try check(outcome, limits)
    }

    private func receive(
        _ size: Int, until deadline: Int64, _ limits: DecodeLimits
    ) throws(DecodeError) -> [UInt8] {
        var outcome: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { room, count in
            outcome = selvage_receive(child.socket, room.baseAddress, size, deadline)
            count = outcome == Int32(SELVAGE_DONE) ? size : 0
        }
        try check(outcome, limits)
        return bytes
    }

    private func check(_ outcome: Int32, _ limits: DecodeLimits) throws(DecodeError) {
        switch outcome {
        case Int32(SELVAGE_DONE): return
        case Int32(SELVAGE_LATE):
            throw DecodeError(
                .timedOut,
                "The decoder was stopped after \(limits.deadlineInMilliseconds) ms.")
        default:
            throw DecodeError(.crashed, "The decoder ended before it answered.")
        }
    }

    /// Ends the process, which holds nothing worth keeping, and says which signal had ended it.
    ///
    /// - Returns: 9 for a child that was still alive, 0 for one that had ended by itself.
    consuming func end() -> Int32 {
        selvage_end_decoder(&child)
    }
}
