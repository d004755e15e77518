// Tags and their attributes.

extension HTMLTokenizer {
    /// "Tag name state" to the end of the tag; a tag that the document's end cuts off is dropped.
    mutating func readTag(nameAt start: Int, isEnd: Bool) {
        var place = start
        var hash = NameHash()
        while place < source.count, !source[place].endsTagName {
            hash.add(source[place].lowercasedASCII)
            place += 1
        }
        tag.name = ByteRange(start: start, end: place)
        tag.hash = hash.value
        tag.isSelfClosing = false
        tag.attributes.removeAll()
        position = place
        guard readAttributes() else {
            position = source.count
            return
        }
        tag.element = elements.find(hash, in: source, at: tag.name)
        deliverTag(isEnd: isEnd)
    }

    private mutating func deliverTag(isEnd: Bool) {
        if isEnd {
            state = .data
            sink.endTag(tag)
            return
        }
        state = sink.startTag(tag)
        if state != .data { lastStartTag = tag.lowercasedName(tag.name) }
    }

    /// "Before attribute name state" and what follows it.
    ///
    /// - Returns: false when the source ends inside the tag.
    private mutating func readAttributes() -> Bool {
        while position < source.count {
            let byte = source[position]
            if byte.isHTMLSpace {
                position += 1
            } else if byte == Byte.greater {
                position += 1
                return true
            } else if byte == Byte.slash {
                position += 1
                if position < source.count, source[position] == Byte.greater {
                    position += 1
                    tag.isSelfClosing = true
                    return true
                }
            } else {
                readAttribute()
            }
        }
        return false
    }

    /// "Attribute name state", "after attribute name state" and the value states.
    private mutating func readAttribute() {
        let start = position
        var hash = NameHash()
        // A `=` in the first place belongs to the name.
        repeat {
            hash.add(source[position].lowercasedASCII)
            position += 1
        } while position < source.count && source[position] != Byte.equals
            && !source[position].endsTagName
        let name = ByteRange(start: start, end: position)
        var value = ByteRange(start: position, end: position)
        skipSpace()
        if position < source.count, source[position] == Byte.equals {
            position += 1
            skipSpace()
            value = readValue()
        }
        tag.attributes.append(
            HTMLAttribute(
                name: name, value: value, hash: hash.value,
                known: attributes.find(hash, in: source, at: name)),
            in: source)
    }

    /// "Before attribute value state" after its spaces, and the three value states.
    private mutating func readValue() -> ByteRange {
        guard position < source.count else { return ByteRange(start: position, end: position) }
        let first = source[position]
        if first == Byte.quote || first == Byte.apostrophe {
            let start = position + 1
            let end = source.position(of: first, from: start)
            position = min(end + 1, source.count)
            return ByteRange(start: start, end: end)
        }
        let start = position
        while position < source.count, source[position] != Byte.greater,
            !source[position].isHTMLSpace
        {
            position += 1
        }
        return ByteRange(start: start, end: position)
    }

    private mutating func skipSpace() {
        while position < source.count, source[position].isHTMLSpace { position += 1 }
    }
}
