// What the outbox promises: every report has its effect once, and no receiver is stormed.

import Foundation
import SelvageTypes
import Testing

@testable import Casework

@Suite("Delivery")
struct DeliveryTests {
    private static let receiver = "https://licences.example/events"

    private func messages(_ count: Int, to receiver: String = receiver) -> [OutboxMessage] {
        (0..<count).map {
            OutboxMessage(
                id: "event-\($0)@\(receiver)", licensor: "studio", receiver: receiver, body: "{}",
                notBefore: Fixtures.seen)
        }
    }

    private func relay(
        _ store: MemoryOutbox, _ sender: any MessageSender, _ clock: SimulatedClock
    ) -> OutboxRelay {
        OutboxRelay(store: store, sender: sender, clock: clock) { message, _ in
            [HeaderField("webhook-id", message.id)]
        }
    }

    private var farAhead: Instant { Fixtures.seen.advanced(milliseconds: 30 * 86_400_000) }

    @Test("Every event is applied once and known as delivered, without a storm", arguments: 1...20)
    func exactlyOnce(seed: Int) async throws {
        let clock = SimulatedClock()
        let receiver = UnreliableReceiver(clock, seed: seed, shareOfFailures: 0.6)
        let store = MemoryOutbox(messages(60))
        let report = try await relay(store, receiver, clock).drain(until: farAhead)
        #expect(report.delivered == 60 && report.postponed == 0 && report.refused == 0)
        #expect(await store.owed.isEmpty)
        let record = receiver.record
        #expect(record.effects.count == 60 && record.effects.values.allSatisfy { $0 == 1 })
        // Each failure forces one more attempt; no attempt is made beyond those.
        #expect(record.attempts == 60 + record.failures)
        #expect(report.attempts == record.attempts)
    }

    @Test(
        "After a Retry-After nothing is sent to that receiver until its second", arguments: 1...10)
    func retryAfter(seed: Int) async throws {
        let clock = SimulatedClock()
        let receiver = UnreliableReceiver(clock, seed: seed, shareOfFailures: 0.5)
        var policy = DeliveryPolicy()
        policy.inFlight = 1
        let store = MemoryOutbox(messages(40))
        let relay = OutboxRelay(store: store, sender: receiver, clock: clock, policy: policy) {
            message, _ in [HeaderField("webhook-id", message.id)]
        }
        _ = try await relay.drain(until: farAhead)
        #expect(receiver.record.hurried == 0)
    }

    @Test("A receiver that is down costs a probe a pause, however many messages it is owed")
    func down() async throws {
        let clock = SimulatedClock()
        let comesBack = Fixtures.seen.advanced(milliseconds: 6 * 3_600_000)
        let receiver = UnreliableReceiver(
            clock, seed: 1, shareOfFailures: 0, downUntil: comesBack)
        let store = MemoryOutbox(messages(500))
        let report = try await relay(store, receiver, clock).drain(until: farAhead)
        #expect(report.delivered == 500)
        #expect(receiver.record.failures < 40)
        #expect(receiver.record.attempts < 540)
    }

    @Test("A process that dies before it notes a confirmation sends again, with no second effect")
    func killed() async throws {
        let clock = SimulatedClock()
        let receiver = UnreliableReceiver(clock, seed: 5, shareOfFailures: 0.3)
        let store = MemoryOutbox(messages(30), kills: 12)
        var deaths = 0
        while await !store.owed.isEmpty {
            do {
                _ = try await relay(store, receiver, clock).drain(until: farAhead)
            } catch is MemoryOutbox.Killed {
                deaths += 1
            }
        }
        #expect(deaths == 12)
        #expect(receiver.record.effects.count == 30)
        #expect(await store.deliveries.count == 30)
    }

    @Test("A receiver that rests does not hold up the others")
    func independentReceivers() async throws {
        let clock = SimulatedClock()
        let receiver = PerAddress(
            answers: ["https://down.example/": 503, "https://up.example/": 200])
        let store = MemoryOutbox(
            messages(200, to: "https://down.example/") + messages(50, to: "https://up.example/"))
        let soon = Fixtures.seen.advanced(milliseconds: 60_000)
        let report = try await relay(store, receiver, clock).drain(until: soon)
        #expect(report.delivered == 50)
        #expect(report.postponed > 0 && report.postponed < 20)
    }

    @Test("What the receiver will never take is set aside; what an operator can mend waits")
    func statuses() throws {
        let policy = DeliveryPolicy()
        let message = messages(1)[0]
        func decide(_ status: Int) -> DeliveryPolicy.Decision {
            policy.decide(
                .success(Answer(status: status, headers: [], body: [])), for: message,
                at: Fixtures.seen)
        }
        for status in [200, 201, 202, 204, 409] { #expect(decide(status) == .delivered) }
        for status in [400, 410, 413, 422] {
            #expect(decide(status) == .refused(because: "the receiver answered \(status)"))
        }
        for status in [301, 401, 403, 404] {
            #expect(
                decide(status)
                    == .later(
                        at: Fixtures.seen.advanced(milliseconds: 900_000), receiverRests: false,
                        because: "the receiver answered \(status)"))
        }
    }

    @Test("Retry-After is read in seconds and in the three date forms, and is never in the past")
    func retryAfterForms() throws {
        let now = try #require(Instant(iso8601: "1994-11-06T08:49:00Z"))
        let later = Instant(iso8601: "1994-11-06T08:49:37Z")
        for text in [
            "37", "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            #expect(RetryAfter.moment([HeaderField("Retry-After", text)], at: now) == later)
        }
        let past = HeaderField("Retry-After", "Sun, 06 Nov 1994 08:00:00 GMT")
        #expect(RetryAfter.moment([past], at: now) == now)
        for text in ["", "soon", "-1", "1.5", "Sun, 99 Nov 1994 08:49:37 GMT"] {
            #expect(RetryAfter.moment([HeaderField("Retry-After", text)], at: now) == nil)
        }
        let forever = HeaderField("Retry-After", "99999999999999999999")
        #expect(
            RetryAfter.moment([forever], at: now)
                == now.advanced(milliseconds: RetryAfter.limitInMilliseconds))
    }

    @Test("Pauses double, stay between half and whole, and never pass the longest")
    func pauses() {
        let policy = DeliveryPolicy()
        for failures in 1...80 {
            let pause = policy.pauseInMilliseconds(afterFailures: failures, key: "k")
            let whole = min(3_600_000, 1_000 << Int64(min(failures - 1, 30)))
            #expect(pause >= whole / 2 && pause <= whole)
        }
    }
}

/// A sender that answers by address.
private struct PerAddress: MessageSender {
    let answers: [String: Int]

    func post(_ body: [UInt8], to address: WebAddress, headers: [HeaderField])
        async throws(FetchError) -> Answer
    {
        Answer(status: answers[address.description] ?? 404, headers: [], body: [])
    }
}
