// The form of an index in memory and on disk: a head, then sections of fixed records.

internal import Recognition
internal import SelvageTypes

/// The form of an index, the same in memory and in a `.sxi` file.
///
/// All numbers are little-endian. A head of 4096 bytes; then, each from a multiple of 64 bytes:
/// keypoints (20 bytes: x, y, scale, angle as 32-bit floats, flips as 32 bits) and descriptors, both
/// in the order of the repeats, each repeat from a new block of 16; the pictures of the repeats,
/// which are luma, then colours; the lists, each from a new block of 16: codes of descriptors (20 bytes
/// each, `DescriptorCodebook`) with owner, size and turn (6 bytes each, `RepeatListed`), by repeat in
/// each list; the lists' centres, each group's from a new block; the centres of the groups; the
/// codebook; and three tables: groups, lists, repeats.
///
/// Lists are what a picture reads, and an index of a million repeats has 627 million descriptors: so
/// they hold only what votes are made of, in 26 bytes. What is found is held against the repeat's own
/// descriptors.
///
/// The head is `SLVXIDX1`; 0x01020304 (32 bits); the version (32 bits); the algorithm's name (32
/// bytes, filled with zeros); the key (32 bytes); the numbers of repeats, groups, lists and of the
/// repeats that centres were learned from (32 bits each), of the places of repeats and of lists (64
/// bits each); offset and length of each section (64 bits each); the SHA-256 of the sections from
/// the centres on. It ends with the SHA-256 of all its bytes before.
struct RepeatIndexForm: Sendable {
    /// The parts of an index, in their order.
    enum Section: Int, CaseIterable {
        case points, descriptors, pictures, listed
        case centres, groupCentres, codebook, groups, lists, entries

        /// Those that are needed for every question and are verified when a file is opened.
        static let tables: [Section] = [
            .centres, .groupCentres, .codebook, .groups, .lists, .entries,
        ]
    }

    static let mark = Array("SLVXIDX1".utf8)
    static let byteOrder: UInt32 = 0x0102_0304
    static let version: UInt32 = 2
    static let headBytes = 4096
    static let alignment = 64
    static let digestBytes = 32
    /// In place of a digest that there is not.
    static let noDigest = [UInt8](repeating: 0, count: digestBytes)
    static let pointBytes = 20
    static let groupBytes = 16
    static let listBytes = 48
    static let entryBytes = 128
    /// The most repeats that are believed; their numbers share a word with two bits.
    static let mostEntries = 1 << 30
    /// The most places that are believed: what searches answer with has 32 bits.
    static let mostPlaces = Int(Int32.max)

    var key = [UInt8](repeating: 0, count: digestBytes)
    var entries = 0
    var groups = 0
    var lists = 0
    /// How many repeats, from the first, the centres were learned from.
    var learned = 0
    /// Places of keypoints in the order of the repeats.
    var places = 0
    /// Places of codes in the order of the lists.
    var listPlaces = 0
    var sections = [Range<Int>](repeating: 0..<0, count: Section.allCases.count)
    var tableDigests = [[UInt8]](
        repeating: [UInt8](repeating: 0, count: digestBytes), count: Section.tables.count)

    subscript(section: Section) -> Range<Int> {
        get { sections[section.rawValue] }
        set { sections[section.rawValue] = newValue }
    }

    /// The tables, which lie together.
    ///
    /// They say where everything lies: a reader takes them out of the file, as zeros in their place would
    /// lead it astray.
    var tables: Range<Int> { self[.centres].lowerBound..<self[.entries].upperBound }

    /// The bytes of the whole index.
    var size: Int { max(Self.headBytes, sections.map(\.upperBound).max() ?? 0) }

    static func aligned(_ place: Int) -> Int { (place + alignment - 1) / alignment * alignment }
}

extension RepeatIndexForm {
    /// The head's bytes.
    var head: [UInt8] {
        var bytes = Self.mark
        bytes.append(number: Self.byteOrder)
        bytes.append(number: Self.version)
        bytes += Self.algorithm
        bytes += key
        for count in [entries, groups, lists, learned] { bytes.append(number: UInt32(count)) }
        for count in [places, listPlaces] { bytes.append(number: UInt64(count)) }
        for section in sections {
            bytes.append(number: UInt64(section.lowerBound))
            bytes.append(number: UInt64(section.count))
        }
        for digest in tableDigests { bytes += digest }
        bytes += [UInt8](repeating: 0, count: Self.headBytes - Self.digestBytes - bytes.count)
        return bytes + Digest(of: bytes).bytes
    }

