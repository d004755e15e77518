// One CBOR data item as a value, and what may be asked of it.

/// One CBOR data item.
///
/// Maps keep the order in which their entries were read, so that an item which was written in
/// shortest form is written again byte for byte.
///
/// - Source: RFC 8949.
public indirect enum CBORValue: Hashable, Sendable {
    case unsigned(UInt64)
    /// The number −1 − n.
    case negative(UInt64)
    case bytes([UInt8])
    case text(String)
    case array([CBORValue])
    case map([Entry])
    case tagged(UInt64, CBORValue)
    case float(Double)
    case bool(Bool)
    case null
    case undefined
    case simple(UInt8)

    /// One entry of a map.
    public struct Entry: Hashable, Sendable {
        /// What the entry is found by; texts and integers in C2PA.
        public let key: CBORValue
        /// What stands there.
        public let value: CBORValue

        /// One entry of a map.
        public init(_ key: CBORValue, _ value: CBORValue) {
            (self.key, self.value) = (key, value)
        }
    }

    /// An integer of either sign.
    public init(_ number: Int) {
        self = number >= 0 ? .unsigned(UInt64(number)) : .negative(UInt64(-1 - number))
    }

    /// A map with text keys; entries whose value is nil are left out.
    public init(members: [(String, CBORValue?)]) {
        self = .map(members.compactMap { name, value in value.map { Entry(.text(name), $0) } })
    }
}

extension CBORValue {
    /// The value under a text key; nil for anything that is not a map or lacks it.
    public subscript(name: String) -> CBORValue? {
        self[.text(name)]
    }

    /// The value under a key of any kind; nil for anything that is not a map or lacks it.
    public subscript(key: CBORValue) -> CBORValue? {
        guard case .map(let entries) = self else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// The text of a text string; nil for anything else.
    public var text: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    /// The bytes of a byte string; nil for anything else.
    public var bytes: [UInt8]? {
        guard case .bytes(let bytes) = self else { return nil }
        return bytes
    }

    /// The elements of an array; nil for anything else.
    public var array: [CBORValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// An integer that fits into 64 bits with a sign; nil for anything else.
    public var integer: Int? {
        switch self {
        case .unsigned(let number): Int(exactly: number)
        case .negative(let number): Int(exactly: number).map { -1 - $0 }
        default: nil
        }
    }

    /// A truth value; nil for anything else.
    public var bool: Bool? {
        guard case .bool(let flag) = self else { return nil }
        return flag
    }

    /// The entries of a map; nil for anything else.
    public var entries: [Entry]? {
        guard case .map(let entries) = self else { return nil }
        return entries
    }

    /// The moment of a tagged date-time, or its text when it has no tag.
    ///
    /// - Source: RFC 8949, 3.4.1.
    public var dateText: String? {
        if case .tagged(0, let inner) = self { return inner.text }
        return text
    }
}
