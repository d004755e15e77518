// An http or https address in canonical spelling: parsed once, compared as text.

/// An http or https address, absolute, without fragment and without credentials.
///
/// Equality is that of the serialised text. Nothing here looks at a network or a clock.
///
/// - Source: WHATWG URL Standard, for the two special schemes that are fetched.
public struct WebAddress: Sendable {
    /// The serialised address.
    public let description: String
    /// Whether the text that was parsed named a user or a password; `description` never does.
    public let hasCredentials: Bool
    /// Offsets in `description`, in bytes.
    private let hostEnd: UInt32, targetStart: UInt32
    private let portNumber: UInt16

    /// The longest text that is parsed, in bytes; a longer one is no address.
    public static let limitInBytes = 16 << 10

    /// Parses an address, against a base when it is relative.
    ///
    /// - Returns: nil when the text is not an http or https address.
    /// - Complexity: O(n) in the length of the text; no allocation but the result's for ASCII.
    public init?(_ text: String, relativeTo base: WebAddress? = nil) {
        if let plain = Self(plain: text, relativeTo: base) {
            self = plain
        } else {
            self.init(parsing: text, relativeTo: base)
        }
    }

    /// Takes an address as it is, when it is spelled canonically or is a plain path on its base.
    private init?(plain text: String, relativeTo base: WebAddress?) {
        var text = text
        if text.utf8.first == UInt8(ascii: "/") {
            guard let base, !base.hasCredentials else { return nil }
            let end = text.withUTF8 { bytes -> Int? in
                // Two slashes begin a host.
                guard bytes.count <= Self.limitInBytes, bytes.count < 2 || bytes[1] != bytes[0]
                else { return nil }
                return PlainAddress.endOfTarget(bytes, from: 0)
            }
            guard let end else { return nil }
            description = base.origin + (end == text.utf8.count ? text : text.utf8Prefix(end))
            (hostEnd, targetStart, portNumber) = (base.hostEnd, base.targetStart, base.portNumber)
        } else {
            let plain = text.withUTF8 { bytes -> PlainAddress? in
                bytes.count <= Self.limitInBytes ? PlainAddress(absolute: bytes) : nil
            }
            guard let plain else { return nil }
            description = plain.end == text.utf8.count ? text : text.utf8Prefix(plain.end)
            hostEnd = UInt32(plain.hostEnd)
            targetStart = UInt32(plain.targetStart)
            portNumber = plain.port
        }
        hasCredentials = false
    }

    /// Parses an address by the standard's state machine, whatever its spelling.
    init?(parsing text: String, relativeTo base: WebAddress?) {
        var text = text
        let parsed = text.withUTF8 { bytes -> AddressParser? in
            guard bytes.count <= Self.limitInBytes else { return nil }
            var parser = AddressParser(bytes)
            return parser.run(base: base) ? parser : nil
        }
        guard let parsed else { return nil }
        description = String(decoding: parsed.out, as: UTF8.self)
        hasCredentials = parsed.hasCredentials
        hostEnd = UInt32(parsed.hostEnd)
        targetStart = UInt32(parsed.targetStart)
        portNumber = parsed.port
    }

    /// Whether the scheme is `https`.
    public var isSecure: Bool { hostStart == 8 }

    /// `http` or `https`.
    public var scheme: String { isSecure ? "https" : "http" }

    /// The host, lower case; an IPv6 address in brackets.
    public var host: String { slice(hostStart, Int(hostEnd)) }

    /// The port, the scheme's default when the address names none.
    public var port: Int { Int(portNumber) }

    /// The path and, after `?`, the query.
    public var target: String { slice(Int(targetStart), description.utf8.count) }

    /// The path without the query.
    public var path: String {
        let bytes = description.utf8
        let start = bytes.index(bytes.startIndex, offsetBy: Int(targetStart))
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
        return String(description[start..<end])
    }

    /// The query without its `?`; nil when there is none.
    public var query: String? {
        let bytes = description.utf8
        guard let mark = bytes.firstIndex(of: UInt8(ascii: "?")) else { return nil }
        return String(description[bytes.index(after: mark)...])
    }

    /// Scheme, host and port: `https://shop.example` or `http://127.0.0.1:8080`.
    public var origin: String { slice(0, Int(targetStart)) }

    /// Whether another address has the same scheme, host and port.
    public func isOfSameOrigin(as other: WebAddress) -> Bool {
        guard targetStart == other.targetStart else { return false }
        let length = Int(targetStart)
        return description.utf8.prefix(length).elementsEqual(other.description.utf8.prefix(length))
    }

    /// The byte at which the host begins: after `http://` or `https://`.
    private var hostStart: Int {
        // The fifth byte is `:` or `s`.
        let bytes = description.utf8
        return bytes[bytes.index(bytes.startIndex, offsetBy: 4)] == UInt8(ascii: "s") ? 8 : 7
    }

    private func slice(_ start: Int, _ end: Int) -> String {
        let bytes = description.utf8
        let from = bytes.index(bytes.startIndex, offsetBy: start)
        return String(description[from..<bytes.index(from, offsetBy: end - start)])
    }

    /// The offsets, for the parser that resolves against this address.
    var parts: (hostEnd: Int, targetStart: Int, port: UInt16) {
        (Int(hostEnd), Int(targetStart), portNumber)
    }
}

extension WebAddress: Hashable {
    public static func == (left: Self, right: Self) -> Bool {
        left.description == right.description
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(description)
    }
}

extension WebAddress: CustomStringConvertible, Codable {
    /// Reads the text form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let address = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "not an http or https address")
        }
        self = address
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension String {
    /// The first bytes, which are ASCII.
    fileprivate func utf8Prefix(_ count: Int) -> String {
        String(self[..<utf8.index(startIndex, offsetBy: count)])
    }
}
