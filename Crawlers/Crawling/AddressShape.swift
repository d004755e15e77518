// What addresses of one kind have in common: their shape.

public import SelvageTypes

/// What addresses of one kind have in common: numbers and codes are taken away, parameters count by
/// name.
///
/// `/cal/2026/11?view=week&day=3` has the shape `/cal/#/#` with the parameters `day&view`.
public struct AddressShape: Hashable, Sendable {
    /// Host and path, with `#` for numbers and codes.
    public let path: String
    /// Names of parameters, sorted, each once; empty when there are none.
    public let parameters: String
    /// Parameters, repeated ones counted.
    let parameterCount: Int
    /// Segments of the path.
    let depth: Int
    /// How often the most frequent segment occurs.
    let repeats: Int

    /// The shape of an address.
    public init(_ address: WebAddress) {
        let segments = address.path.split(separator: "/")
        let names = (address.query ?? "").split(separator: "&")
            .map { Self.collapsed(String($0.prefix { $0 != "=" })) }
        let folded = segments.map { Self.collapsed(String($0)) }.joined(separator: "/")
        path = "\(Self.host(address))/\(folded)"
        parameters = Set(names).sorted().joined(separator: "&")
        parameterCount = names.count
        depth = segments.count
        repeats = Dictionary(segments.map { ($0, 1) }, uniquingKeysWith: +).values.max() ?? 0
    }

    /// The host with its numbers taken away; an address of numbers stays.
    static func host(_ address: WebAddress) -> String {
        address.isNumeric ? address.host : collapsed(address.host)
    }

    /// The text with `#` for each run of digits, and for each word that looks like a code: digits
    /// before letters, or four or more hexadecimal digits with a decimal one.
    private static func collapsed(_ text: String) -> String {
        var out = ""
        for word in words(Array(text.utf8)) {
            out += isCode(word) ? "#" : digitsFolded(word)
        }
        return out
    }

    /// Words of letters and digits, and what stands between them.
    private static func words(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
        var words: [ArraySlice<UInt8>] = []
        var start = 0
        for index in 0...text.count
        where index == text.count || (index > start && isWord(text[index]) != isWord(text[start])) {
            if start < index { words.append(text[start..<index]) }
            start = index
        }
        return words
    }

    private static func isCode(_ word: ArraySlice<UInt8>) -> Bool {
        guard let digit = word.firstIndex(where: isDigit) else { return false }
        if word.count >= 4, word.allSatisfy(isHexadecimal) { return true }
        return word[digit...].contains { !isDigit($0) } || digit == word.startIndex
    }

    private static func digitsFolded(_ word: ArraySlice<UInt8>) -> String {
        var out: [UInt8] = []
        for byte in word {
            if !isDigit(byte) {
                out.append(byte)
            } else if out.last != UInt8(ascii: "#") {
                out.append(UInt8(ascii: "#"))
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isWord(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x61...0x7A).contains(byte | 0x20) || byte >= 0x80
    }
    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x61...0x66).contains(byte | 0x20)
    }
}
