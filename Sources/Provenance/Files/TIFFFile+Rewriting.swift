// Writing into a TIFF: a new first directory at the end of the file, everything else unmoved.

extension TIFFFile {
    /// What stays of a file when a directory is written anew.
    private struct Rest {
        /// The bytes up to what a former rewriting appended.
        var bytes: [UInt8]
        /// The values that were cut off and are written again.
        var values: [Int: [UInt8]] = [:]
    }

    func replacingManifestStore(with store: [UInt8]?) throws(ImageFileError) -> ImageFile.Embedding
    {
        let file = try rewriting(Tag.manifestStore, to: store)
        let embedding = try TIFFFile(FileBytes(file)).manifestStore()
        return (file, embedding?.ranges ?? [])
    }

    func replacingXMPPacket(with packet: [UInt8]?) throws(ImageFileError) -> [UInt8] {
        try rewriting(Tag.xmp, to: packet)
    }

    /// The file with another value of a tag, or without it.
    ///
    /// Written are, in this order: packet, directory, store. A store of the same length thus
    /// comes to the same place, and c2pa-rs has the store last, too.
    private func rewriting(_ tag: Int, to value: [UInt8]?) throws(ImageFileError) -> [UInt8] {
        if value == nil, try entry(tag) == nil { return source.bytes }
        var rest = try self.rest(replacing: tag)
        rest.values[tag] = value
        var file = rest.bytes
        var offsets: [Int: Int] = [:]
        if let packet = rest.values[Tag.xmp] {
            if file.count % 2 == 1 { file.append(0) }
            offsets[Tag.xmp] = file.count
            file += packet
        }
        if file.count % 2 == 1 { file.append(0) }
        let start = file.count
        let kept = entries.filter { $0.tag != tag && rest.values[$0.tag] == nil }
        let count = kept.count + rest.values.count
        let end = start + (isBig ? 8 : 2) + count * (isBig ? 20 : 12) + width
        offsets[Tag.manifestStore] = end
        try refuseSize(end + (rest.values[Tag.manifestStore]?.count ?? 0), entries: count)
        var written = kept.map { (tag: $0.tag, bytes: [UInt8](source.bytes[$0.range])) }
        for (tag, value) in rest.values {
            written.append((tag, entryBytes(tag, value, at: offsets[tag] ?? 0)))
        }
        file += [UInt8].number(count, width: isBig ? 8 : 2, order)
        file += written.sorted { $0.tag < $1.tag }.flatMap(\.bytes)
        file += source.bytes[directory.upperBound - width..<directory.upperBound]
        file += rest.values[Tag.manifestStore] ?? []
        file.replaceSubrange(
            isBig ? 8..<16 : 4..<8, with: [UInt8].number(start, width: width, order))
        return file
    }

    /// Cuts off what a former rewriting appended, so that a file does not grow with every signing,
    /// and blanks the former value of the tag where it stands elsewhere.
    private func rest(replacing tag: Int) throws(ImageFileError) -> Rest {
        var rest = Rest(bytes: source.bytes)
        var end = source.count
        if let store = try freeValue(Tag.manifestStore), store.upperBound == end {
            rest.values[Tag.manifestStore] = [UInt8](source.bytes[store])
            end = store.lowerBound
        }
        if directory.upperBound == end {
            end = directory.lowerBound
            if let packet = try freeValue(Tag.xmp), end - 1...end ~= packet.upperBound {
                rest.values[Tag.xmp] = [UInt8](source.bytes[packet])
                end = packet.lowerBound
            }
        }
        if let old = try freeValue(tag), old.upperBound <= end {
            rest.bytes.replaceSubrange(old, with: repeatElement(0, count: old.count))
        }
        rest.bytes.removeSubrange(end...)
        return rest
    }

    /// Where the value of a tag stands outside the directory, shared with nothing else.
    private func freeValue(_ tag: Int) throws(ImageFileError) -> Range<Int>? {
        guard let entry = try entry(tag) else { return nil }
        let range = try valueRange(of: entry)
        guard !directory.overlaps(range) || range.count > width else { return nil }
        try refuseOverlap(of: range, with: "tag \(tag)", besides: tag)
        return range
    }

    private func refuseSize(_ size: Int, entries: Int) throws(ImageFileError) {
        guard isBig || size < 1 << 32 else {
            throw ImageFileError(
                .tooLarge(limitInBytes: 1 << 32), at: 0,
                "A TIFF cannot hold \(size) bytes; make it a BigTIFF.")
        }
        guard entries <= 0xFFFF else {
            throw ImageFileError(
                .tooManyParts(limit: 0xFFFF), at: directory.lowerBound,
                "The TIFF's directory has no room for another entry.")
        }
    }

    /// An entry whose value stands in it when it fits, else at the offset.
    private func entryBytes(_ tag: Int, _ value: [UInt8], at offset: Int) -> [UInt8] {
        let type = tag == Tag.manifestStore ? 7 : 1
        let field =
            value.count <= width
            ? value + [UInt8](repeating: 0, count: width - value.count)
            : .number(offset, width: width, order)
        return .number(tag, width: 2, order) + .number(type, width: 2, order)
            + .number(value.count, width: width, order) + field
    }
}
