// One question to one address and its answer: what passes between the async side and the loop.

internal import SelvageTypes

/// One question to one address.
struct Exchange: Sendable {
    /// What happens when the body outgrows its limit.
    enum Overflow: Sendable {
        /// The exchange fails.
        case fail
        /// The rest is not read.
        case cut
    }

    /// The address.
    var address: WebAddress
    /// All fields but `Host`, `User-Agent` and those of the framing.
    var fields: [HeaderField]
    /// The message to post; nil makes it a GET.
    var message: [UInt8]?
    /// The limits.
    var limits: FetchLimits
    /// What earlier hops have taken of `limits.totalInMilliseconds`.
    var spentInMilliseconds = 0
    /// What happens when the body outgrows its limit.
    var overflow = Overflow.fail

    /// A GET whose answer may send us on: then its body is not kept.
    var followsRedirects: Bool { message == nil }
}

/// The answer to one question.
struct Reply: Sendable {
    /// The address asked with its answer's head.
    var hop: Hop
    /// The head as read.
    var head: AnswerHead
    /// The body without content codings.
    var body: [UInt8]
    /// When the exchange began.
    var began: Instant
    /// When the last byte was there.
    var ended: Instant
    /// From the first try to connect to the last byte, by the monotonic clock.
    var tookInMilliseconds: Int
}

/// Why an exchange failed, before the address and the hops are added.
struct Fault: Error, Hashable, Sendable {
    /// What kind of failure it was.
    var reason: FetchError.Reason
    /// One sentence for people.
    var detail: String

    /// A fault.
    init(_ reason: FetchError.Reason, _ detail: String) {
        self.reason = reason
        self.detail = detail
    }

    /// The caller, or `shutDown()`, ended the exchange.
    static let cancelled = Fault(.cancelled, "The fetch was cancelled before it was complete.")
}
