// libcurl's easy handles: set up for one exchange, then kept for the next.

internal import CCurl
internal import SelvageTypes

/// libcurl's easy handles, and what must live as long as one is in use.
final class EasyPool {
    private struct InUse {
        let fields: UnsafeMutablePointer<curl_slist>?
        let transfer: Transfer
        let guardian: SocketGuard
    }

    private static let keptLimit = 256

    private var idle: [UnsafeMutableRawPointer] = []
    private var inUse: [UnsafeMutableRawPointer: InUse] = [:]

    /// Frees all handles.
    ///
    /// None is in use any more.
    func empty() {
        idle.forEach { curl_easy_cleanup($0) }
        idle = []
    }

    /// A handle that is ready for a transfer.
    ///
    /// - Returns: nil when there is no memory.
    func take(
        for transfer: Transfer, _ guardian: SocketGuard, userAgent: String
    ) -> UnsafeMutableRawPointer? {
        guard let easy = idle.popLast() ?? curl_easy_init() else { return nil }
        let fields = Self.list(transfer.exchange)
        inUse[easy] = InUse(fields: fields, transfer: transfer, guardian: guardian)
        Self.set(easy, transfer.exchange, userAgent: userAgent)
        selvage_set_list(easy, CURLOPT_HTTPHEADER, fields)
        selvage_set_receivers(
            easy, headReceived, bodyReceived, traceReceived,
            Unmanaged.passUnretained(transfer).toOpaque())
        // Sockets outlive the transfer that opened them, the watch outlives all sockets.
        selvage_set_sockets(
            easy, socketWanted, Unmanaged.passUnretained(guardian).toOpaque(), socketDone,
            Unmanaged.passUnretained(guardian.watch).toOpaque())
        return easy
    }

    /// Takes a handle back.
    ///
    /// Its kept connections stay with the multi handle.
    func giveBack(_ easy: UnsafeMutableRawPointer) {
        curl_easy_reset(easy)
        curl_slist_free_all(inUse.removeValue(forKey: easy)?.fields)
        if idle.count < Self.keptLimit {
            idle.append(easy)
        } else {
            curl_easy_cleanup(easy)
        }
    }

    private static func list(_ exchange: Exchange) -> UnsafeMutablePointer<curl_slist>? {
        var lines = exchange.fields.map { field in
            // libcurl's spelling of a field with an empty value.
            field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)"
        }
        if exchange.message != nil {
            lines.append("Expect:")
            if exchange.fields.first("content-type") == nil { lines.append("Content-Type:") }
        }
        return lines.reduce(nil) { list, line in
            curl_slist_append(list, latin1Bytes(line).map(CChar.init(bitPattern:)) + [0]) ?? list
        }
    }

    private static func set(
        _ easy: UnsafeMutableRawPointer, _ exchange: Exchange, userAgent: String
    ) {
        let texts: [(CURLoption, String)] = [
            (CURLOPT_URL, exchange.address.description),
            (CURLOPT_USERAGENT, userAgent),
            (CURLOPT_PROTOCOLS_STR, "http,https"),
            (CURLOPT_PROXY, ""),  // Not even one from the environment.
            (CURLOPT_NOPROXY, "*"),
        ]
        for (option, text) in texts { selvage_set_text(easy, option, text) }
        let limits = exchange.limits
        let numbers: [(CURLoption, Int)] = [
            // HTTP/2 has no heads "as sent", and WARC 1.1 no form for it.
            (CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)),
            (CURLOPT_HTTP09_ALLOWED, 0),
            (CURLOPT_HTTP_CONTENT_DECODING, 0),
            (CURLOPT_FOLLOWLOCATION, 0),
            (CURLOPT_DISALLOW_USERNAME_IN_URL, 1),
            (CURLOPT_NETRC, 0),
            (CURLOPT_NOSIGNAL, 1),
            // A name that never resolves must not hold the loop up when its request is given up.
            (CURLOPT_QUICK_EXIT, 1),
            (CURLOPT_SSL_VERIFYPEER, 1),
            (CURLOPT_SSL_VERIFYHOST, 2),
            (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
            (CURLOPT_BUFFERSIZE, 64 << 10),
            // Pace ends requests sooner; these only stand behind it.
            (CURLOPT_CONNECTTIMEOUT_MS, limits.connectInMilliseconds + 5000),
            (CURLOPT_TIMEOUT_MS, limits.totalInMilliseconds + 5000),
        ]
        for (option, number) in numbers { selvage_set_long(easy, option, number) }
        if let message = exchange.message { setMessage(message, easy) }
    }

    private static func setMessage(_ message: [UInt8], _ easy: UnsafeMutableRawPointer) {
        selvage_set_long(easy, CURLOPT_POST, 1)
        selvage_set_message(easy, message, curl_off_t(message.count))
        // On a kept connection that the server has closed, libcurl would post a second time.
        selvage_set_long(easy, CURLOPT_FRESH_CONNECT, 1)
        selvage_set_long(easy, CURLOPT_FORBID_REUSE, 1)
    }
}

private let headReceived: selvage_bytes_call = { bytes, size, count, context in
    guard let context else { return 0 }
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    // Any other number than that of the bytes ends the transfer.
    return transfer.received(line: line, at: monotonicMilliseconds()) ? line.count : line.count + 1
}

private let bodyReceived: selvage_bytes_call = { bytes, size, count, context in
    guard let context else { return 0 }
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return transfer.received(body: piece) ? piece.count : piece.count + 1
}

private let traceReceived: selvage_trace_call = { _, kind, bytes, count, context in
    guard let context, kind == CURLINFO_HEADER_OUT || kind == CURLINFO_DATA_OUT else { return 0 }
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    let now = monotonicMilliseconds()
    if kind == CURLINFO_HEADER_OUT {
        transfer.sent(head: UnsafeRawBufferPointer(start: bytes, count: count), at: now)
    } else {
        transfer.sentMessagePart(at: now)
    }
    return 0
}
