// The port to time, so that a crawl can be replayed without waiting.

internal import Foundation
internal import Synchronization

/// The present moment and waiting.
public protocol Timekeeper: Sendable {
    /// The present moment.
    func now() -> Instant
    /// Waits until a moment; returns at once when it has passed.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    func sleep(until moment: Instant) async throws
}

/// The system's clock, as it was when the process first asked, and what has passed since.
///
/// - Invariant: It never goes back. Pauses that are owed would last as long as the clock was set
///   back, and an answer could come before its request. It follows when the clock is set forward.
public struct SystemTimekeeper: Timekeeper {
    /// Moments on both clocks that mean the same, in microseconds.
    private struct Anchor {
        var wall: Int64
        var steady: ContinuousClock.Instant
    }

    private static let anchor = Mutex(Anchor(wall: wall, steady: .now))

    /// The system's clock.
    public init() {}

    private static var wall: Int64 {
        Instant(seconds: Date().timeIntervalSince1970).microseconds
    }

    public func now() -> Instant {
        Self.anchor.withLock { anchor in
            let steady = ContinuousClock.now
            let (seconds, attoseconds) = (steady - anchor.steady).components
            let expected = anchor.wall + seconds * 1_000_000 + attoseconds / 1_000_000_000_000
            let moment = max(expected, Self.wall)
            if moment > expected { anchor = Anchor(wall: moment, steady: steady) }
            return Instant(microseconds: moment)
        }
    }

    public func sleep(until moment: Instant) async throws {
        let wait = moment.microseconds - now().microseconds
        guard wait > 0 else { return }
        try await Task.sleep(for: .microseconds(wait))
    }
}
