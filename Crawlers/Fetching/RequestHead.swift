// The head of a request as it goes over the wire, for the evidence.

internal import SelvageTypes

/// The head of a GET as libcurl sends it over HTTP/1.1.
///
/// libcurl would show it only together with much else that costs more than the request itself, so it
/// is written again here; a test holds it against what servers receive, byte for byte. Over HTTP/2
/// it says the same in the form of HTTP/1.1.
enum RequestHead {
    /// The head with its empty line, Latin-1 text.
    static func text(_ exchange: Exchange, userAgent: String) -> String {
        var text = "GET "
        text += exchange.address.target
        text += " HTTP/1.1\r\nHost: "
        text += host(exchange.address)
        text += "\r\nUser-Agent: "
        text += userAgent
        for field in exchange.fields {
            text += "\r\n"
            text += field.name
            text += field.value.isEmpty ? ":" : ": "
            text += field.value
        }
        text += "\r\n\r\n"
        return text
    }

    /// The host and, unless it is the scheme's own, the port.
    private static func host(_ address: WebAddress) -> Substring {
        address.origin.dropFirst(address.isSecure ? 8 : 7)
    }
}
