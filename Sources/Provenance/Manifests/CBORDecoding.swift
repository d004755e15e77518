// Reading CBOR from bytes that nobody vouches for.

/// Why bytes are not the CBOR that was asked for.
public struct CBORError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of fault it is.
    public enum Reason: Hashable, Sendable {
        case truncated
        case malformed
        case tooDeep(limit: Int)
        case tooManyItems(limit: Int)
        case notText
        case repeatedKey
        case bytesLeftOver
    }

    /// What kind of fault it is.
    public let reason: Reason
    /// The byte at which it was noticed, counted from the beginning.
    public let offset: Int

    public var description: String {
        switch reason {
        case .truncated: "The CBOR data ends inside the item at byte \(offset)."
        case .malformed: "Byte \(offset) does not begin a CBOR item."
        case .tooDeep(let limit): "The CBOR data nests deeper than \(limit) levels."
        case .tooManyItems(let limit): "The CBOR data holds more than \(limit) items."
        case .notText: "The CBOR text at byte \(offset) is not UTF-8."
        case .repeatedKey: "A key stands twice in the CBOR map at byte \(offset)."
        case .bytesLeftOver: "Bytes follow the CBOR item that ends at byte \(offset)."
        }
    }
}

extension CBORValue {
    /// What a reader accepts before it gives up.
    public struct Limits: Hashable, Sendable {
        /// Levels of arrays, maps and tags within one another.
        public var depth = 32
        /// Items of any kind, entries of maps counted as two.
        public var items = 200_000

        /// The limits that manifests are read with.
        public init() {}
    }

    /// Reads exactly one item that fills the bytes.
    ///
    /// - Throws: `CBORError` for anything else, for a key that stands twice in one map and for more
    ///   than the limits allow.
    /// - Complexity: Linear in the bytes; lengths are believed only as far as bytes are there.
    public init(decoding bytes: some Sequence<UInt8>, limits: Limits = Limits()) throws(CBORError) {
        var reader = CBORReader(bytes: Array(bytes), limits: limits)
        self = try reader.item(depth: 0)
        guard reader.offset == reader.bytes.count else {
            throw CBORError(reason: .bytesLeftOver, offset: reader.offset)
        }
    }
}

/// A place in bytes that are read as CBOR.
private struct CBORReader {
    let bytes: [UInt8]
    let limits: CBORValue.Limits
    var offset = 0
    var items = 0

    init(bytes: [UInt8], limits: CBORValue.Limits) {
        (self.bytes, self.limits) = (bytes, limits)
    }

    mutating func item(depth: Int) throws(CBORError) -> CBORValue {
        guard depth <= limits.depth else { throw failure(.tooDeep(limit: limits.depth)) }
        items += 1
        guard items <= limits.items else { throw failure(.tooManyItems(limit: limits.items)) }
        let start = offset
        let initial = try byte()
        let argument = try argument(initial & 31)
        switch (initial >> 5, argument) {
        case (0, let number?): return .unsigned(number)
        case (1, let number?): return .negative(number)
        case (2, _): return .bytes(try string(2, argument))
        case (3, _): return .text(try text(argument, start))
        case (4, _): return .array(try array(argument, depth))
        case (5, _): return .map(try map(argument, depth, start))
        case (6, let tag?): return .tagged(tag, try item(depth: depth + 1))
        case (7, let bits?): return try simple(initial & 31, bits)
        default: throw CBORError(reason: .malformed, offset: start)
        }
    }

    /// The number in or after an initial byte; nil stands for "indefinite".
    private mutating func argument(_ low: UInt8) throws(CBORError) -> UInt64? {
        switch low {
        case 0...23: return UInt64(low)
        case 24...27:
            var number: UInt64 = 0
            for _ in 0..<(1 << (low - 24)) { number = number << 8 | UInt64(try byte()) }
            return number
        case 31: return nil
        default: throw failure(.malformed)
        }
    }

    private mutating func byte() throws(CBORError) -> UInt8 {
        guard offset < bytes.count else { throw failure(.truncated) }
        offset += 1
        return bytes[offset - 1]
    }

    /// The bytes of a string; one of indefinite length is the sum of its definite chunks.
    private mutating func string(_ kind: UInt8, _ length: UInt64?) throws(CBORError) -> [UInt8] {
        if let length {
            guard length <= UInt64(bytes.count - offset) else { throw failure(.truncated) }
            defer { offset += Int(length) }
            return Array(bytes[offset..<offset + Int(length)])
        }
        var whole: [UInt8] = []
        while try !atBreak() {
            let initial = try byte()
            guard initial >> 5 == kind, let part = try argument(initial & 31) else {
                throw failure(.malformed)
            }
            whole += try string(kind, part)
        }
        return whole
    }

    private mutating func text(_ length: UInt64?, _ start: Int) throws(CBORError) -> String {
        guard let text = String(validating: try string(3, length), as: UTF8.self) else {
            throw CBORError(reason: .notText, offset: start)
        }
        return text
    }

    private mutating func array(_ count: UInt64?, _ depth: Int) throws(CBORError) -> [CBORValue] {
        var elements: [CBORValue] = []
        while try more(than: elements.count, of: count) {
            elements.append(try item(depth: depth + 1))
        }
        return elements
    }

    private mutating func map(
        _ count: UInt64?, _ depth: Int, _ start: Int
    ) throws(CBORError) -> [CBORValue.Entry] {
        var entries: [CBORValue.Entry] = []
        var keys: Set<CBORValue> = []
        while try more(than: entries.count, of: count) {
            let key = try item(depth: depth + 1)
            // Numbers that equal nothing would pile up unseen; no manifest has such keys.
            if case .float(let number) = key, number.isNaN {
                throw CBORError(reason: .malformed, offset: start)
            }
            guard keys.insert(key).inserted else {
                throw CBORError(reason: .repeatedKey, offset: start)
            }
            entries.append(CBORValue.Entry(key, try item(depth: depth + 1)))
        }
        return entries
    }

    /// Whether a further element follows; the end mark of an indefinite length is taken.
    private mutating func more(than read: Int, of count: UInt64?) throws(CBORError) -> Bool {
        guard let count else { return try !atBreak() }
        return UInt64(read) < count
    }

    private mutating func atBreak() throws(CBORError) -> Bool {
        guard offset < bytes.count else { throw failure(.truncated) }
        guard bytes[offset] == 0xff else { return false }
        offset += 1
        return true
    }

    private func simple(_ low: UInt8, _ bits: UInt64) throws(CBORError) -> CBORValue {
        switch low {
        case 20: return .bool(false)
        case 21: return .bool(true)
        case 22: return .null
        case 23: return .undefined
        case 0...19: return .simple(low)
        case 24 where bits >= 32: return .simple(UInt8(truncatingIfNeeded: bits))
        case 25: return .float(Self.half(UInt16(truncatingIfNeeded: bits)))
        case 26: return .float(Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))))
        case 27: return .float(Double(bitPattern: bits))
        default: throw failure(.malformed)
        }
    }

    /// A half-precision number; RFC 8949, appendix D.
    private static func half(_ bits: UInt16) -> Double {
        let exponent = Int(bits >> 10 & 31)
        let fraction = Double(bits & 1023)
        let size: Double =
            switch exponent {
            case 0: fraction * 0x1p-24
            case 31: fraction == 0 ? .infinity : .nan
            default:
                (fraction + 1024) * Double(sign: .plus, exponent: exponent - 25, significand: 1)
            }
        return bits >> 15 == 0 ? size : -size
    }

    private func failure(_ reason: CBORError.Reason) -> CBORError {
        CBORError(reason: reason, offset: offset)
    }
}
