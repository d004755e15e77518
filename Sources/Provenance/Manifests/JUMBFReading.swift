// Reading JUMBF from bytes that nobody vouches for.

extension JUMBFBox {
    /// What a reader accepts before it gives up.
    public struct Limits: Hashable, Sendable {
        /// Bytes of the whole.
        public var bytes = 64 << 20
        /// Superboxes within one another.
        public var depth = 6
        /// Boxes of any kind.
        public var boxes = 20_000

        /// The limits that manifest stores are read with.
        public init() {}
    }

    /// Reads the one superbox that fills the bytes.
    ///
    /// Nothing is guessed: a box that overruns the one it stands in, a description without a
    /// label, a flag that C2PA does not use and bytes left over are refused.
    ///
    /// - Throws: `JUMBFError` for anything but exactly one superbox within the limits.
    public init(reading bytes: [UInt8], limits: Limits = Limits()) throws(JUMBFError) {
        guard bytes.count <= limits.bytes else {
            throw JUMBFError(offset: 0, detail: "it is larger than \(limits.bytes) bytes")
        }
        var reader = JUMBFReader(bytes: bytes, limits: limits)
        let head = try reader.head(at: 0, end: bytes.count)
        guard head.type == "jumb", head.payload.upperBound == bytes.count else {
            throw JUMBFError(offset: 0, detail: "it is not one JUMBF box")
        }
        self = try reader.superbox(head.payload, depth: 0)
    }
}

/// Bytes that are read as JUMBF boxes.
private struct JUMBFReader {
    let bytes: [UInt8]
    let limits: JUMBFBox.Limits
    var boxes = 0

    init(bytes: [UInt8], limits: JUMBFBox.Limits) {
        (self.bytes, self.limits) = (bytes, limits)
    }

    /// A box's type and where its payload is.
    mutating func head(
        at offset: Int, end: Int
    ) throws(JUMBFError) -> (type: String, payload: Range<Int>) {
        boxes += 1
        guard boxes <= limits.boxes else {
            throw JUMBFError(offset: offset, detail: "it holds more than \(limits.boxes) boxes")
        }
        guard end - offset >= 8 else {
            throw JUMBFError(offset: offset, detail: "a box has no room for its head")
        }
        let size = number(at: offset)
        guard let type = String(validating: bytes[offset + 4..<offset + 8], as: UTF8.self),
            size >= 8, size <= end - offset
        else {
            throw JUMBFError(offset: offset, detail: "a box does not fit into the one around it")
        }
        return (type, offset + 8..<offset + size)
    }

    mutating func superbox(_ range: Range<Int>, depth: Int) throws(JUMBFError) -> JUMBFBox {
        guard depth < limits.depth else {
            throw JUMBFError(
                offset: range.lowerBound, detail: "boxes nest deeper than \(limits.depth) levels")
        }
        let description = try head(at: range.lowerBound, end: range.upperBound)
        guard description.type == "jumd" else {
            throw JUMBFError(offset: range.lowerBound, detail: "a box has no description")
        }
        var box = try described(description.payload)
        var offset = description.payload.upperBound
        while offset < range.upperBound {
            let next = try head(at: offset, end: range.upperBound)
            if next.type == "jumb" {
                box.contents.append(.superbox(try superbox(next.payload, depth: depth + 1)))
            } else {
                box.contents.append(.box(next.type, Array(bytes[next.payload])))
            }
            offset = next.payload.upperBound
        }
        box.payload = bytes[range]
        return box
    }

    /// A box without contents from its description.
    private mutating func described(_ range: Range<Int>) throws(JUMBFError) -> JUMBFBox {
        guard range.count >= 18 else {
            throw JUMBFError(offset: range.lowerBound, detail: "a description is too short")
        }
        let flags = bytes[range.lowerBound + 16]
        guard flags == 0x03 || flags == 0x13 else {
            throw JUMBFError(
                offset: range.lowerBound + 16, detail: "a description has flags that C2PA lacks")
        }
        let start = range.lowerBound + 17
        guard let end = bytes[start..<range.upperBound].firstIndex(of: 0), end > start,
            let label = String(validating: bytes[start..<end], as: UTF8.self)
        else { throw JUMBFError(offset: start, detail: "a description has no label") }
        var box = JUMBFBox(
            type: Array(bytes[range.lowerBound..<range.lowerBound + 16]), label: label,
            contents: [])
        guard flags == 0x13 else {
            guard end + 1 == range.upperBound else {
                throw JUMBFError(offset: end, detail: "bytes follow a label")
            }
            return box
        }
        let salt = try head(at: end + 1, end: range.upperBound)
        guard salt.type == "c2sh", salt.payload.upperBound == range.upperBound,
            !salt.payload.isEmpty
        else {
            throw JUMBFError(offset: end + 1, detail: "a description's private box is no salt")
        }
        box.salt = Array(bytes[salt.payload])
        return box
    }

    private func number(at offset: Int) -> Int {
        bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
    }
}
