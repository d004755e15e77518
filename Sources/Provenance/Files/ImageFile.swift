// An image file seen as its container: where metadata stand, and how to replace them and no pixel.

/// The container of a JPEG, PNG, WebP or TIFF file.
///
/// It reads and replaces what is carried beside the picture: the C2PA manifest store, the XMP
/// packet, and for fallbacks EXIF and IPTC IIM. The coded picture is copied byte for byte. Bytes
/// come from anywhere: every length is checked, and a file in which something that may stand once
/// stands twice is refused, because two readers would read two files.
///
/// - Source: C2PA 2.2 appendix A.3 (embedding), ISO 19566-5 annex D (JUMBF in JPEG), XMP part 3.
public struct ImageFile: Sendable {
    /// A container format that we read and write.
    public enum Format: String, Hashable, Sendable, CaseIterable {
        case jpeg, png, webp, tiff
    }

    /// Embedded bytes, and the ranges of the file that carry them, ascending and disjoint.
    public typealias Embedding = (bytes: [UInt8], ranges: [Range<Int>])

    /// The largest manifest store that is read or written: 64 MiB.
    public static let storeLimitInBytes = 64 << 20

    /// The largest XMP packet that is read or written: 16 MiB.
    public static let packetLimitInBytes = 16 << 20

    /// The format, told by the first bytes.
    public let format: Format

    /// The whole file.
    public let bytes: [UInt8]

    private let container: any ImageContainer

    /// Takes a file apart.
    ///
    /// Throws when the first bytes are of none of the four formats, or when the structure up to
    /// the coded picture is broken. A JPEG whose picture is cut off is accepted.
    public init(_ bytes: [UInt8]) throws(ImageFileError) {
        let source = FileBytes(bytes)
        self.bytes = bytes
        if source.has("RIFF", at: 0), source.has("WEBP", at: 8) {
            (format, container) = (.webp, try WebPFile(source))
        } else if bytes.starts(with: PNGFile.signature) {
            (format, container) = (.png, try PNGFile(source))
        } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            (format, container) = (.jpeg, try JPEGFile(source))
        } else if TIFFFile.opens(source) {
            (format, container) = (.tiff, try TIFFFile(source))
        } else {
            throw ImageFileError(
                .unknownFormat, at: 0, "The file is not a JPEG, PNG, WebP or TIFF picture.")
        }
    }

    /// The C2PA manifest store, or nil when the file carries none.
    ///
    /// The ranges are those that `c2pa.hash.data` excludes: the APP11 segments with their
    /// markers, the `caBX` chunk with length and checksum, the `C2PA` chunk with its header
    /// (without the padding byte), and of TIFF the count field of tag 52545 and its value.
    public func manifestStore() throws(ImageFileError) -> Embedding? {
        try container.manifestStore()
    }

    /// The file with another manifest store, or with none.
    ///
    /// A store of the same length replaces the former without moving a byte, so that a
    /// placeholder can be measured, hashed around and then filled. Places are those of c2pa-rs:
    /// after the last APP0, after IHDR, last in RIFF, at the end of a TIFF.
    ///
    /// - Returns: The new file and the ranges of it that carry the store; none when `store` is nil.
    public func replacingManifestStore(with store: [UInt8]?) throws(ImageFileError) -> Embedding {
        if let store { try ManifestStoreBox.check(store) }
        return try container.replacingManifestStore(with: store)
    }

    /// The file's boxes in order, named as `c2pa.hash.boxes` names them.
    ///
    /// JPEG by marker names, the C2PA segments as one box `C2PA`; PNG with the signature as
    /// `PNGh` and the `caBX` chunk as `C2PA`. Bytes behind the last box are in none. Throws
    /// `unsupported` for WebP and TIFF, for which C2PA names no boxes.
    ///
    /// - Source: C2PA 2.2, 18.8 (general boxes hash).
    public func boxes() throws(ImageFileError) -> [(names: [String], range: Range<Int>)] {
        try container.boxes()
    }

    /// The XMP packet, or nil when the file carries none; of JPEG only the standard packet.
    public func xmpPacket() throws(ImageFileError) -> [UInt8]? {
        try container.xmpPacket()
    }

    /// The reassembled extended XMP of a JPEG: a second RDF document beside the packet.
    ///
    /// Nil when the packet names none, or when its parts are missing or fail their digest.
    public func extendedXMP() throws(ImageFileError) -> [UInt8]? {
        try (container as? JPEGFile)?.extendedXMP()
    }

    /// The file with another XMP packet, or with none.
    ///
    /// A manifest store stays where it is; its hard binding then no longer holds, so rights are
    /// written before a file is signed. A WebP without `VP8X` gets one.
    public func replacingXMPPacket(with packet: [UInt8]?) throws(ImageFileError) -> [UInt8] {
        if let packet, packet.count > Self.packetLimitInBytes {
            throw ImageFileError(
                .tooLarge(limitInBytes: Self.packetLimitInBytes), at: 0,
                "The XMP packet to write has \(packet.count) bytes; shorten it.")
        }
        return try container.replacingXMPPacket(with: packet)
    }

    /// The EXIF block, a TIFF structure without the `Exif` signature; of a TIFF the file itself.
    public func exif() throws(ImageFileError) -> [UInt8]? {
        try container.exif()
    }

    /// The IPTC IIM datasets as they stand in the file; WebP has no place for them.
    public func iptcIIM() throws(ImageFileError) -> [UInt8]? {
        try container.iptcIIM()
    }
}

/// What each container format can do.
protocol ImageContainer: Sendable {
    func manifestStore() throws(ImageFileError) -> ImageFile.Embedding?
    func replacingManifestStore(with store: [UInt8]?) throws(ImageFileError) -> ImageFile.Embedding
    func boxes() throws(ImageFileError) -> [(names: [String], range: Range<Int>)]
    func xmpPacket() throws(ImageFileError) -> [UInt8]?
    func replacingXMPPacket(with packet: [UInt8]?) throws(ImageFileError) -> [UInt8]
    func exif() throws(ImageFileError) -> [UInt8]?
    func iptcIIM() throws(ImageFileError) -> [UInt8]?
}
