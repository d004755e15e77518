// The WHATWG tokenizer over UTF-8 bytes: linear time, no recursion, no copy of what nobody reads.

/// Splits a document into tags, text, comments and document types.
///
/// It follows the states of the standard but works on the whole document at once: a state that
/// only waits for a byte is a search for that byte. Parse errors are not reported.
///
/// - Source: WHATWG HTML section 13.2.5.
/// - Complexity: Linear in the source. Memory is constant but for `HTMLAttributeList.limit`.
struct HTMLTokenizer<Sink: HTMLTokenSink> {
    /// UTF-8 with line feeds as the only line ends, as `decodedText` makes it.
    let source: UnsafeBufferPointer<UInt8>
    let elements = NameTable<HTMLElementName>.elements
    let attributes = NameTable<HTMLAttributeName>.attributes
    var sink: Sink
    var state: HTMLTextState
    /// The name that an end tag must have to end a raw text, in lower case.
    var lastStartTag: [UInt8]
    var position = 0
    var tag: HTMLTag

    init(
        _ source: UnsafeBufferPointer<UInt8>, sink: Sink, state: HTMLTextState = .data,
        lastStartTag: [UInt8] = []
    ) {
        self.source = source
        self.sink = sink
        self.state = state
        self.lastStartTag = lastStartTag
        tag = HTMLTag(source: source)
    }

    /// Reads to the end of the source.
    mutating func run() {
        while position < source.count {
            switch state {
            case .data: readData()
            case .rcdata, .rawText: readRawText()
            case .scriptData: readScript()
            case .plainText: emitText(to: source.count)
            case .cdata: readCDATA()
            }
        }
    }

    /// Hands over the text from the position to an end, and goes on there.
    mutating func emitText(to end: Int, as kind: HTMLTextState? = nil) {
        if end > position {
            let run = UnsafeBufferPointer(rebasing: source[position..<end])
            sink.text(HTMLText(bytes: run, state: kind ?? state))
        }
        position = end
    }

    private mutating func readData() {
        emitText(to: source.position(of: Byte.less, from: position))
        guard position < source.count else { return }
        let next = position + 1 < source.count ? source[position + 1] : 0
        if next.isASCIILetter {
            readTag(nameAt: position + 1, isEnd: false)
        } else if next == Byte.slash {
            readEndTagOpen()
        } else if next == Byte.exclamation {
            readMarkupDeclaration()
        } else if next == Byte.question {
            readBogusComment(from: position + 1)
        } else {
            emitText(to: position + 1)
        }
    }

    /// "End tag open state": the position is at `</`.
    private mutating func readEndTagOpen() {
        guard position + 2 < source.count else { return emitText(to: source.count) }
        let next = source[position + 2]
        if next.isASCIILetter {
            readTag(nameAt: position + 2, isEnd: true)
        } else if next == Byte.greater {
            position += 3
        } else {
            readBogusComment(from: position + 2)
        }
    }

    /// RCDATA and RAWTEXT: everything up to the appropriate end tag.
    private mutating func readRawText() {
        var candidate = source.position(of: Byte.less, from: position)
        while candidate < source.count, !isAppropriateEndTag(at: candidate) {
            candidate = source.position(of: Byte.less, from: candidate + 1)
        }
        emitText(to: candidate)
        if candidate < source.count { readTag(nameAt: candidate + 2, isEnd: true) }
    }

    /// Whether `</` and the last start tag's name, followed by a delimiter, stand at a place.
    func isAppropriateEndTag(at place: Int) -> Bool {
        let nameEnd = place + 2 + lastStartTag.count
        guard !lastStartTag.isEmpty, nameEnd < source.count, source[place + 1] == Byte.slash,
            source[nameEnd].endsTagName
        else { return false }
        for (offset, byte) in lastStartTag.enumerated()
        where source[place + 2 + offset].lowercasedASCII != byte {
            return false
        }
        return true
    }

    private mutating func readScript() {
        let end = endOfScript()
        emitText(to: end)
        if end < source.count { readTag(nameAt: end + 2, isEnd: true) }
    }

    /// CDATA section: verbatim up to `]]>`.
    private mutating func readCDATA() {
        var end = source.position(of: Byte.closeBracket, from: position)
        while end < source.count, !source.hasASCII("]]>", at: end) {
            end = source.position(of: Byte.closeBracket, from: end + 1)
        }
        emitText(to: end)
        position = min(end + 3, source.count)
        state = .data
    }
}

extension UInt8 {
    /// Space, `/` or `>`.
    var endsTagName: Bool { isHTMLSpace || self == Byte.slash || self == Byte.greater }
}
