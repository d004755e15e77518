// ASCII bytes by name, and the few questions that every scanner here asks of bytes.

internal import Glibc

/// ASCII bytes by name.
enum Byte {
    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let formFeed: UInt8 = 0x0C
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let exclamation = UInt8(ascii: "!")
    static let quote = UInt8(ascii: "\"")
    static let hash = UInt8(ascii: "#")
    static let ampersand = UInt8(ascii: "&")
    static let apostrophe = UInt8(ascii: "'")
    static let hyphen = UInt8(ascii: "-")
    static let slash = UInt8(ascii: "/")
    static let semicolon = UInt8(ascii: ";")
    static let less = UInt8(ascii: "<")
    static let equals = UInt8(ascii: "=")
    static let greater = UInt8(ascii: ">")
    static let question = UInt8(ascii: "?")
    static let openBracket = UInt8(ascii: "[")
    static let backslash = UInt8(ascii: "\\")
    static let closeBracket = UInt8(ascii: "]")
}

extension UInt8 {
    var isASCIILetter: Bool { (self | 0x20) &- 0x61 < 26 }
    var isASCIIDigit: Bool { self &- 0x30 < 10 }
    var isASCIIAlphanumeric: Bool { isASCIILetter || isASCIIDigit }

    /// Tab, line feed, form feed, carriage return or space.
    var isHTMLSpace: Bool {
        self == Byte.space || self == Byte.lineFeed || self == Byte.tab
            || self == Byte.formFeed || self == Byte.carriageReturn
    }

    var lowercasedASCII: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    var hexValue: UInt8? {
        if isASCIIDigit { return self - 0x30 }
        let letter = self | 0x20
        return letter &- 0x61 < 6 ? letter - 0x57 : nil
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The first place of a byte at or after a position; `count` when there is none.
    func position(of byte: UInt8, from start: Int) -> Int {
        guard start < count, let base = baseAddress,
            let found = memchr(base + start, Int32(byte), count - start)
        else { return count }
        return UnsafeRawPointer(base).distance(to: found)
    }

    /// Whether an ASCII text in lower case stands at a position, in any case.
    func hasASCII(_ text: StaticString, at start: Int) -> Bool {
        let length = text.utf8CodeUnitCount
        guard start + length <= count else { return false }
        for offset in 0..<length
        where self[start + offset].lowercasedASCII != text.utf8Start[offset] {
            return false
        }
        return true
    }

    /// Appends all bytes, each NUL as U+FFFD when asked.
    func append(to target: inout [UInt8], replacingNUL: Bool) {
        guard replacingNUL, contains(0) else {
            target.append(contentsOf: self)
            return
        }
        for byte in self {
            if byte == 0 {
                target += [0xEF, 0xBF, 0xBD]
            } else {
                target.append(byte)
            }
        }
    }
}

extension [UInt8] {
    /// Appends a code point in UTF-8; surrogates and values above U+10FFFF become U+FFFD.
    mutating func append(codePoint value: UInt32) {
        let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
        append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
}
