// Takes an answer in as it arrives and says when it must go no further.

internal import SelvageTypes

/// Takes an answer in as it arrives, within limits; it knows no socket.
///
/// - Invariant: What it holds never exceeds the limits by more than one delivery.
struct AnswerReader {
    /// What to do after some bytes.
    enum Step: Hashable {
        case goOn
        /// All that is wanted has been read; the rest may be left.
        case enough
        case fail(Fault)
    }

    /// The most informational answers (1xx) before the final one.
    static let informationalLimit = 16
    /// The most bytes of a redirect's body that are read to keep the connection.
    static let redirectBodyLimit = 64 << 10

    private let exchange: Exchange
    private var headBytes: [UInt8] = []
    private var headersInBytes = 0
    private var informational = 0
    private var skippedInBytes = 0
    private var intake: BodyIntake?
    private(set) var head: AnswerHead?

    /// A reader of the answer to an exchange.
    init(_ exchange: Exchange) {
        self.exchange = exchange
    }

    /// Bytes delivered so far, head and body, before content codings are removed.
    var delivered: Int { headersInBytes + (intake?.taken ?? 0) + skippedInBytes }

    /// Takes one line of a head, or of the trailers, with its line end.
    mutating func take(line: UnsafeRawBufferPointer) -> Step {
        headersInBytes += line.count
        guard headersInBytes <= exchange.limits.headersInBytes else {
            let limit = exchange.limits.headersInBytes
            return .fail(
                Fault(
                    .headersTooLarge(limitInBytes: limit),
                    "The answer's header fields are larger than \(limit) bytes."))
        }
        if head != nil { return .goOn }  // A trailer: counted, not kept.
        headBytes.append(contentsOf: line)
        guard line.count <= 2, line.allSatisfy({ $0 == 0x0D || $0 == 0x0A }) else { return .goOn }
        return endHead()
    }

    private mutating func endHead() -> Step {
        do throws(Fault) {
            let head = try AnswerHead(headBytes, mayBeHTTP2: exchange.address.isSecure)
            headBytes = []
            if head.status < 200, head.status != 101 {
                informational += 1
                guard informational <= Self.informationalLimit else {
                    throw Fault(.brokenAnswer, "The answer is preceded by too many hints (1xx).")
                }
                return .goOn
            }
            try head.check(asked: exchange.fields)
            self.head = head
            return try beginBody(head)
        } catch {
            return .fail(error)
        }
    }

    private mutating func beginBody(_ head: AnswerHead) throws(Fault) -> Step {
        if exchange.followsRedirects, head.isRedirect { return .goOn }
        var intake = try BodyIntake(head, for: exchange)
        let step = intake.begin()
        self.intake = intake
        return step
    }

    /// Takes bytes of the body, transfer coding removed.
    mutating func take(body bytes: UnsafeRawBufferPointer) -> Step {
        guard intake != nil else {
            guard head != nil else {
                return .fail(Fault(.brokenAnswer, "The answer has a body before its head ended."))
            }
            skippedInBytes += bytes.count
            return skippedInBytes > Self.redirectBodyLimit ? .enough : .goOn
        }
        do throws(Fault) {
            return try intake?.take(bytes) ?? .goOn
        } catch {
            if case .tooLarge = error.reason, case .cut = exchange.overflow { return .enough }
            return .fail(error)
        }
    }

    /// The answer takes its time.
    mutating func lingers() -> Fault? {
        do throws(Fault) {
            try intake?.lingers()
            return nil
        } catch {
            return error
        }
    }

    /// The head and the body, after the transfer ended well.
    ///
    /// - Parameter isCut: The rest was left unread on purpose.
    mutating func finish(isCut: Bool) throws(Fault) -> (head: AnswerHead, body: ReceivedBody) {
        guard let head else {
            throw Fault(.brokenAnswer, "The connection was closed before the answer's head ended.")
        }
        guard var intake = intake.take() else { return (head, ReceivedBody()) }
        return (head, try intake.finish(isCut: isCut))
    }

    /// The fault of a body that outgrew its limit.
    static func tooLarge(_ limit: Int) -> Fault {
        Fault(.tooLarge(limitInBytes: limit), "The body is larger than \(limit) bytes.")
    }
}
