// One of libcurl's easy handles, set up once and used for one exchange after the other.

internal import CCurl
internal import SelvageTypes

/// One of libcurl's easy handles; lives on the loop's thread only.
///
/// What never changes is set when it is made. An exchange sets its address, its fields and its
/// deadline to connect, nothing else: resetting all would cost more than all the rest.
final class EasyHandle {
    /// libcurl's handle.
    let easy: UnsafeMutableRawPointer
    /// The exchange under way; nil while idle.
    private(set) var transfer: Transfer?
    /// The place among those under way.
    var place = -1
    private var ownList: FieldList?
    private var pins: FieldList?
    private var connectLimit = -1

    /// A handle that asks with a user agent, opens sockets through a guard and trusts a CA file.
    ///
    /// - Returns: nil when there is no memory.
    init?(_ settings: FetchSettings, _ guardian: SocketGuard) {
        guard let easy = curl_easy_init() else { return nil }
        self.easy = easy
        setTexts(settings)
        setNumbers()
        let context = Unmanaged.passUnretained(self).toOpaque()
        selvage_set_receivers(easy, headReceived, bodyReceived, context)
        selvage_set_start(easy, requestBegins, context)
        // Sockets outlive the exchange that opened them, the guard outlives all sockets.
        selvage_set_sockets(
            easy, socketWanted, context, socketDone, Unmanaged.passUnretained(guardian).toOpaque())
        self.guardian = guardian
    }

    deinit { curl_easy_cleanup(easy) }

    /// Stands at the door of its sockets.
    private(set) var guardian: SocketGuard?

    private func setTexts(_ settings: FetchSettings) {
        selvage_set_text(easy, CURLOPT_USERAGENT, settings.userAgent)
        selvage_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        selvage_set_text(easy, CURLOPT_PROXY, "")  // Not even one from the environment.
        selvage_set_text(easy, CURLOPT_NOPROXY, "*")
        if let file = settings.authoritiesFile { selvage_set_text(easy, CURLOPT_CAINFO, file) }
    }

    private func setNumbers() {
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS)),
            (CURLOPT_HTTP09_ALLOWED, 0),
            (CURLOPT_HTTP_CONTENT_DECODING, 0),
            (CURLOPT_FOLLOWLOCATION, 0),
            (CURLOPT_DISALLOW_USERNAME_IN_URL, 1),
            // The address is canonical already; what is asked is exactly what it says.
            (CURLOPT_PATH_AS_IS, 1),
            (CURLOPT_NETRC, 0),
            (CURLOPT_NOSIGNAL, 1),
            // A name that never resolves must not hold the loop up when its request is given up.
            (CURLOPT_QUICK_EXIT, 1),
            (CURLOPT_SSL_VERIFYPEER, 1),
            (CURLOPT_SSL_VERIFYHOST, 2),
            (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
            (CURLOPT_BUFFERSIZE, 32 << 10),
        ]
        for (option, number) in numbers { selvage_set_long(easy, option, number) }
    }

    /// Takes an exchange on.
    ///
    /// - Parameter list: Its fields when many exchanges share them; nil makes a list of its own.
    func begin(_ transfer: Transfer, _ list: FieldList?) {
        self.transfer = transfer
        let exchange = transfer.exchange
        let fields = list ?? FieldList(exchange)
        ownList = list == nil ? fields : nil
        selvage_set_text(easy, CURLOPT_URL, exchange.address.description)
        selvage_set_list(easy, CURLOPT_HTTPHEADER, fields.first)
        // With this libcurl asks no name server of its own.
        pins = exchange.peers?.pin.map { FieldList([$0]) }
        selvage_set_list(easy, CURLOPT_RESOLVE, pins?.first)
        // Pace ends requests sooner; this only divides the time among several peers.
        let limit = exchange.limits.connectInMilliseconds + 5000
        if limit != connectLimit {
            connectLimit = limit
            selvage_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, limit)
        }
        if let message = exchange.message { set(message) }
    }

    /// Sets it up to post a message, once; such a handle is not used again.
    private func set(_ message: [UInt8]) {
        selvage_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        selvage_set_long(easy, CURLOPT_POST, 1)
        selvage_set_message(easy, message, curl_off_t(message.count))
        // On a kept connection that the server has closed, libcurl would post a second time.
        selvage_set_long(easy, CURLOPT_FRESH_CONNECT, 1)
        selvage_set_long(easy, CURLOPT_FORBID_REUSE, 1)
        selvage_set_trace(easy, partSent, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Lets the exchange go.
    ///
    /// - Returns: Whether the handle can take another.
    func end() -> Bool {
        let isReusable = transfer?.exchange.message == nil
        transfer = nil
        if let ownList, isReusable {
            selvage_set_list(easy, CURLOPT_HTTPHEADER, nil)
            self.ownList = nil
            _ = ownList
        }
        return isReusable
    }
}

private func handle(_ context: UnsafeMutableRawPointer?) -> EasyHandle? {
    context.map { Unmanaged<EasyHandle>.fromOpaque($0).takeUnretainedValue() }
}

private let headReceived: selvage_bytes_call = { bytes, size, count, context in
    guard let transfer = handle(context)?.transfer else { return 0 }
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    // Any other number than that of the bytes ends the transfer.
    return transfer.received(line: line) ? line.count : line.count + 1
}

private let bodyReceived: selvage_bytes_call = { bytes, size, count, context in
    guard let transfer = handle(context)?.transfer else { return 0 }
    let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return transfer.received(body: piece) ? piece.count : piece.count + 1
}

/// The connection stands, TLS included; the request goes out next.
private let requestBegins: selvage_start_call = { context, peer, _, port, _ in
    handle(context)?.transfer?.requestBegins(peer: peer, port: port)
    return 0  // CURL_PREREQFUNC_OK
}

private let partSent: selvage_trace_call = { _, kind, _, _, context in
    if kind == CURLINFO_DATA_OUT { handle(context)?.transfer?.sentMessagePart() }
    return 0
}

/// libcurl is about to connect.
private let socketWanted: selvage_open_call = { context, purpose, peer in
    guard let handle = handle(context), let transfer = handle.transfer, let peer,
        purpose == CURLSOCKTYPE_IPCXN
    else { return -1 }
    return handle.guardian?.open(peer, for: transfer) ?? -1
}

/// libcurl is done with a socket that we opened.
private let socketDone: selvage_close_call = { context, descriptor in
    guard let context else { return 0 }
    return Unmanaged<SocketGuard>.fromOpaque(context).takeUnretainedValue().close(descriptor)
}
