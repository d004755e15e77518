// The state machine that reads an address, over bytes.

/// Reads one address into its serialised bytes.
///
/// - Source: WHATWG URL Standard section 4.4, the states that special schemes reach.
struct AddressParser {
    /// The serialised address, as far as it has been read.
    private(set) var out: [UInt8] = []
    private(set) var hostEnd = 0
    private(set) var targetStart = 0
    private(set) var port: UInt16 = 0
    private(set) var hasCredentials = false

    private let input: [UInt8]
    private var position = 0

    /// Takes a text without the white space and controls around it, tabs and line ends inside it.
    init(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        var end = text.count
        while start < end, text[start] <= 0x20 { start += 1 }
        while end > start, text[end - 1] <= 0x20 { end -= 1 }
        let trimmed = text[start..<end]
        let isIgnored = { (byte: UInt8) in byte == 0x09 || byte == 0x0A || byte == 0x0D }
        input =
            trimmed.contains(where: isIgnored) ? trimmed.filter { !isIgnored($0) } : Array(trimmed)
        out.reserveCapacity(input.count + 16)
    }

    /// Reads the whole text.
    ///
    /// - Returns: Whether it is an address.
    mutating func run(base: WebAddress?) -> Bool {
        switch readScheme() {
        case .another: return false
        case .missing:
            guard let base else { return false }
            return readRelative(to: base)
        case .web(let isSecure):
            let hasTwoSlashes = byte(position) == Self.slash && byte(position + 1) == Self.slash
            if let base, base.isSecure == isSecure, !hasTwoSlashes {
                return readRelative(to: base)
            }
            return readAuthority(isSecure: isSecure) && readTarget()
        }
    }

    private enum Scheme { case missing, another, web(isSecure: Bool) }

    private mutating func readScheme() -> Scheme {
        guard let first = input.first, first.isASCIILetter else { return .missing }
        var end = 1
        while end < input.count, input[end] != UInt8(ascii: ":") {
            guard
                input[end].isASCIILetter || input[end].isASCIIDigit
                    || "+-.".utf8.contains(input[end])
            else { return .missing }
            end += 1
        }
        guard end < input.count else { return .missing }
        position = end + 1
        let scheme = input[..<end].map(\.asciiLowercased)
        if scheme.elementsEqual("https".utf8) { return .web(isSecure: true) }
        return scheme.elementsEqual("http".utf8) ? .web(isSecure: false) : .another
    }

    /// The relative and relative slash states.
    private mutating func readRelative(to base: WebAddress) -> Bool {
        if isSlash(position), isSlash(position + 1) {
            return readAuthority(isSecure: base.isSecure) && readTarget()
        }
        let known = base.description.utf8
        let parts = base.parts
        (hostEnd, targetStart, port) = parts
        hasCredentials = base.hasCredentials
        if isSlash(position) {
            out.append(contentsOf: known.prefix(parts.targetStart))
            return readTarget()
        }
        guard let next = byte(position), next != UInt8(ascii: "#") else {
            out.append(contentsOf: known)
            return true
        }
        out.append(contentsOf: known.prefix { $0 != UInt8(ascii: "?") })
        if next == UInt8(ascii: "?") {
            readQuery()
            return true
        }
        shortenPath()
        return readTarget()
    }

    /// The authority, host and port states, the slashes before them included.
    private mutating func readAuthority(isSecure: Bool) -> Bool {
        while isSlash(position) { position += 1 }
        let end = input[position...].firstIndex(where: Self.endsAuthority) ?? input.count
        if let at = input[position..<end].lastIndex(of: UInt8(ascii: "@")) {
            let named = input[position..<at]
            hasCredentials = !named.isEmpty && !named.elementsEqual(":".utf8)
            position = at + 1
        }
        var isInBrackets = false
        let colon = input[position..<end].firstIndex { byte in
            if byte == UInt8(ascii: "[") { isInBrackets = true }
            if byte == UInt8(ascii: "]") { isInBrackets = false }
            return byte == UInt8(ascii: ":") && !isInBrackets
        }
        let standard: UInt16 = isSecure ? 443 : 80
        guard let host = WebHost(input[position..<(colon ?? end)]),
            let named = Self.port(input[(colon.map { $0 + 1 } ?? end)..<end], standard: standard)
        else { return false }
        out.append(contentsOf: isSecure ? "https://".utf8 : "http://".utf8)
        out.append(contentsOf: host.bytes)
        hostEnd = out.count
        port = named
        if port != standard { out.append(contentsOf: ":\(port)".utf8) }
        targetStart = out.count
        position = end
        return true
    }

