// The text chunks of a PNG: XMP in iTXt, IPTC in the raw profiles that ImageMagick began.

extension PNGFile {
    /// The keyword of an XMP packet.
    private static let packetKeyword = "XML:com.adobe.xmp"

    /// The keyword of a text chunk.
    private func keyword(_ number: Int) -> String? {
        let data = source.bytes[chunks[number].data].prefix(80)
        guard let end = data.firstIndex(of: 0) else { return nil }
        return String(decoding: data[..<end], as: UTF8.self)
    }

    private func packetChunk() throws(ImageFileError) -> Int? {
        let found = chunks("iTXt").filter { keyword($0) == Self.packetKeyword }
        guard found.count < 2 else {
            throw ImageFileError(
                .duplicate, at: chunks[found[1]].range.lowerBound,
                "The PNG carries more than one XMP packet.")
        }
        return found.first
    }

    /// The XMP packet, also when it is compressed, which the XMP specification forbids.
    func xmpPacket() throws(ImageFileError) -> [UInt8]? {
        guard let number = try packetChunk() else { return nil }
        let data = chunks[number].data
        let flags = data.lowerBound + Self.packetKeyword.utf8.count + 1
        let isCompressed = try source.number(1, at: flags, .bigEndian) == 1
        // Behind flag and method stand the language and the translated keyword, each to a zero.
        var place = flags + 2
        for _ in 0..<2 {
            guard place <= data.upperBound,
                let zero = source.bytes[place..<data.upperBound].firstIndex(of: 0)
            else {
                throw ImageFileError(
                    .malformed, at: data.lowerBound, "The PNG's XMP chunk has no text.")
            }
            place = zero + 1
        }
        let text = source.bytes[place..<data.upperBound]
        guard isCompressed else {
            guard text.count <= ImageFile.packetLimitInBytes else {
                throw ImageFileError(
                    .tooLarge(limitInBytes: ImageFile.packetLimitInBytes), at: place,
                    "The PNG's XMP packet has \(text.count) bytes.")
            }
            return [UInt8](text)
        }
        return try Inflate.zlib(text, limitInBytes: ImageFile.packetLimitInBytes)
    }

    func replacingXMPPacket(with packet: [UInt8]?) throws(ImageFileError) -> [UInt8] {
        let old = try packetChunk()
        let firstData = chunks.firstIndex { $0.type == "IDAT" } ?? 1
        // Keyword, then no compression, no language, no translated keyword.
        let insertion = packet.map {
            Self.chunk("iTXt", [UInt8](Self.packetKeyword.utf8) + [0, 0, 0, 0, 0] + $0)
        }
        return source.splicing(
            parts, dropping: Set(old.map { [$0 + 1] } ?? []), inserting: insertion ?? [],
            before: (old ?? firstData) + 1
        ).bytes
    }

    /// IPTC in a text chunk `Raw profile type iptc`: name, length, then hexadecimal digits.
    func iptcIIM() throws(ImageFileError) -> [UInt8]? {
        let found = chunks.indices.first {
            ["tEXt", "zTXt"].contains(chunks[$0].type) && keyword($0) == "Raw profile type iptc"
        }
        guard let found else { return nil }
        let isCompressed = chunks[found].type == "zTXt"
        var text = source.bytes[chunks[found].data].drop { $0 != 0 }.dropFirst(isCompressed ? 2 : 1)
        if isCompressed {
            text = try Inflate.zlib(text, limitInBytes: ImageFile.packetLimitInBytes)[...]
        }
        let lines = text.split(separator: 0x0A, maxSplits: 2)
        guard lines.count == 3 else { return nil }
        let digits = lines[2].compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        let bytes = (0..<digits.count / 2).map { UInt8(digits[2 * $0] << 4 | digits[2 * $0 + 1]) }
        // ImageMagick wraps the datasets in a Photoshop resource, exiftool does so too.
        return PhotoshopResources.iptcIIM(in: bytes) ?? bytes
    }
}
