// The sockets that the loop waits for, on epoll, with as few system calls as can be.

internal import CCurl
internal import Glibc

/// The sockets that the loop waits for.
///
/// libcurl asks to watch a socket at each request and to forget it at each answer. A socket that we
/// opened stays registered in between, since we are told when it closes; that saves two system
/// calls a request.
final class SocketWatch {
    /// Something that happened on a socket.
    struct Event {
        /// The socket.
        var descriptor: Int32
        /// `CURL_CSELECT_IN` and its like.
        var happened: Int32
    }

    private let epoll: Int32
    private var registered: [Int32: UInt32] = [:]
    private var unwanted: Set<Int32> = []
    private var ours: Set<Int32> = []
    private var buffer = [epoll_event](repeating: epoll_event(), count: 64)

    /// Watches nothing yet.
    ///
    /// - Returns: nil when the system gives no descriptor.
    init?() {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        if epoll < 0 { return nil }
    }

    deinit { Glibc.close(epoll) }

    /// We opened a socket and will be told when it closes.
    func opened(_ descriptor: Int32) {
        forget(descriptor)
        ours.insert(descriptor)
    }

    /// One of our sockets closes; the kernel drops its registration.
    func closed(_ descriptor: Int32) {
        forget(descriptor)
        ours.remove(descriptor)
    }

    private func forget(_ descriptor: Int32) {
        registered[descriptor] = nil
        unwanted.remove(descriptor)
    }

    /// Watches a socket for being readable, writable, or both.
    func watch(_ descriptor: Int32, readable: Bool, writable: Bool) {
        unwanted.remove(descriptor)
        let wanted =
            (readable ? EPOLLIN.rawValue : 0) | (writable ? EPOLLOUT.rawValue : 0)
        let present = registered[descriptor]
        if present == wanted { return }
        registered[descriptor] = wanted
        var event = epoll_event()
        event.events = wanted
        event.data.fd = descriptor
        if present != nil, epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event) == 0 { return }
        epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event)
    }

    /// Watches a socket no longer, for the time being or for good.
    func unwatch(_ descriptor: Int32) {
        if ours.contains(descriptor) {
            unwanted.insert(descriptor)
        } else {
            drop(descriptor)
        }
    }

    private func drop(_ descriptor: Int32) {
        forget(descriptor)
        epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, nil)
    }

    /// Waits for events.
    ///
    /// - Parameter milliseconds: At most so long; -1 for ever.
    func wait(milliseconds: Int32) -> [Event] {
        let count = epoll_wait(epoll, &buffer, Int32(buffer.count), milliseconds)
        guard count > 0 else { return [] }
        return buffer.prefix(Int(count)).compactMap { event in
            let descriptor = event.data.fd
            if unwanted.contains(descriptor) {  // An idle connection that the server closed.
                drop(descriptor)
                return nil
            }
            return Event(descriptor: descriptor, happened: Self.happened(event.events))
        }
    }

    private static func happened(_ events: UInt32) -> Int32 {
        var happened: Int32 = 0
        if events & (EPOLLIN.rawValue | EPOLLHUP.rawValue) != 0 { happened |= CURL_CSELECT_IN }
        if events & EPOLLOUT.rawValue != 0 { happened |= CURL_CSELECT_OUT }
        if events & EPOLLERR.rawValue != 0 { happened |= CURL_CSELECT_ERR }
        return happened
    }
}
