// Sends the messages that are owed until each receiver has confirmed them.

public import SelvageTypes

/// What one drain of the outbox did.
public struct DeliveryReport: Hashable, Sendable, Codable {
    /// Confirmed by their receivers.
    public var delivered = 0
    /// Still owed after at least one try.
    public var postponed = 0
    /// Set aside for people.
    public var refused = 0
    /// Tries altogether.
    public var attempts = 0

    /// Nothing sent yet.
    public init() {}
}

/// Sends the messages that are owed.
///
/// All that must survive is in the store: a message leaves it only when its receiver has confirmed
/// it. A message that was sent while the process died is sent again with the same `webhook-id`, which
/// the receiver applies once.
///
/// - Invariant: `Retry-After` is kept, and no message is on its way twice from one relay.
public actor OutboxRelay {
    /// Makes the header fields that authenticate a message at the moment it leaves.
    public typealias Signer =
        @Sendable (_ message: OutboxMessage, _ now: Instant) async throws -> [HeaderField]
    /// Is told what became of each try, for the log.
    public typealias Observer = @Sendable (OutboxMessage, DeliveryPolicy.Decision) -> Void

    private let store: any OutboxStore
    private let sender: any MessageSender
    private let clock: any Timekeeper
    private let policy: DeliveryPolicy
    private let receiver: String?
    private let sign: Signer
    private let observe: Observer
    private var board: ReceiverBoard

    /// Read at once from the store; grows up to the second number while receivers rest.
    private static let pageSizes = (first: 64, last: 16_384)

    /// A relay.
    ///
    /// - Parameter receiver: Send to this address only; nil sends to all.
    public init(
        store: any OutboxStore, sender: any MessageSender, clock: any Timekeeper,
        policy: DeliveryPolicy = .init(), receiver: String? = nil, sign: @escaping Signer,
        observe: @escaping Observer = { _, _ in }
    ) {
        self.store = store
        self.sender = sender
        self.clock = clock
        self.policy = policy
        self.receiver = receiver
        self.sign = sign
        self.observe = observe
        board = ReceiverBoard(policy)
    }

    /// Sends what is owed, waiting for later tries as long as they fall before a moment.
    ///
    /// - Throws: What the store throws, and `CancellationError`.
    public func drain(until deadline: Instant) async throws -> DeliveryReport {
        var tally = Tally()
        while true {
            try await sendDue(&tally, before: deadline)
            try Task.checkCancellation()
            guard let next = try await nextMoment(before: deadline), next <= deadline else {
                return tally.report
            }
            try await clock.sleep(until: next)
        }
    }

    /// Sends what becomes owed until the task is cancelled.
    ///
    /// - Throws: What the store throws, and `CancellationError`.
    public func run(lookingEveryMilliseconds interval: Int64 = 2_000) async throws {
        while true {
            var tally = Tally()
            try await sendDue(&tally, before: Instant(microseconds: .max))
            let horizon = clock.now().advanced(milliseconds: interval)
            let next = try await nextMoment(before: horizon) ?? horizon
            try await clock.sleep(until: min(next, horizon))
            try Task.checkCancellation()
        }
    }

    private struct Tally {
        var report = DeliveryReport()
        var owed: Set<String> = []

        mutating func count(_ message: OutboxMessage, _ decision: DeliveryPolicy.Decision) {
            report.attempts += 1
            owed.remove(message.id)
            switch decision {
            case .delivered: report.delivered += 1
            case .refused: report.refused += 1
            case .later: owed.insert(message.id)
            }
            report.postponed = owed.count
        }
    }

    private struct Outcome: Sendable {
        let message: OutboxMessage
        /// nil when the try was cancelled and says nothing.
        let decision: DeliveryPolicy.Decision?
    }

    private func sendDue(_ tally: inout Tally, before deadline: Instant) async throws {
        var taken: [OutboxMessage] = []
        // A try whose outcome the store did not take is owed still, and may be taken again.
        defer { for message in taken { board.abandon(message) } }
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            while true {
                for message in try await takeDue(before: deadline) {
                    taken.append(message)
                    group.addTask { await self.attempt(message) }
                }
                guard let outcome = try await group.next() else { return }
                if let decision = outcome.decision {
                    try await settle(outcome.message, decision)
                    tally.count(outcome.message, decision)
                }
                board.abandon(outcome.message)
                taken.removeAll { $0 == outcome.message }
            }
        }
    }

    private func takeDue(before deadline: Instant) async throws -> [OutboxMessage] {
        var limit = Self.pageSizes.first
        while !Task.isCancelled {
            let now = clock.now()
            guard now <= deadline else { return [] }
            let due = try await store.dueMessages(at: now, limit: limit, to: receiver)
            let taken = board.take(from: due, at: now)
            if !taken.isEmpty || due.count < limit || limit >= Self.pageSizes.last {
                return taken
            }
            limit *= 4
        }
        return []
    }

    nonisolated private func attempt(_ message: OutboxMessage) async -> Outcome {
        guard let receiver = WebAddress(message.receiver) else {
            return Outcome(
                message: message,
                decision: .refused(because: "\(message.receiver) is not an http or https address"))
        }
        let fields: [HeaderField]
        do {
            fields = try await sign(message, clock.now())
        } catch {
            let later = clock.now().advanced(milliseconds: policy.slowPauseInMilliseconds)
            return Outcome(
                message: message,
                decision: .later(
                    at: later, receiverRests: false, because: "it could not be signed: \(error)"))
        }
        let headers = [HeaderField("Content-Type", FindingEvent.mediaType)] + fields
        let result: Result<Answer, FetchError>
        do throws(FetchError) {
            result = .success(
                try await sender.post(Array(message.body.utf8), to: receiver, headers: headers))
        } catch {
            if error.reason == .cancelled { return Outcome(message: message, decision: nil) }
            result = .failure(error)
        }
        return Outcome(
            message: message, decision: policy.decide(result, for: message, at: clock.now()))
    }

    private func settle(
        _ message: OutboxMessage, _ decision: DeliveryPolicy.Decision
    ) async throws {
        let now = clock.now()
        board.ended(message, decision, at: now)
        switch decision {
        case .delivered: try await store.delivered(message, at: now)
        case .later(let moment, _, let reason):
            try await store.postpone(message, until: moment, because: reason)
        case .refused(let reason): try await store.refuse(message, at: now, because: reason)
        }
        observe(message, decision)
    }

    /// When the next message may leave, looking no further than a moment; nil for none.
    private func nextMoment(before horizon: Instant) async throws -> Instant? {
        try await store.dueMessages(at: horizon, limit: Self.pageSizes.last, to: receiver)
            .filter { !board.isOnItsWay($0) }.map(board.earliest).min()
    }
}
