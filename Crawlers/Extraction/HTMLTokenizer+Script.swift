// Where a script element's text ends: the escaped and double-escaped states.

extension HTMLTokenizer {
    /// The place of the `</script>` that ends the script at the position; `count` when none does.
    ///
    /// Inside `<!--` an end tag still ends the script, unless another `<script` came before it.
    ///
    /// - Source: WHATWG HTML sections 13.2.5.15 to 13.2.5.31.
    func endOfScript() -> Int {
        var place = source.position(of: Byte.less, from: position)
        while place < source.count {
            if isAppropriateEndTag(at: place) { return place }
            if source.hasASCII("<!--", at: place) {
                // The two hyphens count for a closing `-->` already: `<!-->` opens nothing.
                place = endOfEscapedScript(from: place + 2)
                if place >= source.count || isAppropriateEndTag(at: place) { return place }
            } else {
                place += 1
            }
            place = source.position(of: Byte.less, from: place)
        }
        return source.count
    }

    /// Reads escaped script text from its opening hyphens.
    ///
    /// - Returns: The place of the end tag, or the one after the closing `-->`, or `count`.
    private func endOfEscapedScript(from start: Int) -> Int {
        var place = start
        var isDouble = false
        while place < source.count {
            switch source[place] {
            case Byte.hyphen where source.hasASCII("-->", at: place):
                return place + 3
            case Byte.less where isDouble:
                let closes = position(afterScriptName: place + 2)
                if source.hasASCII("</", at: place), let closes {
                    isDouble = false
                    place = closes
                } else {
                    place += 1
                }
            case Byte.less:
                if isAppropriateEndTag(at: place) { return place }
                if let opened = position(afterScriptName: place + 1) {
                    isDouble = true
                    place = opened
                } else {
                    place += 1
                }
            default:
                place += 1
            }
        }
        return source.count
    }

    /// The place after `script` and its delimiter at a place; nil when something else stands there.
    private func position(afterScriptName start: Int) -> Int? {
        guard source.hasASCII("script", at: start), start + 6 < source.count,
            source[start + 6].endsTagName
        else { return nil }
        return start + 7
    }
}