    private static var algorithm: [UInt8] {
        let name = Array(LocalFeatures.version.utf8.prefix(32))
        return name + [UInt8](repeating: 0, count: 32 - name.count)
    }

    /// Reads a head and checks that it is whole and fits a file of a size.
    ///
    /// - Throws: `RepeatIndexError` for anything else.
    init(_ head: [UInt8], size: Int) throws(RepeatIndexError) {
        var source = BoundedBytes(head)
        guard let mark = source.take(Self.mark.count), mark.elementsEqual(Self.mark) else {
            throw .notAnIndex
        }
        guard source.number(UInt32.self) == Self.byteOrder,
            source.number(UInt32.self) == Self.version,
            source.take(32)?.elementsEqual(Self.algorithm) == true
        else { throw .otherVersion }
        let covered = Self.headBytes - Self.digestBytes
        guard head.count == Self.headBytes,
            Digest(of: head[..<covered]).bytes.elementsEqual(head[covered...])
        else { throw .damaged }
        guard self.readNumbers(&source), isPlausible, self.size == size else { throw .damaged }
    }

    private mutating func readNumbers(_ source: inout BoundedBytes) -> Bool {
        guard let key = source.take(Self.digestBytes) else { return false }
        self.key = Array(key)
        let counts = (0..<4).map { _ in source.number(UInt32.self).map(Int.init) ?? -1 }
        (entries, groups, lists, learned) = (counts[0], counts[1], counts[2], counts[3])
        let places = (0..<2).map { _ in Self.length(&source) }
        (self.places, listPlaces) = (places[0], places[1])
        for section in sections.indices {
            let start = Self.length(&source), count = Self.length(&source)
            guard start >= 0, count >= 0 else { return false }
            sections[section] = start..<start + count
        }
        for table in tableDigests.indices {
            guard let digest = source.take(Self.digestBytes) else { return false }
            tableDigests[table] = Array(digest)
        }
        return true
    }

    /// A length of at most 2^48, else -1.
    private static func length(_ source: inout BoundedBytes) -> Int {
        guard let number = source.number(UInt64.self), number <= 1 << 48 else { return -1 }
        return Int(number)
    }

    /// Whether the sections follow each other and are as long as the numbers say.
    private var isPlausible: Bool {
        guard (0...Self.mostEntries).contains(entries), (0...entries).contains(learned),
            groups >= 0, groups <= lists, lists >= 0,
            (0...Self.mostPlaces).contains(places), (0...Self.mostPlaces).contains(listPlaces),
            places % DescriptorBlocks.size == 0, listPlaces % DescriptorBlocks.size == 0
        else { return false }
        var end = Self.headBytes
        for section in sections {
            guard section.lowerBound == Self.aligned(end) else { return false }
            end = section.upperBound
        }
        let size = LocalFeatures.descriptorBytes
        return self[.points].count == places * Self.pointBytes
            && self[.descriptors].count == places * size
            && self[.listed].count == RepeatListBlock.bytes(of: listPlaces)
            && self[.codebook].count == DescriptorCodebook.count
            && self[.groups].count == groups * Self.groupBytes
            && self[.groupCentres].count == DescriptorBlocks.places(for: groups) * size
            && self[.centres].count % DescriptorBlocks.bytes == 0
            && self[.lists].count == lists * Self.listBytes
            && self[.entries].count == entries * Self.entryBytes
    }
}

/// Why a file is not taken for the index of a catalogue; it is then made again.
enum RepeatIndexError: Error, Hashable, Sendable {
    /// It is not there, or may not be read.
    case unreadable
    /// It does not begin as one.
    case notAnIndex
    /// It was made by another version of the program, or on a machine of the other byte order.
    case otherVersion
    /// It is the index of other features.
    case stale
    /// It is not what was written.
    case damaged
    /// It cannot be written here.
    case unwritable
}
