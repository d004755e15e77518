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

    /// How long a child may take to start, which it does on a busy machine as well.
    static let longestStart: Int64 = 30_000

    private var child: selvage_child
    private let room: SharedRoom
    private var served = 0
    /// Whether it can read SVG too.
    let drawsToo: Bool
    /// What holds it in.
    let confinement: DecoderConfinement

    var process: Int32 { child.process }

    /// Starts a child and waits until it is confined.
    init(
        executable: String, arguments: [String], limits: DecodeLimits, drawsToo: Bool
    ) throws(DecodeError) {
        room = SharedRoom(limits: limits)
        self.drawsToo = drawsToo
        var started = selvage_child()
        var words: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) }
        defer { words.forEach { free($0) } }
        words.append(nil)
        let failure = selvage_spawn_decoder(
            executable, words, room.size, drawsToo ? 1 : 0, &started)
        guard failure == 0 else {
            throw DecodeError(
                .crashed,
                "The decoder \(executable) could not be started: "
                    + "\(String(cString: strerror(failure))). Check that it exists and may be run.")
        }
        guard let greeting = Self.greeting(of: started) else {
            _ = selvage_end_decoder(&started)
            throw DecodeError(
                .crashed,
                "The decoder \(executable) ended before it was ready: it could not confine itself, "
                    + "or is no decoder. Run it with \(arguments.joined(separator: " ")).")
        }
        child = started
        confinement = greeting.confinement
    }

    private static func greeting(of child: selvage_child) -> DecoderGreeting? {
        let deadline = selvage_milliseconds() + longestStart
        var outcome: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: DecoderGreeting.size) { room, count in
            outcome = selvage_receive(child.socket, room.baseAddress, room.count, deadline)
            count = outcome == Int32(SELVAGE_DONE) ? DecoderGreeting.size : 0
        }
        return DecoderGreeting(bytes)
    }

    /// Whether the child can be asked.
    var isReady: Bool {
        served < Self.longestService && selvage_is_waiting(child.socket) == 1
    }

    /// One picture, or one master.
    ///
    /// After `timedOut` or `crashed` the child must be ended; after other errors it lives on.
    mutating func decode(
        _ job: DecodeJob, limits: DecodeLimits
    ) throws(DecodeError) -> DecodedFile {
        served += 1
        let deadline = selvage_milliseconds() + Int64(limits.deadlineInMilliseconds)
        try put(job)
        let request = DecodeRequest(
            limits: limits, wanted: job.wanted, start: room.forPixels, length: job.bytes.count,
            isDrawing: job.isDrawing)
        try send(request.bytes, until: deadline, limits)
        let header = try receive(DecodeAnswer.size, until: deadline, limits)
        guard let answer = DecodeAnswer(header, capacity: room.forPixels) else {
            throw DecodeError(.crashed, "The decoder gave an answer that makes no sense.")
        }
        defer { tidy(answer.touched, file: job.bytes.count) }
        if answer.outcome > 0 {
            let detail = try receive(answer.detailLength, until: deadline, limits)
            throw DecodeError(
                DecodeAnswer.reasons[answer.outcome - 1], String(decoding: detail, as: UTF8.self))
        }
        guard job.wanted == .master else {
            return .picture(
                ReducedPicture(
                    picture: try takePicture(width: answer.width, height: answer.height),
                    fullWidth: answer.fullWidth, fullHeight: answer.fullHeight))
        }
        // The file is not needed any more, and both are large.
        selvage_give_back(child.memory, room.forPixels, job.bytes.count)
        return .samples(try takeSamples(answer))
    }

    /// Lays a file where the child reads it; it travels once.
    private func put(_ job: DecodeJob) throws(DecodeError) {
        let bytes = job.bytes
        let longest = room.longestFile(for: job.wanted)
        guard bytes.count <= longest else {
            throw DecodeError(
                .tooLarge, "The file is over the decoding limit of \(longest) bytes.")
        }
        let failure = bytes.withUnsafeBytes {
            selvage_put(child.memory, $0.baseAddress, $0.count, room.forPixels)
        }
        guard failure == 0 else {
            throw DecodeError(
                .crashed, "There is no memory to share with the decoder for \(bytes.count) bytes.")
        }
    }

    private func takePicture(width: Int, height: Int) throws(DecodeError) -> Picture {
        Picture(
            width: width, height: height, pixels: try take(width * height * 3, from: 0))
    }

    /// Plane by plane, each given back once it is ours.
    private func takeSamples(_ answer: DecodeAnswer) throws(DecodeError) -> MasterSamples {
        let count = answer.width * answer.height
        let hasAlpha = answer.layers.contains(.alpha)
        let isDeep = answer.layers.contains(.deep)
        func plane(_ size: Int, from offset: Int) throws(DecodeError) -> [UInt8] {
            let plane = try take(size, from: offset)
            selvage_give_back(child.memory, offset, size)
            return plane
        }
        let colours = try plane(3 * count, from: 0)
        return MasterSamples(
            picture: Picture(width: answer.width, height: answer.height, pixels: colours),
            isGrey: answer.layers.contains(.grey),
            alpha: hasAlpha ? try plane(count, from: 3 * count) : nil,
            low: isDeep ? try plane(3 * count, from: 4 * count) : nil,
            lowAlpha: isDeep && hasAlpha ? try plane(count, from: 7 * count) : nil)
    }

    /// How much of a large picture is taken before the room gives it back: it is there once, not twice.
    private static let piece = 64 << 20

    private func take(_ size: Int, from offset: Int) throws(DecodeError) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { room, count in
            for start in stride(from: 0, to: size, by: Self.piece) where failure == 0 {
                let length = min(Self.piece, size - start)
                failure = withUnsafePointer(to: child) {
                    selvage_take($0, room.baseAddress.map { $0 + start }, length, offset + start)
                }
                if size > Self.piece { selvage_give_back(child.memory, offset + start, length) }
            }
            count = failure == 0 ? size : 0
        }
        guard failure == 0 else {
            throw DecodeError(.crashed, "The decoder's picture could not be read.")
        }
        return bytes
    }

    /// Small pictures keep their pages for the next one; large ones give theirs back.
    private func tidy(_ touched: Int, file: Int) {
        selvage_give_back(child.memory, 0, touched)
        selvage_give_back(child.memory, room.forPixels, file)
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
