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

    let settings: FetchSettings
    let watch: SocketWatch
    private let inbox: Inbox
    private let timekeeper: any Timekeeper
    private let multi: UnsafeMutableRawPointer
    private let pool = EasyPool()
    private var slots: HostSlots<ObjectIdentifier>
    private var waiting: [ObjectIdentifier: (Ticket, Exchange, Outcome)] = [:]
    private var active: [UnsafeMutableRawPointer: Transfer] = [:]
    private var owners: [Int32: UnsafeMutableRawPointer] = [:]
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
        slots = HostSlots(perHost: settings.connectionsPerHost, total: settings.connections)
        let context = Unmanaged.passUnretained(self).toOpaque()
        selvage_set_multi(multi, socketChanged, timerChanged, context)
        selvage_set_multi_long(multi, CURLMOPT_MAXCONNECTS, settings.connections)
        selvage_set_multi_long(
            multi, CURLMOPT_MAX_HOST_CONNECTIONS, settings.connectionsPerHost)
        selvage_set_multi_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_NOTHING))
    }

    deinit {
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
            for event in watch.wait(milliseconds: patience()) where event.descriptor != inbox.bell {
                act(on: event)
            }
            fireTimers()
            collectResults()
        }
        for easy in Array(active.keys) { end(easy, nil, because: .cancelled) }
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
            slots.enqueue(id, host: exchange.address.host)
        case .cancel(let ticket):
            let id = ObjectIdentifier(ticket)
            if let (_, exchange, outcome) = waiting.removeValue(forKey: id) {
                _ = slots.withdraw(id, host: exchange.address.host)
                outcome.resume(returning: .failure(.cancelled))
            } else if let easy = active.first(where: { $0.value.ticket === ticket })?.key {
                end(easy, nil, because: .cancelled)
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
        let now = monotonicMilliseconds()
        let speed = Pace.LeastSpeed(
            bytesPerSecond: settings.slowestBytesPerSecond,
            windowInMilliseconds: settings.slowWindowInMilliseconds)
        let transfer = Transfer(
            ticket, exchange, outcome, leastSpeed: speed, began: timekeeper.now(), at: now)
        let guardian = SocketGuard(
            policy: settings.policy, address: exchange.address, transfer: transfer, watch: watch)
        guard let easy = pool.take(for: transfer, guardian, userAgent: settings.userAgent) else {
            slots.release(host: exchange.address.host)
            let fault = Fault(.unreachable, "The system has no memory left for a connection.")
            transfer.end(nil, because: fault, peer: "", at: now)
            return
        }
        active[easy] = transfer
        curl_multi_add_handle(multi, easy)
    }

    /// How long the loop may sleep, in milliseconds; -1 for ever.
    private func patience() -> Int32 {
        let tick = active.isEmpty ? nil : Self.tickInMilliseconds
        let timer = curlTimer.map { max(0, $0 - monotonicMilliseconds()) }
        return [tick, timer].compactMap { $0 }.min().map(Int32.init(clamping:)) ?? -1
    }

    private func act(on event: SocketWatch.Event) {
        if let easy = owners[event.descriptor], let transfer = active[easy],
            transfer.isOn(event.descriptor), transfer.isOverBudget()
        {
            end(easy, nil)
            return
        }
        var running: Int32 = 0
        curl_multi_socket_action(multi, event.descriptor, event.happened, &running)
    }

    private func fireTimers() {
        let now = monotonicMilliseconds()
        if let due = curlTimer, due <= now {
            curlTimer = nil
            var running: Int32 = 0
            curl_multi_socket_action(multi, -1, 0, &running)  // CURL_SOCKET_TIMEOUT
        }
        guard now - lastTick >= Self.tickInMilliseconds else { return }
        lastTick = now
        collectResults()  // What is complete is not late.
        for (easy, transfer) in active where transfer.isTooSlow(at: now) { end(easy, nil) }
    }

    private func collectResults() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else {
                continue
            }
            end(easy, selvage_result(message))
        }
    }

    private func end(
        _ easy: UnsafeMutableRawPointer, _ code: CURLcode?, because reason: Fault? = nil
    ) {
        guard let transfer = active.removeValue(forKey: easy) else { return }
        let peer = Self.peer(of: easy)
        curl_multi_remove_handle(multi, easy)
        pool.giveBack(easy)
        slots.release(host: transfer.exchange.address.host)
        transfer.end(code, because: reason, peer: peer, at: monotonicMilliseconds())
    }

    private static func peer(of easy: UnsafeMutableRawPointer) -> String {
        guard let text = selvage_primary_address(easy),
            let address = InternetAddress(String(cString: text))
        else { return "" }
        return address.text(withPort: selvage_primary_port(easy))
    }

    /// libcurl wants to know about a socket, or no longer.
    fileprivate func changed(
        _ easy: UnsafeMutableRawPointer?, _ descriptor: Int32, _ what: Int32
    ) {
        guard what != CURL_POLL_REMOVE else { return watch.unwatch(descriptor) }
        if let easy {
            active[easy]?.uses(socket: descriptor)
            owners[descriptor] = easy
        }
        watch.watch(
            descriptor, readable: what & CURL_POLL_IN != 0, writable: what & CURL_POLL_OUT != 0)
    }

    /// libcurl wants to be called after some milliseconds, or not at all (-1).
    fileprivate func wants(callAfter milliseconds: Int) {
        curlTimer = milliseconds < 0 ? nil : monotonicMilliseconds() + milliseconds
    }
}

/// Milliseconds of a clock that is never set.
func monotonicMilliseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
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
