// An http or https address in canonical spelling: parsed once, compared as text.

internal import Foundation

/// An http or https address, absolute and without fragment.
///
/// - Source: WHATWG URL Standard.
public struct WebAddress: Hashable, Sendable {
    /// The serialised address.
    public let description: String
    /// `http` or `https`.
    public let scheme: String
    /// The host, lower case; an IPv6 address in brackets.
    public let host: String
    /// The port, the scheme's default when the address names none.
    public let port: Int
    /// The path and, after `?`, the query.
    public let target: String

    /// Parses an address, against a base when it is relative.
    ///
    /// - Returns: nil when the text is not an http or https address.
    public init?(_ text: String, relativeTo base: WebAddress? = nil) {
        let baseURL = base.flatMap { URL(string: $0.description) }
        guard let url = URL(string: text, relativeTo: baseURL)?.absoluteURL,
            let scheme = url.scheme?.lowercased(), scheme == "http" || scheme == "https",
            let host = url.host(percentEncoded: true)?.lowercased(), !host.isEmpty
        else { return nil }
        self.scheme = scheme
        self.host = host.contains(":") ? "[\(host)]" : host
        let standard = scheme == "http" ? 80 : 443
        port = url.port ?? standard
        let path = url.path(percentEncoded: true)
        let query = url.query(percentEncoded: true).map { "?\($0)" } ?? ""
        target = (path.isEmpty ? "/" : path) + query
        let shownPort = port == standard ? "" : ":\(port)"
        description = "\(scheme)://\(self.host)\(shownPort)\(target)"
    }

    /// Scheme, host and port: `https://shop.example` or `http://127.0.0.1:8080`.
    public var origin: String {
        String(description.dropLast(target.count))
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
