// Decompression of compressed PNG text, within a limit.

/// Inflates zlib data.
///
/// Our own, because it is only met in text chunks of a few kilobytes and no library then sees
/// hostile bytes. Codes are decoded bit by bit along their lengths, as Mark Adler's `puff` does.
///
/// - Source: RFC 1950, RFC 1951.
struct Inflate {
    private let bytes: ArraySlice<UInt8>
    private var place: Int
    private var held: UInt32 = 0
    private var heldCount = 0
    private var output: [UInt8] = []
    private let limit: Int

    private init(_ bytes: ArraySlice<UInt8>, limit: Int) {
        self.bytes = bytes
        self.limit = limit
        place = bytes.startIndex
    }

    /// The decompressed bytes of a zlib stream.
    static func zlib(
        _ bytes: ArraySlice<UInt8>, limitInBytes: Int
    ) throws(ImageFileError) -> [UInt8] {
        var inflate = Inflate(bytes, limit: limitInBytes)
        let header = [UInt8](bytes.prefix(2))
        guard header.count == 2, header[0] & 15 == 8, header[1] & 32 == 0,
            (Int(header[0]) << 8 | Int(header[1])) % 31 == 0
        else { throw inflate.broken("is no zlib stream") }
        inflate.place += 2
        while try !inflate.block() {}
        let sum = bytes[inflate.place...].prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard bytes.endIndex - inflate.place >= 4, sum == adler(inflate.output) else {
            throw inflate.broken("does not match its checksum")
        }
        return inflate.output
    }

    private static func adler(_ bytes: [UInt8]) -> UInt32 {
        var (low, high) = (UInt32(1), UInt32(0))
        for byte in bytes {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        return high << 16 | low
    }

    private func broken(_ what: String) -> ImageFileError {
        ImageFileError(.malformed, at: place, "The file's compressed text \(what).")
    }

    private mutating func bits(_ count: Int) throws(ImageFileError) -> Int {
        while heldCount < count {
            guard place < bytes.endIndex else { throw broken("is cut off") }
            held |= UInt32(bytes[place]) << UInt32(heldCount)
            place += 1
            heldCount += 8
        }
        let value = held & (1 << UInt32(count) - 1)
        held >>= UInt32(count)
        heldCount -= count
        return Int(value)
    }

    /// Decompresses one block; true after the last one.
    private mutating func block() throws(ImageFileError) -> Bool {
        let isLast = try bits(1) == 1
        switch try bits(2) {
        case 0: try stored()
        case 1: try coded(Code.fixedLiterals, Code.fixedDistances)
        case 2:
            let (literals, distances) = try codes()
            try coded(literals, distances)
        default: throw broken("has a block of an unknown kind")
        }
        return isLast
    }

    private func makeRoom(for count: Int) throws(ImageFileError) {
        guard output.count <= limit - count else {
            throw ImageFileError(
                .tooLarge(limitInBytes: limit), at: place,
                "The file's compressed text is larger than is read.")
        }
    }

    private mutating func stored() throws(ImageFileError) {
        // What is held is less than a byte, because bytes are taken only when bits are wanted.
        (held, heldCount) = (0, 0)
        let length = try bits(16)
        guard try bits(16) == ~length & 0xFFFF, bytes.endIndex - place >= length else {
            throw broken("has a stored block of a wrong length")
        }
        try makeRoom(for: length)
        output += bytes[place..<place + length]
        place += length
    }

    private mutating func symbol(_ code: Code) throws(ImageFileError) -> Int {
        var (value, first, index) = (0, 0, 0)
        for count in code.counts.dropFirst() {
            value |= try bits(1)
            if value - first < count { return code.symbols[index + value - first] }
            index += count
            first = (first + count) << 1
            value <<= 1
        }
        throw broken("has a code that stands for nothing")
    }

    private mutating func coded(_ literals: Code, _ distances: Code) throws(ImageFileError) {
        while true {
            let symbol = try symbol(literals)
            if symbol == 256 { return }
            guard symbol > 256 else {
                try makeRoom(for: 1)
                output.append(UInt8(symbol))
                continue
            }
            guard symbol < 286 else { throw broken("has a length of an unknown kind") }
            let length = try Self.lengths[symbol - 257] + bits(Self.lengthBits[symbol - 257])
            let kind = try self.symbol(distances)
            guard kind < 30 else { throw broken("has a distance of an unknown kind") }
            let distance = try Self.distances[kind] + bits(max(0, kind / 2 - 1))
            guard distance <= output.count else { throw broken("refers to before its beginning") }
            try makeRoom(for: length)
            for _ in 0..<length { output.append(output[output.count - distance]) }
        }
    }

    /// The two codes that a block of dynamic codes begins with.
    private mutating func codes() throws(ImageFileError) -> (literals: Code, distances: Code) {
        let literalCount = try bits(5) + 257
        let distanceCount = try bits(5) + 1
        let lengthCount = try bits(4) + 4
        guard literalCount <= 286, distanceCount <= 30 else { throw broken("has too many codes") }
        var lengths = [Int](repeating: 0, count: 19)
        for index in 0..<lengthCount { lengths[Self.order[index]] = try bits(3) }
        guard let lengthCode = Code(lengths) else { throw broken("has an impossible code") }
        var all: [Int] = []
        while all.count < literalCount + distanceCount {
            let symbol = try symbol(lengthCode)
            switch symbol {
            case 16:
                guard let last = all.last else { throw broken("repeats a length before any") }
                all += [Int](repeating: last, count: try bits(2) + 3)
            case 17: all += [Int](repeating: 0, count: try bits(3) + 3)
            case 18: all += [Int](repeating: 0, count: try bits(7) + 11)
            default: all.append(symbol)
            }
        }
        guard all.count == literalCount + distanceCount,
            let literals = Code([Int](all[..<literalCount])),
            let distances = Code([Int](all[literalCount...]))
        else { throw broken("has an impossible code") }
        return (literals, distances)
    }

    /// The order in which lengths of the length code stand.
    private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    private static let lengths = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115,
        131, 163, 195, 227, 258,
    ]
    private static let lengthBits = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    private static let distances = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537,
        2049, 3073, 4097, 6145, 8193, 12_289, 16_385, 24_577,
    ]
}

extension Inflate {
    /// A canonical Huffman code: how many codes each length has, and the symbols in code order.
    fileprivate struct Code {
        let counts: [Int]
        let symbols: [Int]

        /// Nil when the lengths want more codes than there are.
        init?(_ lengths: [Int]) {
            var counts = [Int](repeating: 0, count: 16)
            for length in lengths where length > 0 { counts[length] += 1 }
            var left = 1
            for count in counts.dropFirst() {
                left = left << 1 - count
                if left < 0 { return nil }
            }
            self.counts = counts
            symbols = (1..<16).flatMap { length in
                lengths.indices.filter { lengths[$0] == length }
            }
        }

        private init(fixed lengths: [Int]) {
            self = Code(lengths) ?? Code(counts: [], symbols: [])
        }

        private init(counts: [Int], symbols: [Int]) {
            (self.counts, self.symbols) = (counts, symbols)
        }

        static let fixedLiterals = Code(
            fixed: (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
        static let fixedDistances = Code(fixed: [Int](repeating: 5, count: 30))
    }
}
