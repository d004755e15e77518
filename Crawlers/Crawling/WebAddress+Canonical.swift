// The spelling of an address that the crawl compares: one page, one fetch.

public import SelvageTypes

extension WebAddress {
    /// The spelling that the crawl compares and fetches.
    ///
    /// Escapes of unreserved characters are decoded, other escapes in upper case; parameters that
    /// only follow a visitor are dropped, empty ones too, and then an empty query. The order of
    /// parameters stays, since it can matter.
    ///
    /// - Source: RFC 3986 section 6.2.2; the lists of parameters below.
    public var canonical: WebAddress {
        let target = target
        guard target.utf8.contains(where: { $0 == 0x25 || $0 == 0x3F || $0 == 0x3B }) else {
            return self
        }
        let normal = EscapedText.normal(target.utf8, decodingUnreserved: true)
        let mark = normal.firstIndex(of: UInt8(ascii: "?"))
        var out = Self.withoutSession(normal[..<(mark ?? normal.count)])
        let parameters = normal[(mark.map { $0 + 1 } ?? normal.count)...]
            .split(separator: UInt8(ascii: "&"))
            .filter { !Self.followsVisitors($0.prefix { $0 != UInt8(ascii: "=") }) }
        if !parameters.isEmpty {
            out.append(UInt8(ascii: "?"))
            out += parameters.joined(separator: [UInt8(ascii: "&")])
        }
        let text = String(decoding: out, as: UTF8.self)
        return text == target ? self : WebAddress(origin + text) ?? self
    }

    /// Whether a parameter tells who came from where, and nothing of what is shown.
    private static func followsVisitors(_ name: ArraySlice<UInt8>) -> Bool {
        let name = String(decoding: name, as: UTF8.self).lowercased()
        return visitorParameters.contains(name)
            || visitorPrefixes.contains { name.hasPrefix($0) }
    }

    private static let visitorPrefixes = ["utm_", "pk_", "mtm_", "matomo_", "hsa_", "aspsessionid"]

    private static let visitorParameters: Set<String> = [
        // Advertising clicks.
        "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid",
        "ttclid", "igshid", "li_fat_id", "epik", "srsltid", "irclickid", "awc",
        // Newsletters and analytics.
        "mc_cid", "mc_eid", "_ga", "_gl", "_hsenc", "_hsmi", "__hssc", "__hstc", "__hsfp",
        "vero_id", "oly_enc_id", "oly_anon_id", "mkt_tok", "s_cid", "wickedid",
        // Sessions.
        "phpsessid", "jsessionid", "sessionid", "session_id", "sid", "cfid", "cftoken", "oscsid",
        "zenid", "sessid", "xtcsid", "sesskey",
    ]

    /// A path without `;jsessionid=…`.
    private static func withoutSession(_ path: ArraySlice<UInt8>) -> [UInt8] {
        guard let mark = path.firstIndex(of: UInt8(ascii: ";")) else { return Array(path) }
        let tail = String(decoding: path[mark...].prefix(12), as: UTF8.self).lowercased()
        guard tail == ";jsessionid=" else { return Array(path) }
        let after = path[mark...].firstIndex(of: UInt8(ascii: "/")) ?? path.endIndex
        return Array(path[..<mark] + path[after...])
    }
}
