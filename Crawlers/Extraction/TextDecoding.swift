// From the bytes of a document to UTF-8: byte order mark, declared charset, guess.

internal import Glibc

/// A document's bytes as UTF-8 with line feeds as the only line ends.
///
/// The encoding is that of a byte order mark, else of the Content-Type, else of a `meta` in the
/// first 1,024 bytes, else UTF-8 when the bytes are that, else windows-1252. Damaged sequences
/// become U+FFFD.
///
/// - Source: WHATWG HTML section 13.2.3, WHATWG Encoding Standard.
func decodedText(_ body: [UInt8], contentType: String?) -> [UInt8] {
    let (label, skipped) = declaredEncoding(body, contentType: contentType)
    let content = body[skipped...]
    let text: [UInt8]
    switch label.map(TextEncoding.init(label:)) {
    case nil: text = validUTF8(content) ?? windows1252Text(content)
    case .utf8: text = validUTF8(content) ?? Array(String(decoding: content, as: UTF8.self).utf8)
    case .utf16(let isBigEndian): text = utf16Text(content, isBigEndian: isBigEndian)
    case .windows1252: text = windows1252Text(content)
    case .other(let name): text = iconvText(content, from: name) ?? windows1252Text(content)
    }
    return normalisedLineEnds(text)
}

/// An encoding that is read.
private enum TextEncoding {
    case utf8, windows1252
    case utf16(isBigEndian: Bool)
    /// A name that iconv knows.
    case other(String)

    /// - Source: WHATWG Encoding Standard section 4.2, the labels in use.
    init(label: String) {
        switch label.lowercased() {
        case "utf-8", "utf8", "unicode-1-1-utf-8": self = .utf8
        case "utf-16", "utf-16le", "unicode", "ucs-2": self = .utf16(isBigEndian: false)
        case "utf-16be": self = .utf16(isBigEndian: true)
        case "shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j", "ms_kanji":
            self = .other("CP932")
        case "gb2312", "gbk", "x-gbk", "gb_2312-80", "gb18030": self = .other("GB18030")
        case "big5", "big5-hkscs", "x-x-big5", "cn-big5": self = .other("BIG5-HKSCS")
        case "euc-kr", "ks_c_5601-1987", "windows-949", "korean": self = .other("CP949")
        case "euc-jp", "x-euc-jp": self = .other("EUC-JP")
        case "iso-8859-9", "latin5", "windows-1254": self = .other("CP1254")
        case "tis-620", "iso-8859-11", "windows-874": self = .other("CP874")
        case let name where name.wholeMatch(of: /iso-8859-(?:[2-8]|1[03-6])|koi8-[ru]/) != nil:
            self = .other(name.uppercased())
        case let name where name.wholeMatch(of: /windows-125[0-8]|cp125[0-8]/) != nil:
            self = name.hasSuffix("1252") ? .windows1252 : .other("CP" + name.suffix(4))
        default: self = .windows1252
        }
    }
}

/// The label that the document declares, and how many bytes its byte order mark takes.
private func declaredEncoding(_ body: [UInt8], contentType: String?) -> (String?, Int) {
    if body.starts(with: [0xEF, 0xBB, 0xBF]) { return ("utf-8", 3) }
    if body.starts(with: [0xFE, 0xFF]) { return ("utf-16be", 2) }
    if body.starts(with: [0xFF, 0xFE]) { return ("utf-16le", 2) }
    if let label = contentType.flatMap(charset(inContentType:)) { return (label, 0) }
    let prescan = body.prefix(1024).withUnsafeBufferPointer { start in
        var tokenizer = HTMLTokenizer(start, sink: CharsetPrescan())
        tokenizer.run()
        return tokenizer.sink.label
    }
    // A meta cannot be read in UTF-16, so one that says UTF-16 is wrong about itself.
    return (prescan.map { $0.lowercased().hasPrefix("utf-16") ? "utf-8" : $0 }, 0)
}

/// The value of `charset=` in a Content-Type.
func charset(inContentType text: String) -> String? {
    let bytes = Array(text.utf8)
    let word = Array("charset".utf8)
    var start = 0
    while start + word.count < bytes.count {
        var place = start
        while place - start < word.count, bytes[place].lowercasedASCII == word[place - start] {
            place += 1
        }
        if place - start == word.count, let value = valueOfParameter(bytes, at: place) {
            return value
        }
        start += 1
    }
    return nil
}