    /// - Returns: nil when it is no port number.
    private static func port(_ digits: ArraySlice<UInt8>, standard: UInt16) -> UInt16? {
        var value = 0
        for digit in digits {
            guard digit.isASCIIDigit else { return nil }
            value = value * 10 + Int(digit - 0x30)
            guard value <= 65535 else { return nil }
        }
        return digits.isEmpty ? standard : UInt16(value)
    }

    /// The path start, path and query states.
    private mutating func readTarget() -> Bool {
        if isSlash(position) { position += 1 }
        while true {
            let end = input[position...].firstIndex(where: Self.endsSegment) ?? input.count
            let isLast = !isSlash(end)
            append(segment: input[position..<end], isLast: isLast)
            position = end
            if isLast { break }
            position += 1
        }
        if byte(position) == UInt8(ascii: "?") { readQuery() }
        return true
    }

    private mutating func append(segment: ArraySlice<UInt8>, isLast: Bool) {
        switch Self.dots(segment) {
        case 1: if isLast { out.append(Self.slash) }
        case 2:
            shortenPath()
            if isLast { out.append(Self.slash) }
        default:
            out.append(Self.slash)
            append(segment, escaping: .path)
        }
    }

    private mutating func readQuery() {
        let start = position + 1
        let end = input[start...].firstIndex(of: UInt8(ascii: "#")) ?? input.count
        out.append(UInt8(ascii: "?"))
        append(input[start..<end], escaping: .query)
    }

    private mutating func append(_ bytes: ArraySlice<UInt8>, escaping set: ByteSet) {
        for byte in bytes {
            if set.contains(byte) {
                out.append(UInt8(ascii: "%"))
                out.append(UInt8(hexadecimalDigit: byte >> 4))
                out.append(UInt8(hexadecimalDigit: byte & 15))
            } else {
                out.append(byte)
            }
        }
    }

    /// Takes the last segment away, its slash included.
    private mutating func shortenPath() {
        guard let slash = out[targetStart...].lastIndex(of: Self.slash) else { return }
        out.removeSubrange(slash...)
    }

    /// 1 for a single-dot segment, 2 for a double-dot segment, however escaped; else 0.
    private static func dots(_ segment: ArraySlice<UInt8>) -> Int {
        guard segment.count <= 6, let first = segment.first, first == 0x2E || first == 0x25
        else { return 0 }
        var dots = 0
        var rest = segment
        while let byte = rest.first {
            if byte == 0x2E {
                rest = rest.dropFirst()
            } else if rest.prefix(3).map(\.asciiLowercased).elementsEqual("%2e".utf8) {
                rest = rest.dropFirst(3)
            } else {
                return 0
            }
            dots += 1
        }
        return dots <= 2 ? dots : 0
    }

    private static let slash = UInt8(ascii: "/")

    private static func endsSegment(_ byte: UInt8) -> Bool {
        byte == 0x2F || byte == 0x5C || byte == 0x3F || byte == 0x23
    }

    private static func endsAuthority(_ byte: UInt8) -> Bool { endsSegment(byte) }

    private func byte(_ index: Int) -> UInt8? { index < input.count ? input[index] : nil }

    private func isSlash(_ index: Int) -> Bool {
        index < input.count && (input[index] == 0x2F || input[index] == 0x5C)
    }
}
