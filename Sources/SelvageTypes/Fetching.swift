// One request and what it brought: the values and the port between crawling and the network.

/// What to ask for, and within which limits.
public struct FetchRequest: Hashable, Sendable {
    /// What the answer is for; decides the accepted types and the default limits.
    public enum Purpose: String, Hashable, Sendable, Codable {
        case page, image, robots, feed
    }

    /// The address to ask first.
    public var address: WebAddress
    /// What the answer is for.
    public var purpose: Purpose
    /// Limits of this request.
    public var limits: FetchLimits
    /// Further request header fields, as conditional ones; names are case-insensitive.
    public var headers: [HeaderField]
    /// What makes an image not worth its bytes; the download ends as soon as that is known.
    public var screen: ImageScreen?
    /// Whether the capture holds the body; without it, the capture tells its digest and length only.
    public var keepsBody = true

    /// A request.
    public init(
        _ address: WebAddress, for purpose: Purpose = .page, limits: FetchLimits = .init(),
        headers: [HeaderField] = []
    ) {
        self.address = address
        self.purpose = purpose
        self.limits = limits
        self.headers = headers
    }
}

/// The limits of one fetch; each one that is met ends it with a `FetchError`.
public struct FetchLimits: Hashable, Sendable {
    /// Decoded bytes of the body.
    public var bodyInBytes = 16 << 20
    /// Bytes of all header fields of one answer, informational answers included.
    public var headersInBytes = 256 << 10
    /// Hops after the first address.
    public var redirects = 5
    /// From the first try to connect to the last byte, all hops together.
    public var totalInMilliseconds = 30_000
    /// Until the connection, TLS included, stands.
    public var connectInMilliseconds = 8_000
    /// From the request to the first byte of the answer.
    public var firstByteInMilliseconds = 10_000

    /// The default limits.
    public init() {}
}

/// A header field as it was on the wire.
public struct HeaderField: Hashable, Sendable, Codable {
    /// The field's name as sent.
    public var name: String
    /// The field's value without surrounding white space.
    public var value: String

    /// A header field.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

extension Sequence<HeaderField> {
    /// The first value of a field; names compare without case.
    public func first(_ name: String) -> String? {
        first { $0.isNamed(name) }?.value
    }

    /// All values of a field; names compare without case.
    public func all(_ name: String) -> [String] {
        filter { $0.isNamed(name) }.map(\.value)
    }
}

extension HeaderField {
    /// Whether this is the field's name; ASCII letters compare without case.
    public func isNamed(_ other: String) -> Bool {
        let mine = name.utf8
        let others = other.utf8
        guard mine.count == others.count else { return false }
        return zip(mine, others).allSatisfy { left, right in
            left == right
                || left ^ right == 0x20 && UInt8(ascii: "a")...UInt8(ascii: "z") ~= left | 0x20
        }
    }
}

/// One hop of a fetch: an address asked and its answer's head.
public struct Hop: Hashable, Sendable, Codable {
    /// The address asked.
    public var address: WebAddress
    /// The answer's status.
    public var status: Int
    /// The request head as sent, CRLF line ends, with the empty line; Latin-1 text.
    public var requestHead: String
    /// The answer's head as received, status line first, with the empty line; Latin-1 text.
    public var responseHead: String
    /// `address:port` of the peer.
    public var peer: String
    /// What was spoken, by its ALPN identifier, when it was not HTTP/1.1: `h2`.
    ///
    /// HTTP/2 has no heads as text; both heads are then written in the form of HTTP/1.1.
    public var wireProtocol: String?

