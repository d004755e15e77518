// The document type states, from the byte after `<!DOCTYPE`.

/// Reads one document type declaration.
///
/// - Source: WHATWG HTML sections 13.2.5.53 to 13.2.5.68.
struct DoctypeReader {
    let source: UnsafeBufferPointer<UInt8>
    var position: Int
    private var doctype = HTMLDoctype()

    init(source: UnsafeBufferPointer<UInt8>, position: Int) {
        self.source = source
        self.position = position
    }

    /// Reads up to and with the closing `>`, or to the end of the source.
    mutating func read() -> HTMLDoctype {
        skipSpace()
        guard let first = current, first != Byte.greater else { return finish(quirks: true) }
        doctype.name = readName()
        skipSpace()
        guard let next = current else { return finish(quirks: true) }
        if next == Byte.greater { return finish(quirks: false) }
        if source.hasASCII("public", at: position) {
            position += 6
            return readPublic()
        }
        if source.hasASCII("system", at: position) {
            position += 6
            return readSystem()
        }
        return finish(quirks: true)
    }

    private var current: UInt8? { position < source.count ? source[position] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte.isHTMLSpace { position += 1 }
    }

    private mutating func readName() -> [UInt8] {
        var name: [UInt8] = []
        while let byte = current, !byte.isHTMLSpace, byte != Byte.greater {
            if byte == 0 { name += [0xEF, 0xBF, 0xBD] } else { name.append(byte.lowercasedASCII) }
            position += 1
        }
        return name
    }

    /// Skips what is left up to the `>`.
    private mutating func finish(quirks: Bool) -> HTMLDoctype {
        let end = source.position(of: Byte.greater, from: position)
        doctype.forcesQuirks = quirks
        position = min(end + 1, source.count)
        return doctype
    }

    private mutating func readPublic() -> HTMLDoctype {
        skipSpace()
        guard let (identifier, isClosed) = readQuoted() else { return finish(quirks: true) }
        doctype.publicIdentifier = identifier
        guard isClosed else { return finish(quirks: true) }
        skipSpace()
        guard let next = current else { return finish(quirks: true) }
        if next == Byte.greater { return finish(quirks: false) }
        return readSystem()
    }

    private mutating func readSystem() -> HTMLDoctype {
        skipSpace()
        guard let (identifier, isClosed) = readQuoted() else { return finish(quirks: true) }
        doctype.systemIdentifier = identifier
        guard isClosed else { return finish(quirks: true) }
        skipSpace()
        // Anything but `>` here is an error that does not ask for quirks.
        return finish(quirks: current == nil)
    }

    /// A quoted identifier and whether its quote was closed; a `>` ends it as well.
    private mutating func readQuoted() -> ([UInt8], isClosed: Bool)? {
        guard let quote = current, quote == Byte.quote || quote == Byte.apostrophe else {
            return nil
        }
        position += 1
        var text: [UInt8] = []
        while let byte = current {
            if byte == Byte.greater { return (text, false) }
            position += 1
            if byte == quote { return (text, true) }
            if byte == 0 { text += [0xEF, 0xBF, 0xBD] } else { text.append(byte) }
        }
        return (text, false)
    }
}
