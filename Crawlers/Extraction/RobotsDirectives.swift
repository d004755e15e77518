// What a page or an answer asks of robots: meta robots and X-Robots-Tag.

/// What a page or an answer asks of robots.
///
/// - Source: the robots meta tag as search engines document it; `noai` and `noimageai` as
///   introduced by DeviantArt in 2022 and obeyed by img2dataset.
public struct RobotsDirectives: Hashable, Sendable {
    /// The page asks not to be indexed.
    public var noindex = false
    /// The page's links are not to be followed.
    public var nofollow = false
    /// The page's images are not to be indexed.
    public var noimageindex = false
    /// The page is not to be used for training.
    public var noai = false
    /// The page's images are not to be used for training.
    public var noimageai = false

    /// What is asked, in the words of the directives.
    public var words: [String] {
        let all = [
            (noindex, "noindex"), (nofollow, "nofollow"), (noimageindex, "noimageindex"),
            (noai, "noai"), (noimageai, "noimageai"),
        ]
        return all.filter(\.0).map(\.1)
    }

    /// Nothing is asked.
    public init() {}

    /// Reads the content of a robots meta tag: `noindex, nofollow`.
    public init(content: String) {
        for word in content.lowercased().split(whereSeparator: { ", \t\n\r;".contains($0) }) {
            switch word {
            case "none":
                noindex = true
                nofollow = true
            case "noindex": noindex = true
            case "nofollow": nofollow = true
            case "noimageindex": noimageindex = true
            case "noai": noai = true
            case "noimageai": noimageai = true
            default: break
            }
        }
    }

    /// Reads the values of X-Robots-Tag header fields: `noindex` or `selvage: noindex, nofollow`.
    ///
    /// Values for other robots are left out.
    ///
    /// - Parameter agent: The product token of our own user agent, in any case.
    public init(headerValues: some Sequence<String>, agent: String) {
        self.init()
        for value in headerValues {
            let parts = value.split(separator: ":", maxSplits: 1).map {
                String($0).lowercased().trimmed
            }
            let namesAgent =
                parts.count == 2 && !parts[0].contains(",") && parts[0] != "unavailable_after"
                && !Self.valued.contains(parts[0])
            if namesAgent, parts[0] != agent.lowercased(), parts[0] != "*" { continue }
            merge(Self(content: namesAgent ? parts[1] : value))
        }
    }

    private static let valued: Set<String> = [
        "max-snippet", "max-image-preview", "max-video-preview",
    ]

    /// Adds what another source asks.
    public mutating func merge(_ other: RobotsDirectives) {
        noindex = noindex || other.noindex
        nofollow = nofollow || other.nofollow
        noimageindex = noimageindex || other.noimageindex
        noai = noai || other.noai
        noimageai = noimageai || other.noimageai
    }
}

extension String {
    /// Without surrounding white space, NUL included.
    var trimmed: String {
        var text = unicodeScalars[...]
        while let first = text.first, first.properties.isWhitespace || first.value == 0 {
            text.removeFirst()
        }
        while let last = text.last, last.properties.isWhitespace || last.value == 0 {
            text.removeLast()
        }
        return String(text)
    }

    /// Trimmed, runs of white space as one space, at most so many characters.
    func collapsed(limit: Int) -> String {
        // Most texts are short and tidy already; this spares them the search for characters.
        var isAfterSpace = true
        let isTidy = utf8.allSatisfy { byte in
            let isDouble = isAfterSpace && byte == Byte.space
            isAfterSpace = byte == Byte.space
            return byte >= Byte.space && byte < 0x7F && !isDouble
        }
        if isTidy, !isAfterSpace, utf8.count <= limit { return self }
        return String(split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(limit))
    }
}
