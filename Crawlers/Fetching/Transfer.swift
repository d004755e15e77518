// One exchange while it is under way on the loop's thread.

internal import CCurl
internal import SelvageTypes

/// One exchange while it is under way; lives on the loop's thread only.
final class Transfer {
    let ticket: Ticket
    let exchange: Exchange
    let began: Instant
    let startedAt: Int
    private let outcome: Outcome
    private var reader: AnswerReader
    private var pace: Pace
    private var requestHead: [UInt8] = []
    private var isCut = false
    private var socket: Int32 = -1
    private var receivedBefore: Int64 = 0
    /// Why it fails, once that is known.
    private(set) var fault: Fault?
    /// What the network policy said to the last peer that it refused.
    var objection: String?

    /// An exchange that begins now.
    init(
        _ ticket: Ticket, _ exchange: Exchange, _ outcome: Outcome, leastSpeed: Pace.LeastSpeed,
        began: Instant, at now: Int
    ) {
        self.ticket = ticket
        self.exchange = exchange
        self.outcome = outcome
        self.began = began
        startedAt = now
        reader = AnswerReader(exchange)
        pace = Pace(
            limits: exchange.limits, leastSpeed: leastSpeed, spent: exchange.spentInMilliseconds,
            at: now)
    }

    /// Bytes of the request's head were sent.
    ///
    /// A second head means that libcurl asked again, since
    /// the server had closed a kept connection.
    func sent(head bytes: UnsafeRawBufferPointer, at now: Int) {
        if requestHead.suffix(4).elementsEqual("\r\n\r\n".utf8) { requestHead = [] }
        requestHead.append(contentsOf: bytes)
        pace.requestSent(at: now)
    }

    /// Bytes of the message were sent; only after the last does the server owe an answer.
    func sentMessagePart(at now: Int) {
        pace.requestSent(at: now)
    }

    /// A line of the answer's head arrived.
    ///
    /// - Returns: Whether to go on.
    func received(line: UnsafeRawBufferPointer, at now: Int) -> Bool {
        let step = reader.take(line: line)
        pace.answered(at: now, bytes: reader.delivered)
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
    func uses(socket descriptor: Int32) {
        guard descriptor != socket else { return }
        socket = descriptor
        receivedBefore = max(0, selvage_bytes_received(descriptor))
    }

    /// Whether it goes on over this socket.
    func isOn(_ descriptor: Int32) -> Bool { socket == descriptor }

    /// Whether the socket has taken more bytes than an honest answer within the limits can need.
    ///
    /// Chunk extensions, TLS records and the like reach no callback, so they are counted here.
    func isOverBudget() -> Bool {
        let limits = exchange.limits
        let body = max(limits.bodyInBytes, AnswerReader.redirectBodyLimit)
        let budget = limits.headersInBytes + body + body / 4 + 512 << 10
        guard selvage_bytes_received(socket) - receivedBefore > Int64(budget) else { return false }
        fault = Fault(
            .tooLarge(limitInBytes: limits.bodyInBytes),
            "The connection brought more than \(budget) bytes without completing the answer.")
        return true
    }

    /// Whether it has become too slow.
    func isTooSlow(at now: Int) -> Bool {
        guard let fault = pace.fault(at: now, bytes: reader.delivered) else { return false }
        self.fault = fault
        return true
    }

    /// Ends it and tells who waits.
    ///
    /// - Parameter code: libcurl's result; nil when we ended it ourselves.
    func end(_ code: CURLcode?, because reason: Fault? = nil, peer: String, at now: Int) {
        outcome.resume(with: .success(outcome(code, reason, peer: peer, at: now)))
    }

    private func outcome(
        _ code: CURLcode?, _ reason: Fault?, peer: String, at now: Int
    ) -> Result<Reply, Fault> {
        if let fault = fault ?? reason { return .failure(fault) }
        let isRedirect = exchange.followsRedirects && reader.head?.isRedirect == true
        if let code, code != CURLE_OK, !isCut, !isRedirect {
            return .failure(curlFault(code, objection: objection))
        }
        do throws(Fault) {
            let (head, body) = try reader.finish(isCut: isCut)
            let hop = Hop(
                address: exchange.address, status: head.status,
                requestHead: latin1Text(requestHead), responseHead: head.text, peer: peer)
            let took = now - startedAt
            return .success(
                Reply(
                    hop: hop, head: head, body: body, began: began,
                    ended: began.advanced(milliseconds: Int64(took)), tookInMilliseconds: took))
        } catch {
            return .failure(error)
        }
    }
}
