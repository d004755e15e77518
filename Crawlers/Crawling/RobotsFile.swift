// The lines of a robots.txt, gathered into one group for each product token.

internal import SelvageTypes

/// The lines of a robots.txt, gathered into one group for each product token.
///
/// - Source: RFC 9309 section 2.2; spelling mistakes and the missing colon as in
///   github.com/google/robotstxt.
struct RobotsFile {
    /// What the file says to one product token, all its groups together.
    struct Group {
        var rules: [RobotsRule] = []
        var crawlDelayInMilliseconds: Int?
    }

    /// By product token in lower case; `*` is everybody else.
    private(set) var groups: [String: Group] = [:]
    private(set) var sitemaps: [String] = []
    /// Lines about uses of the content, of whatever group.
    private(set) var statements: [Robots.Statement] = []

    private var open: Set<String> = []
    private var isOpenForAgents = true
    private var line = 0

    init(_ body: some Collection<UInt8>) {
        let isCut = body.count > Robots.limitInBytes
        var text = Array(body.prefix(Robots.limitInBytes))[...]
        // Half a rule may say more than the whole: "/private" for "/private/drafts".
        if isCut, let end = text.lastIndex(where: Self.isLineEnd) { text = text[..<end] }
        for byte: UInt8 in [0xEF, 0xBB, 0xBF] where text.first == byte { text = text.dropFirst() }
        var isAfterReturn = false
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: Self.isLineEnd) {
            // CR LF ends one line, not two.
            let end = line.endIndex < text.endIndex ? text[line.endIndex] : 0
            let isHalf = isAfterReturn && line.isEmpty && end == 0x0A
            isAfterReturn = end == 0x0D
            if isHalf { continue }
            self.line += 1
            if line.isEmpty { continue }
            // The limit of the published matcher; a longer rule counts as far as it goes.
            if let (key, value) = Self.field(line.prefix(16_663)) { read(key, value) }
        }
    }

    private static func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = text.drop(while: isSpace)
        while let last = text.last, isSpace(last) { text.removeLast() }
        return text
    }

    /// `key: value`, or just two words; a comment begins at `#`.
    private static func field(_ line: ArraySlice<UInt8>) -> (key: String, value: ArraySlice<UInt8>)?
    {
        let text = trimmed(line.prefix { $0 != UInt8(ascii: "#") })
        var separator = text.firstIndex(of: UInt8(ascii: ":"))
        if separator == nil, text.split(whereSeparator: isSpace).count == 2 {
            separator = text.firstIndex(where: isSpace)
        }
        guard let separator, separator > text.startIndex else { return nil }
        let key = String(decoding: trimmed(text[..<separator]), as: UTF8.self).lowercased()
        return (key, trimmed(text[(separator + 1)...]))
    }

    private mutating func read(_ key: String, _ value: ArraySlice<UInt8>) {
        if Self.begins(key, ["user-agent", "useragent", "user agent"]) {
            readAgent(value)
        } else if Self.begins(key, ["allow"]) {
            readRule(isAllow: true, value)
        } else if Self.begins(key, Self.disallowSpellings) {
            readRule(isAllow: false, value)
        } else if Self.begins(key, ["crawl-delay"]) {
            readDelay(value)
        } else if Self.begins(key, ["sitemap", "site-map"]), sitemaps.count < 1000 {
            sitemaps.append(String(decoding: value, as: UTF8.self))
        } else if let name = Self.statementNames[key], !value.isEmpty, value.count <= 2000,
            statements.count < 100
        {
            statements.append(
                Robots.Statement(name: name, value: String(decoding: value, as: UTF8.self)))
        }
    }

    private static let statementNames: [String: UseTerm.Name] = [
        "license": .licence, "content-signal": .signal, "content-usage": .signal,
    ]

    private static let disallowSpellings = [
        "disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw",
    ]

    private static func begins(_ key: String, _ words: [String]) -> Bool {
        words.contains { key.hasPrefix($0) }
    }

    private mutating func readAgent(_ value: ArraySlice<UInt8>) {
        if !isOpenForAgents {
            open = []
            isOpenForAgents = true
        }
        if value.first == UInt8(ascii: "*"), value.dropFirst().first.map(Self.isSpace) ?? true {
            name("*")
            return
        }
        let token = value.prefix { byte in
            (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: "_")
        }
        name(String(decoding: token, as: UTF8.self).lowercased())
    }

    /// A group without any rule still is one: it takes its crawler out of `*`.
    private mutating func name(_ token: String) {
        open.insert(token)
        if groups[token] == nil { groups[token] = Group() }
    }

    private mutating func readRule(isAllow: Bool, _ value: ArraySlice<UInt8>) {
        isOpenForAgents = false
        guard !value.isEmpty else { return }
        var found = [RobotsRule(isAllow: isAllow, pattern: Array(value), line: line)]
        // An allowed index page allows its folder, as the published matcher has it.
        if isAllow, let slash = value.lastIndex(of: UInt8(ascii: "/")),
            value[slash...].starts(with: "/index.htm".utf8)
        {
            let folder = value[...slash] + [UInt8(ascii: "$")]
            found.append(RobotsRule(isAllow: true, pattern: Array(folder), line: line))
        }
        for token in open { groups[token, default: Group()].rules += found }
    }

    private mutating func readDelay(_ value: ArraySlice<UInt8>) {
        guard let seconds = Double(String(decoding: value, as: UTF8.self)),
            seconds >= 0, seconds <= 86_400
        else { return }
        let delay = Int((seconds * 1000).rounded(.up))
        for token in open {
            let known = groups[token]?.crawlDelayInMilliseconds ?? 0
            groups[token, default: Group()].crawlDelayInMilliseconds = max(known, delay)
        }
    }
}
