// An IPv4 or IPv6 address as bytes, and a block of such addresses.

internal import Glibc

/// An IPv4 or IPv6 address.
struct InternetAddress: Hashable, Sendable {
    /// Four or sixteen bytes in network order.
    let bytes: [UInt8]

    /// Reads dotted decimal (exactly four numbers) or the IPv6 text form without brackets or zone.
    ///
    /// - Source: RFC 4291 section 2.2, as `inet_pton` reads it.
    init?(_ text: String) {
        var storage = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &storage) == 1 {
            bytes = Array(storage.prefix(4))
        } else if inet_pton(AF_INET6, text, &storage) == 1 {
            bytes = storage
        } else {
            return nil
        }
    }

    /// Reads the host of an address, an IPv6 address in brackets.
    ///
    /// - Returns: nil when the host is a name.
    init?(ofHost host: String) {
        self.init(host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host)
    }

    /// Reads the address of a socket.
    ///
    /// - Returns: nil when it is neither IPv4 nor IPv6, or shorter than its family needs.
    init?(_ socketAddress: UnsafeRawPointer, count: Int) {
        guard count >= MemoryLayout<sockaddr_in>.size else { return nil }
        let family = Int32(socketAddress.loadUnaligned(as: sa_family_t.self))
        if family == AF_INET {
            bytes = Array(UnsafeRawBufferPointer(start: socketAddress + 4, count: 4))
        } else if family == AF_INET6, count >= MemoryLayout<sockaddr_in6>.size {
            bytes = Array(UnsafeRawBufferPointer(start: socketAddress + 8, count: 16))
        } else {
            return nil
        }
    }

    /// Whether it is IPv6.
    var isLong: Bool { bytes.count == 16 }

    /// `address:port`, an IPv6 address in brackets.
    func text(withPort port: Int) -> String {
        isLong ? "[\(self)]:\(port)" : "\(self):\(port)"
    }
}

extension InternetAddress: CustomStringConvertible {
    var description: String {
        var text = [CChar](repeating: 0, count: 64)
        let family = isLong ? AF_INET6 : AF_INET
        guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "?" }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// All addresses that share a prefix.
struct AddressBlock: Hashable, Sendable {
    /// The first address.
    let base: InternetAddress
    /// How many leading bits are shared.
    let prefix: Int

    /// A block.
    ///
    /// - Returns: nil when the prefix is longer than the address, or the base is not the block's
    ///   first address: `10.1.2.3/8` is more likely a slip than a wish to open all of `10.0.0.0/8`.
    init?(_ base: InternetAddress, prefix: Int) {
        guard (0...base.bytes.count * 8).contains(prefix) else { return nil }
        self.base = base
        self.prefix = prefix
        let hostBits = (prefix..<base.bytes.count * 8)
        guard hostBits.allSatisfy({ base.bytes[$0 / 8] >> UInt8(7 - $0 % 8) & 1 == 0 }) else {
            return nil
        }
    }

    /// Reads `10.0.0.0/8` or `fd00::/8`; without a slash the one address.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2,
            let base = InternetAddress(String(first))
        else { return nil }
        let digits = parts.count == 2 ? String(parts[1]) : String(base.bytes.count * 8)
        guard let prefix = plainNumber(digits, limit: 128) else { return nil }
        self.init(base, prefix: prefix)
    }

    /// Whether an address lies in the block.
    ///
    /// IPv4 and IPv6 never contain each other.
    func contains(_ address: InternetAddress) -> Bool {
        guard address.bytes.count == base.bytes.count else { return false }
        let whole = prefix / 8
        guard address.bytes[..<whole] == base.bytes[..<whole] else { return false }
        guard prefix % 8 != 0 else { return true }
        return (address.bytes[whole] ^ base.bytes[whole]) >> UInt8(8 - prefix % 8) == 0
    }
}

/// Reads a number of decimal digits only: no sign, no white space.
///
/// - Returns: nil when it is empty, something else, or above the limit.
func plainNumber(_ text: some StringProtocol, limit: Int) -> Int? {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text),
        number <= limit
    else { return nil }
    return number
}
