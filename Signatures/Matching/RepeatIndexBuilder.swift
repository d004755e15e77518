// An index made from signatures, repeat after repeat, in the memory in which it is then searched.

internal import Recognition
internal import SelvageTypes

/// Makes an index, repeat after repeat, in the memory in which it is then searched.
///
/// The index is a function of the repeats in their order: the centres are learned from the first
/// of them, up to the largest power of two. So one that was grown is equal to one made at once, and
/// what is learned stays until the catalogue has doubled.
struct RepeatIndexBuilder {
    /// The most bytes of the pictures of one repeat that is read from a file.
    static let mostPictureBytes = 1 << 19 + 3 << 17

    private let memory: RepeatIndexMemory
    private var form = RepeatIndexForm()
    private var rows: [RepeatIndexRow] = []
    private var pictureEnd: Int
    /// The index from which repeats are taken over, and their numbers in it.
    private let old: RepeatIndex?
    private var kept: [Int: Int] = [:]
    private let file: String?
    private let outside: Outside?
    private var hasFile: Bool { file != nil }

    /// Repeats whose features stay outside of an index, which is then good for measuring searches alone:
    /// a million repeats' take more room than many a disk has.
    struct Outside {
        let entries: Range<Int>
        /// The features of one of them, the same each time.
        let features: (Int) -> LocalFeatures
    }

    /// A builder for an index in memory of its own.
    init(_ signatures: [RepeatSignature]) throws(RepeatIndexError) {
        try self.init(
            keypoints: signatures.map(\.features.keypoints.count),
            pictureBytes: signatures.reduce(0) {
                $0 + $1.luma.samples.count + $1.swatch.pixels.count
            }, file: nil, old: nil)
    }

    /// A builder for repeats with known numbers of keypoints.
    ///
    /// - Parameters:
    ///   - pictureBytes: At most so many bytes for the pictures of all.
    ///   - file: A new file that the index is written to.
    ///   - old: An index from which repeats, and what was learned, are taken over.
    ///   - outside: Repeats whose places in the index stay empty.
    init(
        keypoints: [Int], pictureBytes: Int, file: String?, old: RepeatIndex?,
        outside: Outside? = nil
    ) throws(RepeatIndexError) {
        let size = LocalFeatures.descriptorBytes
        let places = keypoints.reduce(0) { $0 + DescriptorBlocks.places(for: $1) }
        guard places <= RepeatIndexForm.mostPlaces, keypoints.count < RepeatIndexForm.mostEntries
        else {
            throw .unwritable
        }
        form.places = places
        form[.points] = Self.section(
            after: RepeatIndexForm.headBytes, places * RepeatIndexForm.pointBytes)
        form[.descriptors] = Self.section(after: form[.points].upperBound, places * size)
        pictureEnd = RepeatIndexForm.aligned(form[.descriptors].upperBound)
        form[.pictures] = pictureEnd..<pictureEnd
        // Each list and each group begins a block, and a group has at least one list.
        let centres = places / RepeatCoarseIndex.listLength + 1
        let lists = centres + Int(Double(centres).squareRoot()) + 1
        let room =
            pictureEnd + pictureBytes
            + RepeatListBlock.bytes(of: places + lists * DescriptorBlocks.size)
            + lists * (2 * DescriptorBlocks.bytes + RepeatIndexForm.listBytes)
            + keypoints.count * RepeatIndexForm.entryBytes + (1 << 16)
        memory = try RepeatIndexMemory(room: room, file: file)
        if outside == nil { try memory.reserve(0..<pictureEnd) }
        (self.file, self.outside) = (file, outside)
        self.old = old
    }

    private static func section(after end: Int, _ count: Int) -> Range<Int> {
        let start = RepeatIndexForm.aligned(end)
        return start..<start + count
    }

    private var nextPlace: Int { rows.last?.places.upperBound ?? 0 }

    /// Adds a repeat.
    mutating func append(
        _ signature: RepeatSignature, features: Digest? = nil
    ) throws(RepeatIndexError) {
        var row = RepeatIndexRow()
        row.width = UInt32(signature.features.width)
        row.height = UInt32(signature.features.height)
        row.first = nextPlace
        row.count = signature.features.keypoints.count
        (row.lumaWidth, row.lumaHeight) = (signature.luma.width, signature.luma.height)
        (row.swatchWidth, row.swatchHeight) = (signature.swatch.width, signature.swatch.height)
        row.features = features?.bytes ?? row.features
        try place(&row)
        let isOutside = outside?.entries.contains(rows.count) ?? false
        if !isOutside { write(signature.features, row) }
        let picture = form[.pictures].lowerBound + row.picture
        memory.store(signature.luma.samples, at: picture)
        memory.store(signature.swatch.pixels, at: picture + row.lumaBytes)
        if hasFile, !isOutside { row.digest = RepeatIndexDigests.digest(of: row, memory, form) }
        rows.append(row)
    }

