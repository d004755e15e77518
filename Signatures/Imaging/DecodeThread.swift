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
    ) -> Result<Picture, DecodeError> {
        do throws(DecodeError) {
            // A child that died while it had nothing to do costs no picture.
            var current = try readyChild(child.take())
            do throws(DecodeError) {
                let picture = try current.decode(job.bytes, limits: limits, scale: job.scale)
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

    private func readyChild(_ old: consuming DecoderChild?) throws(DecodeError) -> DecoderChild {
        if let old {
            if old.isReady { return old }
            _ = end(old)
        }
        let child = try DecoderChild(
            executable: executable, arguments: arguments, limits: limits)
        queue.started(child.process)
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
        if signal == SIGXCPU {
            return DecodeError(
                .timedOut, "The decoder took more than \(limits.processorSeconds) s of processor.")
        }
        return signal == 0
            ? error : DecodeError(.crashed, "The decoder was ended by signal \(signal).")
    }
}
