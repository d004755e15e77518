// One directory of a TIFF file: its entries with their values, read within limits and written again.

internal import SelvageTypes

/// How a TIFF file writes numbers and places.
struct TIFFForm: Equatable, Sendable {
    let bigEndian: Bool
    /// BigTIFF, whose places have eight bytes.
    let wide: Bool

    /// Bytes of a place, and of a value that stands in its entry.
    var word: Int { wide ? 8 : 4 }

    var headerPlace: Int { wide ? 8 : 4 }

    /// Reads the header.
    ///
    /// - Returns: nil when it is none.
    init?(_ bytes: [UInt8]) {
        bigEndian = bytes.has("MM", at: 0)
        guard bigEndian || bytes.has("II", at: 0),
            let version = bytes.number(at: 2, length: 2, bigEndian: bigEndian),
            version == 42 || version == 43
        else { return nil }
        wide = version == 43
    }
}

/// An entry of a directory with its value, in the file's byte order.
struct TIFFEntry: Sendable {
    let tag: Int
    let type: Int
    let count: Int
    let value: [UInt8]
    /// Of an entry that points to a further directory, its entries.
    var inner: [TIFFEntry]?

    /// Bytes of one value of each type; 0 for types that there are not.
    static let sizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8]

    /// The first value, of a whole-number type.
    func number(_ form: TIFFForm) -> Int? {
        value.number(at: 0, length: Self.sizes[type], bigEndian: form.bigEndian)
    }
}

/// One directory of a TIFF file.
///
/// - Source: TIFF 6.0, section 2; BigTIFF; Exif 3.0, section 4.6.3 (directories within).
struct TIFFDirectory: Sendable {
    private(set) var entries: [TIFFEntry] = []
    /// Whether another image follows.
    private(set) var hasNext = false

    /// EXIF, GPS, and within EXIF interoperability.
    private static let pointers: Set = [34_665, 34_853, 40_965]
    private static let mostEntries = 4_096

    /// Reads the first directory, and those that it points to, but no image that follows.
    ///
    /// - Returns: nil when it does not hold together or its values exceed the limit on metadata.
    init?(_ bytes: [UInt8], _ form: TIFFForm) {
        var left = mostMetadataInBytes
        guard
            let place = bytes.number(
                at: form.headerPlace, length: form.word, bigEndian: form.bigEndian),
            let read = Self.read(bytes, form, at: place, depth: 0, &left)
        else { return nil }
        (entries, hasNext) = read
    }

    private static func read(
        _ bytes: [UInt8], _ form: TIFFForm, at place: Int, depth: Int, _ left: inout Int
    ) -> (entries: [TIFFEntry], hasNext: Bool)? {
        let each = form.wide ? 20 : 12
        guard place > 0,
            let count = bytes.number(
                at: place, length: form.wide ? 8 : 2, bigEndian: form.bigEndian),
            count <= mostEntries
        else { return nil }
        let start = place + (form.wide ? 8 : 2)
        var entries: [TIFFEntry] = []
        var followed: Set<Int> = []
        for index in 0..<count {
            guard let found = entry(bytes, form, at: start + index * each, &left) else {
                return nil
            }
            guard var entry = found else { continue }
            if pointers.contains(entry.tag) {
                // Each is followed once: repeated ones would be read again for each of them.
                guard followed.insert(entry.tag).inserted else { continue }
                // A directory that cannot be read is left out, as it says nothing to anyone.
                guard depth < 2, let inner = entry.number(form),
                    let read = read(bytes, form, at: inner, depth: depth + 1, &left)
                else { continue }
                entry.inner = read.entries
            }
            entries.append(entry)
        }
        let next = bytes.number(
            at: start + count * each, length: form.word, bigEndian: form.bigEndian)
        return (entries, next.map { $0 > 0 } ?? false)
    }

    /// One entry; nil within when it is of no known type or points out of the file.
    private static func entry(
        _ bytes: [UInt8], _ form: TIFFForm, at place: Int, _ left: inout Int
    ) -> TIFFEntry?? {
        guard let tag = bytes.number(at: place, length: 2, bigEndian: form.bigEndian),
            let type = bytes.number(at: place + 2, length: 2, bigEndian: form.bigEndian),
            let count = bytes.number(at: place + 4, length: form.word, bigEndian: form.bigEndian)
        else { return nil }
        guard TIFFEntry.sizes.indices.contains(type), TIFFEntry.sizes[type] > 0,
            count <= bytes.count
        else { return .some(nil) }
        let size = count * TIFFEntry.sizes[type]
        var from = place + 4 + form.word
        if size > form.word {
            guard let away = bytes.number(at: from, length: form.word, bigEndian: form.bigEndian)
            else { return nil }
            from = away
        }
        guard size <= bytes.count, from <= bytes.count - size else { return .some(nil) }
        left -= max(size, 64)
        guard left >= 0 else { return nil }
        return TIFFEntry(
            tag: tag, type: type, count: count, value: Array(bytes[from..<from + size]))
    }

    /// Writes entries, sorted, at the end of a file, values and inner directories before them.
    ///
    /// - Returns: Where the directory stands.
    static func append(
        _ entries: [TIFFEntry], _ form: TIFFForm, to file: inout [UInt8]
    ) -> Int {
        var table: [UInt8] = []
        for entry in entries.sorted(by: { $0.tag < $1.tag }) {
            var field = entry.value
            if let inner = entry.inner {
                let place = append(inner, form, to: &file)
                field = []
                field.append(place, length: form.word, bigEndian: form.bigEndian)
            } else if field.count > form.word {
                if file.count % 2 == 1 { file.append(0) }
                let place = file.count
                file += field
                field = []
                field.append(place, length: form.word, bigEndian: form.bigEndian)
            }
            field += [UInt8](repeating: 0, count: form.word - field.count)
            // A pointer is a LONG, or LONG8 in a BigTIFF.
            let type = entry.inner == nil ? entry.type : form.wide ? 16 : 4
            table.append(entry.tag, length: 2, bigEndian: form.bigEndian)
            table.append(type, length: 2, bigEndian: form.bigEndian)
            table.append(
                entry.inner == nil ? entry.count : 1, length: form.word,
                bigEndian: form.bigEndian)
            table += field
        }
        if file.count % 2 == 1 { file.append(0) }
        let place = file.count
        file.append(entries.count, length: form.wide ? 8 : 2, bigEndian: form.bigEndian)
        file += table
        file.append(0, length: form.word, bigEndian: form.bigEndian)
        return place
    }
}
