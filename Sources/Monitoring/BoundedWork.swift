// Work on hostile bytes that is waited for only so long, on threads of its own.

internal import Dispatch
internal import Synchronization

/// Runs work that takes processor time on threads of its own, never on those that tasks share.
struct BoundedWork: Sendable {
    private let queue = DispatchQueue(label: "selvage.monitoring.pictures", attributes: .concurrent)

    /// The result of some work.
    func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { waiting in
            queue.async { waiting.resume(returning: work()) }
        }
    }

    /// The result of some work; nil when it took too long.
    ///
    /// What takes too long is not waited for. It ends by itself: its input is limited.
    func run<Value: Sendable>(
        withinSeconds seconds: Int, _ work: @escaping @Sendable () -> Value
    ) async -> Value? {
        await withCheckedContinuation { continuation in
            let first = FirstAnswer(continuation)
            queue.async { first.answer(work()) }
            queue.asyncAfter(deadline: .now() + .seconds(seconds)) { first.answer(nil) }
        }
    }
}

/// Hands on the first of two answers.
private final class FirstAnswer<Value: Sendable>: Sendable {
    // Taken out under the mutex, so that whoever comes second finds nothing to resume.
    private let waiting: Mutex<CheckedContinuation<Value?, Never>?>

    init(_ continuation: CheckedContinuation<Value?, Never>) {
        waiting = Mutex(continuation)
    }

    func answer(_ value: Value?) {
        let continuation = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        continuation?.resume(returning: value)
    }
}
