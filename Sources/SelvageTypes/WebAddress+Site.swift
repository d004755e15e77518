// The site of an address: whose pages are counted and limited together.

extension WebAddress {
    /// Whether the host is an IPv4 or IPv6 address and no name.
    public var isNumeric: Bool {
        let host = host
        return host.utf8.last == UInt8(ascii: "]")
            || host.utf8.last?.isASCIIDigit == true
                && host.utf8.allSatisfy { $0.isASCIIDigit || $0 == UInt8(ascii: ".") }
    }

    /// The registrable domain, or the address itself when the host is one.
    ///
    /// The rule is short: the last two labels; three when the last is a country's two letters
    /// and the one before is a public second level, as in `co.uk`, `com.au` or `or.jp`. Private
    /// suffixes such as `github.io` count as one site.
    public var site: String {
        guard !isNumeric else { return host }
        let labels = host.split(separator: ".")
        guard labels.count > 2 else { return labels.joined(separator: ".") }
        let isPublic =
            labels[labels.count - 1].utf8.count == 2
            && Self.publicSecondLevels.contains(String(labels[labels.count - 2]))
        return labels.suffix(isPublic ? 3 : 2).joined(separator: ".")
    }

    private static let publicSecondLevels: Set<String> = [
        "ac", "co", "com", "ed", "edu", "gen", "go", "gob", "gouv", "gov", "govt", "gr", "gv",
        "id", "ltd", "me", "mil", "ne", "net", "nom", "or", "org", "plc", "sch", "web",
    ]
}
