// The header fields of a request: what we accept, what the caller adds, what never leaves.

internal import SelvageTypes

/// The header fields that are sent with each hop of one fetch.
struct RequestFields: Sendable {
    private let own: [HeaderField]
    private let added: [HeaderField]
    private let firstOrigin: String

    /// The fields of a fetch.
    ///
    /// Fields of the caller that cannot be sent, or that belong to the framing, are left out.
    init(for request: FetchRequest) {
        own = [
            HeaderField("Accept", Self.accept(request.purpose)),
            HeaderField("Accept-Encoding", ContentDecoder.offered),
        ]
        let names = Set(own.map { $0.name.lowercased() })
        added = Self.sendable(request.headers).filter { !names.contains($0.name.lowercased()) }
        firstOrigin = request.address.origin
    }

    /// The fields for one hop.
    ///
    /// Credentials stay with the origin they were given for.
    func fields(for address: WebAddress) -> [HeaderField] {
        let isHome = address.origin == firstOrigin
        return own + added.filter { isHome || !Self.secret.contains($0.name.lowercased()) }
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

    private static func accept(_ purpose: FetchRequest.Purpose) -> String {
        switch purpose {
        case .page: "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"
        case .image: "image/png, image/jpeg, image/webp, image/*;q=0.8, */*;q=0.5"
        case .robots: "text/plain, */*;q=0.5"
        case .feed:
            "application/xml, application/rss+xml, application/atom+xml, application/json, "
                + "text/xml, */*;q=0.5"
        }
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
