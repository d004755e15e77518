// What a robots.txt says to one crawler.

public import SelvageTypes

/// What a robots.txt says to one crawler.
///
/// Where RFC 9309 and the matcher that Google published differ, on escapes of characters that need
/// none, the stricter reading holds: a Disallow also counts in the other spelling, an Allow does not.
///
/// - Source: RFC 9309; github.com/google/robotstxt for lines that the RFC leaves open.
public struct Robots: Hashable, Sendable {
    /// Bytes of a file that are read; the rest is ignored (RFC 9309 section 2.5).
    public static let limitInBytes = 500 << 10
    /// How long an answer may be used (RFC 9309 section 2.4).
    public static let lifetimeInMilliseconds: Int64 = 24 * 3600 * 1000

    /// The pause that the file asks for; nil when it asks for none.
    public private(set) var crawlDelayInMilliseconds: Int?
    /// Sitemap addresses as written, at most 1,000.
    public private(set) var sitemaps: [String] = []
    /// Whether everything is disallowed because the file could not be read.
    public private(set) var isUnavailable = false
    /// Lines about uses of the content, as `License` of RSL and `Content-Signal`, at most 100.
    public private(set) var statements: [Statement] = []
    private var rules: [RobotsRule] = []

    /// A line about uses of the content.
    public struct Statement: Hashable, Sendable {
        /// What is stated.
        public var name: UseTerm.Name
        /// The value as written.
        public var value: String
    }

    private init() {}

    /// No rules.
    public static let allowingAll = Robots()

    /// What holds while the file cannot be read (RFC 9309 section 2.3.1.4).
    public static let unavailable: Robots = {
        var robots = Robots()
        robots.isUnavailable = true
        return robots
    }()

    /// Reads a file for the crawler with a product token.
    ///
    /// - Complexity: O(n), over at most `limitInBytes`.
    public init(_ body: some Collection<UInt8>, for token: String) {
        let file = RobotsFile(body)
        let own = file.groups[token.lowercased()] ?? file.groups["*"]
        rules = own?.rules ?? []
        crawlDelayInMilliseconds = own?.crawlDelayInMilliseconds
        sitemaps = file.sitemaps
        statements = file.statements
    }

    /// What an answer means: 2xx is read, 3xx that led nowhere and 4xx allow everything, and 429,
    /// 5xx and no answer at all (0) disallow everything.
    public init(status: Int, body: [UInt8], for token: String) {
        switch status {
        case 200..<300: self.init(body, for: token)
        case 300..<429, 430..<500: self = .allowingAll
        default: self = .unavailable
        }
    }

    /// Whether an address of this origin may be fetched.
    ///
    /// - Complexity: O(rules × target).
    public func allows(_ address: WebAddress) -> Bool {
        allows(target: address.target)
    }

    /// Whether a path with its query may be fetched.
    ///
    /// The longest rule wins, and Allow wins a tie.
    public func allows(target: String) -> Bool {
        if target == "/robots.txt" { return true }
        guard !isUnavailable else { return false }
        return deciding(target)?.isAllow ?? true
    }

    /// The line that decides about a path with its query, counted from 1, with its rule.
    ///
    /// - Returns: nil when no rule concerns it.
    public func decidingLine(for target: String) -> (line: Int, rule: String)? {
        deciding(target).map { rule in
            (rule.line, "\(rule.isAllow ? "Allow" : "Disallow"): \(rule.text)")
        }
    }

    private func deciding(_ target: String) -> RobotsRule? {
        let spelled = EscapedText.normal(target.utf8, decodingUnreserved: false)
        let decoded = EscapedText.normal(target.utf8, decodingUnreserved: true)
        var best: RobotsRule?
        for rule in rules {
            if let best, rule.length < best.length || rule.length == best.length && !rule.isAllow {
                continue
            }
            if rule.matches(rule.isAllow ? spelled : decoded) { best = rule }
        }
        return best
    }
}

/// One Allow or Disallow line.
struct RobotsRule: Hashable, Sendable {
    let isAllow: Bool
    /// Bytes of the pattern; the longest that matches decides.
    let length: Int
    /// Where it stands in the file, counted from 1.
    let line: Int
    /// The pattern as it is compared.
    var text: String {
        pieces.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "*")
            + (isAnchored ? "$" : "")
    }
    /// The text between the stars.
    private let pieces: [[UInt8]]
    private let isAnchored: Bool

    init(isAllow: Bool, pattern: [UInt8], line: Int = 0) {
        self.line = line
        var text = EscapedText.normal(pattern, decodingUnreserved: !isAllow)
        self.isAllow = isAllow
        length = text.count
        isAnchored = text.last == UInt8(ascii: "$")
        if isAnchored { text.removeLast() }
        pieces = text.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
            .map(Array.init)
    }

    /// Whether the pattern matches from the start of a target; `*` is any text, `$` the end.
    func matches(_ target: [UInt8]) -> Bool {
        guard let first = pieces.first, target.starts(with: first) else { return false }
        guard pieces.count > 1, let last = pieces.last else {
            return !isAnchored || target.count == first.count
        }
        var rest = target[first.count...]
        for piece in pieces.dropFirst().dropLast() {
            guard let found = Self.range(of: piece, in: rest) else { return false }
            rest = rest[found.upperBound...]
        }
        if isAnchored {
            return rest.count >= last.count && rest.suffix(last.count).elementsEqual(last)
        }
        return Self.range(of: last, in: rest) != nil
    }

    private static func range(of piece: [UInt8], in text: ArraySlice<UInt8>) -> Range<Int>? {
        guard let first = piece.first else { return text.startIndex..<text.startIndex }
        var start = text.startIndex
        while start + piece.count <= text.endIndex {
            if text[start] == first, text[start..<start + piece.count].elementsEqual(piece) {
                return start..<start + piece.count
            }
            start += 1
        }
        return nil
    }
}
