// The bytes of a file, with every read checked against their end.

/// In which order the bytes of a number stand.
enum ByteOrder: Sendable {
    case bigEndian, littleEndian
}

/// The bytes of a file; no read reaches outside them.
struct FileBytes: Sendable {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var count: Int { bytes.count }

    /// An unsigned number of one to eight bytes.
    func number(_ width: Int, at offset: Int, _ order: ByteOrder) throws(ImageFileError) -> Int {
        let range = try part(from: offset, count: width)
        var value: UInt64 = 0
        for index in range {
            let place =
                order == .bigEndian ? index : range.lowerBound + range.upperBound - 1 - index
            value = value << 8 | UInt64(bytes[place])
        }
        guard let number = Int(exactly: value) else {
            throw ImageFileError(
                .malformed, at: offset, "A length or offset of the file is beyond any file's size.")
        }
        return number
    }

    /// The range of `count` bytes from `offset`, or the error that the file ends before.
    func part(from offset: Int, count: Int) throws(ImageFileError) -> Range<Int> {
        guard offset >= 0, count >= 0, offset <= bytes.count, count <= bytes.count - offset else {
            throw ImageFileError(
                .truncated, at: max(0, min(offset, bytes.count)),
                "The file ends before a part of \(count) bytes at \(offset) that it announces.")
        }
        return offset..<offset + count
    }

    /// Whether the text, as ASCII, stands at `offset`.
    func has(_ text: StaticString, at offset: Int) -> Bool {
        let length = text.utf8CodeUnitCount
        guard offset >= 0, offset <= bytes.count, length <= bytes.count - offset else {
            return false
        }
        return text.withUTF8Buffer { bytes[offset..<offset + length].elementsEqual($0) }
    }

    /// Copies of the parts in their order, without those of `dropped`, with `insertion` before
    /// the part of number `index`; bytes behind the last part follow.
    func splicing(
        _ parts: [Range<Int>], dropping dropped: Set<Int>, inserting insertion: [UInt8],
        before index: Int
    ) -> (bytes: [UInt8], inserted: Range<Int>) {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + insertion.count)
        var start = 0
        for number in 0...parts.count {
            if number == index {
                start = result.count
                result += insertion
            }
            if number < parts.count, !dropped.contains(number) { result += bytes[parts[number]] }
        }
        result += bytes[(parts.last?.upperBound ?? 0)...]
        return (result, start..<start + insertion.count)
    }
}

extension [UInt8] {
    /// The number in `width` bytes of the given order.
    ///
    /// - Precondition: The number fits; whoever writes has checked its lengths before.
    static func number(_ value: Int, width: Int, _ order: ByteOrder) -> [UInt8] {
        precondition(value >= 0, "only lengths and offsets are written, and they are not negative")
        precondition(width >= 8 || value >> (8 * width) == 0, "a written length must fit its field")
        let little = (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        return order == .littleEndian ? little : little.reversed()
    }
}
