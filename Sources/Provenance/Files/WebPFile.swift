// A WebP file as its RIFF chunks, with XMP in 'XMP ' and the C2PA manifest store in 'C2PA'.

/// A WebP file as its RIFF chunks.
///
/// - Source: WebP Container Specification; RFC 9649, section 2; C2PA 2.2, appendix A.3.7 (RIFF).
struct WebPFile: ImageContainer {
    /// One chunk: type, length, data, and a padding byte when the length is odd.
    struct Chunk: Sendable {
        let type: String
        let range: Range<Int>
        let data: Range<Int>
    }

    /// More chunks than this no honest file has, animations included.
    static let chunkLimit = 1 << 20

    let source: FileBytes
    let chunks: [Chunk]

    init(_ source: FileBytes) throws(ImageFileError) {
        self.source = source
        let size = try source.number(4, at: 4, .littleEndian)
        let end = try source.part(from: 8, count: size).upperBound
        var chunks: [Chunk] = []
        var offset = 12
        while offset < end {
            let name = source.bytes[try source.part(from: offset, count: 4)]
            let count = try source.number(4, at: offset + 4, .littleEndian)
            guard offset + 8 <= end, count <= end - offset - 8 else {
                throw ImageFileError(
                    .truncated, at: offset, "A WebP chunk reaches beyond the end of the picture.")
            }
            guard chunks.count < Self.chunkLimit else {
                throw ImageFileError(
                    .tooManyParts(limit: Self.chunkLimit), at: offset,
                    "The WebP has more chunks than are read.")
            }
            guard name.allSatisfy({ (0x20...0x7E).contains($0) }) else {
                throw ImageFileError(.malformed, at: offset, "A WebP chunk has no proper type.")
            }
            let data = offset + 8..<offset + 8 + count
            // Some writers leave the last padding byte away.
            let next = min(end, data.upperBound + count % 2)
            chunks.append(
                Chunk(
                    type: String(decoding: name, as: UTF8.self), range: offset..<next, data: data))
            offset = next
        }
        self.chunks = chunks
    }

    /// The number of the only chunk of a type.
    private func only(_ type: String, _ what: String) throws(ImageFileError) -> Int? {
        let found = chunks.indices.filter { chunks[$0].type == type }
        guard found.count < 2 else {
            throw ImageFileError(
                .duplicate, at: chunks[found[1]].range.lowerBound,
                "The WebP carries more than one \(what).")
        }
        return found.first
    }

    func manifestStore() throws(ImageFileError) -> ImageFile.Embedding? {
        guard let number = try only("C2PA", "C2PA manifest store") else { return nil }
        let chunk = chunks[number]
        try ManifestStoreBox.checkSize(chunk.data.count, at: chunk.range.lowerBound)
        // The padding byte is hashed: c2pa-rs excludes header and data only.
        return (
            [UInt8](source.bytes[chunk.data]), [chunk.range.lowerBound..<chunk.data.upperBound]
        )
    }

    func replacingManifestStore(with store: [UInt8]?) throws(ImageFileError) -> ImageFile.Embedding
    {
        var pieces = self.pieces(without: try only("C2PA", "C2PA manifest store"))
        guard let store else { return (try file(of: pieces), []) }
        try extend(&pieces, flag: 0)
        pieces.append(Piece("C2PA", store[...]))
        let file = try file(of: pieces)
        let end = file.count - trailing.count - store.count % 2
        return (file, [end - 8 - store.count..<end])
    }

    func xmpPacket() throws(ImageFileError) -> [UInt8]? {
        guard let number = try only("XMP ", "XMP packet") else { return nil }
        guard chunks[number].data.count <= ImageFile.packetLimitInBytes else {
            throw ImageFileError(
                .tooLarge(limitInBytes: ImageFile.packetLimitInBytes),
                at: chunks[number].range.lowerBound,
                "The WebP's XMP packet has \(chunks[number].data.count) bytes.")
        }
        return [UInt8](source.bytes[chunks[number].data])
    }

    func replacingXMPPacket(with packet: [UInt8]?) throws(ImageFileError) -> [UInt8] {
        var pieces = self.pieces(without: try only("XMP ", "XMP packet"))
        if let packet {
            try extend(&pieces, flag: 0x04)
            // Behind the picture and EXIF, before chunks that the format does not know.
            let place = pieces.lastIndex { Self.known.contains($0.type) }.map { $0 + 1 }
            pieces.insert(Piece("XMP ", packet[...]), at: place ?? pieces.count)
        } else if let first = pieces.first, first.type == "VP8X", let flags = first.data.first {
            pieces[0].data = [flags & ~0x04] + first.data.dropFirst()
        }
        return try file(of: pieces)
    }

