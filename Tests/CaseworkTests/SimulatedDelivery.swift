// A clock without waiting, an outbox in memory, and a receiver that fails in every way we know.

import Casework
import Foundation
import SelvageTypes
import Synchronization

/// A clock that moves only when somebody waits.
final class SimulatedClock: Timekeeper {
    private let moment: Mutex<Instant>

    init(_ moment: Instant = Fixtures.seen) { self.moment = Mutex(moment) }

    func now() -> Instant { moment.withLock { $0 } }

    func sleep(until later: Instant) async throws {
        try Task.checkCancellation()
        moment.withLock { $0 = max($0, later) }
        await Task.yield()
    }

    func pass(milliseconds: Int64) {
        moment.withLock { $0 = $0.advanced(milliseconds: milliseconds) }
    }
}

/// An outbox in memory; it can be told to die before it keeps a confirmation.
actor MemoryOutbox: OutboxStore {
    struct Killed: Error {}

    private(set) var owed: [OutboxMessage] = []
    private(set) var deliveries: [String] = []
    private(set) var refusals: [String: String] = [:]
    var killsLeft = 0

    init(_ messages: [OutboxMessage], kills: Int = 0) {
        owed = messages
        killsLeft = kills
    }

    func dueMessages(at now: Instant, limit: Int, to receiver: String?) -> [OutboxMessage] {
        let mine = owed.filter { receiver == nil || $0.receiver == receiver }
        return Array(mine.filter { $0.notBefore <= now }.prefix(limit))
    }

    func nextDue(to receiver: String?) -> Instant? { owed.map(\.notBefore).min() }

    func delivered(_ message: OutboxMessage, at now: Instant) throws {
        if killsLeft > 0 {
            killsLeft -= 1
            throw Killed()
        }
        owed.removeAll { $0.id == message.id }
        deliveries.append(message.id)
    }

    func postpone(_ message: OutboxMessage, until moment: Instant, because detail: String) {
        guard let index = owed.firstIndex(where: { $0.id == message.id }) else { return }
        owed[index].tries += 1
        owed[index].notBefore = moment
    }

    func refuse(_ message: OutboxMessage, at now: Instant, because detail: String) {
        owed.removeAll { $0.id == message.id }
        refusals[message.id] = detail
    }
}

/// A receiver that fails before or after the effect, is slow, or asks to wait; from a seed.
final class UnreliableReceiver: MessageSender {
    struct State {
        var random: UInt64
        var effects: [String: Int] = [:]
        var attempts = 0
        var failures = 0
        var closedUntil = Instant(microseconds: 0)
        var hurried = 0
        var downUntil = Instant(microseconds: 0)
    }

    private let clock: SimulatedClock
    private let shareOfFailures: Double
    private let state: Mutex<State>

    init(_ clock: SimulatedClock, seed: Int, shareOfFailures: Double, downUntil: Instant? = nil) {
        self.clock = clock
        self.shareOfFailures = shareOfFailures
        var state = State(random: UInt64(seed) &* 0x9e37_79b9_7f4a_7c15)
        state.downUntil = downUntil ?? state.downUntil
        self.state = Mutex(state)
    }

    var record: State { state.withLock { $0 } }

    func post(_ body: [UInt8], to address: WebAddress, headers: [HeaderField])
        async throws(FetchError) -> Answer
    {
        let id = headers.first("webhook-id") ?? ""
        let now = clock.now()
        let lost = FetchError(.unreachable, address: address.description, detail: "no answer")
        let answer = state.withLock { state -> Answer? in
            state.attempts += 1
            guard now >= state.downUntil else {
                state.failures += 1
                return nil
            }
            if now < state.closedUntil { state.hurried += 1 }
            let fails = Self.next(&state.random) < shareOfFailures
            let kind = fails ? Int(Self.next(&state.random) * 6) : -1
            if fails { state.failures += 1 }
            if kind >= 3 || !fails {
                state.effects[id] = 1 + (state.effects[id] ?? 0)
                if (state.effects[id] ?? 0) > 1 { state.effects[id] = 1 }  // applied once by id
            }
            return Self.answer(kind, &state, now)
        }
        clock.pass(milliseconds: answer?.status == 504 ? 8_000 : 20)
        guard let answer else { throw lost }
        return answer
    }

    /// 0: 500; 1: 429 that asks for 30 s; 2: no answer; after the effect 3: 502; 4: no answer; 5: slow.
    private static func answer(_ kind: Int, _ state: inout State, _ now: Instant) -> Answer? {
        switch kind {
        case -1: return Answer(status: 204, headers: [], body: [])
        case 0: return Answer(status: 500, headers: [], body: [])
        case 1:
            state.closedUntil = max(state.closedUntil, now.advanced(milliseconds: 30_000))
            return Answer(status: 429, headers: [HeaderField("retry-after", "30")], body: [])
        case 3: return Answer(status: 502, headers: [], body: [])
        case 5: return Answer(status: 504, headers: [], body: [])
        default: return nil
        }
    }

    private static func next(_ state: inout UInt64) -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 33) / Double(1 << 31)
    }
}