    /// Adds a repeat that another index has, as it is there.
    mutating func append(_ entry: Int, of other: RepeatIndex) throws(RepeatIndexError) {
        let from = other.entries.row(entry, digests: true)
        var row = from
        row.first = nextPlace
        try place(&row)
        for (section, size) in [
            (RepeatIndexForm.Section.points, RepeatIndexForm.pointBytes),
            (.descriptors, LocalFeatures.descriptorBytes),
        ] {
            copy(
                other, other.part(section, from.places, each: size),
                to: form[section].lowerBound + row.first * size)
        }
        let start = other.form[.pictures].lowerBound + from.picture
        copy(
            other, start..<start + from.pictureBytes,
            to: form[.pictures].lowerBound + row.picture)
        kept[rows.count] = entry
        rows.append(row)
    }

    private func copy(_ other: RepeatIndex, _ range: Range<Int>, to place: Int) {
        (memory.start + place).copyMemory(
            from: other.memory.start + range.lowerBound, byteCount: range.count)
    }

    private mutating func place(_ row: inout RepeatIndexRow) throws(RepeatIndexError) {
        guard row.places.upperBound <= form.places else { throw .stale }
        row.picture = pictureEnd - form[.pictures].lowerBound
        try memory.reserve(pictureEnd..<pictureEnd + row.pictureBytes)
        pictureEnd += row.pictureBytes
    }

    private func write(_ features: LocalFeatures, _ row: RepeatIndexRow) {
        for (number, point) in features.keypoints.enumerated() {
            let place =
                form[.points].lowerBound + (row.first + number) * RepeatIndexForm.pointBytes
            for (part, value) in [point.x, point.y, point.scale, point.angle].enumerated() {
                memory.store(value.bitPattern, at: place + 4 * part)
            }
            memory.store(UInt32(point.flips), at: place + 16)
        }
        let blocks = (memory.start + form[.descriptors].lowerBound).assumingMemoryBound(
            to: UInt8.self)
        features.descriptors.withUnsafeBufferPointer {
            guard let source = $0.baseAddress else { return }
            for number in 0..<row.count {
                DescriptorBlocks.lay(
                    source + number * LocalFeatures.descriptorBytes, at: row.first + number,
                    of: blocks)
            }
        }
    }

    /// The index of the repeats that were added.
    mutating func finished() throws(RepeatIndexError) -> RepeatIndex {
        guard nextPlace == form.places else { throw .stale }
        form[.pictures] = form[.pictures].lowerBound..<pictureEnd
        form.entries = rows.count
        form.key = RepeatIndex.key(of: rows.map(\.features))
        let source = RepeatFeatureSource(memory: memory, form: form, rows: rows, outside: outside)
        var lists = RepeatListBuilder(memory, form, rows, source: source, file: file)
        try lists.build(old: old, kept: kept)
        form = lists.form
        try writeTables(lists)
        try memory.finish(count: form.size)
        return RepeatIndex(memory, form, checks: .trusted)
    }

    private mutating func writeTables(_ lists: RepeatListBuilder) throws(RepeatIndexError) {
        form[.groups] = Self.section(
            after: form[.codebook].upperBound, form.groups * RepeatIndexForm.groupBytes)
        form[.lists] = Self.section(
            after: form[.groups].upperBound, form.lists * RepeatIndexForm.listBytes)
        form[.entries] = Self.section(
            after: form[.lists].upperBound, rows.count * RepeatIndexForm.entryBytes)
        try memory.reserve(form[.groups].lowerBound..<form[.entries].upperBound)
        for (number, group) in lists.groups.enumerated() {
            group.write(
                memory, at: form[.groups].lowerBound + number * RepeatIndexForm.groupBytes)
        }
        for (number, list) in lists.lists.enumerated() {
            list.write(memory, at: form[.lists].lowerBound + number * RepeatIndexForm.listBytes)
        }
        for (number, row) in rows.enumerated() {
            row.write(
                memory, at: form[.entries].lowerBound + number * RepeatIndexForm.entryBytes)
        }
        if hasFile {
            form.tableDigests = RepeatIndexForm.Section.tables.map { memory.digest(form[$0]) }
        }
        memory.store(form.head, at: 0)
    }
}
