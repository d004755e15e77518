// The JSON of a safetensors header, read without recursion deeper than its grammar.

/// Reads the JSON of a header: our own, because a header may have a hundred megabytes and a JSON
/// library would make a tree of them.
///
/// - Source: RFC 8259, restricted to what safetensors allows; unknown members are skipped.
struct SafetensorsParser {
    private let json: [UInt8]
    private var place = 0

    /// Values that are skipped may nest as deep as this.
    private static let depthLimit = 32

    init(_ json: [UInt8]) { self.json = json }

    private func broken(_ what: String) -> ModelFileError {
        ModelFileError(.malformed, "The header \(what) at byte \(place).")
    }

    private mutating func skipSpace() {
        while place < json.count, [0x20, 0x09, 0x0A, 0x0D].contains(json[place]) { place += 1 }
    }

    /// Takes a character if it is the next one.
    private mutating func takes(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard place < json.count, json[place] == UInt8(ascii: character) else { return false }
        place += 1
        return true
    }

    private mutating func demand(_ character: Unicode.Scalar) throws(ModelFileError) {
        guard takes(character) else { throw broken("has no '\(character)'") }
    }

    /// Reads the members of an object, handing each name to `body`, which reads the value.
    private mutating func members(
        _ body: (inout Self, String) throws(ModelFileError) -> Void
    ) throws(ModelFileError) {
        try demand("{")
        if takes("}") { return }
        repeat {
            let name = try string()
            try demand(":")
            try body(&self, name)
        } while takes(",")
        try demand("}")
    }

    /// The whole header.
    mutating func header() throws(ModelFileError) -> (
        entries: [SafetensorsHeader.Entry], metadata: [String: String]
    ) {
        var entries: [SafetensorsHeader.Entry] = []
        var metadata: [String: String]?
        try members { (parser, name) throws(ModelFileError) in
            if name == "__metadata__" {
                guard metadata == nil else {
                    throw ModelFileError(.duplicate, "The header has its metadata twice.")
                }
                metadata = try parser.texts()
            } else {
                guard entries.count < SafetensorsHeader.tensorLimit else {
                    throw ModelFileError(
                        .tooManyParts, "The header has more tensors than are read.")
                }
                entries.append(try parser.entry(name))
            }
        }
        skipSpace()
        guard place == json.count else { throw broken("goes on behind its end") }
        return (entries, metadata ?? [:])
    }

    /// An object of texts.
    private mutating func texts() throws(ModelFileError) -> [String: String] {
        var texts: [String: String] = [:]
        try members { (parser, name) throws(ModelFileError) in
            guard texts.updateValue(try parser.string(), forKey: name) == nil else {
                throw ModelFileError(.duplicate, "The header's metadata has \(name) twice.")
            }
        }
        return texts
    }

    /// One tensor.
    private mutating func entry(_ name: String) throws(ModelFileError) -> SafetensorsHeader.Entry {
        var seen: Set<String> = []
        var elementType: String?
        var shape: [Int]?
        var offsets: [Int]?
        try members { (parser, member) throws(ModelFileError) in
            guard seen.insert(member).inserted else {
                throw ModelFileError(.duplicate, "Tensor \(name) has \(member) twice.")
            }
            switch member {
            case "dtype": elementType = try parser.string()
            case "shape": shape = try parser.numbers(SafetensorsHeader.dimensionLimit)
            case "data_offsets": offsets = try parser.numbers(2)
            default: try parser.skipValue()
            }
        }
        guard let elementType, let shape, let offsets, offsets.count == 2, offsets[0] <= offsets[1]
        else {
            throw ModelFileError(.malformed, "Tensor \(name) is not told in full.")
        }
        return SafetensorsHeader.Entry(
            name: name, elementType: elementType, shape: shape, range: offsets[0]..<offsets[1])
    }

