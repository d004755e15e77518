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
    /// The purpose whose own fields `fields` are, when nothing was added to them.
    var plainPurpose: FetchRequest.Purpose?
    /// The message to post; nil makes it a GET.
    var message: [UInt8]?
    /// The limits.
    var limits: FetchLimits
    /// What earlier hops have taken of `limits.totalInMilliseconds`.
    var spentInMilliseconds = 0
    /// What happens when the body outgrows its limit.
    var overflow = Overflow.fail
    /// What makes an image not worth its bytes.
    var screen: ImageScreen?
    /// Whether the body is kept, or only its digest.
    var keepsBody = true
    /// The only peers that are connected to; nil leaves it to the policy.
    var peers: PeerList?

    /// A GET whose answer may send us on: then its body is not kept.
    var followsRedirects: Bool { message == nil }
}

/// The answer to one question.
struct Reply: Sendable {
    /// The head as read.
    var head: AnswerHead
    /// The body as received.
    var body: ReceivedBody
    /// Whether the caller wants the body, or only its digest.
    var keepsBody: Bool
    /// `address:port` of the peer.
    var peer: String
    /// What was spoken, when it was not HTTP/1.1.
    var wireProtocol: String?
    /// When the exchange began.
    var began: Instant
    /// When the last byte was there.
    var ended: Instant
    /// From the first try to connect to the last byte, by the monotonic clock.
    var tookInMilliseconds: Int
}

extension Reply {
    /// The capture that this answer is the last of.
    ///
    /// Unpacks and hashes: to be called where that holds nobody up.
    consuming func capture(
        _ hops: [Hop], began: Instant, within limits: FetchLimits
    ) throws(Fault) -> Capture {
        let digest = body.digest
        let unpacked = try body.unpacked(limitInBytes: limits.bodyInBytes)
        var capture = Capture(
            hops: hops, body: unpacked, digest: digest?.digest, began: began, ended: ended,
            headers: head.fields)
        if let digest { capture.bodyInBytes = digest.count }
        capture.ruledOut = body.ruledOut
        if !keepsBody { capture.body = [] }
        return capture
    }
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
