// A PNG file as its chunks, with the C2PA manifest store in caBX.

/// A PNG file as its chunks.
///
/// Checksums of chunks are written, and not checked when read: the store is authenticated by its
/// signature, and viewers show pictures with wrong ones too.
///
/// - Source: PNG (third edition), section 5; C2PA 2.2, appendix A.3.2.
struct PNGFile: ImageContainer {
    /// One chunk: length, type, data, checksum.
    struct Chunk: Sendable {
        let type: String
        let range: Range<Int>
        let data: Range<Int>
    }

    static let signature: [UInt8] = [137, 80, 78, 71, 13, 10, 26, 10]

    /// More chunks than this no honest file has.
    static let chunkLimit = 1 << 20

    let source: FileBytes

    /// The chunks from IHDR to IEND.
    let chunks: [Chunk]

    init(_ source: FileBytes) throws(ImageFileError) {
        self.source = source
        var chunks: [Chunk] = []
        var offset = Self.signature.count
        while chunks.last?.type != "IEND" {
            let count = try source.number(4, at: offset, .bigEndian)
            let name = source.bytes[try source.part(from: offset + 4, count: 4)]
            let range = try source.part(from: offset, count: 12 + count)
            guard name.allSatisfy({ (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) })
            else {
                throw ImageFileError(.malformed, at: offset + 4, "A PNG chunk has no proper type.")
            }
            guard chunks.count < Self.chunkLimit else {
                throw ImageFileError(
                    .tooManyParts(limit: Self.chunkLimit), at: offset,
                    "The PNG has more chunks than are read.")
            }
            chunks.append(
                Chunk(
                    type: String(decoding: name, as: UTF8.self), range: range,
                    data: offset + 8..<offset + 8 + count))
            offset = range.upperBound
        }
        guard chunks.first?.type == "IHDR" else {
            throw ImageFileError(
                .malformed, at: Self.signature.count, "The PNG does not begin with its header.")
        }
        self.chunks = chunks
    }

    /// The numbers of the chunks of a type.
    func chunks(_ type: String) -> [Int] { chunks.indices.filter { chunks[$0].type == type } }

    /// The file's parts: the signature counts as part 0, so chunk n is part n + 1.
    var parts: [Range<Int>] { [0..<Self.signature.count] + chunks.map(\.range) }

    /// One chunk as bytes.
    static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        let body = [UInt8](type.utf8) + data
        return .number(data.count, width: 4, .bigEndian) + body
            + .number(Int(CRC32.checksum(of: body)), width: 4, .bigEndian)
    }

    private func storeChunk() throws(ImageFileError) -> Int? {
        let found = chunks("caBX")
        guard found.count < 2 else {
            throw ImageFileError(
                .duplicate, at: chunks[found[1]].range.lowerBound,
                "The PNG carries more than one C2PA manifest store.")
        }
        return found.first
    }

    func manifestStore() throws(ImageFileError) -> ImageFile.Embedding? {
        guard let number = try storeChunk() else { return nil }
        let chunk = chunks[number]
        try ManifestStoreBox.checkSize(chunk.data.count, at: chunk.range.lowerBound)
        return ([UInt8](source.bytes[chunk.data]), [chunk.range])
    }

    func replacingManifestStore(with store: [UInt8]?) throws(ImageFileError) -> ImageFile.Embedding
    {
        let old = try storeChunk()
        let result = source.splicing(
            parts, dropping: Set(old.map { [$0 + 1] } ?? []),
            inserting: store.map { Self.chunk("caBX", $0) } ?? [], before: 2)
        return (result.bytes, store == nil ? [] : [result.inserted])
    }

    func boxes() throws(ImageFileError) -> [(names: [String], range: Range<Int>)] {
        _ = try storeChunk()
        return [(["PNGh"], 0..<Self.signature.count)]
            + chunks.map { ([$0.type == "caBX" ? "C2PA" : $0.type], $0.range) }
    }

    func exif() throws(ImageFileError) -> [UInt8]? {
        chunks("eXIf").first.map { [UInt8](source.bytes[chunks[$0].data]) }
    }
}
