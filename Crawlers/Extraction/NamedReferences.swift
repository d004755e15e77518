// The named character references, sorted, and the longest name that a text begins with.

/// The named character references of HTML.
///
/// - Source: WHATWG HTML section 13.5.
struct NamedReferences: Sendable {
    /// A name with what it stands for; `second` is 0 unless it stands for two code points.
    private struct Entry: Sendable {
        var start: Int
        var end: Int
        var needsSemicolon: Bool
        var first: UInt32
        var second: UInt32
    }

    static let shared = NamedReferences(table: namedReferenceTable)

    private var names: [UInt8] = []
    private var entries: [Entry] = []

    private init(table: StaticString) {
        let text = UnsafeBufferPointer(start: table.utf8Start, count: table.utf8CodeUnitCount)
        for item in text.split(separator: Byte.space) {
            let parts = item.split(separator: UInt8(ascii: ":"))
            guard parts.count == 2, let last = parts[0].last else { continue }
            let isStarred = last == UInt8(ascii: "*")
            let name = isStarred ? parts[0].dropLast() : parts[0]
            let values = parts[1].split(separator: UInt8(ascii: "+")).map(Self.number)
            let start = names.count
            names += name
            entries.append(
                Entry(
                    start: start, end: names.count, needsSemicolon: !isStarred,
                    first: values.first ?? 0xFFFD, second: values.count > 1 ? values[1] : 0))
        }
    }

    private static func number(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> UInt32 {
        digits.reduce(0) { $0 << 4 | UInt32($1.hexValue ?? 0) }
    }

    /// The longest reference that begins at a place, after its `&`.
    ///
    /// - Returns: What it stands for and the place after it, its `;` included.
    func longestMatch(
        in bytes: UnsafeBufferPointer<UInt8>, at start: Int
    ) -> (first: UInt32, second: UInt32, end: Int)? {
        var candidates = entries.startIndex..<entries.endIndex
        var found: (first: UInt32, second: UInt32, end: Int)?
        var length = 0
        while start + length < bytes.count, bytes[start + length].isASCIIAlphanumeric {
            candidates = narrow(candidates, at: length, to: bytes[start + length])
            length += 1
            // The shortest name sorts first, so a whole match is the first candidate.
            guard let index = candidates.first else { break }
            let entry = entries[index]
            guard entry.end - entry.start == length else { continue }
            let end = start + length
            if end < bytes.count, bytes[end] == Byte.semicolon {
                found = (entry.first, entry.second, end + 1)
            } else if !entry.needsSemicolon {
                found = (entry.first, entry.second, end)
            }
        }
        return found
    }

    /// The candidates whose byte at an offset is the given one; they share all bytes before it.
    private func narrow(_ candidates: Range<Int>, at offset: Int, to byte: UInt8) -> Range<Int> {
        let lower = firstIndex(in: candidates) { self.byte($0, at: offset) >= Int(byte) }
        let upper = firstIndex(in: lower..<candidates.upperBound) {
            self.byte($0, at: offset) > Int(byte)
        }
        return lower..<upper
    }

    /// The byte of a name at an offset, -1 past its end.
    private func byte(_ index: Int, at offset: Int) -> Int {
        let entry = entries[index]
        return entry.start + offset < entry.end ? Int(names[entry.start + offset]) : -1
    }

    private func firstIndex(in range: Range<Int>, where isPast: (Int) -> Bool) -> Int {
        var low = range.lowerBound
        var high = range.upperBound
        while low < high {
            let middle = (low + high) / 2
            if isPast(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
