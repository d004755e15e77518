// Image addresses in CSS: url(), image-set() and src(), past comments, fonts and imports.

/// Finds the images that a style sheet or a style attribute names.
///
/// It is a scanner, not a parser: it knows strings, comments, escapes and brackets.
///
/// - Source: CSS Syntax Level 3 sections 4.3.5 to 4.3.7, CSS Images Level 4 section 2.4.
/// - Complexity: Linear in the text.
struct CSSScanner {
    /// Addresses of one style sheet that are kept.
    static let limit = 5000

    private let text: UnsafeBufferPointer<UInt8>
    private var place = 0
    private var found: [String] = []
    /// Whether each open parenthesis belongs to an image set.
    private var parentheses: [Bool] = []

    private init(text: UnsafeBufferPointer<UInt8>) {
        self.text = text
    }

    /// The addresses in order, as written but for escapes.
    ///
    /// `data:` and fragments are left out.
    static func images(in text: [UInt8]) -> [String] {
        text.withUnsafeBufferPointer { buffer in
            var scanner = CSSScanner(text: buffer)
            scanner.scan()
            return scanner.found
        }
    }

    private mutating func scan() {
        while place < text.count, found.count < Self.limit {
            let byte = text[place]
            if byte.isASCIILetter || byte == Byte.hyphen || byte == Byte.backslash {
                readWord()
            } else if byte == Byte.slash, text.hasASCII("/*", at: place) {
                skipComment()
            } else if byte == Byte.quote || byte == Byte.apostrophe {
                let string = readString()
                if parentheses.last == true { keep(string) }
            } else if byte == UInt8(ascii: "@") {
                readAtRule()
            } else {
                if byte == UInt8(ascii: "(") { open(false) }
                if byte == UInt8(ascii: ")") { _ = parentheses.popLast() }
                if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") {
                    parentheses.removeAll(keepingCapacity: true)
                }
                place += 1
            }
        }
    }

    private mutating func open(_ isImageSet: Bool) {
        if parentheses.count < 64 { parentheses.append(isImageSet) }
    }

    /// A name; when `(` follows at once, a function.
    private mutating func readWord() {
        let start = place
        while place < text.count,
            text[place].isASCIIAlphanumeric || text[place] == Byte.hyphen
                || text[place] == UInt8(ascii: "_") || text[place] == Byte.backslash
        {
            place += text[place] == Byte.backslash ? 2 : 1
        }
        place = min(place, text.count)
        guard place < text.count, text[place] == UInt8(ascii: "(") else { return }
        let length = place - start
        place += 1
        if length == 3, text.hasASCII("url", at: start) || text.hasASCII("src", at: start) {
            readURL()
        } else {
            open(
                length == 9 && text.hasASCII("image-set", at: start)
                    || length == 17 && text.hasASCII("-webkit-image-set", at: start))
        }
    }

    /// What stands in `url(…)`, quoted or not.
    private mutating func readURL() {
        while place < text.count, text[place].isHTMLSpace { place += 1 }
        guard place < text.count else { return }
        if text[place] == Byte.quote || text[place] == Byte.apostrophe {
            keep(readString())
            place = min(text.position(of: UInt8(ascii: ")"), from: place) + 1, text.count)
            return
        }
        if text.hasASCII("data:", at: place) {
            place = min(text.position(of: UInt8(ascii: ")"), from: place) + 1, text.count)
            return
        }
        var value: [UInt8] = []
        while place < text.count, text[place] != UInt8(ascii: ")") { readCharacter(into: &value) }
        place = min(place + 1, text.count)
        while value.last?.isHTMLSpace == true { value.removeLast() }
        keep(value)
    }

    /// A quoted string; an unescaped line end closes it as well.
    private mutating func readString() -> [UInt8] {
        let quote = text[place]
        place += 1
        if text.hasASCII("data:", at: place) {
            place = min(text.position(of: quote, from: place) + 1, text.count)
            return []
        }
        var value: [UInt8] = []
        while place < text.count, text[place] != quote, text[place] != Byte.lineFeed {
            readCharacter(into: &value)
        }
        place = min(place + 1, text.count)
        return value
    }

    /// One byte or one escape.
    private mutating func readCharacter(into value: inout [UInt8]) {
        let byte = text[place]
        place += 1
        guard byte == Byte.backslash, place < text.count else {
            value.append(byte)
            return
        }
        var code: UInt32 = 0
        var digits = 0
        while place < text.count, digits < 6, let digit = text[place].hexValue {
            code = code << 4 | UInt32(digit)
            digits += 1
            place += 1
        }
        if digits > 0 {
            value.append(codePoint: code == 0 ? 0xFFFD : code)
            if place < text.count, text[place].isHTMLSpace { place += 1 }
        } else {
            if text[place] != Byte.lineFeed { value.append(text[place]) }
            place += 1
        }
    }

    private mutating func skipComment() {
        place += 2
        while place < text.count {
            place = text.position(of: UInt8(ascii: "*"), from: place) + 1
            if place < text.count, text[place] == Byte.slash {
                place += 1
                return
            }
        }
        place = text.count
    }

    /// `@import` and `@namespace` up to their `;`, `@font-face` up to its `}`: no images there.
    private mutating func readAtRule() {
        let start = place + 1
        place = start
        let end: UInt8
        if text.hasASCII("import", at: start) || text.hasASCII("namespace", at: start) {
            end = Byte.semicolon
        } else if text.hasASCII("font-face", at: start) {
            end = UInt8(ascii: "}")
        } else {
            return
        }
        while place < text.count, text[place] != end {
            if text[place] == Byte.quote || text[place] == Byte.apostrophe {
                _ = readString()
            } else if text.hasASCII("url(", at: place) {
                // An address may hold a semicolon.
                place = text.position(of: UInt8(ascii: ")"), from: place)
            } else {
                place += 1
            }
        }
        place = min(place + 1, text.count)
    }

    private mutating func keep(_ value: [UInt8]) {
        guard let first = value.first, first != Byte.hash, found.count < Self.limit else { return }
        found.append(String(decoding: value, as: UTF8.self))
    }
}
