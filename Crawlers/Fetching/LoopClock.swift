// The loop's own time: read once a turn, so that asking it costs nothing.

internal import Glibc

/// Milliseconds of a clock that is never set, as they were when the loop last looked.
final class LoopClock {
    /// The present moment, in milliseconds.
    private(set) var now = 0

    /// A clock that shows the present moment.
    init() { read() }

    /// Looks again.
    func read() { now = Self.present }

    /// The present moment, in milliseconds.
    static var present: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}
