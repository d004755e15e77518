// The chunks around a PNG master's samples.

internal import CCodecs
internal import SelvageTypes

/// The chunks around a PNG master's samples, carried over with their checksums.
///
/// - Source: PNG specification, third edition, sections 5 and 14 (what an editor keeps).
struct PNGWrapping: MasterWrapping {
    private(set) var icc: [UInt8]?
    private(set) var remarks: [MasterImage.Remark] = []
    private var front: [UInt8] = []
    private var back: [UInt8] = []
    private var isInterlaced = false

    /// A profile that unpacks to more is not looked at; its chunk is carried over all the same.
    private static let largestProfile = 16 << 20

    /// Chunks that are about samples as they were coded; written anew, or no longer true.
    private static let replaced: Set = [
        "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "hIST", "sBIT", "caBX", "acTL", "fcTL", "fdAT",
    ]

    /// Chunks that may stay though their names say that an unknowing editor must drop them.
    private static let kept: Set = [
        "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "mDCV", "cLLI", "tIME", "oFFs", "pCAL", "sCAL",
        "bKGD",
    ]

    init(_ bytes: [UInt8]) throws(DecodeError) {
        guard bytes.has("IHDR", at: 12), bytes.count > 33 else {
            throw .brokenMaster("a PNG without its header")
        }
        isInterlaced = bytes[28] == 1
        // A background is said by an index, or a sample of fewer bits, that there is no more.
        let losesBackground = bytes[25] == 3 || bytes[24] < 8
        if bytes[25] == 3 { remarks.append(.palette) }
        var offset = 8
        var isBehind = false
        while let length = bytes.number(at: offset, length: 4), bytes.count - offset - 12 >= length
        {
            let name = String(decoding: bytes[offset + 4..<offset + 8], as: UTF8.self)
            let chunk = offset..<offset + 12 + length
            offset = chunk.upperBound
            if name == "IDAT" { isBehind = true }
            if name == "IEND" { break }
            if name == "caBX" { note(.manifestStore) }
            if name == "acTL" { note(.furtherPictures) }
            if name == "iCCP", icc == nil {
                icc = Self.profile(Array(bytes[chunk.lowerBound + 8..<chunk.upperBound - 4]))
            }
            guard Self.carries(name), !(name == "bKGD" && losesBackground) else { continue }
            if isBehind {
                back += bytes[chunk]
            } else {
                front += bytes[chunk]
            }
            guard front.count + back.count <= mostMetadataInBytes else { throw .tooMuchMetadata }
        }
    }

    private mutating func note(_ remark: MasterImage.Remark) {
        if !remarks.contains(remark) { remarks.append(remark) }
    }

    /// The fourth letter of a chunk that is safe to copy is small.
    private static func carries(_ name: String) -> Bool {
        !replaced.contains(name)
            && (kept.contains(name) || name.utf8.last.map { $0 & 0x20 != 0 } == true)
    }

    /// iCCP: a name, a zero, a method, and the packed profile.
    private static func profile(_ content: [UInt8]) -> [UInt8]? {
        guard let end = content.prefix(80).firstIndex(of: 0), end + 2 < content.count else {
            return nil
        }
        var outcome = SELVAGE_OK
        let profile = [UInt8](unsafeUninitializedCapacity: largestProfile) { bytes, count in
            var room = selvage_room(bytes: bytes.baseAddress, capacity: bytes.count, size: 0)
            var message = MessageBuffer()
            outcome = content[(end + 2)...].withUnsafeBufferPointer {
                selvage_unpack($0.baseAddress, $0.count, &room, &message.bytes)
            }
            count = outcome == SELVAGE_OK ? room.size : 0
        }
        return outcome == SELVAGE_OK ? Array(profile[...]) : nil
    }

    func encoded(_ pixels: MasterPixels) throws(EncodeError) -> [UInt8] {
        // Deflate adds five bytes for 16 KiB at worst, chunks twelve for 8 KiB.
        let size = pixels.sizeInBytes + 8 * pixels.after.height
        return try pixels.written(
            capacity: size + size / 256 + front.count + back.count + 65_536, front: front,
            back: back, format: "PNG"
        ) { selvage_write_png($0, isInterlaced ? 1 : 0, $1, $2) }
    }
}