    func boxes() throws(ImageFileError) -> [(names: [String], range: Range<Int>)] {
        throw ImageFileError(.unsupported, at: 0, "C2PA names no boxes for a hash over a WebP.")
    }

    func exif() throws(ImageFileError) -> [UInt8]? {
        guard let chunk = chunks.first(where: { $0.type == "EXIF" }) else { return nil }
        let hasSignature = source.has("Exif\0\0", at: chunk.data.lowerBound) && chunk.data.count > 6
        return [UInt8](source.bytes[chunk.data.dropFirst(hasSignature ? 6 : 0)])
    }

    func iptcIIM() throws(ImageFileError) -> [UInt8]? { nil }
}

extension WebPFile {
    /// A chunk to be written.
    private struct Piece {
        let type: String
        var data: ArraySlice<UInt8>

        init(_ type: String, _ data: ArraySlice<UInt8>) {
            (self.type, self.data) = (type, data)
        }
    }

    /// The chunks that the format knows, in the order in which it wants them.
    private static let known: Set = [
        "VP8X", "ICCP", "ANIM", "ANMF", "ALPH", "VP8 ", "VP8L", "EXIF",
    ]

    /// What stands behind the RIFF form.
    private var trailing: ArraySlice<UInt8> {
        source.bytes[(chunks.last?.range.upperBound ?? 12)...]
    }

    private func pieces(without dropped: Int?) -> [Piece] {
        chunks.indices.filter { $0 != dropped }.map {
            Piece(chunks[$0].type, source.bytes[chunks[$0].data])
        }
    }

    /// The whole file of these chunks.
    private func file(of pieces: [Piece]) throws(ImageFileError) -> [UInt8] {
        let size = pieces.reduce(4) { $0 + 8 + $1.data.count + $1.data.count % 2 }
        guard size < 1 << 32 else {
            throw ImageFileError(
                .tooLarge(limitInBytes: 1 << 32), at: 0, "A WebP cannot hold that much.")
        }
        var file = [UInt8]("RIFF".utf8) + .number(size, width: 4, .littleEndian)
        file.reserveCapacity(size + 8 + trailing.count)
        file += "WEBP".utf8
        for piece in pieces {
            file += piece.type.utf8
            file += [UInt8].number(piece.data.count, width: 4, .littleEndian)
            file += piece.data
            if piece.data.count % 2 == 1 { file.append(0) }
        }
        return file + trailing
    }

    /// Sees to it that the file begins with `VP8X`, with this flag set.
    ///
    /// - Source: RFC 9649, sections 2.5 to 2.7.
    private func extend(_ pieces: inout [Piece], flag: UInt8) throws(ImageFileError) {
        if let first = pieces.first, first.type == "VP8X", let flags = first.data.first {
            pieces[0].data = [flags | flag] + first.data.dropFirst()
            return
        }
        guard !pieces.contains(where: { $0.type == "VP8X" }), let canvas = try canvas() else {
            throw ImageFileError(
                .malformed, at: 12,
                "The WebP has neither a header in its place nor a picture that tells its size.")
        }
        let flags = flag | (canvas.hasAlpha ? 0x10 : 0)
        let header =
            [flags, 0, 0, 0] + .number(canvas.width - 1, width: 3, .littleEndian)
            + .number(canvas.height - 1, width: 3, .littleEndian)
        pieces.insert(Piece("VP8X", header[...]), at: 0)
    }

    /// Size and transparency as the only picture of a simple file tells them.
    private func canvas() throws(ImageFileError) -> (width: Int, height: Int, hasAlpha: Bool)? {
        guard let chunk = chunks.first(where: { $0.type == "VP8 " || $0.type == "VP8L" }),
            chunk.data.count >= 10
        else { return nil }
        let start = chunk.data.lowerBound
        if chunk.type == "VP8L" {
            let word = try source.number(4, at: start + 1, .littleEndian)
            guard source.bytes[start] == 0x2F else { return nil }
            return (word & 0x3FFF + 1, word >> 14 & 0x3FFF + 1, word >> 28 & 1 == 1)
        }
        guard source.bytes[start + 3..<start + 6].elementsEqual([0x9D, 0x01, 0x2A]) else {
            return nil
        }
        let width = try source.number(2, at: start + 6, .littleEndian) & 0x3FFF
        let height = try source.number(2, at: start + 8, .littleEndian) & 0x3FFF
        return width > 0 && height > 0 ? (width, height, false) : nil
    }
}
