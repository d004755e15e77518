// The header fields of a request: what we accept, what the caller adds, what never leaves.

internal import SelvageTypes

/// The header fields that are sent with each hop of one fetch.
struct RequestFields: Sendable {
    private let purpose: FetchRequest.Purpose
    private let added: [HeaderField]
    private let firstOrigin: String

    /// The fields of a fetch.
    ///
    /// Fields of the caller that cannot be sent, or that belong to the framing, are left out.
    init(for request: FetchRequest) {
        purpose = request.purpose
        added = Self.sendable(request.headers).filter { field in
            !field.isNamed("accept") && !field.isNamed("accept-encoding")
        }
        firstOrigin = added.isEmpty ? "" : request.address.origin
    }

    /// The fields for one hop.
    ///
    /// Credentials stay with the origin they were given for.
    func fields(for address: WebAddress) -> [HeaderField] {
        guard !added.isEmpty else { return Self.own(purpose) }
        let isHome = address.origin == firstOrigin
        return Self.own(purpose)
            + added.filter { isHome || !Self.secret.contains($0.name.lowercased()) }
    }

    /// The purpose whose own fields these are, when the caller added none.
    var plainPurpose: FetchRequest.Purpose? { added.isEmpty ? purpose : nil }

    /// The fields that every request for a purpose carries.
    static func own(_ purpose: FetchRequest.Purpose) -> [HeaderField] {
        switch purpose {
        case .page: pageFields
        case .image: imageFields
        case .robots: robotsFields
        case .feed: feedFields
        }
    }

    /// The fields that can be put on the wire as they are.
    static func sendable(_ fields: [HeaderField]) -> [HeaderField] {
        fields.filter {
            isToken($0.name) && isFieldValue($0.value) && !framing.contains($0.name.lowercased())
        }
    }

    /// Whether a text can be a field's value: Latin-1 without control characters.
    ///
    /// - Source: RFC 9110 section 5.5.
    static func isFieldValue(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy {
            $0 == "\t" || ($0.value >= 0x20 && $0.value <= 0xFF && $0.value != 0x7F)
        }
    }

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
                    || UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20
                    || "!#$%&'*+-.^_`|~".utf8.contains($0)
            }
    }

    private static let pageFields = own("text/html, application/xhtml+xml;q=0.9, */*;q=0.5")
    private static let imageFields = own(
        "image/png, image/jpeg, image/webp, image/*;q=0.8, */*;q=0.5")
    private static let robotsFields = own("text/plain, */*;q=0.5")
    private static let feedFields = own(
        "application/xml, application/rss+xml, application/atom+xml, application/json, "
            + "text/xml, */*;q=0.5")

    private static func own(_ accept: String) -> [HeaderField] {
        [HeaderField("Accept", accept), HeaderField("Accept-Encoding", ContentDecoder.offered)]
    }

    private static let secret: Set = ["authorization", "cookie", "proxy-authorization"]
    private static let framing: Set = [
        "connection", "content-length", "expect", "host", "keep-alive", "te", "trailer",
        "transfer-encoding", "upgrade", "user-agent",
    ]
}

/// Text whose characters are the bytes: every byte sequence has one, NUL and all.
func latin1Text(_ bytes: some Collection<UInt8>) -> String {
    if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: bytes.lazy.map { Unicode.Scalar($0) })
    return String(text)
}

/// The bytes of Latin-1 text; characters beyond it become question marks.
func latin1Bytes(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { $0.value < 0x100 ? UInt8($0.value) : UInt8(ascii: "?") }
}
