// Small questions about bytes that the address parser asks.

/// Which bytes of an address are percent-encoded; every byte outside printable ASCII is.
struct ByteSet {
    private let low: UInt64, high: UInt64

    private init(_ characters: StaticString) {
        var masks: (UInt64, UInt64) = (0xFFFF_FFFF, 1 << 63)
        characters.withUTF8Buffer { bytes in
            for byte in bytes {
                if byte < 64 {
                    masks.0 |= 1 << UInt64(byte)
                } else {
                    masks.1 |= 1 << UInt64(byte - 64)
                }
            }
        }
        (low, high) = masks
    }

    /// The path percent-encode set.
    static let path = ByteSet(" \"#<>?^`{}")
    /// The special-query percent-encode set.
    static let query = ByteSet(" \"#<>'")
    /// The forbidden domain code points.
    static let forbiddenInDomain = ByteSet(" #/:<>?@[\\]^|%")

    func contains(_ byte: UInt8) -> Bool {
        if byte < 64 { return low >> UInt64(byte) & 1 == 1 }
        return byte >= 128 || high >> UInt64(byte - 64) & 1 == 1
    }
}

extension UInt8 {
    /// The upper-case digit of a number under 16.
    init(hexadecimalDigit value: UInt8) {
        self = value < 10 ? 0x30 + value : 0x37 + value
    }

    var isASCIIDigit: Bool { self >= 0x30 && self <= 0x39 }
    var isASCIILetter: Bool { self | 0x20 >= 0x61 && self | 0x20 <= 0x7A }
    var asciiLowercased: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }

    /// The value of a digit in a base up to 16; nil for any other byte.
    func digit(base: UInt64) -> UInt64? {
        let value: UInt64
        switch self {
        case 0x30...0x39: value = UInt64(self - 0x30)
        case 0x41...0x46: value = UInt64(self - 0x37)
        case 0x61...0x66: value = UInt64(self - 0x57)
        default: return nil
        }
        return value < base ? value : nil
    }
}
