// Which messages may leave now: how each receiver fares, who rests, and who is tried with how many.

internal import SelvageTypes

/// How each receiver fares, and which messages may therefore leave now.
///
/// A receiver starts with one message at a time; every success doubles what it is trusted with, every
/// failure halves it. After some failures in a row it rests, and then gets a single message as a
/// probe, so a receiver that is down costs one try a pause however many messages it is owed.
///
/// - Invariant: No message leaves for a receiver that rests; no message is on its way twice.
struct ReceiverBoard: Sendable {
    private struct Receiver {
        var window = 1
        var inFlight = 0
        var failuresInRow = 0
        var restsUntil = Instant(microseconds: .min)
    }

    private let policy: DeliveryPolicy
    private var receivers: [String: Receiver] = [:]
    private var onTheirWay: [String: String] = [:]

    init(_ policy: DeliveryPolicy) {
        self.policy = policy
    }

    /// Messages that may leave now, marked as on their way, in the order given.
    mutating func take(from due: [OutboxMessage], at now: Instant) -> [OutboxMessage] {
        var taken: [OutboxMessage] = []
        for message in due where onTheirWay.count < policy.inFlight {
            let key = Self.key(message)
            var receiver = receivers[message.receiver] ?? Receiver()
            guard onTheirWay[key] == nil, message.notBefore <= now, receiver.restsUntil <= now,
                receiver.inFlight < receiver.window
            else { continue }
            receiver.inFlight += 1
            receivers[message.receiver] = receiver
            onTheirWay[key] = message.receiver
            taken.append(message)
        }
        return taken
    }

    /// A try has ended.
    mutating func ended(
        _ message: OutboxMessage, _ decision: DeliveryPolicy.Decision, at now: Instant
    ) {
        abandon(message)
        var receiver = receivers[message.receiver] ?? Receiver()
        switch decision {
        case .delivered, .refused:
            // A refusal is an answer too: the receiver works.
            receiver.failuresInRow = 0
            receiver.window = min(receiver.window * 2, policy.inFlight)
        case .later(let moment, let receiverRests, _):
            receiver.failuresInRow += 1
            receiver.window = max(1, receiver.window / 2)
            if receiverRests {
                receiver.window = 1
                receiver.restsUntil = max(receiver.restsUntil, moment)
            } else if receiver.failuresInRow >= policy.failuresBeforeRest {
                receiver.window = 1
                let pause = policy.pauseInMilliseconds(
                    afterFailures: receiver.failuresInRow - policy.failuresBeforeRest + 1,
                    key: message.receiver)
                receiver.restsUntil = max(receiver.restsUntil, now.advanced(milliseconds: pause))
            }
        }
        receivers[message.receiver] = receiver
    }

    /// A try was given up without a result: it says nothing about the receiver.
    mutating func abandon(_ message: OutboxMessage) {
        guard let receiver = onTheirWay.removeValue(forKey: Self.key(message)) else { return }
        receivers[receiver]?.inFlight -= 1
    }

    /// When a message may leave at the earliest.
    func earliest(_ message: OutboxMessage) -> Instant {
        max(message.notBefore, receivers[message.receiver]?.restsUntil ?? message.notBefore)
    }

    /// Whether a message is on its way.
    func isOnItsWay(_ message: OutboxMessage) -> Bool {
        onTheirWay[Self.key(message)] != nil
    }

    private static func key(_ message: OutboxMessage) -> String {
        "\(message.id)\u{1f}\(message.receiver)"
    }
}
