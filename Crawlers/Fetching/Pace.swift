// Whether an exchange is still fast enough: its deadlines and its least speed.

internal import SelvageTypes

/// Whether an exchange is still fast enough.
///
/// Moments are milliseconds of a monotonic clock; the caller asks from time to time.
struct Pace: Hashable {
    /// The least speed of an answer.
    struct LeastSpeed: Hashable {
        /// Bytes a second.
        var bytesPerSecond: Int
        /// The window it is measured over.
        var windowInMilliseconds: Int
    }

    private enum Phase: Hashable {
        case connecting
        case waiting(since: Int)
        case receiving(windowBegan: Int, bytesThen: Int)
    }

    private let limits: FetchLimits
    private let leastSpeed: LeastSpeed
    private let began: Int
    private let totalBegan: Int
    private var phase = Phase.connecting

    /// An exchange that begins to connect now, after earlier hops of its fetch took some time.
    init(limits: FetchLimits, leastSpeed: LeastSpeed, spent: Int = 0, at now: Int) {
        self.limits = limits
        self.leastSpeed = leastSpeed
        began = now
        totalBegan = now - spent
    }

    /// The connection stands and the request's head was sent.
    mutating func requestSent(at now: Int) {
        if case .receiving = phase { return }
        phase = .waiting(since: now)
    }

    /// A line of the answer arrived.
    mutating func answered(at now: Int, bytes: Int) {
        if case .receiving = phase { return }
        phase = .receiving(windowBegan: now, bytesThen: bytes)
    }

    /// What is too slow by now.
    ///
    /// - Parameter bytes: Bytes delivered so far.
    /// - Returns: nil while all is well.
    mutating func fault(at now: Int, bytes: Int) -> Fault? {
        if now - totalBegan >= limits.totalInMilliseconds {
            return timedOut(limits.totalInMilliseconds, "was not complete")
        }
        switch phase {
        case .connecting:
            guard now - began >= limits.connectInMilliseconds else { return nil }
            return timedOut(limits.connectInMilliseconds, "was not connected")
        case .waiting(let since):
            guard now - since >= limits.firstByteInMilliseconds else { return nil }
            return timedOut(limits.firstByteInMilliseconds, "had brought no answer")
        case .receiving(let windowBegan, let bytesThen):
            let window = leastSpeed.windowInMilliseconds
            guard now - windowBegan >= window else { return nil }
            if (bytes - bytesThen) * 1000 < leastSpeed.bytesPerSecond * (now - windowBegan) {
                return timedOut(window, "had become slower than a crawl")
            }
            phase = .receiving(windowBegan: now, bytesThen: bytes)
            return nil
        }
    }

    private func timedOut(_ milliseconds: Int, _ what: String) -> Fault {
        Fault(
            .timedOut(afterMilliseconds: milliseconds),
            "The request \(what) after \(milliseconds) ms.")
    }
}
