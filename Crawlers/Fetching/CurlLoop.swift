// The network loop: one thread, one libcurl multi handle, all sockets.

internal import CCurl
internal import Glibc
internal import SelvageTypes

/// The network loop.
///
/// Made, run and ended on one thread; only the inbox is shared with others.
final class CurlLoop {
    /// How often deadlines are looked at while something is under way.
    private static let tickInMilliseconds = 100

    private let settings: FetchSettings
    private let watch: SocketWatch
    private let inbox: Inbox
    private let timekeeper: any Timekeeper
    private let multi: UnsafeMutableRawPointer
    private let clock = LoopClock()
    private let pool: EasyPool
    private let leastSpeed: Pace.LeastSpeed
    private var slots: HostSlots<ObjectIdentifier>
    private var waiting: [ObjectIdentifier: (Ticket, Exchange, Outcome)] = [:]
    /// Under way; each handle knows its place here.
    private var active: [EasyHandle] = []
    /// Who goes on over a socket, by its descriptor.
    private var owners: [EasyHandle?] = []
    private var curlTimer: Int?
    private var lastTick = 0

    /// A loop.
    ///
    /// - Returns: nil when libcurl gives no handle.
    init?(settings: FetchSettings, inbox: Inbox, watch: SocketWatch, timekeeper: any Timekeeper) {
        guard let multi = curl_multi_init() else { return nil }
        self.multi = multi
        self.settings = settings
        self.inbox = inbox
        self.watch = watch
        self.timekeeper = timekeeper
        pool = EasyPool(settings, SocketGuard(policy: settings.policy, watch: watch))
        leastSpeed = Pace.LeastSpeed(
            bytesPerSecond: settings.slowestBytesPerSecond,
            windowInMilliseconds: settings.slowWindowInMilliseconds)
        slots = HostSlots(
            perHost: settings.connectionsPerHost, perPlace: settings.requestsPerAddress,
            total: settings.connections)
        let context = Unmanaged.passUnretained(self).toOpaque()
        selvage_set_multi(multi, socketChanged, timerChanged, context)
        // Two to each of the hosts that are asked in turn, which may be more than are asked at once.
        selvage_set_multi_long(multi, CURLMOPT_MAXCONNECTS, max(256, 4 * settings.connections))
        selvage_set_multi_long(
            multi, CURLMOPT_MAX_HOST_CONNECTIONS, settings.connectionsPerHost)
        // One exchange on a connection at a time, over HTTP/2 too: so every byte that a socket
        // takes in has one exchange to answer for it.
        selvage_set_multi_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_NOTHING))
    }

    deinit {
        owners = []
        pool.empty()
        curl_multi_cleanup(multi)
    }

    /// Works until the inbox is closed; then everything still under way fails as cancelled.
    func run() {
        watch.watch(inbox.bell, readable: true, writable: false)
        while true {
            let (orders, isClosed) = inbox.collect()
            for order in orders { carryOut(order) }
            if isClosed { break }
            beginReady()
            let count = watch.wait(milliseconds: inbox.maySleep() ? patience() : 0)
            clock.read()
            for index in 0..<count {
                guard let event = watch.event(index) else { continue }
                if event.descriptor == inbox.bell { inbox.hear() } else { act(on: event) }
            }
            fireTimers()
            collectResults()
        }
        for handle in active { end(handle, nil, because: .cancelled) }
        for (_, _, outcome) in waiting.values {
            outcome.resume(returning: .failure(.cancelled))
        }
    }

    private func carryOut(_ order: Order) {
        switch order {
        case .start(let ticket, let exchange, let outcome):
            if ticket.isCancelled {
                outcome.resume(returning: .failure(.cancelled))
                return
            }
            let id = ObjectIdentifier(ticket)
            waiting[id] = (ticket, exchange, outcome)
            slots.enqueue(
                id, host: exchange.address.host, place: exchange.peers?.place)
        case .cancel(let ticket):
            let id = ObjectIdentifier(ticket)
            if let (_, exchange, outcome) = waiting.removeValue(forKey: id) {
                _ = slots.withdraw(id, host: exchange.address.host)
                outcome.resume(returning: .failure(.cancelled))
            } else if let handle = active.first(where: { $0.transfer?.ticket === ticket }) {
                end(handle, nil, because: .cancelled)
            }
        }
    }

    private func beginReady() {
        while let id = slots.next() {
            guard let (ticket, exchange, outcome) = waiting.removeValue(forKey: id) else {
                continue
            }
            begin(ticket, exchange, outcome)
        }
    }

    private func begin(_ ticket: Ticket, _ exchange: Exchange, _ outcome: Outcome) {
        let transfer = Transfer(
            ticket, exchange, outcome, leastSpeed: leastSpeed, began: timekeeper.now(),
            clock: clock)
        guard let handle = pool.take(for: transfer) else {
            slots.release(host: exchange.address.host)
            let fault = Fault(.unreachable, "The system has no memory left for a connection.")
            transfer.end(nil, because: fault)
            return
        }
        handle.place = active.count
        active.append(handle)
        curl_multi_add_handle(multi, handle.easy)
    }

    /// How long the loop may sleep, in milliseconds; -1 for ever.
    private func patience() -> Int32 {
        let tick = active.isEmpty ? nil : Self.tickInMilliseconds
        let timer = curlTimer.map { max(0, $0 - clock.now) }
        return [tick, timer].compactMap { $0 }.min().map(Int32.init(clamping:)) ?? -1
    }

    private func act(on event: SocketWatch.Event) {
        if let handle = owner(of: event.descriptor),
            handle.transfer?.isOverBudget(after: event.descriptor) == true
        {
            end(handle, nil)
            return
        }
        var running: Int32 = 0
        curl_multi_socket_action(multi, event.descriptor, event.happened, &running)
    }

    private func owner(of descriptor: Int32) -> EasyHandle? {
        owners.indices.contains(Int(descriptor)) ? owners[Int(descriptor)] : nil
    }

    private func fireTimers() {
        if let due = curlTimer, due <= clock.now {
            curlTimer = nil
            var running: Int32 = 0
            curl_multi_socket_action(multi, -1, 0, &running)  // CURL_SOCKET_TIMEOUT
        }
        guard clock.now - lastTick >= Self.tickInMilliseconds else { return }
        lastTick = clock.now
        collectResults()  // What is complete is not late.
        for handle in active where handle.transfer?.hasFailed() == true { end(handle, nil) }
    }

    private func collectResults() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE,
                let context = selvage_private(message.pointee.easy_handle)
            else { continue }
            let handle = Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue()
            end(handle, selvage_result(message))
        }
    }

    private func end(_ handle: EasyHandle, _ code: CURLcode?, because reason: Fault? = nil) {
        guard let transfer = handle.transfer, handle.place >= 0 else { return }
        let last = active.removeLast()
        if last !== handle {
            active[handle.place] = last
            last.place = handle.place
        }
        handle.place = -1
        let isHTTP2 = selvage_is_http2(handle.easy) != 0
        curl_multi_remove_handle(multi, handle.easy)
        slots.release(host: transfer.exchange.address.host)
        pool.giveBack(handle)
        transfer.end(code, because: reason, isHTTP2: isHTTP2)
    }

    /// libcurl wants to know about a socket, or no longer.
    fileprivate func changed(
        _ easy: UnsafeMutableRawPointer?, _ descriptor: Int32, _ what: Int32
    ) {
        guard what != CURL_POLL_REMOVE else { return watch.unwatch(descriptor) }
        if let easy, let context = selvage_private(easy) {
            let handle = Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue()
            handle.transfer?.uses(socket: descriptor, isFresh: watch.isFresh(descriptor))
            while owners.count <= Int(descriptor) { owners.append(nil) }
            owners[Int(descriptor)] = handle
        }
        watch.watch(
            descriptor, readable: what & CURL_POLL_IN != 0, writable: what & CURL_POLL_OUT != 0)
    }

    /// libcurl wants to be called after some milliseconds, or not at all (-1).
    fileprivate func wants(callAfter milliseconds: Int) {
        curlTimer = milliseconds < 0 ? nil : clock.now + milliseconds
    }
}

private let socketChanged: curl_socket_callback = { easy, descriptor, what, context, _ in
    guard let context else { return 0 }
    Unmanaged<CurlLoop>.fromOpaque(context).takeUnretainedValue().changed(easy, descriptor, what)
    return 0
}

private let timerChanged: curl_multi_timer_callback = { _, milliseconds, context in
    guard let context else { return 0 }
    Unmanaged<CurlLoop>.fromOpaque(context).takeUnretainedValue().wants(callAfter: milliseconds)
    return 0
}