    /// A hop.
    public init(
        address: WebAddress, status: Int, requestHead: String, responseHead: String, peer: String,
        wireProtocol: String? = nil
    ) {
        self.address = address
        self.status = status
        self.requestHead = requestHead
        self.responseHead = responseHead
        self.peer = peer
        self.wireProtocol = wireProtocol
    }
}

/// The bytes that a fetch brought, with all that is needed to tell later what happened.
public struct Capture: Sendable {
    /// Every address asked with its answer's head; the last one brought the body.
    ///
    /// Never empty.
    public var hops: [Hop]
    /// The body, content codings removed; empty when it was not to be kept or was not read.
    public var body: [UInt8]
    /// Bytes of the body, also when it was not kept.
    public var bodyInBytes: Int
    /// SHA-256 of the body, also when it was not kept.
    public var digest: Digest
    /// Why the body was not read to its end; nil when it was.
    ///
    /// Such a capture is no failure, but it says nothing of the content: no body, no digest of it.
    public var ruledOut: ImageScreen.Objection?
    /// When the request began.
    public var began: Instant
    /// When the last byte was there.
    public var ended: Instant
    /// Fields of the last answer.
    public var headers: [HeaderField]

    /// A capture.
    ///
    /// - Precondition: At least one hop.
    public init(
        hops: [Hop], body: [UInt8], digest: Digest? = nil, began: Instant, ended: Instant,
        headers: [HeaderField]
    ) {
        precondition(!hops.isEmpty, "A capture has asked at least one address.")
        self.hops = hops
        self.body = body
        self.bodyInBytes = body.count
        self.digest = digest ?? Digest(of: body)
        self.began = began
        self.ended = ended
        self.headers = headers
    }

    /// The status of the last answer.
    public var status: Int { hops.last?.status ?? 0 }
    /// The address that brought the body.
    public var address: WebAddress { hops[hops.count - 1].address }
    /// `address:port` of the peer that brought the body.
    public var peer: String { hops.last?.peer ?? "" }
    /// The media type without parameters, lower case; nil when none was given.
    public var mediaType: String? {
        headers.first("content-type")?.split(separator: ";").first
            .map { $0.trimmingPrefix(" ").lowercased().filter { $0 != " " } }
    }
}

/// A fetch that gave no usable answer.
///
/// Compare `reason`; `detail` is for people and may change.
public struct FetchError: Error, Hashable, Sendable {
    /// Why a fetch gave no usable answer.
    public enum Reason: Hashable, Sendable {
        /// Not http or https, or not an address at all.
        case unsupportedAddress
        /// The address or port is one that this plan may not reach.
        case forbiddenAddress
        case nameNotResolved
        case unreachable
        case tlsFailed
        case timedOut(afterMilliseconds: Int)
        case tooLarge(limitInBytes: Int)
        case headersTooLarge(limitInBytes: Int)
        case tooManyRedirects(limit: Int)
        /// A Location that is missing, malformed or of another scheme.
        case badRedirect
        /// The answer is not HTTP, cut short, or contradicts itself.
        case brokenAnswer
        /// A content coding that is unknown, broken, or stacked too deep.
        case badEncoding
        case cancelled
    }

    /// What kind of failure it was.
    public var reason: Reason
    /// The address that was being asked.
    public var address: String
    /// One sentence for people.
    public var detail: String
    /// The hops that did answer before the failure.
    public var hops: [Hop]

    /// A failed fetch.
    public init(_ reason: Reason, address: String, detail: String, hops: [Hop] = []) {
        self.reason = reason
        self.address = address
        self.detail = detail
        self.hops = hops
    }
}

/// The port to the network.
public protocol Fetcher: Sendable {
    /// Asks for an address and follows redirects, within the request's limits.
    ///
    /// An answer of any status is a capture; 4xx and 5xx are answers, not failures.
    ///
    /// - Throws: `FetchError` when there is no complete, allowed answer.
    func fetch(_ request: FetchRequest) async throws(FetchError) -> Capture
}

/// What a receiver answered to a message.
public struct Answer: Hashable, Sendable {
    /// The status.
    public var status: Int
    /// The header fields.
    public var headers: [HeaderField]
    /// The body, cut at 64 KiB.
    public var body: [UInt8]

    /// What a receiver answered.
    public init(status: Int, headers: [HeaderField], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// The port by which messages leave the house.
public protocol MessageSender: Sendable {
    /// Posts a message once. Redirects are not followed.
    ///
    /// - Throws: `FetchError` when there is no complete answer; the message may have arrived.
    func post(_ body: [UInt8], to address: WebAddress, headers: [HeaderField])
        async throws(FetchError) -> Answer
}
