// The host of an address: a name, an IPv4 address in any of its spellings, or an IPv6 address.

internal import CIDN2

/// A host in its serialised form.
///
/// - Source: WHATWG URL Standard section 3.5.
struct WebHost {
    /// ASCII, lower case; an IPv6 address in brackets.
    let bytes: [UInt8]

    /// Reads a host.
    ///
    /// - Returns: nil when it is none.
    init?(_ text: ArraySlice<UInt8>) {
        guard !text.isEmpty else { return nil }
        if text.first == UInt8(ascii: "[") {
            guard text.last == UInt8(ascii: "]"),
                let address = IPv6Address(text.dropFirst().dropLast())
            else { return nil }
            bytes = Array("[\(address.description)]".utf8)
            return
        }
        guard let name = Self.asciiName(Self.percentDecoded(text)), !name.isEmpty,
            !name.contains(where: ByteSet.forbiddenInDomain.contains)
        else { return nil }
        guard Self.endsInNumber(name) else {
            bytes = name
            return
        }
        guard let number = Self.ipv4(name) else { return nil }
        bytes = Array(
            (0..<4).map { String(number >> (24 - 8 * $0) & 255) }.joined(separator: ".").utf8)
    }

    private static func percentDecoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
        guard text.contains(UInt8(ascii: "%")) else { return Array(text) }
        var decoded: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let high = rest.first?.digit(base: 16),
                let low = rest.dropFirst().first?.digit(base: 16)
            {
                decoded.append(UInt8(high << 4 | low))
                rest = rest.dropFirst(2)
            } else {
                decoded.append(byte)
            }
        }
        return decoded
    }

    /// The *domain to ASCII* algorithm; plain names never reach the IDNA library.
    private static func asciiName(_ name: [UInt8]) -> [UInt8]? {
        let lower = name.map(\.asciiLowercased)
        if lower.allSatisfy({ $0 < 0x80 }), !holdsEncodedLabel(lower) { return lower }
        return internationalName(lower)?.map(\.asciiLowercased)
    }

    private static func holdsEncodedLabel(_ name: [UInt8]) -> Bool {
        name.split(separator: UInt8(ascii: ".")).contains { $0.starts(with: "xn--".utf8) }
    }

    /// UTS 46 processing without transitional mappings, then Punycode.
    ///
    /// - Returns: nil when the name is not allowed, and where libidn2 is not built in.
    private static func internationalName(_ name: [UInt8]) -> [UInt8]? {
        // A name of the domain name system has at most 253 bytes; escapes of it hardly four times.
        guard name.count <= 1024, !name.contains(0), String(validating: name, as: UTF8.self) != nil
        else { return nil }
        // libidn2's non-transitional processing also applies IDNA 2008, which refuses symbols
        // (☃, emoji) that UTS 46 allows. The transitional one does not, and differs otherwise
        // in the four deviation characters only.
        if let name = converted(name, IDN2_NONTRANSITIONAL) { return name }
        let holdsDeviation = String(decoding: name, as: UTF8.self).unicodeScalars
            .contains { [0xDF, 0x1E9E, 0x3C2, 0x200C, 0x200D].contains($0.value) }
        return holdsDeviation ? nil : converted(name, IDN2_TRANSITIONAL)
    }

    private static func converted(_ name: [UInt8], _ flags: idn2_flags) -> [UInt8]? {
        var output: UnsafeMutablePointer<CChar>?
        let status = (name + [0]).withUnsafeBytes { raw in
            idn2_to_ascii_8z(
                raw.baseAddress?.assumingMemoryBound(to: CChar.self), &output,
                CInt(flags.rawValue))
        }
        defer { selvage_idn2_free(output) }
        guard status == CInt(IDN2_OK.rawValue), let output else { return nil }
        return Array(String(cString: output).utf8)
    }

    /// The *ends in a number* checker.
    private static func endsInNumber(_ name: [UInt8]) -> Bool {
        var labels = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        if labels.last?.isEmpty == true, labels.count > 1 { labels.removeLast() }
        guard let last = labels.last, let first = last.first, first.isASCIIDigit else {
            return false
        }
        return last.allSatisfy(\.isASCIIDigit) || number(last) != nil
    }

    /// The IPv4 parser: one to four numbers, each decimal, octal or hexadecimal.
    private static func ipv4(_ name: [UInt8]) -> UInt64? {
        var parts = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        if parts.last?.isEmpty == true { parts.removeLast() }
        let numbers = parts.map(number)
        guard (1...4).contains(numbers.count), let tail = numbers.last ?? nil,
            tail < 1 << (8 * UInt64(5 - numbers.count))
        else { return nil }
        var address = tail
        for (index, part) in numbers.dropLast().enumerated() {
            guard let part, part <= 255 else { return nil }
            address += part << UInt64(24 - 8 * index)
        }
        return address
    }

    /// The IPv4 number parser; a number beyond 2^40 is no address in any position.
    private static func number(_ text: ArraySlice<UInt8>) -> UInt64? {
        guard let first = text.first else { return nil }
        var digits = text
        var base: UInt64 = 10
        if first == UInt8(ascii: "0"), text.count > 1 {
            let isHexadecimal = text.dropFirst().first?.asciiLowercased == UInt8(ascii: "x")
            base = isHexadecimal ? 16 : 8
            digits = text.dropFirst(isHexadecimal ? 2 : 1)
        }
        var value: UInt64 = 0
        for digit in digits {
            guard let digit = digit.digit(base: base) else { return nil }
            value = min(value * base + digit, 1 << 40)
        }
        return value
    }
}
