// The chunks around a WebP master's samples.

internal import CCodecs
internal import SelvageTypes

/// The chunks around a WebP master's samples.
///
/// - Source: WebP container specification (RFC 9649, section 2.7).
struct WebPWrapping: MasterWrapping {
    /// Lossy files are written at this quality; what they had cannot be read from them.
    private static let quality: Float = 95

    private(set) var icc: [UInt8]?
    private(set) var remarks: [MasterImage.Remark] = []
    private var isLossless = false
    private var exif: [UInt8]?
    private var xmp: [UInt8]?
    /// Chunks of names that nobody has given a meaning, with their headers.
    private var others: [UInt8] = []

    init(_ bytes: [UInt8]) throws(DecodeError) {
        var offset = 12
        while let length = bytes.number(at: offset + 4, length: 4, bigEndian: false),
            bytes.count - offset - 8 >= length
        {
            let content = bytes[offset + 8..<offset + 8 + length]
            switch String(decoding: bytes[offset..<offset + 4], as: UTF8.self) {
            case "VP8L": isLossless = true
            case "VP8X", "VP8 ", "ALPH", "ANIM", "ANMF": break
            case "C2PA": remarks = [.manifestStore]
            case "ICCP": icc = icc ?? Array(content)
            case "EXIF": exif = exif ?? Array(content)
            case "XMP ": xmp = xmp ?? Array(content)
            default:
                others += bytes[offset..<offset + 8] + content
                if length % 2 == 1 { others.append(0) }
            }
            offset += 8 + length + length % 2
        }
        let metadata = [icc, exif, xmp, others].reduce(0) { $0 + ($1?.count ?? 0) }
        guard metadata <= mostMetadataInBytes else { throw .tooMuchMetadata }
    }

    func encoded(_ pixels: MasterPixels) throws(EncodeError) -> [UInt8] {
        let area = (pixels.after.width + 16) * (pixels.after.height + 16)
        let plain = try pixels.written(capacity: area * 6 + 65_536, format: "WebP") {
            selvage_write_webp($0, isLossless ? 1 : 0, Self.quality, $1, $2)
        }
        let hasMetadata = icc != nil || exif != nil || xmp != nil || !others.isEmpty
        return hasMetadata ? wrapped(plain, pixels) : Array(plain[...])
    }

    /// The encoder's chunks between our own, behind a header that says what is there.
    private func wrapped(_ plain: [UInt8], _ pixels: MasterPixels) -> [UInt8] {
        let isExtended = plain.has("VP8X", at: 12)
        var flags = isExtended ? Int(plain[20]) & 0x10 : pixels.samples.alpha == nil ? 0 : 0x10
        flags |= (icc == nil ? 0 : 0x20) | (exif == nil ? 0 : 0x08) | (xmp == nil ? 0 : 0x04)
        var header: [UInt8] = []
        header.append(flags, length: 4, bigEndian: false)
        header.append(pixels.after.width - 1, length: 3, bigEndian: false)
        header.append(pixels.after.height - 1, length: 3, bigEndian: false)
        var file = Array("RIFF\0\0\0\0WEBP".utf8)
        Self.append("VP8X", header, to: &file)
        if let icc { Self.append("ICCP", icc, to: &file) }
        file += plain[(isExtended ? 30 : 12)...]
        if let exif { Self.append("EXIF", exif, to: &file) }
        if let xmp { Self.append("XMP ", xmp, to: &file) }
        file += others
        var size: [UInt8] = []
        size.append(file.count - 8, length: 4, bigEndian: false)
        file.replaceSubrange(4..<8, with: size)
        return file
    }

    private static func append(_ name: String, _ content: [UInt8], to file: inout [UInt8]) {
        file += Array(name.utf8)
        file.append(content.count, length: 4, bigEndian: false)
        file += content
        if content.count % 2 == 1 { file.append(0) }
    }
}
