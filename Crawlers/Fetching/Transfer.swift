// One exchange while it is under way on the loop's thread.

internal import CCurl
internal import SelvageTypes

/// One exchange while it is under way; lives on the loop's thread only.
final class Transfer {
    let ticket: Ticket
    let exchange: Exchange
    let began: Instant
    private let startedAt: Int
    private let clock: LoopClock
    private let outcome: Outcome
    private var reader: AnswerReader
    private var pace: Pace
    private var isCut = false
    private var budget = SocketBudget()
    private var peer = ""
    /// Why it fails, once that is known.
    private(set) var fault: Fault?
    /// What the network policy said to the last peer that it refused.
    var objection: String?

    /// An exchange that begins now.
    init(
        _ ticket: Ticket, _ exchange: Exchange, _ outcome: Outcome, leastSpeed: Pace.LeastSpeed,
        began: Instant, clock: LoopClock
    ) {
        self.ticket = ticket
        self.exchange = exchange
        self.outcome = outcome
        self.began = began
        self.clock = clock
        startedAt = clock.now
        reader = AnswerReader(exchange)
        pace = Pace(
            limits: exchange.limits, leastSpeed: leastSpeed, spent: exchange.spentInMilliseconds,
            at: clock.now)
    }

    /// The connection to a peer stands and the request goes out.
    ///
    /// It may happen twice: libcurl asks again when the server had closed a kept connection.
    func requestBegins(peer address: UnsafePointer<CChar>?, port: Int32) {
        let text = address.map { String(cString: $0) } ?? ""
        peer = text.utf8.contains(UInt8(ascii: ":")) ? "[\(text)]:\(port)" : "\(text):\(port)"
        pace.requestSent(at: clock.now)
    }

    /// Bytes of the message were sent; only after the last does the server owe an answer.
    func sentMessagePart() {
        pace.requestSent(at: clock.now)
    }

    /// A line of the answer's head arrived.
    ///
    /// - Returns: Whether to go on.
    func received(line: UnsafeRawBufferPointer) -> Bool {
        let step = reader.take(line: line)
        pace.answered(at: clock.now, bytes: reader.delivered)
        return isGoingOn(after: step)
    }

    /// Bytes of the body arrived.
    ///
    /// - Returns: Whether to go on.
    func received(body: UnsafeRawBufferPointer) -> Bool {
        isGoingOn(after: reader.take(body: body))
    }

    private func isGoingOn(after step: AnswerReader.Step) -> Bool {
        switch step {
        case .goOn: return true
        case .enough: isCut = true
        case .fail(let fault): self.fault = fault
        }
        return false
    }

    /// It goes on over this socket.
    ///
    /// - Parameter isFresh: Nothing has come over it yet.
    func uses(socket descriptor: Int32, isFresh: Bool) {
        budget.moves(to: descriptor, isFresh: isFresh)
    }

    /// Something happened on a socket.
    ///
    /// - Returns: Whether the transfer has failed by it.
    func isOverBudget(after descriptor: Int32) -> Bool {
        guard budget.isDue(descriptor) else { return false }
        return isOverBudget()
    }

    /// Whether its socket has taken more bytes than an honest answer within the limits can need.
    private func isOverBudget() -> Bool {
        let limits = exchange.limits
        let body = max(limits.bodyInBytes, AnswerReader.redirectBodyLimit)
        let allowed = limits.headersInBytes + body + body / 4 + 512 << 10
        guard budget.receivedInBytes > allowed else { return false }
        fault = Fault(
            .tooLarge(limitInBytes: limits.bodyInBytes),
            "The connection brought more than \(allowed) bytes without completing the answer.")
        return true
    }

    /// Looks after it from time to time: whether it has become too slow, or too much.
    ///
    /// - Returns: Whether the transfer has failed.
    func hasFailed() -> Bool {
        fault = pace.fault(at: clock.now, bytes: reader.delivered) ?? reader.lingers()
        return fault != nil || isOverBudget()
    }

    /// Ends it and tells who waits.
    ///
    /// - Parameter code: libcurl's result; nil when we ended it ourselves.
    func end(_ code: CURLcode?, because reason: Fault? = nil, isHTTP2: Bool = false) {
        outcome.resume(returning: result(code, reason, isHTTP2: isHTTP2))
    }

    private func result(
        _ code: CURLcode?, _ reason: Fault?, isHTTP2: Bool
    ) -> Result<Reply, Fault> {
        if let fault = fault ?? reason { return .failure(fault) }
        let isRedirect = exchange.followsRedirects && reader.head?.isRedirect == true
        if let code, code != CURLE_OK, !isCut, !isRedirect {
            return .failure(curlFault(code, objection: objection))
        }
        do throws(Fault) {
            let (head, body) = try reader.finish(isCut: isCut)
            let took = clock.now - startedAt
            return .success(
                Reply(
                    head: head, body: body, keepsBody: exchange.keepsBody, peer: peer,
                    wireProtocol: isHTTP2 ? "h2" : nil, began: began,
                    ended: began.advanced(milliseconds: Int64(took)), tookInMilliseconds: took))
        } catch {
            return .failure(error)
        }
    }
}
