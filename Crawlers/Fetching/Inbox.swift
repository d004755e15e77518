// The orders that async code gives to the loop's thread, and the bell that wakes it.

internal import CCurl
internal import Glibc
internal import Synchronization

/// Names one exchange, and carries the wish to end it.
final class Ticket: Sendable {
    private let flag = Atomic(false)

    /// Whether the exchange is no longer wanted; also true when it is not yet known to the loop.
    var isCancelled: Bool { flag.load(ordering: .acquiring) }

    /// Says that the exchange is no longer wanted.
    func cancel() { flag.store(true, ordering: .releasing) }
}

/// Hands the outcome of one exchange back to the task that waits for it.
typealias Outcome = CheckedContinuation<Result<Reply, Fault>, Never>

/// What async code asks of the loop.
enum Order: Sendable {
    case start(Ticket, Exchange, Outcome)
    case cancel(Ticket)
}

/// Orders on their way to the loop's thread.
///
/// Each waiting order is a suspended task, so the callers' own limit on tasks bounds it.
final class Inbox: Sendable {
    private struct Contents {
        var orders: [Order] = []
        var isClosed = false
        /// Whether the loop sleeps, or is about to, and has to be woken.
        var isAwaited = false
    }

    private let contents = Mutex(Contents())
    /// Readable when there is something to collect.
    let bell: Int32

    /// An empty inbox.
    ///
    /// - Returns: nil when the system gives no descriptor.
    init?() {
        bell = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
        if bell < 0 { return nil }
    }

    deinit { Glibc.close(bell) }

    /// Gives an order.
    ///
    /// - Returns: false when the inbox is closed; the order was not taken then.
    func submit(_ order: Order) -> Bool {
        let (isTaken, mustRing) = contents.withLock { contents in
            guard !contents.isClosed else { return (false, false) }
            contents.orders.append(order)
            defer { contents.isAwaited = false }
            return (true, contents.isAwaited)
        }
        // Outside the lock, which a system call would hold for long; a loop at work needs no bell.
        if mustRing { ring() }
        return isTaken
    }

    /// Takes no more orders and tells the loop to end.
    func close() {
        contents.withLock { $0.isClosed = true }
        ring()
    }

    /// Takes all orders out, and whether the loop shall end after them.
    func collect() -> (orders: [Order], isClosed: Bool) {
        contents.withLock { contents in
            defer { contents.orders = [] }
            contents.isAwaited = false
            return (contents.orders, contents.isClosed)
        }
    }

    /// Whether the loop may sleep until the bell or a socket wakes it: nothing is left to collect.
    func maySleep() -> Bool {
        contents.withLock { contents in
            guard contents.orders.isEmpty, !contents.isClosed else { return false }
            contents.isAwaited = true
            return true
        }
    }

    /// Silences the bell.
    func hear() {
        var rings: eventfd_t = 0
        eventfd_read(bell, &rings)
    }

    private func ring() { eventfd_write(bell, 1) }
}
