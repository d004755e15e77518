// Percent escapes in one spelling.

/// Percent escapes in one spelling.
///
/// - Source: RFC 3986 section 6.2.2.
enum EscapedText {
    /// The text with upper-case escapes, bytes beyond ASCII escaped, and, when asked for, escapes
    /// of unreserved characters decoded.
    static func normal(_ text: some Collection<UInt8>, decodingUnreserved: Bool) -> [UInt8] {
        let text = Array(text)
        var out: [UInt8] = []
        out.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte == percent, index + 2 < text.count, let high = digit(text[index + 1]),
                let low = digit(text[index + 2])
            {
                let value = high << 4 | low
                if decodingUnreserved, isUnreserved(value) {
                    out.append(value)
                } else {
                    escape(value, &out)
                }
                index += 3
            } else {
                if byte < 0x80 { out.append(byte) } else { escape(byte, &out) }
                index += 1
            }
        }
        return out
    }

    private static func escape(_ byte: UInt8, _ out: inout [UInt8]) {
        let digits = Array("0123456789ABCDEF".utf8)
        out += [percent, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: byte == 0x2D || byte == 0x2E || byte == 0x5F || byte == 0x7E
        }
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    private static let percent = UInt8(ascii: "%")
}
