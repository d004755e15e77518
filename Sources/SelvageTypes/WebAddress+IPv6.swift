// The IPv6 address in a host: every spelling in, the shortest one out.

/// An IPv6 address.
///
/// - Source: WHATWG URL Standard sections 3.5 (parser) and 3.6 (serialiser); RFC 5952.
struct IPv6Address {
    /// The eight pieces of 16 bits.
    private(set) var pieces: [UInt16] = []

    /// Reads the text between the brackets.
    ///
    /// - Returns: nil when it is no IPv6 address; zones are not allowed.
    init?(_ text: ArraySlice<UInt8>) {
        var rest = text
        var compress: Int?
        if rest.first == Self.colon {
            guard rest.dropFirst().first == Self.colon else { return nil }
            rest = rest.dropFirst(2)
            compress = 0
        }
        while !rest.isEmpty {
            guard pieces.count < 8 else { return nil }
            if rest.first == Self.colon {
                guard compress == nil else { return nil }
                rest = rest.dropFirst()
                compress = pieces.count
                continue
            }
            let digits = rest.prefix(4).prefix { $0.digit(base: 16) != nil }
            let after = rest.dropFirst(digits.count)
            if after.first == UInt8(ascii: ".") {
                guard pieces.count <= 6, let tail = Self.dotted(rest) else { return nil }
                pieces += tail
                rest = []
                break
            }
            guard !digits.isEmpty, Self.separates(after) else { return nil }
            pieces.append(digits.reduce(0) { $0 << 4 | UInt16($1.digit(base: 16) ?? 0) })
            rest = after.dropFirst()
        }
        guard expand(at: compress) else { return nil }
    }

    /// Whether a piece may end here: at the end, or at a colon that something follows.
    private static func separates(_ after: ArraySlice<UInt8>) -> Bool {
        guard let next = after.first else { return true }
        return next == colon && after.count > 1
    }

    /// Fills the gap that `::` left with zeros.
    private mutating func expand(at compress: Int?) -> Bool {
        guard let compress else { return pieces.count == 8 }
        guard pieces.count < 8 else { return false }
        let zeros = [UInt16](repeating: 0, count: 8 - pieces.count)
        pieces.insert(contentsOf: zeros, at: compress)
        return true
    }

    /// The last four bytes in dotted decimal, without leading zeros.
    private static func dotted(_ text: ArraySlice<UInt8>) -> [UInt16]? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var numbers: [UInt16] = []
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy(\.isASCIIDigit),
                part.count == 1 || part.first != UInt8(ascii: "0")
            else { return nil }
            let value = part.reduce(UInt16(0)) { $0 * 10 + UInt16($1 - 0x30) }
            guard value <= 255 else { return nil }
            numbers.append(value)
        }
        return [numbers[0] << 8 | numbers[1], numbers[2] << 8 | numbers[3]]
    }

    private static let colon = UInt8(ascii: ":")
}

extension IPv6Address: CustomStringConvertible {
    /// The shortest spelling: the first longest run of two or more zero pieces as `::`.
    var description: String {
        var best = 0..<0
        var start = 0
        for index in 0...8 where index == 8 || pieces[index] != 0 {
            if index - start > max(best.count, 1) { best = start..<index }
            start = index + 1
        }
        let words = pieces.map { String($0, radix: 16) }
        guard !best.isEmpty else { return words.joined(separator: ":") }
        return words[..<best.lowerBound].joined(separator: ":") + "::"
            + words[best.upperBound...].joined(separator: ":")
    }
}
