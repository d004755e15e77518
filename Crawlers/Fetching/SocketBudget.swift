// How many bytes a socket has taken in for one exchange, callbacks or not.

internal import CCurl

/// How many bytes a socket has taken in for one exchange.
///
/// Chunk extensions, TLS records and the like reach no callback, so the kernel is asked. That is a
/// system call, and nearly every answer is there after one or two events: only those that go on are
/// looked at, from the second event on, and all of them at each tick.
struct SocketBudget {
    private static let eventsBetween = 2

    private var socket: Int32 = -1
    private var events = 0
    /// What the socket had received before this exchange; nil while nobody has asked.
    private var before: Int64?

    /// The exchange goes on over a socket.
    ///
    /// - Parameter isFresh: Nothing has come over it yet.
    mutating func moves(to descriptor: Int32, isFresh: Bool) {
        guard descriptor != socket || isFresh else { return }
        socket = descriptor
        events = 0
        before = isFresh ? 0 : nil
    }

    /// Counts an event on a socket.
    ///
    /// - Returns: Whether it is time to look.
    mutating func isDue(_ descriptor: Int32) -> Bool {
        guard descriptor == socket else { return false }
        events += 1
        return events.isMultiple(of: Self.eventsBetween)
    }

    /// Bytes received for this exchange; on a kept connection those since the first look.
    var receivedInBytes: Int {
        mutating get {
            let all = selvage_bytes_received(socket)
            guard all >= 0 else { return 0 }
            let start = before ?? all
            before = start
            return Int(all - start)
        }
    }
}