/// The value after an equals sign, with or without quotes; nil when there is none.
private func valueOfParameter(_ bytes: [UInt8], at start: Int) -> String? {
    var rest = bytes[start...].drop(while: \.isHTMLSpace)
    guard rest.popFirst() == Byte.equals else { return nil }
    rest = rest.drop(while: \.isHTMLSpace)
    if rest.first == Byte.quote || rest.first == Byte.apostrophe { rest.removeFirst() }
    let value = rest.prefix {
        $0 != Byte.quote && $0 != Byte.apostrophe && $0 != UInt8(ascii: ";") && !$0.isHTMLSpace
    }
    return value.isEmpty ? nil : String(decoding: value, as: UTF8.self)
}

/// Finds the charset that a `meta` declares.
private struct CharsetPrescan: HTMLTokenSink {
    var label: String?
    var allowsCDATA: Bool { false }

    mutating func startTag(_ tag: borrowing HTMLTag) -> HTMLTextState {
        guard tag.element == .meta, label == nil else { return .data }
        if let charset = tag.value(.charset) {
            label = charset.filter { !$0.isWhitespace }
        } else if tag.value(.httpEquiv)?.lowercased() == "content-type" {
            label = tag.value(.content).flatMap(charset(inContentType:))
        }
        return .data
    }

    mutating func endTag(_ tag: borrowing HTMLTag) {}
    mutating func text(_ run: HTMLText) {}
    mutating func comment(_ bytes: UnsafeBufferPointer<UInt8>) {}
    mutating func doctype(_ doctype: HTMLDoctype) {}
}

/// The bytes when they are UTF-8 already.
private func validUTF8(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
    (try? UTF8Span(validating: bytes.span)) == nil ? nil : Array(bytes)
}

private func utf16Text(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool) -> [UInt8] {
    let units = stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2).map { index in
        let pair = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
        return isBigEndian ? pair.0 << 8 | pair.1 : pair.1 << 8 | pair.0
    }
    return Array(String(decoding: units, as: UTF16.self).utf8)
}

private func windows1252Text(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count + bytes.count / 8)
    for byte in bytes {
        if byte < 0x80 {
            text.append(byte)
        } else {
            let upper = byte < 0xA0 ? UInt32(Windows1252.upper[Int(byte) - 0x80]) : UInt32(byte)
            text.append(codePoint: upper)
        }
    }
    return text
}

/// Any other encoding, by the system's iconv; a byte that it cannot read becomes U+FFFD.
///
/// - Returns: nil when the system does not know the encoding.
private func iconvText(_ bytes: ArraySlice<UInt8>, from name: String) -> [UInt8]? {
    guard let converter = iconv_open("UTF-8", name), Int(bitPattern: converter) != -1 else {
        return nil
    }
    defer { iconv_close(converter) }
    var input = bytes.map { CChar(bitPattern: $0) }
    var output = [CChar](repeating: 0, count: 1 << 16)
    var text: [UInt8] = []
    input.withUnsafeMutableBufferPointer { input in
        var source = input.baseAddress
        var left = input.count
        while left > 0 {
            let failed = output.withUnsafeMutableBufferPointer { output -> Int32 in
                var target = output.baseAddress
                var room = output.count
                let result = iconv(converter, &source, &left, &target, &room)
                let fault = result == -1 ? errno : 0
                text += output.prefix(output.count - room).map { UInt8(bitPattern: $0) }
                return fault
            }
            guard failed == EILSEQ || failed == EINVAL else { continue }
            text += [0xEF, 0xBF, 0xBD]
            source = source.map { $0 + 1 }
            left -= 1
        }
    }
    return text
}

/// CR LF and CR as LF.
private func normalisedLineEnds(_ text: [UInt8]) -> [UInt8] {
    let first = text.withUnsafeBufferPointer { $0.position(of: Byte.carriageReturn, from: 0) }
    guard first < text.count else { return text }
    var result = Array(text[..<first])
    result.reserveCapacity(text.count)
    var isAfterReturn = false
    for byte in text[first...] {
        if byte == Byte.carriageReturn {
            result.append(Byte.lineFeed)
        } else if byte != Byte.lineFeed || !isAfterReturn {
            result.append(byte)
        }
        isAfterReturn = byte == Byte.carriageReturn
    }
    return result
}
