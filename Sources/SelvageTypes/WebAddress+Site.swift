// The site of an address: whose pages are counted and limited together.

extension WebAddress {
    /// Whether the host is an IPv4 or IPv6 address and no name.
    public var isNumeric: Bool {
        let host = host
        return host.utf8.last == UInt8(ascii: "]")
            || host.utf8.last?.isASCIIDigit == true
                && host.utf8.allSatisfy { $0.isASCIIDigit || $0 == UInt8(ascii: ".") }
    }

    /// The registrable domain; the host itself when that is a number or a public suffix.
    public var site: String {
        let host = host
        guard !isNumeric else { return host }
        let name = host.utf8.last == UInt8(ascii: ".") ? String(host.dropLast()) : host
        return PublicSuffixes.registrableDomain(of: name) ?? name
    }
}
