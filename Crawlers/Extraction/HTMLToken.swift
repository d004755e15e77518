// What the tokenizer hands over: tags with their attributes, text runs, comments, document types.

/// Which rules the text that follows is read by.
///
/// - Source: WHATWG HTML section 13.2.5; each case is the state of that name.
enum HTMLTextState: Sendable {
    case data, rcdata, rawText, scriptData, plainText, cdata
}

/// A slice of the source: positions in bytes, the end not included.
struct ByteRange {
    var start: Int
    var end: Int

    var isEmpty: Bool { start == end }
    var count: Int { end - start }
}

/// One attribute, as places in the source; nothing is decoded until somebody asks.
struct HTMLAttribute {
    var name: ByteRange
    var value: ByteRange
    var hash: UInt64
    var known: HTMLAttributeName?
}

/// A start or end tag.
///
/// It is valid only during the call that hands it over.
struct HTMLTag {
    let source: UnsafeBufferPointer<UInt8>
    var name = ByteRange(start: 0, end: 0)
    var element: HTMLElementName?
    /// The hash of the name in lower case.
    var hash: UInt64 = 0
    var isSelfClosing = false
    var attributes = HTMLAttributeList()

    /// The name in lower case.
    var nameText: String {
        String(decoding: lowercasedName(name), as: UTF8.self)
    }

    /// An attribute's name in lower case, as text.
    func nameText(of attribute: HTMLAttribute) -> String {
        String(decoding: lowercasedName(attribute.name), as: UTF8.self)
    }

    /// The name's bytes in lower case, U+FFFD for NUL.
    func lowercasedName(_ range: ByteRange) -> [UInt8] {
        var bytes: [UInt8] = []
        for index in range.start..<range.end {
            let byte = source[index]
            if byte == 0 {
                bytes += [0xEF, 0xBF, 0xBD]
            } else {
                bytes.append(byte.lowercasedASCII)
            }
        }
        return bytes
    }

    /// The raw bytes of an attribute's value, character references not yet resolved.
    func rawValue(of attribute: HTMLAttribute) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: source[attribute.value.start..<attribute.value.end])
    }

    /// The bytes of an attribute's value.
    func valueBytes(of attribute: HTMLAttribute) -> [UInt8] {
        var bytes: [UInt8] = []
        CharacterReferences.append(
            rawValue(of: attribute), to: &bytes, inAttribute: true, replacingNUL: true)
        return bytes
    }

    /// An attribute's value.
    func value(of attribute: HTMLAttribute) -> String {
        let raw = rawValue(of: attribute)
        if !raw.contains(where: { $0 == Byte.ampersand || $0 == 0 }) {
            return String(decoding: raw, as: UTF8.self)
        }
        return String(decoding: valueBytes(of: attribute), as: UTF8.self)
    }

    /// The value of a known attribute; nil when the tag lacks it.
    func value(_ name: HTMLAttributeName) -> String? {
        attributes.first { $0.known == name }.map { value(of: $0) }
    }

    /// Whether the tag has a known attribute.
    func has(_ name: HTMLAttributeName) -> Bool {
        attributes.first { $0.known == name } != nil
    }
}

/// A run of text of one kind.
///
/// It is valid only during the call that hands it over.
struct HTMLText {
    let bytes: UnsafeBufferPointer<UInt8>
    let state: HTMLTextState

    /// Appends the text with character references resolved as its kind asks.
    func append(to target: inout [UInt8]) {
        switch state {
        case .data:
            CharacterReferences.append(
                bytes, to: &target, inAttribute: false, replacingNUL: false)
        case .rcdata:
            CharacterReferences.append(
                bytes, to: &target, inAttribute: false, replacingNUL: true)
        case .cdata:
            target.append(contentsOf: bytes)
        case .rawText, .scriptData, .plainText:
            bytes.append(to: &target, replacingNUL: true)
        }
    }
}

/// A document type declaration.
struct HTMLDoctype: Equatable {
    var name: [UInt8]?
    var publicIdentifier: [UInt8]?
    var systemIdentifier: [UInt8]?
    var forcesQuirks = false
}

/// What receives the tokens of a document, in order.
///
/// A tree builder would tell the tokenizer how to read on after a start tag; here the sink does.
protocol HTMLTokenSink {
    /// Whether `<![CDATA[` opens a section: true inside SVG and MathML.
    var allowsCDATA: Bool { get }
    /// - Returns: The state the tokenizer reads on in.
    mutating func startTag(_ tag: borrowing HTMLTag) -> HTMLTextState
    mutating func endTag(_ tag: borrowing HTMLTag)
    mutating func text(_ run: HTMLText)
    mutating func comment(_ bytes: UnsafeBufferPointer<UInt8>)
    mutating func doctype(_ doctype: HTMLDoctype)
}
