// What to do with a message after a try: it is delivered, tried again later, or set aside.

public import SelvageTypes

/// Decides what becomes of a message after a try.
///
/// It knows no clock, network or store.
///
/// | outcome | decision |
/// | --- | --- |
/// | 2xx, 409 | delivered; 409 says that the receiver has it already |
/// | 400, 410, 413, 422 | set aside: the receiver will never take it; people have to look |
/// | 408, 425, 429, 5xx, no complete answer | again, exponential pauses with jitter |
/// | anything else: 3xx, 401, 403, 404 … | again, slowly: an operator can mend it |
///
/// A `Retry-After` is kept to the second and holds for every message to that receiver.
public struct DeliveryPolicy: Hashable, Sendable {
    /// What becomes of a message.
    public enum Decision: Hashable, Sendable {
        /// The receiver has it.
        case delivered
        /// Try again, not before a moment. When `receiverRests`, no message to that receiver may
        /// be sent before it.
        case later(at: Instant, receiverRests: Bool, because: String)
        /// Set aside for people.
        case refused(because: String)
    }

    /// Messages on their way at the same time, all receivers together.
    public var inFlight = 8
    /// The pause after the first failed try.
    public var firstPauseInMilliseconds: Int64 = 1_000
    /// No pause that we choose is longer.
    public var longestPauseInMilliseconds: Int64 = 3_600_000
    /// The pause while an operator has to mend something.
    public var slowPauseInMilliseconds: Int64 = 900_000
    /// Failures in a row after which a receiver as a whole is left alone for a while.
    public var failuresBeforeRest = 4
    /// Mixed into the jitter, so that two installations do not keep step.
    public var jitterSeed = ""

    /// The default policy.
    public init() {}

    /// What becomes of a message.
    ///
    /// - Parameters:
    ///   - outcome: The receiver's answer, or why there is none.
    ///   - message: The message, with its tries *before* this one.
    ///   - now: When the outcome was known.
    public func decide(
        _ outcome: Result<Answer, FetchError>, for message: OutboxMessage, at now: Instant
    ) -> Decision {
        switch outcome {
        case .success(let answer): decide(answer, message, now)
        case .failure(let error): decide(error, message, now)
        }
    }

    private func decide(_ answer: Answer, _ message: OutboxMessage, _ now: Instant) -> Decision {
        let reason = "the receiver answered \(answer.status)"
        switch answer.status {
        case 200...299, 409: return .delivered
        case 400, 410, 413, 422: return .refused(because: reason)
        case 408, 425, 429, 500...599:
            if let moment = RetryAfter.moment(answer.headers, at: now) {
                return .later(
                    at: moment, receiverRests: true,
                    because: "\(reason) and asked to wait until \(moment)")
            }
            // 429 is about the sender, not about this message.
            return .later(
                at: pause(message, now), receiverRests: answer.status == 429, because: reason)
        default:
            let moment = now.advanced(milliseconds: slowPauseInMilliseconds)
            return .later(at: moment, receiverRests: false, because: reason)
        }
    }

    private func decide(_ error: FetchError, _ message: OutboxMessage, _ now: Instant) -> Decision {
        switch error.reason {
        case .unsupportedAddress: .refused(because: error.detail)
        case .forbiddenAddress:
            .later(
                at: now.advanced(milliseconds: slowPauseInMilliseconds), receiverRests: false,
                because: error.detail)
        default:
            .later(at: pause(message, now), receiverRests: false, because: error.detail)
        }
    }

    private func pause(_ message: OutboxMessage, _ now: Instant) -> Instant {
        now.advanced(
            milliseconds: pauseInMilliseconds(afterFailures: message.tries + 1, key: message.id))
    }

    /// The pause after some failures in a row: doubling, then cut, then between half of it and all.
    ///
    /// The jitter follows from seed, key and count, so a simulated delivery can be replayed.
    public func pauseInMilliseconds(afterFailures failures: Int, key: String) -> Int64 {
        let doublings = min(max(failures, 1) - 1, 40)
        let (product, overflow) = firstPauseInMilliseconds.multipliedReportingOverflow(
            by: 1 << Int64(doublings))
        let whole =
            overflow
            ? longestPauseInMilliseconds : min(product, longestPauseInMilliseconds)
        let digest = Digest(of: "\(jitterSeed)\u{1f}\(key)\u{1f}\(failures)").bytes
        let share = digest.prefix(4).reduce(0) { $0 << 8 | Int64($1) }
        return whole / 2 + whole / 2 * share / 0xffff_ffff
    }
}
