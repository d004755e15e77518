// JSON from outside, read without recursion and within limits.

internal import Foundation
internal import SelvageTypes

/// Reads JSON text into a value.
///
/// Unlike `JSONValue.init(parsing:)` it keeps its own stack, counts what it builds, and, when asked,
/// forgives what web pages get wrong and browsers' parsers of linked data accept: raw control
/// characters in strings and a comma before a closing bracket.
///
/// - Source: RFC 8259. A repeated member counts with its last value.
struct JSONReader {
    /// Deeper nesting is refused.
    static let depthLimit = 128
    /// More values than this are refused.
    static let valueLimit = 1_000_000

    /// An open bracket: the values from `start` on are its own.
    private struct Frame {
        var isObject: Bool
        var start: Int
    }

    private let text: UnsafeBufferPointer<UInt8>
    private let isForgiving: Bool
    private var place = 0
    private var open: [Frame] = []
    /// The values of all open brackets, and the names of all open objects' members.
    private var built: [JSONValue] = []
    private var names: [String] = []
    private var values = 0

    private init(text: UnsafeBufferPointer<UInt8>, isForgiving: Bool) {
        self.text = text
        self.isForgiving = isForgiving
    }

    /// The value that the whole text is.
    ///
    /// - Throws: `malformed` with the byte that breaks the rules, `tooDeep` or `tooLarge`.
    static func read(_ bytes: [UInt8], isForgiving: Bool = false) throws(ExtractionError)
        -> JSONValue
    {
        let result: Result<JSONValue, ExtractionError> = bytes.withUnsafeBufferPointer { text in
            var reader = JSONReader(text: text, isForgiving: isForgiving)
            do throws(ExtractionError) {
                return .success(try reader.readDocument())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private mutating func readDocument() throws(ExtractionError) -> JSONValue {
        if text.count >= 3, text[0] == 0xEF, text[1] == 0xBB, text[2] == 0xBF { place = 3 }
        var complete: JSONValue?
        repeat {
            complete = try readStep()
        } while complete == nil || !open.isEmpty
        skipSpace()
        guard place == text.count, let complete else { throw malformed("text after the value") }
        return complete
    }

    /// Reads one scalar or one bracket, and closes as many containers as end there.
    ///
    /// - Returns: The document's value when it is complete.
    private mutating func readStep() throws(ExtractionError) -> JSONValue? {
        skipSpace()
        guard place < text.count else { throw malformed("the text ends early") }
        values += 1
        guard values <= Self.valueLimit else {
            throw ExtractionError(.tooLarge, "The JSON holds more than \(Self.valueLimit) values.")
        }
        switch text[place] {
        case UInt8(ascii: "{"):
            try push(isObject: true)
            return try beginMember()
        case Byte.openBracket:
            try push(isObject: false)
            skipSpace()
            return current == Byte.closeBracket ? try close() : nil
        case Byte.quote:
            return try add(.string(readString()))
        default:
            return try add(readScalar())
        }
    }

    private mutating func push(isObject: Bool) throws(ExtractionError) {
        guard open.count < Self.depthLimit else {
            throw ExtractionError(
                .tooDeep, "The JSON is nested deeper than \(Self.depthLimit) levels.")
        }
        open.append(Frame(isObject: isObject, start: built.count))
        place += 1
    }

    /// After `{` or a comma in an object: a name and its colon, or the end.
    private mutating func beginMember() throws(ExtractionError) -> JSONValue? {
        let isFirst = built.count == open.last?.start
        skipSpace()
        if current == UInt8(ascii: "}"), isForgiving || isFirst { return try close() }
        guard current == Byte.quote else { throw malformed("a member has no name") }
        names.append(try readString())
        skipSpace()
        guard current == UInt8(ascii: ":") else { throw malformed("a colon is missing") }
        place += 1
        return nil
    }

    /// Ends the innermost bracket, whose closing byte is at the place.
    private mutating func close() throws(ExtractionError) -> JSONValue? {
        place += 1
        guard let frame = open.popLast() else { return nil }
        let own = built[frame.start...]
        let value: JSONValue
        if frame.isObject {
            let pairs = zip(names.suffix(own.count), own)
            value = .object(Dictionary(pairs.map { ($0, $1) }, uniquingKeysWith: { $1 }))
            names.removeLast(own.count)
        } else {
            value = .array(Array(own))
        }
        built.removeLast(built.count - frame.start)
        return try add(value)
    }

    /// Puts a value where it belongs and reads the comma or bracket after it.
    private mutating func add(_ value: JSONValue) throws(ExtractionError) -> JSONValue? {
        guard let frame = open.last else { return value }
        built.append(value)
        skipSpace()
        guard current == UInt8(ascii: ",") else {
            guard current == closingByte else { throw malformed("a comma is missing") }
            return try close()
        }
        place += 1
        if frame.isObject { return try beginMember() }
        skipSpace()
        guard current == Byte.closeBracket else { return nil }
        guard isForgiving else { throw malformed("an element is missing") }
        return try close()
    }

    private var closingByte: UInt8? {
        open.last.map { $0.isObject ? UInt8(ascii: "}") : Byte.closeBracket }
    }

    private var current: UInt8? { place < text.count ? text[place] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte.isHTMLSpace { place += 1 }
    }

    private func malformed(_ what: String) -> ExtractionError {
        ExtractionError(.malformed, "The JSON is damaged at byte \(place): \(what).")
    }
}

extension JSONReader {
    /// A string, from its opening to its closing quote.
    private mutating func readString() throws(ExtractionError) -> String {
        var bytes: [UInt8] = []
        place += 1
        while place < text.count, text[place] != Byte.quote {
            let byte = text[place]
            if byte == Byte.backslash {
                try readEscape(into: &bytes)
            } else if byte < 0x20, !isForgiving {
                throw malformed("a control character in a string")
            } else {
                bytes.append(byte)
                place += 1
            }
        }
        guard place < text.count else { throw malformed("a string does not end") }
        place += 1
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func readEscape(into bytes: inout [UInt8]) throws(ExtractionError) {
        guard place + 1 < text.count else { throw malformed("a string does not end") }
        let letter = text[place + 1]
        place += 2
        switch letter {
        case UInt8(ascii: "n"): bytes.append(Byte.lineFeed)
        case UInt8(ascii: "t"): bytes.append(Byte.tab)
        case UInt8(ascii: "r"): bytes.append(Byte.carriageReturn)
        case UInt8(ascii: "b"): bytes.append(8)
        case UInt8(ascii: "f"): bytes.append(Byte.formFeed)
        case Byte.quote, Byte.backslash, Byte.slash: bytes.append(letter)
        case UInt8(ascii: "u"): bytes.append(codePoint: try readCodePoint())
        default:
            guard isForgiving else { throw malformed("an unknown escape") }
            bytes.append(letter)
        }
    }

    /// The code point of `\uXXXX`, two of them for a surrogate pair; the place is after `\u`.
    private mutating func readCodePoint() throws(ExtractionError) -> UInt32 {
        let first = try readUnit()
        guard first & 0xFC00 == 0xD800, text.hasASCII("\\u", at: place) else { return first }
        let rewind = place
        place += 2
        let second = try readUnit()
        guard second & 0xFC00 == 0xDC00 else {
            place = rewind
            return 0xFFFD
        }
        return 0x10000 + (first & 0x3FF) << 10 + (second & 0x3FF)
    }

    private mutating func readUnit() throws(ExtractionError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = current?.hexValue else { throw malformed("a broken \\u escape") }
            value = value << 4 | UInt32(digit)
            place += 1
        }
        return value
    }

    /// `true`, `false`, `null` or a number.
    private mutating func readScalar() throws(ExtractionError) -> JSONValue {
        let start = place
        while place < text.count, text[place].isPartOfScalar { place += 1 }
        let word = String(decoding: text[start..<place], as: UTF8.self)
        switch word {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "null": return .null
        default: break
        }
        guard word.utf8.count <= 64, text[start..<place].isJSONNumber,
            let number = Decimal(string: word, locale: Locale(identifier: "en_US_POSIX"))
        else { throw malformed("neither a value nor a number") }
        return .number(number)
    }
}

extension UInt8 {
    fileprivate var isPartOfScalar: Bool {
        isASCIIAlphanumeric || self == Byte.hyphen || self == UInt8(ascii: "+")
            || self == UInt8(ascii: ".")
    }
}

extension Slice<UnsafeBufferPointer<UInt8>> {
    /// Whether the bytes are a number as RFC 8259 section 6 writes it, its exponent below 1,000.
    fileprivate var isJSONNumber: Bool {
        var rest = self
        if rest.first == Byte.hyphen { rest = rest.dropFirst() }
        let whole = rest.prefix { $0.isASCIIDigit }
        guard let first = whole.first, whole.count == 1 || first != UInt8(ascii: "0") else {
            return false
        }
        rest = rest.dropFirst(whole.count)
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix { $0.isASCIIDigit }
            guard !fraction.isEmpty else { return false }
            rest = rest.dropFirst(fraction.count + 1)
        }
        guard let mark = rest.first else { return true }
        guard mark | 0x20 == UInt8(ascii: "e") else { return false }
        rest = rest.dropFirst()
        if rest.first == Byte.hyphen || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        return (1...3).contains(rest.count) && rest.allSatisfy { $0.isASCIIDigit }
    }
}
