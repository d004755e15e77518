// Which peers may be reached: public addresses on web ports, and what the plan opens beyond them.

public import SelvageTypes

/// Which peers may be reached.
///
/// By default only globally reachable unicast addresses on ports 80 and 443. It is asked with every
/// address that a name resolves to, at the moment a socket is opened, so neither a redirect nor a
/// second DNS answer gets around it.
public struct NetworkPolicy: Sendable, Hashable {
    private let allowances: [Allowance]
    private let seedOrigins: Set<String>

    /// A policy.
    ///
    /// - Parameters:
    ///   - allowances: Ranges that may be reached although they are not public.
    ///   - seedOrigins: `WebAddress.origin` of the seeds; the port that a seed names is open for
    ///     that origin. It opens no private range.
    public init(allowing allowances: [Allowance] = [], seedOrigins: Set<String> = []) {
        self.allowances = allowances
        self.seedOrigins = seedOrigins
    }

    /// What speaks against asking an address, as far as can be told before its name is resolved.
    ///
    /// - Returns: A sentence for people; nil when nothing does yet.
    public func objection(to address: WebAddress) -> String? {
        if let literal = InternetAddress(ofHost: address.host) {
            return objection(to: literal, port: address.port, for: address.origin)
        }
        let mayBeAllowed = allowances.contains { $0.port == nil || $0.port == address.port }
        guard !isOpen(port: address.port, for: address.origin), !mayBeAllowed else { return nil }
        return Self.closed(port: address.port)
    }

    /// What speaks against connecting to a peer.
    ///
    /// - Returns: A sentence for people; nil when the peer may be reached.
    func objection(to peer: InternetAddress, port: Int, for origin: String) -> String? {
        if allowances.contains(where: { $0.opens(peer, port: port) }) { return nil }
        if let use = SpecialRange.use(of: peer) {
            return "\(peer) is an address of \(use), which this plan does not open; "
                + "to open it, allow its range under network.allow or with --allow."
        }
        return isOpen(port: port, for: origin) ? nil : Self.closed(port: port)
    }

    private func isOpen(port: Int, for origin: String) -> Bool {
        port == 80 || port == 443 || seedOrigins.contains(origin)
    }

    private static func closed(port: Int) -> String {
        "Port \(port) is not a web port and no seed names it for this site; only 80 and 443 are open."
    }
}

extension NetworkPolicy {
    /// A range of addresses, and perhaps one port, that may be reached although it is not public.
    public struct Allowance: Hashable, Sendable {
        /// The addresses.
        let block: AddressBlock
        /// The one port opened; nil opens every port.
        let port: Int?

        /// Reads `127.0.0.0/8`, `10.1.0.0/16:8080`, `192.168.1.7:81`, `[fd00::]/8`, `[::1]:8080` or
        /// `fd00::/8`.
        ///
        /// - Returns: nil when the text is anything else, or bits are set behind the prefix.
        public init?(_ text: String) {
            var range = text[...]
            var portText: Substring?
            let isBareLong =
                !text.hasPrefix("[") && text.prefix { $0 != "/" }.count { $0 == ":" } > 1
            if !isBareLong, let colon = text.lastIndex(of: ":"),
                !text[colon...].contains("]"), !text[colon...].contains("/")
            {
                portText = text[text.index(after: colon)...]
                range = text[..<colon]
            }
            if range.hasPrefix("["), let end = range.firstIndex(of: "]") {
                let inner = range[range.index(after: range.startIndex)..<end]
                guard inner.contains(":") else { return nil }
                range = Substring(String(inner) + range[range.index(after: end)...])
            }
            guard let block = AddressBlock(range) else { return nil }
            self.block = block
            guard let portText else {
                port = nil
                return
            }
            guard let number = plainNumber(portText, limit: 65535), number > 0 else { return nil }
            port = number
        }

        /// Whether it opens a peer's port.
        func opens(_ peer: InternetAddress, port: Int) -> Bool {
            block.contains(peer) && (self.port ?? port) == port
        }
    }
}
