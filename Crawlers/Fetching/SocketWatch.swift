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

    /// What is known of one descriptor.
    private struct Entry {
        /// The events it is registered for; 0 when it is not.
        var registered: UInt32 = 0
        var isUnwanted = false
        var isOurs = false
    }

    private let epoll: Int32
    /// By descriptor; the system gives the lowest that is free, so this stays short.
    private var entries: [Entry] = []
    private var buffer = [epoll_event](repeating: epoll_event(), count: 128)

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
        update(descriptor) { $0 = Entry(isOurs: true) }
    }

    /// One of our sockets closes; the kernel drops its registration.
    func closed(_ descriptor: Int32) {
        update(descriptor) { $0 = Entry() }
    }

    /// Whether a socket was opened by us and has not been watched yet.
    func isFresh(_ descriptor: Int32) -> Bool {
        entries.indices.contains(Int(descriptor)) && entries[Int(descriptor)].isOurs
            && entries[Int(descriptor)].registered == 0
    }

    private func update(_ descriptor: Int32, _ change: (inout Entry) -> Void) {
        guard descriptor >= 0 else { return }
        while entries.count <= Int(descriptor) { entries.append(Entry()) }
        change(&entries[Int(descriptor)])
    }

    /// Watches a socket for being readable, writable, or both.
    func watch(_ descriptor: Int32, readable: Bool, writable: Bool) {
        let wanted =
            (readable ? EPOLLIN.rawValue : 0) | (writable ? EPOLLOUT.rawValue : 0)
        var present: UInt32 = 0
        update(descriptor) { entry in
            present = entry.registered
            entry.registered = wanted
            entry.isUnwanted = false
        }
        if present == wanted { return }
        var event = epoll_event()
        event.events = wanted
        event.data.fd = descriptor
        if present != 0, epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event) == 0 { return }
        epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event)
    }

    /// Watches a socket no longer, for the time being or for good.
    func unwatch(_ descriptor: Int32) {
        var isOurs = false
        update(descriptor) { entry in
            isOurs = entry.isOurs
            entry.isUnwanted = true
        }
        if !isOurs { drop(descriptor) }
    }

    private func drop(_ descriptor: Int32) {
        update(descriptor) { $0 = Entry(isOurs: $0.isOurs) }
        epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, nil)
    }

    /// Waits for events.
    ///
    /// - Parameter milliseconds: At most so long; -1 for ever.
    /// - Returns: How many there are to be asked for.
    func wait(milliseconds: Int32) -> Int {
        max(0, Int(epoll_wait(epoll, &buffer, Int32(buffer.count), milliseconds)))
    }

    /// One of the events that were waited for.
    ///
    /// - Returns: nil when nobody wants it any more.
    func event(_ index: Int) -> Event? {
        let descriptor = buffer[index].data.fd
        guard entries.indices.contains(Int(descriptor)) else { return nil }
        if entries[Int(descriptor)].isUnwanted {  // An idle connection that the server closed.
            drop(descriptor)
            return nil
        }
        return Event(descriptor: descriptor, happened: Self.happened(buffer[index].events))
    }

    private static func happened(_ events: UInt32) -> Int32 {
        var happened: Int32 = 0
        if events & (EPOLLIN.rawValue | EPOLLHUP.rawValue) != 0 { happened |= CURL_CSELECT_IN }
        if events & EPOLLOUT.rawValue != 0 { happened |= CURL_CSELECT_OUT }
        if events & EPOLLERR.rawValue != 0 { happened |= CURL_CSELECT_ERR }
        return happened
    }
}
