// A picture's width and height, read from the first bytes of its file without decoding it.

/// A picture's width and height in pixels, as its file's first bytes state them.
///
/// They are the file's word only: enough to leave an icon unread, never to size a buffer.
public struct ImageDimensions: Hashable, Sendable {
    /// Pixels across.
    public var width: Int
    /// Pixels down.
    public var height: Int

    /// Dimensions.
    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// Reads PNG, GIF, WebP and JPEG.
    ///
    /// - Returns: nil when the bytes are another form, or do not reach far enough yet.
    /// - Complexity: O(n); a JPEG's segments are stepped over, not searched.
    /// - Source: PNG (third edition) 11.2.1; GIF89a 18; RFC 9649 section 2; ITU-T T.81 B.2.2.
    public init?(firstBytes bytes: [UInt8]) {
        let found =
            Self.png(bytes) ?? Self.gif(bytes) ?? Self.webP(bytes) ?? Self.jpeg(bytes)
        guard let found, found.width > 0, found.height > 0 else { return nil }
        self = found
    }

    private static func png(_ bytes: [UInt8]) -> Self? {
        let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        guard bytes.count >= 24, bytes.starts(with: signature),
            bytes[12..<16].elementsEqual("IHDR".utf8)
        else { return nil }
        return Self(width: big(bytes[16..<20]), height: big(bytes[20..<24]))
    }

    private static func gif(_ bytes: [UInt8]) -> Self? {
        guard bytes.count >= 10, bytes.starts(with: "GIF8".utf8) else { return nil }
        return Self(width: little(bytes[6..<8]), height: little(bytes[8..<10]))
    }

    private static func webP(_ bytes: [UInt8]) -> Self? {
        guard bytes.count >= 30, bytes.starts(with: "RIFF".utf8),
            bytes[8..<12].elementsEqual("WEBP".utf8)
        else { return nil }
        switch String(decoding: bytes[12..<16], as: UTF8.self) {
        case "VP8X":
            return Self(width: little(bytes[24..<27]) + 1, height: little(bytes[27..<30]) + 1)
        case "VP8L" where bytes[20] == 0x2F:
            let bits = little(bytes[21..<25])
            return Self(width: bits & 0x3FFF + 1, height: bits >> 14 & 0x3FFF + 1)
        case "VP8 " where bytes[23..<26].elementsEqual([0x9D, 0x01, 0x2A]):
            return Self(
                width: little(bytes[26..<28]) & 0x3FFF, height: little(bytes[28..<30]) & 0x3FFF)
        default: return nil
        }
    }

    private static func jpeg(_ bytes: [UInt8]) -> Self? {
        guard bytes.starts(with: [0xFF, 0xD8]) else { return nil }
        var at = 2
        while at + 9 < bytes.count, bytes[at] == 0xFF {
            let marker = bytes[at + 1]
            switch marker {
            case 0xFF: at += 1  // Padding.
            case 0x01, 0xD0...0xD8: at += 2  // No length.
            case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
                return Self(
                    width: big(bytes[(at + 7)..<(at + 9)]), height: big(bytes[(at + 5)..<(at + 7)]))
            case 0xD9, 0xDA: return nil
            default: at += 2 + max(2, big(bytes[(at + 2)..<(at + 4)]))
            }
        }
        return nil
    }

    private static func big(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reduce(0) { $0 << 8 | Int($1) }
    }

    private static func little(_ bytes: ArraySlice<UInt8>) -> Int {
        big(ArraySlice(bytes.reversed()))
    }
}
