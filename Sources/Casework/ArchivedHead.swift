// How the head of an HTTP answer is kept beside a body whose codings have been removed.

/// The head of an HTTP answer as it is archived.
///
/// Captures keep the body with transfer and content codings removed. A head that still announced
/// them would make every reader decode twice, so the field's practice is followed (Common Crawl,
/// Nutch, StormCrawler): `Content-Encoding`, `Transfer-Encoding` and a `Content-Length` that no
/// longer holds get the prefix `X-Crawler-`, and the true `Content-Length` is added. Every other
/// line stays as received; line ends become CRLF. A head that already fits its body is untouched.
enum ArchivedHead {
    /// The archived head, with its empty line, as bytes.
    static func bytes(_ head: String, bodyInBytes: Int) -> [UInt8] {
        var lines = lines(of: head)
        let names = lines.map(fieldName)
        let lengths = zip(lines, names).filter { $0.1 == "content-length" }
            .map { String($0.0.drop { $0 != ":" }.dropFirst()).trimmed }
        let isCoded = names.contains { $0 == "content-encoding" || $0 == "transfer-encoding" }
        let fits = lengths.allSatisfy { $0 == String(bodyInBytes) }
        if isCoded || !fits {
            lines = zip(lines, names).map { line, name in
                ["content-encoding", "transfer-encoding", "content-length"].contains(name)
                    ? "X-Crawler-" + line : line
            }
            lines.append("Content-Length: \(bodyInBytes)")
        }
        return latin1(lines.map { $0 + "\r\n" }.joined() + "\r\n")
    }

    /// Whether a head announces a body.
    static func announcesBody(_ head: String) -> Bool {
        lines(of: head).contains { line in
            let name = fieldName(line)
            let value = String(line.drop { $0 != ":" }.dropFirst()).trimmed
            return name == "transfer-encoding" || name == "content-length" && value != "0"
        }
    }

    /// Latin-1 text as bytes; what Latin-1 does not hold is written as UTF-8.
    static func latin1(_ text: String) -> [UInt8] {
        text.unicodeScalars.flatMap { scalar in
            scalar.value < 256 ? [UInt8(scalar.value)] : Array(String(scalar).utf8)
        }
    }

    private static func lines(of head: String) -> [String] {
        // Scalars, since Swift takes CR LF for one character.
        var lines = head.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
            .map { String($0.last == "\r" ? $0.dropLast() : $0) }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    private static func fieldName(_ line: String) -> String {
        guard let colon = line.firstIndex(of: ":") else { return "" }
        return line[..<colon].lowercased()
    }
}
