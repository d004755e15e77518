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

    /// Path and parameters as one text.
    var key: String { "\(path)?\(parameters)" }
    /// The path with whatever parameters.
    var pathKey: String { "\(path)?*" }

    /// The shape of an address.
    public init(_ address: WebAddress) {
        let text = Array(address.path.utf8)
        let segments = text.split(separator: UInt8(ascii: "/"))
        var folded = Array(Self.host(address).utf8)
        for segment in segments {
            folded.append(UInt8(ascii: "/"))
            Self.append(segment, to: &folded)
        }
        if segments.isEmpty { folded.append(UInt8(ascii: "/")) }
        path = String(decoding: folded, as: UTF8.self)
        depth = segments.count
        repeats = Self.mostRepeated(segments)
        guard let query = address.query else {
            (parameters, parameterCount) = ("", 0)
            return
        }
        let names = query.split(separator: "&").map {
            Self.collapsed(String($0.prefix { $0 != "=" }))
        }
        parameters = Set(names).sorted().joined(separator: "&")
        parameterCount = names.count
    }

    /// How often the most frequent of some segments occurs.
    private static func mostRepeated(_ segments: [ArraySlice<UInt8>]) -> Int {
        // Almost every path has a few: then comparing each two is the quickest.
        guard segments.count <= 16 else {
            return Dictionary(segments.map { ($0, 1) }, uniquingKeysWith: +).values.max() ?? 0
        }
        return segments.indices.map { first in
            segments[first...].count { $0 == segments[first] }
        }.max() ?? 0
    }

    /// The host with its numbers taken away; an address of numbers stays.
    static func host(_ address: WebAddress) -> String {
        address.isNumeric ? address.host : collapsed(address.host)
    }

    /// The text with `#` for each run of digits, and for each word that looks like a code: digits
    /// before letters, or four or more hexadecimal digits with a decimal one.
    private static func collapsed(_ text: String) -> String {
        guard text.utf8.contains(where: isDigit) else { return text }
        var out: [UInt8] = []
        append(Array(text.utf8)[...], to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    private static func append(_ text: ArraySlice<UInt8>, to out: inout [UInt8]) {
        guard text.contains(where: isDigit) else {
            out += text
            return
        }
        for word in words(text) {
            if isCode(word) { out.append(UInt8(ascii: "#")) } else { appendFolded(word, to: &out) }
        }
    }

    /// Words of letters and digits, and what stands between them.
    private static func words(_ text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var words: [ArraySlice<UInt8>] = []
        var start = text.startIndex
        for index in text.indices where isWord(text[index]) != isWord(text[start]) {
            words.append(text[start..<index])
            start = index
        }
        if start < text.endIndex { words.append(text[start...]) }
        return words
    }

    private static func isCode(_ word: ArraySlice<UInt8>) -> Bool {
        guard let digit = word.firstIndex(where: isDigit) else { return false }
        if word.count >= 4, word.allSatisfy(isHexadecimal) { return true }
        return word[digit...].contains { !isDigit($0) } || digit == word.startIndex
    }

    private static func appendFolded(_ word: ArraySlice<UInt8>, to out: inout [UInt8]) {
        var isAfterDigit = false
        for byte in word {
            if !isDigit(byte) {
                out.append(byte)
            } else if !isAfterDigit {
                out.append(UInt8(ascii: "#"))
            }
            isAfterDigit = isDigit(byte)
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isWord(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x61...0x7A).contains(byte | 0x20) || byte >= 0x80
    }
    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x61...0x66).contains(byte | 0x20)
    }
}
