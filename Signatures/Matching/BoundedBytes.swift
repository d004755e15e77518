// Foreign bytes read one number after the other, never beyond their end.

/// Foreign bytes read one little-endian number after the other, never beyond their end.
struct BoundedBytes {
    private let bytes: ArraySlice<UInt8>
    private var place: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes[...]
        place = 0
    }

    /// Bytes that have not been read.
    var rest: Int { bytes.count - place }

    /// The next bytes; nil when there are not as many.
    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= rest else { return nil }
        defer { place += count }
        return bytes[place..<place + count]
    }

    /// The next number; nil at the end.
    mutating func number<Value: FixedWidthInteger & UnsignedInteger>(_: Value.Type) -> Value? {
        take(Value.bitWidth / 8)?.reversed().reduce(0) { $0 << 8 | Value($1) }
    }
}

extension [UInt8] {
    /// Appends a number, least significant byte first.
    mutating func append(number: some FixedWidthInteger & UnsignedInteger) {
        var rest = number
        for _ in 0..<number.bitWidth / 8 {
            append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }
}
