// A TIFF file (or EXIF block) as its first image file directory.

/// A TIFF or BigTIFF file as its first image file directory.
///
/// Further pages and sub-directories are never touched: their offsets stay true because nothing
/// of the file moves.
///
/// - Source: TIFF 6.0, section 2; BigTIFF as in libtiff; C2PA 2.2, appendix A.3.6 (tag 52545).
struct TIFFFile: ImageContainer {
    /// One entry of the directory: tag, type, count, and the value or its offset.
    struct Entry: Sendable {
        let tag: Int
        let type: Int
        let count: Int
        /// The whole entry in the file.
        let range: Range<Int>
    }

    /// Tags that we read or write.
    enum Tag {
        static let xmp = 700
        static let manifestStore = 52_545
        static let iptc = 33_723
        static let photoshop = 34_377
        static let artist = 315
        static let copyright = 33_432
    }

    /// More strips or tiles than this are refused: a picture of 10,000 rows has 10,000 at most.
    static let numberLimit = 1 << 20

    let source: FileBytes
    let order: ByteOrder

    /// Whether it is a BigTIFF, whose counts and offsets have eight bytes.
    let isBig: Bool

    /// The first directory in the file, from its count to the offset of the next one.
    let directory: Range<Int>

    let entries: [Entry]

    /// The bytes of a count or an offset.
    var width: Int { isBig ? 8 : 4 }

    /// Whether the first bytes are those of a TIFF.
    static func opens(_ source: FileBytes) -> Bool {
        source.has("II*\0", at: 0) || source.has("MM\0*", at: 0)
            || source.has("II+\0", at: 0) || source.has("MM\0+", at: 0)
    }

    init(_ source: FileBytes) throws(ImageFileError) {
        guard Self.opens(source) else {
            throw ImageFileError(.malformed, at: 0, "The block does not begin as a TIFF does.")
        }
        self.source = source
        order = source.has("II", at: 0) ? .littleEndian : .bigEndian
        isBig = try source.number(2, at: 2, order) == 43
        if isBig, try source.number(2, at: 4, order) != 8 {
            throw ImageFileError(.malformed, at: 4, "The BigTIFF has offsets of an unknown size.")
        }
        let start = try source.number(isBig ? 8 : 4, at: isBig ? 8 : 4, order)
        guard start >= (isBig ? 16 : 8) else {
            throw ImageFileError(.overlapping, at: 4, "The TIFF's directory lies in its header.")
        }
        let (countWidth, entryWidth) = isBig ? (8, 20) : (2, 12)
        let count = try source.number(countWidth, at: start, order)
        guard count > 0, count <= 0xFFFF else {
            throw ImageFileError(
                .malformed, at: start, "The TIFF's directory has \(count) entries.")
        }
        directory = try source.part(
            from: start, count: countWidth + count * entryWidth + (isBig ? 8 : 4))
        var entries: [Entry] = []
        for index in 0..<count {
            let place = start + countWidth + index * entryWidth
            entries.append(
                Entry(
                    tag: try source.number(2, at: place, order),
                    type: try source.number(2, at: place + 2, order),
                    count: try source.number(isBig ? 8 : 4, at: place + 4, order),
                    range: place..<place + entryWidth))
        }
        self.entries = entries
    }

    /// The only entry with a tag.
    func entry(_ tag: Int) throws(ImageFileError) -> Entry? {
        let found = entries.filter { $0.tag == tag }
        guard found.count < 2 else {
            throw ImageFileError(
                .duplicate, at: found[1].range.lowerBound,
                "The TIFF's directory has tag \(tag) more than once.")
        }
        return found.first
    }

    /// Where the value of an entry stands.
    func valueRange(of entry: Entry) throws(ImageFileError) -> Range<Int> {
        let sizes = [1: 1, 2: 1, 3: 2, 4: 4, 6: 1, 7: 1, 8: 2, 9: 4, 11: 4, 13: 4]
        let size = sizes[entry.type] ?? 8
        let (count, overflow) = entry.count.multipliedReportingOverflow(by: size)
        guard !overflow else {
            throw ImageFileError(
                .malformed, at: entry.range.lowerBound,
                "The TIFF's tag \(entry.tag) has a value beyond any file's size.")
        }
        let field = entry.range.upperBound - width
        guard count > width else { return field..<field + count }
        return try source.part(from: try source.number(width, at: field, order), count: count)
    }

