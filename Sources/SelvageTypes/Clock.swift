// The port to time, so that a crawl can be replayed without waiting.

internal import Foundation

/// The present moment and waiting.
public protocol Timekeeper: Sendable {
    /// The present moment.
    func now() -> Instant
    /// Waits until a moment; returns at once when it has passed.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    func sleep(until moment: Instant) async throws
}

/// The system's clock.
public struct SystemTimekeeper: Timekeeper {
    /// The system's clock.
    public init() {}

    public func now() -> Instant {
        Instant(seconds: Date().timeIntervalSince1970)
    }

    public func sleep(until moment: Instant) async throws {
        let wait = moment.microseconds - now().microseconds
        guard wait > 0 else { return }
        try await Task.sleep(for: .microseconds(wait))
    }
}
