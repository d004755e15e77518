// Character references: `&amp;`, `&#38;`, `&copy` and the rules for each, in text and attributes.

/// Resolves character references.
///
/// - Source: WHATWG HTML sections 13.2.5.72 to 13.2.5.80.
enum CharacterReferences {
    /// Appends bytes with their references resolved.
    ///
    /// - Complexity: Linear: a reference looks ahead at most the longest name, or its own digits.
    static func append(
        _ bytes: UnsafeBufferPointer<UInt8>, to target: inout [UInt8], inAttribute: Bool,
        replacingNUL: Bool
    ) {
        var place = 0
        while place < bytes.count {
            let next = bytes.position(of: Byte.ampersand, from: place)
            UnsafeBufferPointer(rebasing: bytes[place..<next])
                .append(to: &target, replacingNUL: replacingNUL)
            guard next < bytes.count else { return }
            place = resolve(bytes, at: next, to: &target, inAttribute: inAttribute)
        }
    }

    /// Appends what the `&` at a place stands for.
    ///
    /// - Returns: The place after the reference, or after the `&` when it is none.
    private static func resolve(
        _ bytes: UnsafeBufferPointer<UInt8>, at place: Int, to target: inout [UInt8],
        inAttribute: Bool
    ) -> Int {
        let start = place + 1
        if start < bytes.count, bytes[start] == Byte.hash {
            return resolveNumber(bytes, at: start + 1, to: &target)
        }
        if let found = NamedReferences.shared.longestMatch(in: bytes, at: start) {
            let isOpen = bytes[found.end - 1] != Byte.semicolon
            let next = found.end < bytes.count ? bytes[found.end] : 0
            if !inAttribute || !isOpen || !(next == Byte.equals || next.isASCIIAlphanumeric) {
                target.append(codePoint: found.first)
                if found.second != 0 { target.append(codePoint: found.second) }
                return found.end
            }
        }
        target.append(Byte.ampersand)
        return start
    }

    /// "Numeric character reference state": the place is after `&#`.
    private static func resolveNumber(
        _ bytes: UnsafeBufferPointer<UInt8>, at start: Int, to target: inout [UInt8]
    ) -> Int {
        let isHex = start < bytes.count && bytes[start].lowercasedASCII == UInt8(ascii: "x")
        let digits = isHex ? start + 1 : start
        var place = digits
        var value: UInt32 = 0
        while place < bytes.count, let digit = bytes[place].hexValue, isHex || digit < 10 {
            value = min(value &* (isHex ? 16 : 10) &+ UInt32(digit), 0x110000)
            place += 1
        }
        guard place > digits else {
            target.append(contentsOf: [Byte.ampersand, Byte.hash])
            return start
        }
        target.append(codePoint: value == 0 ? 0xFFFD : windows1252[value] ?? value)
        return place < bytes.count && bytes[place] == Byte.semicolon ? place + 1 : place
    }

    /// Numbers of the C1 range stand for what windows-1252 has there.
    private static let windows1252: [UInt32: UInt32] = {
        var table: [UInt32: UInt32] = [:]
        for (index, value) in Windows1252.upper.enumerated() where value != UInt16(0x80 + index) {
            table[UInt32(0x80 + index)] = UInt32(value)
        }
        return table
    }()
}

/// The code points of windows-1252 where it differs from Latin-1.
enum Windows1252 {
    /// For the bytes 0x80 to 0x9F.
    ///
    /// - Source: WHATWG Encoding Standard, index windows-1252.
    static let upper: [UInt16] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0x8D, 0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013,
        0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
    ]
}
