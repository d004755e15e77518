// What begins with `<!` or `<?`: comments, document types, CDATA sections.

extension HTMLTokenizer {
    /// "Markup declaration open state": the position is at `<!`.
    mutating func readMarkupDeclaration() {
        let start = position + 2
        if source.hasASCII("--", at: start) {
            readComment(from: start + 2)
        } else if source.hasASCII("doctype", at: start) {
            readDoctype(from: start + 7)
        } else if sink.allowsCDATA, isCDATAOpening(at: start) {
            position = start + 7
            state = .cdata
        } else {
            readBogusComment(from: start)
        }
    }

    /// `[CDATA[` in capitals, as the standard asks.
    private func isCDATAOpening(at start: Int) -> Bool {
        let opening: StaticString = "[CDATA["
        guard start + 7 <= source.count else { return false }
        return (0..<7).allSatisfy { source[start + $0] == opening.utf8Start[$0] }
    }

    /// Everything up to the next `>`.
    mutating func readBogusComment(from start: Int) {
        let end = source.position(of: Byte.greater, from: start)
        sink.comment(UnsafeBufferPointer(rebasing: source[start..<end]))
        position = min(end + 1, source.count)
    }

    /// The comment states, from the first byte after `<!--`.
    private mutating func readComment(from start: Int) {
        for abrupt in [">", "->"] as [StaticString] where source.hasASCII(abrupt, at: start) {
            sink.comment(UnsafeBufferPointer(rebasing: source[start..<start]))
            position = start + abrupt.utf8CodeUnitCount
            return
        }
        var end = source.position(of: Byte.hyphen, from: start)
        while end < source.count {
            for closing in ["-->", "--!>"] as [StaticString] where source.hasASCII(closing, at: end)
            {
                sink.comment(UnsafeBufferPointer(rebasing: source[start..<end]))
                position = end + closing.utf8CodeUnitCount
                return
            }
            end = source.position(of: Byte.hyphen, from: end + 1)
        }
        readUnclosedComment(from: start)
    }

    /// The document ends inside the comment: a closing that has begun is not part of it.
    private mutating func readUnclosedComment(from start: Int) {
        position = source.count
        for begun in ["--!", "--", "-"] as [StaticString] {
            let end = source.count - begun.utf8CodeUnitCount
            if end >= start, source.hasASCII(begun, at: end) {
                sink.comment(UnsafeBufferPointer(rebasing: source[start..<end]))
                return
            }
        }
        sink.comment(UnsafeBufferPointer(rebasing: source[start...]))
    }

    private mutating func readDoctype(from start: Int) {
        var reader = DoctypeReader(source: source, position: start)
        sink.doctype(reader.read())
        position = reader.position
    }
}
