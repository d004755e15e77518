// The address ranges that are not the public Internet.

/// A range that is not globally reachable unicast, and what it is for.
struct SpecialRange: Hashable, Sendable {
    /// The addresses.
    let block: AddressBlock
    /// What the range is for, to follow "an address of".
    let use: String

    /// The range an address lies in.
    ///
    /// In IPv6 everything outside 2000::/3 counts as special: loopback, private, link-local,
    /// multicast, and every form that carries an IPv4 address inside (mapped, compatible, NAT64).
    ///
    /// - Returns: What the range is for; nil when the address is globally reachable unicast.
    static func use(of address: InternetAddress) -> String? {
        if let range = all.first(where: { $0.block.contains(address) }) { return range.use }
        guard address.isLong, let globalUnicast, !globalUnicast.contains(address) else {
            return nil
        }
        return "a range outside IPv6 global unicast"
    }

    private static let globalUnicast = AddressBlock("2000::/3")

    /// The named ranges, most are from the IANA special-purpose registries.
    ///
    /// A few small blocks inside 192.0.0.0/24 and 2001::/23 are globally reachable by the registry;
    /// none serves web pages, so the whole block is left out.
    ///
    /// - Source: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890, RFC 8190).
    static let all: [SpecialRange] = table.compactMap { text, use in
        AddressBlock(text).map { SpecialRange(block: $0, use: use) }
    }

    /// As written in the registries.
    static let table: [(String, String)] = [
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "a private network"),
        ("100.64.0.0/10", "a carrier's shared space"),
        ("127.0.0.0/8", "this machine"),
        ("169.254.0.0/16", "the local link"),
        ("172.16.0.0/12", "a private network"),
        ("192.0.0.0/24", "IETF protocol assignments"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "6to4 relays"),
        ("192.168.0.0/16", "a private network"),
        ("198.18.0.0/15", "benchmarks"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved space"),
        ("::/128", "no host"),
        ("::1/128", "this machine"),
        ("::ffff:0:0/96", "IPv4 addresses mapped into IPv6"),
        ("::/96", "IPv4 addresses inside IPv6"),
        ("64:ff9b::/96", "IPv4 translation (NAT64)"),
        ("64:ff9b:1::/48", "local IPv4 translation (NAT64)"),
        ("100::/64", "the discard prefix"),
        ("2001::/23", "IETF protocol assignments, Teredo among them"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("3fff::/20", "documentation"),
        ("5f00::/16", "segment routing"),
        ("fc00::/7", "a private network"),
        ("fe80::/10", "the local link"),
        ("fec0::/10", "a private network"),
        ("ff00::/8", "multicast"),
    ]
}
