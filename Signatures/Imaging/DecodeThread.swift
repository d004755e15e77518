// The life of one worker: a thread of ours, one child at a time.

internal import Glibc
internal import SelvageTypes

/// The life of one worker: it takes pictures from the queue and keeps one child ready for them.
struct DecodeThread {
    let executable: String
    let arguments: [String]
    let limits: DecodeLimits
    let queue: DecodeQueue

    /// Works until the pool is shut down.
    func run() {
        var child: DecoderChild?
        while let job = queue.next() {
            let result = decode(job, with: &child)
            job.continuation.resume(returning: result)
        }
        if let last = child.take() { _ = end(last) }
        queue.passOn()
    }

    private func decode(
        _ job: DecodeJob, with child: inout DecoderChild?
    ) -> Result<DecodedFile, DecodeError> {
        do throws(DecodeError) {
            // A child that died while it had nothing to do costs no picture.
            var current = try readyChild(child.take(), forDrawing: job.isDrawing)
            do throws(DecodeError) {
                let picture = try current.decode(job, limits: limits)
                child = consume current
                return .success(picture)
            } catch {
                guard error.reason == .timedOut || error.reason == .crashed else {
                    child = consume current
                    throw error
                }
                throw explained(error, signal: end(current))
            }
        } catch {
            return .failure(error)
        }
    }

    /// The child at hand, or a new one when it has ended, served long, or cannot draw what is asked.
    private func readyChild(
        _ old: consuming DecoderChild?, forDrawing: Bool
    ) throws(DecodeError) -> DecoderChild {
        var drawsToo = forDrawing
        if let old {
            if old.isReady && (old.drawsToo || !forDrawing) { return old }
            // Where there was one drawing, more will come.
            drawsToo = drawsToo || old.drawsToo
            _ = end(old)
        }
        let child = try DecoderChild(
            executable: executable, arguments: arguments, limits: limits, drawsToo: drawsToo)
        queue.started(child.process, child.confinement)
        return child
    }

    private func end(_ child: consuming DecoderChild) -> Int32 {
        let process = child.process
        let signal = child.end()
        queue.ended(process)
        return signal
    }

    private func explained(_ error: DecodeError, signal: Int32) -> DecodeError {
        if error.reason == .timedOut { return error }
        if signal == SIGPROF {
            return DecodeError(.timedOut, "The decoder took more processor time than it may.")
        }
        return signal == 0
            ? error : DecodeError(.crashed, "The decoder was ended by signal \(signal).")
    }
}
