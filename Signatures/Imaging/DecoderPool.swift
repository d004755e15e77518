// Decoding in child processes: a fault of a codec costs one picture and nothing else.

internal import CCodecs
internal import Dispatch
internal import Foundation
public import SelvageTypes
internal import Synchronization

/// Decodes pictures in a pool of child processes, which are reused and replaced when they die.
///
/// Each worker is one thread of this process with one child. A child that crashes, overruns its
/// limits or does not answer in time costs the picture it was decoding (`crashed` or `timedOut`).
/// Callers wait in the order they came; at most 10,000 may wait, so a caller with more pictures
/// keeps its own queue.
///
/// - Invariant: No codec runs in this process, and no blocking call on the cooperative pool.
public final class DecoderPool: PictureDecoder {
    /// What every picture is decoded within.
    public let limits: DecodeLimits
    private let queue = DecodeQueue()

    /// A pool of `workers` children of an executable whose main calls `DecodeWorker.run()`.
    ///
    /// Children are started when they are first needed; an executable that cannot be started makes
    /// each picture `crashed`, with the reason.
    public init(
        executable: String, arguments: [String] = ["decode-worker"], workers: Int = 2,
        limits: DecodeLimits = DecodeLimits()
    ) {
        precondition(workers > 0, "A decoder pool has at least one worker.")
        self.limits = limits
        let queue = queue
        for _ in 0..<workers {
            let thread = Thread {
                DecodeThread(
                    executable: executable, arguments: arguments, limits: limits, queue: queue
                ).run()
            }
            thread.name = "selvage-decoder"
            thread.start()
        }
    }

    deinit { shutDown() }

    public func decode(_ bytes: [UInt8]) async throws(DecodeError) -> Picture {
        try await picture(bytes, least: 0).picture
    }

    /// Decodes image bytes to a fraction of their size whose longer side is `side` at least.
    ///
    /// A JPEG is decoded to a half, a quarter or an eighth at once, which is quicker than decoding it
    /// in full; any other that is twice as long as wanted, or longer, is averaged down to a half, a
    /// third and so on in the child, so that less is copied. Each side is rounded up, and the longer
    /// one comes out shorter than `2 * side`.
    ///
    /// - Precondition: `side` is positive.
    /// - Throws: `DecodeError`.
    public func decode(
        _ bytes: [UInt8], longerSideAtLeast side: Int
    ) async throws(DecodeError) -> ReducedPicture {
        precondition(side > 0, "A picture's longer side is positive.")
        return try await picture(bytes, least: side)
    }

    private func picture(
        _ bytes: [UInt8], least: Int
    ) async throws(DecodeError) -> ReducedPicture {
        guard case .picture(let picture) = try await decode(bytes, .picture(least: least)) else {
            preconditionFailure("A decoder that is asked for a picture answers with one.")
        }
        return picture
    }

    /// The samples of a master as they are stored.
    func samples(_ bytes: [UInt8]) async throws(DecodeError) -> MasterSamples {
        guard case .samples(let samples) = try await decode(bytes, .master) else {
            preconditionFailure("A decoder that is asked for a master answers with one.")
        }
        return samples
    }

    private func decode(
        _ bytes: [UInt8], _ wanted: DecodeWish
    ) async throws(DecodeError) -> DecodedFile {
        let isDrawing = bytes.withUnsafeBufferPointer {
            selvage_svg_matches($0.baseAddress, $0.count) == 1
        }
        let result = await withCheckedContinuation { continuation in
            queue.add(
                DecodeJob(
                    bytes: bytes, wanted: wanted, isDrawing: isDrawing && wanted != .master,
                    continuation: continuation))
        }
        return try result.get()
    }

    /// Ends the children after the pictures they are decoding; those that wait are refused.
    public func shutDown() {
        queue.close()
    }

    /// The processes of the children that run now, for operators.
    public var processes: [Int32] { queue.processes }

    /// Children started so far; more than workers when some crashed, timed out or served long.
    public var started: Int { queue.startedCount }

    /// What holds the children in, as the last one started found it; nil before the first picture.
    public var confinement: DecoderConfinement? { queue.confinement }
}

/// A picture that waits for its decoder.
struct DecodeJob: Sendable {
    let bytes: [UInt8]
    let wanted: DecodeWish
    /// Whether the bytes are SVG, which only some children read.
    let isDrawing: Bool
    let continuation: CheckedContinuation<Result<DecodedFile, DecodeError>, Never>
}

/// What comes of a file, as it was asked for.
enum DecodedFile: Sendable {
    case picture(ReducedPicture)
    case samples(MasterSamples)
}

/// The pictures that wait, handed to the worker threads in order.
final class DecodeQueue: Sendable {
    static let mostWaiting = 10_000

    private struct State {
        var waiting: [DecodeJob] = []
        /// The first one that still waits; the front of the array is cleared now and then.
        var first = 0
        var closed = false
        var processes: [Int32] = []
        var started = 0
        var confinement: DecoderConfinement?
    }

    private let state = Mutex(State())
    private let arrivals = DispatchSemaphore(value: 0)

    func add(_ job: DecodeJob) {
        let accepted = state.withLock { state in
            guard !state.closed else { return false }
            precondition(
                state.waiting.count - state.first < Self.mostWaiting,
                "At most \(Self.mostWaiting) pictures wait for decoding.")
            state.waiting.append(job)
            return true
        }
        if accepted {
            arrivals.signal()
        } else {
            Self.refuse(job)
        }
    }

    /// The next picture; waits for one.
    ///
    /// nil when the pool was shut down.
    func next() -> DecodeJob? {
        arrivals.wait()
        return state.withLock { state in
            guard state.first < state.waiting.count else { return nil }
            let job = state.waiting[state.first]
            state.first += 1
            if state.first > 64 && state.first * 2 > state.waiting.count {
                state.waiting.removeFirst(state.first)
                state.first = 0
            }
            return job
        }
    }

    func close() {
        let abandoned = state.withLock { state in
            let jobs = Array(state.waiting[state.first...])
            state.waiting = []
            state.first = 0
            state.closed = true
            return jobs
        }
        abandoned.forEach(Self.refuse)
        arrivals.signal()
    }

    /// Wakes the next thread, once the pool was shut down.
    func passOn() {
        arrivals.signal()
    }

    var processes: [Int32] { state.withLock { $0.processes } }

    var startedCount: Int { state.withLock { $0.started } }

    var confinement: DecoderConfinement? { state.withLock { $0.confinement } }

    func started(_ process: Int32, _ confinement: DecoderConfinement) {
        state.withLock { state in
            state.processes.append(process)
            state.started += 1
            state.confinement = confinement
        }
    }

    func ended(_ process: Int32) {
        state.withLock { state in state.processes.removeAll { $0 == process } }
    }

    private static func refuse(_ job: DecodeJob) {
        job.continuation.resume(
            returning: .failure(DecodeError(.crashed, "The decoders were shut down.")))
    }
}
