// Addresses that are spelled canonically already: most of those on a page, read in one pass.

/// Where the parts of an address lie that needs no rewriting.
///
/// The parser would give such an address back byte for byte. Whatever might be spelled otherwise is
/// left to it: capitals and escapes in the host, numbers that could be an IPv4 address in another
/// spelling, default ports, credentials, dot segments, percent signs, anything beyond plain ASCII.
struct PlainAddress {
    /// The end of the address, before a fragment.
    private(set) var end = 0
    private(set) var hostEnd = 0
    private(set) var targetStart = 0
    private(set) var port: UInt16 = 0

    /// Reads an absolute address.
    ///
    /// - Returns: nil when it is not plain.
    init?(absolute text: UnsafeBufferPointer<UInt8>) {
        guard let start = Self.hostStart(text) else { return nil }
        var place = start
        while place < text.count, Self.isHostByte(text[place]) { place += 1 }
        hostEnd = place
        guard place < text.count, Self.isPlainHost(text[start..<place]) else { return nil }
        port = start == 8 ? 443 : 80
        if text[place] == UInt8(ascii: ":") {
            guard let named = Self.port(text, from: &place), named != port else { return nil }
            port = named
        }
        guard place < text.count, text[place] == UInt8(ascii: "/"),
            let end = Self.endOfTarget(text, from: place)
        else { return nil }
        targetStart = place
        self.end = end
    }

    /// The end of a target that begins with a slash, before a fragment; nil when it is not plain.
    static func endOfTarget(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var place = start
        var isInQuery = false
        var last = UInt8(ascii: "/")
        while place < text.count {
            let byte = text[place]
            if byte == UInt8(ascii: "#") { return place }
            if isInQuery {
                if ByteSet.query.contains(byte) || byte < 0x20 || byte == 0x7F { return nil }
            } else if byte == UInt8(ascii: "?") {
                isInQuery = true
            } else {
                let mayBeDots = byte == UInt8(ascii: ".") && last == UInt8(ascii: "/")
                if mayBeDots || ByteSet.path.contains(byte) || byte == UInt8(ascii: "\\")
                    || byte == UInt8(ascii: "%") || byte < 0x20 || byte == 0x7F
                {
                    return nil
                }
                last = byte
            }
            place += 1
        }
        return place
    }

    private static func hostStart(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
        guard text.count > 9, text[0] == UInt8(ascii: "h"), text[1] == UInt8(ascii: "t"),
            text[2] == UInt8(ascii: "t"), text[3] == UInt8(ascii: "p")
        else { return nil }
        let colon = text[4] == UInt8(ascii: "s") ? 5 : 4
        guard text[colon] == UInt8(ascii: ":"), text[colon + 1] == UInt8(ascii: "/"),
            text[colon + 2] == UInt8(ascii: "/")
        else { return nil }
        return colon + 3
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        (byte >= 0x61 && byte <= 0x7A) || byte.isASCIIDigit || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "-")
    }

    /// A name whose last label begins with a letter and none of whose labels is encoded, or four
    /// numbers in their shortest spelling.
    private static func isPlainHost(_ host: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard let first = host.first, let last = host.last, last != UInt8(ascii: ".") else {
            return false
        }
        var labelStart = host.startIndex
        for place in host.indices where host[place] == UInt8(ascii: ".") {
            if isEncoded(host[labelStart..<place]) { return false }
            labelStart = place + 1
        }
        let label = host[labelStart...]
        if isEncoded(label) { return false }
        if let start = label.first, !start.isASCIIDigit { return true }
        return first.isASCIIDigit && isDottedQuad(host)
    }

    private static func isEncoded(_ label: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        label.count >= 4 && label.starts(with: "xn--".utf8)
    }

    private static func isDottedQuad(_ host: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        var numbers = 1
        var value = -1
        for byte in host {
            if byte == UInt8(ascii: ".") {
                guard value >= 0 else { return false }
                numbers += 1
                value = -1
            } else if byte.isASCIIDigit, value != 0 {
                value = max(value, 0) * 10 + Int(byte - 0x30)
                guard value <= 255 else { return false }
            } else {
                return false
            }
        }
        return numbers == 4 && value >= 0
    }

    /// The port after a colon, in its shortest spelling; the place moves behind it.
    private static func port(
        _ text: UnsafeBufferPointer<UInt8>, from place: inout Int
    ) -> UInt16? {
        var next = place + 1
        var value = 0
        while next < text.count, text[next].isASCIIDigit {
            if value == 0, next > place + 1 { return nil }
            value = value * 10 + Int(text[next] - 0x30)
            guard value <= 65535 else { return nil }
            next += 1
        }
        guard next > place + 1 else { return nil }
        place = next
        return UInt16(value)
    }
}
