// Image addresses in a page's scripts and state, where a shop's own code will find them.

/// Finds absolute addresses of image files in script text.
///
/// JSON in scripts writes `/` also with a backslash or as an escape by number; both are read.
///
/// - Complexity: Linear: each address is read once, from its scheme on.
struct ScriptImages {
    /// Addresses of one page that are kept.
    static let limit = 500

    private(set) var addresses: [String] = []

    /// Scans one script.
    mutating func scan(_ text: UnsafeBufferPointer<UInt8>) {
        var place = text.position(of: UInt8(ascii: ":"), from: 0)
        while place < text.count, addresses.count < Self.limit {
            var next = place + 1
            if let start = Self.schemeStart(text, colon: place) {
                let (address, end) = Self.read(text, from: start, colon: place)
                if let address, hasImageExtension(address) { addresses.append(address) }
                next = max(next, end)
            }
            place = text.position(of: UInt8(ascii: ":"), from: next)
        }
    }

    /// Where `http` or `https` before the colon begins.
    private static func schemeStart(_ text: UnsafeBufferPointer<UInt8>, colon: Int) -> Int? {
        if colon >= 5, text.hasASCII("https", at: colon - 5) { return colon - 5 }
        if colon >= 4, text.hasASCII("http", at: colon - 4) { return colon - 4 }
        return nil
    }

    /// The address with its escapes resolved, nil when no `//` follows; and the place after it.
    private static func read(
        _ text: UnsafeBufferPointer<UInt8>, from start: Int, colon: Int
    ) -> (String?, Int) {
        var bytes = Array(text[start...colon])
        var place = colon + 1
        while place < text.count, bytes.count < 2048 {
            let byte = text[place]
            if byte == Byte.backslash {
                guard let (escaped, end) = unescape(text, at: place) else { break }
                bytes.append(escaped)
                place = end
            } else if byte.isHTMLSpace || endings.contains(byte) || byte < 0x20 {
                break
            } else {
                bytes.append(byte)
                place += 1
            }
            // Two slashes must follow the scheme.
            let length = bytes.count - (colon - start + 1)
            if length <= 2, bytes.last != Byte.slash { return (nil, place) }
        }
        return (String(decoding: bytes, as: UTF8.self), place)
    }

    private static let endings: Set<UInt8> = Set("\"'<>)(,;`{}|".utf8)

    /// The escapes of `/` and `&`.
    private static func unescape(
        _ text: UnsafeBufferPointer<UInt8>, at place: Int
    ) -> (UInt8, Int)? {
        if text.hasASCII("\\/", at: place) { return (Byte.slash, place + 2) }
        if text.hasASCII("\\u002f", at: place) { return (Byte.slash, place + 6) }
        if text.hasASCII("\\u0026", at: place) { return (Byte.ampersand, place + 6) }
        return nil
    }
}