    /// A list of whole numbers.
    private mutating func numbers(_ limit: Int) throws(ModelFileError) -> [Int] {
        try demand("[")
        var numbers: [Int] = []
        if takes("]") { return numbers }
        repeat {
            guard numbers.count < limit else {
                throw ModelFileError(.tooManyParts, "A list in the header is longer than is read.")
            }
            numbers.append(try number())
        } while takes(",")
        try demand("]")
        return numbers
    }

    private mutating func number() throws(ModelFileError) -> Int {
        skipSpace()
        let digits = json[place...].prefix { (0x30...0x39).contains($0) }
        guard !digits.isEmpty, digits.count == 1 || digits.first != 0x30,
            let number = Int(String(decoding: digits, as: UTF8.self))
        else { throw broken("has no whole number") }
        place += digits.count
        if place < json.count,
            [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")]
                .contains(json[place])
        {
            throw broken("has a number that is not whole")
        }
        return number
    }

    /// A text, with its escapes resolved.
    private mutating func string() throws(ModelFileError) -> String {
        try demand("\"")
        let start = place
        var hasEscapes = false
        while place < json.count, json[place] != UInt8(ascii: "\"") {
            guard json[place] >= 0x20 else { throw broken("has a control character") }
            let isEscape = json[place] == UInt8(ascii: "\\")
            hasEscapes = hasEscapes || isEscape
            place += isEscape ? 2 : 1
        }
        guard place < json.count else { throw broken("ends inside a text") }
        let content = json[start..<place]
        place += 1
        let bytes = hasEscapes ? try unescaped(content) : [UInt8](content)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw broken("is not UTF-8")
        }
        return text
    }

    private func unescaped(_ content: ArraySlice<UInt8>) throws(ModelFileError) -> [UInt8] {
        let plain: [UInt8: UInt8] = [
            0x22: 0x22, 0x5C: 0x5C, 0x2F: 0x2F, 0x62: 8, 0x66: 12, 0x6E: 10, 0x72: 13, 0x74: 9,
        ]
        var result: [UInt8] = []
        var rest = content
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                result.append(byte)
                continue
            }
            let kind = rest.popFirst() ?? 0
            if let meant = plain[kind] {
                result.append(meant)
            } else if kind == UInt8(ascii: "u") {
                result += String(try scalar(&rest)).utf8
            } else {
                throw broken("has an unknown escape")
            }
        }
        return result
    }

    /// The character of `\uXXXX`, or of two of them that are a surrogate pair.
    private func scalar(_ rest: inout ArraySlice<UInt8>) throws(ModelFileError) -> Unicode.Scalar {
        let first = try unit(&rest)
        var value = UInt32(first)
        if UTF16.isLeadSurrogate(first) {
            guard rest.starts(with: "\\u".utf8) else { throw broken("has half a character") }
            rest.removeFirst(2)
            let second = try unit(&rest)
            guard UTF16.isTrailSurrogate(second) else { throw broken("has half a character") }
            value = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw broken("has half a character") }
        return scalar
    }

    private func unit(_ rest: inout ArraySlice<UInt8>) throws(ModelFileError) -> UInt16 {
        let digits = rest.prefix(4)
        guard digits.count == 4, digits.allSatisfy({ $0 != 0x2B && $0 != 0x2D }),
            let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw broken("has a broken escape") }
        rest.removeFirst(4)
        return unit
    }

    /// Skips a value of any kind.
    private mutating func skipValue() throws(ModelFileError) {
        var depth = 0
        repeat {
            skipSpace()
            guard place < json.count else { throw broken("ends inside a value") }
            switch json[place] {
            case UInt8(ascii: "\""): _ = try string()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                place += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                place += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                guard depth > 0 else { throw broken("has no value") }
                place += 1
            default:
                let word = json[place...].prefix { byte in
                    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
                        || [UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), 0x45]
                            .contains(byte)
                }
                guard !word.isEmpty else { throw broken("has no value") }
                place += word.count
            }
            guard depth >= 0, depth <= Self.depthLimit else { throw broken("nests too deep") }
        } while depth > 0
    }
}