    /// The value of a tag that holds bytes or text, within a limit.
    func value(_ tag: Int, limitInBytes: Int) throws(ImageFileError) -> [UInt8]? {
        guard let entry = try entry(tag) else { return nil }
        let range = try valueRange(of: entry)
        guard range.count <= limitInBytes else {
            throw ImageFileError(
                .tooLarge(limitInBytes: limitInBytes), at: range.lowerBound,
                "The TIFF's tag \(tag) has \(range.count) bytes.")
        }
        return [UInt8](source.bytes[range])
    }

    /// The numbers of a tag, as strips and tiles are told with.
    func numbers(_ tag: Int) throws(ImageFileError) -> [Int] {
        guard let entry = try entry(tag), let size = [3: 2, 4: 4, 16: 8][entry.type] else {
            return []
        }
        guard entry.count <= Self.numberLimit else {
            throw ImageFileError(
                .tooManyParts(limit: Self.numberLimit), at: entry.range.lowerBound,
                "The TIFF's tag \(tag) lists more numbers than are read.")
        }
        let range = try valueRange(of: entry)
        var numbers: [Int] = []
        for place in stride(from: range.lowerBound, to: range.upperBound, by: size) {
            numbers.append(try source.number(size, at: place, order))
        }
        return numbers
    }

    /// The range of the manifest store and of the field that counts its bytes.
    private func storeRanges() throws(ImageFileError) -> (count: Range<Int>, value: Range<Int>)? {
        guard let entry = try entry(Tag.manifestStore) else { return nil }
        let value = try valueRange(of: entry)
        guard entry.type == 7 || entry.type == 1, entry.count > width else {
            throw ImageFileError(
                .malformed, at: entry.range.lowerBound,
                "The TIFF's tag for a manifest store does not hold one.")
        }
        try ManifestStoreBox.checkSize(value.count, at: value.lowerBound)
        try refuseOverlap(of: value, with: "manifest store", besides: Tag.manifestStore)
        return (entry.range.lowerBound + 4..<entry.range.lowerBound + 4 + width, value)
    }

    /// Refuses a value that shares bytes with the header, the directory, another value or the
    /// picture of the first page.
    func refuseOverlap(
        of value: Range<Int>, with name: String, besides tag: Int
    ) throws(ImageFileError) {
        var others = [0..<(isBig ? 16 : 8), directory]
        for entry in entries where entry.tag != tag {
            if let range = try? valueRange(of: entry) { others.append(range) }
        }
        for (offsets, counts) in [(273, 279), (324, 325)] {
            for (offset, count) in zip(try numbers(offsets), try numbers(counts)) {
                if let range = try? source.part(from: offset, count: count) { others.append(range) }
            }
        }
        if let other = others.first(where: { $0.overlaps(value) }) {
            throw ImageFileError(
                .overlapping, at: other.lowerBound,
                "The TIFF's \(name) shares bytes with another part of the file.")
        }
    }

    func manifestStore() throws(ImageFileError) -> ImageFile.Embedding? {
        guard let ranges = try storeRanges() else { return nil }
        return (
            [UInt8](source.bytes[ranges.value]),
            [ranges.count, ranges.value].sorted { $0.lowerBound < $1.lowerBound }
        )
    }

    func xmpPacket() throws(ImageFileError) -> [UInt8]? {
        try value(Tag.xmp, limitInBytes: ImageFile.packetLimitInBytes)
    }

    func boxes() throws(ImageFileError) -> [(names: [String], range: Range<Int>)] {
        throw ImageFileError(.unsupported, at: 0, "C2PA names no boxes for a hash over a TIFF.")
    }

    func exif() throws(ImageFileError) -> [UInt8]? { source.bytes }

    func iptcIIM() throws(ImageFileError) -> [UInt8]? {
        if let bytes = try value(Tag.iptc, limitInBytes: ImageFile.packetLimitInBytes) {
            return bytes
        }
        return try value(Tag.photoshop, limitInBytes: ImageFile.packetLimitInBytes).flatMap {
            PhotoshopResources.iptcIIM(in: $0)
        }
    }
}
