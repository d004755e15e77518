// A clock and an executor in one: a whole crawl on one thread, without waiting, replayed exactly.

import Foundation
import SelvageTypes
import Synchronization

/// Runs tasks one after another; when all of them wait, time goes on to the next sleeper.
///
/// It is sound to share: the state lies behind a lock.
final class Simulation: TaskExecutor, Timekeeper {
    private struct Sleeper: Sendable {
        let moment: Instant
        let number: Int
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var jobs: [UnownedJob] = []
        var sleepers: [Sleeper] = []
        var cancelled: Set<Int> = []
        var number = 0
        var now: Instant
    }

    private let state: Mutex<State>

    init(now: Instant = Instant(microseconds: 1_800_000_000_000_000)) {
        state = Mutex(State(now: now))
    }

    func now() -> Instant { state.withLock { $0.now } }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
    }

    func sleep(until moment: Instant) async throws {
        let number = state.withLock { state in
            state.number += 1
            return state.number
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.cancelled.remove(number) != nil { return true }
                    state.sleepers.append(
                        Sleeper(moment: moment, number: number, continuation: continuation))
                    return false
                }
                if isOver { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                guard let index = state.sleepers.firstIndex(where: { $0.number == number }) else {
                    state.cancelled.insert(number)
                    return nil
                }
                return state.sleepers.remove(at: index)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Runs a task and all it starts to the end, on this thread.
    func run<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value
    {
        let shared = Shared<Value>()
        Task(executorPreference: self) {
            do {
                let value = try await body()
                shared.result.withLock { $0 = .success(value) }
            } catch {
                shared.result.withLock { $0 = .failure(error) }
            }
        }
        while true {
            if let job = nextJob() {
                job.runSynchronously(on: asUnownedTaskExecutor())
            } else if let result = shared.result.withLock({ $0 }) {
                return try result.get()
            } else if !advance() {
                // Only a cancelled test's helper task runs elsewhere; give it the processor.
                sched_yield()
            }
        }
    }

    private func nextJob() -> UnownedJob? {
        state.withLock { $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }
    }

    private func advance() -> Bool {
        let sleeper = state.withLock { state -> Sleeper? in
            guard
                let index = state.sleepers.indices.min(by: {
                    (state.sleepers[$0].moment, state.sleepers[$0].number)
                        < (state.sleepers[$1].moment, state.sleepers[$1].number)
                })
            else { return nil }
            let sleeper = state.sleepers.remove(at: index)
            state.now = max(state.now, sleeper.moment)
            return sleeper
        }
        sleeper?.continuation.resume()
        return sleeper != nil
    }
}

/// Something behind a lock, shared by reference.
private final class Shared<Value: Sendable>: Sendable {
    let result = Mutex<Result<Value, any Error>?>(nil)
}

/// A random source that gives the same for the same seed.
///
/// - Source: SplitMix64, Steele, Lea and Flood (2014).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
