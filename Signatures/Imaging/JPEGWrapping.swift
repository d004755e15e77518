// The segments around a JPEG master's samples, and how those are coded.

internal import CCodecs
internal import SelvageTypes

/// The segments around a JPEG master's samples, and how those are coded.
///
/// - Source: ITU-T T.81, annex B; ISO 19566-5, annex D (JUMBF in APP11); ICC.1, annex B.4.
struct JPEGWrapping: MasterWrapping {
    /// No coefficient is written with a coarser step than libjpeg's tables of this quality have.
    private static let leastQuality: Int32 = 92

    private(set) var remarks: [MasterImage.Remark] = []
    private var front: [UInt8] = []
    private var profile: [Int: ArraySlice<UInt8>] = [:]
    private var coding = selvage_jpeg_coding()
    private var tables = [[UInt16]](repeating: [UInt16](repeating: 0, count: 64), count: 4)
    private var hasJFIF = false
    private var adobeTransform: UInt8?
    private var names: [UInt8] = []
    /// Instance numbers of the APP11 boxes that are manifest stores.
    private var stores: Set<Int> = []

    init(_ bytes: [UInt8]) throws(DecodeError) {
        var offset = 2
        while offset + 4 <= bytes.count, bytes[offset] == 0xff {
            let marker = bytes[offset + 1]
            // Fill bytes, and markers without a length.
            if marker == 0xff || marker == 0x01 || (0xd0...0xd8).contains(marker) {
                offset += marker == 0xff ? 1 : 2
                continue
            }
            if marker == 0xda || marker == 0xd9 { break }
            guard let length = bytes.number(at: offset + 2, length: 2), length >= 2,
                length <= bytes.count - offset - 2
            else { throw .brokenMaster("a JPEG segment that is cut off") }
            let segment = offset..<offset + 2 + length
            let body = bytes[segment.dropFirst(4)]
            if takes(marker, Array(body.prefix(64)), body) { front += bytes[segment] }
            if marker == 0xdb { readTables(Array(body)) }
            if Self.isFrame(marker) { try readFrame(marker, Array(body)) }
            guard front.count <= mostMetadataInBytes else { throw .tooMuchMetadata }
            offset = segment.upperBound
        }
        guard coding.components > 0 else { throw .brokenMaster("a JPEG without a frame") }
        coding.plain = isPlain ? 1 : 0
    }

    /// A profile lies in numbered parts.
    var icc: [UInt8]? {
        profile.isEmpty ? nil : profile.sorted { $0.key < $1.key }.flatMap { $0.value }
    }

    /// Whether a segment is metadata that is carried over; `start` is the start of its body.
    private mutating func takes(
        _ marker: UInt8, _ start: [UInt8], _ body: ArraySlice<UInt8>
    ) -> Bool {
        switch marker {
        case 0xe0: if start.has("JFIF\0", at: 0), body.count >= 14 { hasJFIF = true }
        case 0xe2 where start.has("MPF\0", at: 0):
            note(.furtherPictures)
            return false
        case 0xe2 where start.has("ICC_PROFILE\0", at: 0) && body.count > 14:
            profile[Int(start[12])] = profile[Int(start[12])] ?? body.dropFirst(14)
        case 0xeb where isStore(start):
            note(.manifestStore)
            return false
        case 0xee:
            if start.has("Adobe", at: 0), start.count >= 12 { adobeTransform = start[11] }
        default: break
        }
        return (0xe0...0xef).contains(marker) || marker == 0xfe
    }

    private mutating func note(_ remark: MasterImage.Remark) {
        if !remarks.contains(remark) { remarks.append(remark) }
    }

    /// A box whose first part is of type c2pa, or a further part of such a box.
    private mutating func isStore(_ start: [UInt8]) -> Bool {
        guard start.has("JP", at: 0), let instance = start.number(at: 2, length: 2) else {
            return false
        }
        if start.has("jumb", at: 12), start.has("jumd", at: 20), start.has("c2pa", at: 24) {
            stores.insert(instance)
        }
        return stores.contains(instance)
    }

    private static func isFrame(_ marker: UInt8) -> Bool {
        (0xc0...0xcf).contains(marker) && marker != 0xc4 && marker != 0xc8 && marker != 0xcc
    }

    /// DQT: tables one after the other, each in zigzag order.
    private mutating func readTables(_ body: [UInt8]) {
        var offset = 0
        while offset < body.count {
            let table = Int(body[offset] & 15)
            let width = body[offset] >> 4 == 0 ? 1 : 2
            offset += 1
            guard table < 4, offset + 64 * width <= body.count else { return }
            for (place, natural) in Self.naturalOrder.enumerated() {
                let step = body.number(at: offset + place * width, length: width) ?? 0
                tables[table][natural] = UInt16(truncatingIfNeeded: step)
            }
            offset += 64 * width
        }
    }

    private mutating func readFrame(_ marker: UInt8, _ body: [UInt8]) throws(DecodeError) {
        guard body.count >= 6, body[5] == 1 || body[5] == 3, body.count >= 6 + 3 * Int(body[5])
        else { throw .brokenMaster("a JPEG frame of neither one nor three components") }
        let parts = (0..<Int(body[5])).map { Array(body[6 + 3 * $0..<9 + 3 * $0]) }
        coding.components = UInt32(parts.count)
        coding.progressive = [0xc2, 0xc6, 0xca, 0xce].contains(marker) ? 1 : 0
        names = parts.map { $0[0] }
        // A single component's factors have no effect.
        let across = parts.map { parts.count == 1 ? 1 : $0[1] >> 4 }
        let down = parts.map { parts.count == 1 ? 1 : $0[1] & 15 }
        let table = parts.map { $0[2] & 3 }
        guard (across + down).allSatisfy({ (1...4).contains($0) }) else {
            throw .brokenMaster("a JPEG with sampling factors that there are not")
        }
        coding.across = (across[0], across.last ?? 1, across.last ?? 1)
        coding.down = (down[0], down.last ?? 1, down.last ?? 1)
        coding.table = (table[0], table.last ?? 0, table.last ?? 0)
        if parts.count == 3 {
            coding.across.1 = across[1]
            coding.down.1 = down[1]
            coding.table.1 = table[1]
        }
    }

    /// Whether three components are red, green and blue themselves; libjpeg's rule.
    private var isPlain: Bool {
        if coding.components != 3 || hasJFIF { return false }
        if let adobeTransform { return adobeTransform == 0 }
        return names == Array("RGB".utf8)
    }

    /// The quality whose luma table has the same sum as the file's.
    ///
    /// - Source: libjpeg's `jpeg_quality_scaling`, turned round.
    var quality: Int {
        let own = tables[Int(coding.table.0)].reduce(0) { $0 + Double($1) }
        let standard = Self.standardLuma.reduce(0) { $0 + Double($1) }
        let scale = own * 100 / standard
        let quality = scale <= 100 ? 100 - scale / 2 : 5000 / scale
        return min(100, max(1, Int(quality.rounded())))
    }

    func encoded(_ pixels: MasterPixels) throws(EncodeError) -> [UInt8] {
        var coding = coding
        withUnsafeMutableBytes(of: &coding.tables) { room in
            for (index, step) in tables.joined().enumerated() {
                room.storeBytes(of: step, toByteOffset: 2 * index, as: UInt16.self)
            }
        }
        let area = (pixels.after.width + 32) * (pixels.after.height + 32)
        let file = try pixels.written(
            capacity: area * 6 + front.count + 65_536, front: front, format: "JPEG"
        ) { selvage_write_jpeg($0, &coding, Self.leastQuality, $1, $2) }
        // Room for the worst case would stay with the file.
        return Array(file[...])
    }

    /// Where each coefficient of the zigzag stands in rows of eight.
    private static let naturalOrder: [Int] = [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27,
        20, 13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
        58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ]

    /// ITU-T T.81, table K.1.
    private static let standardLuma: [Int] = [
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69,
        56, 14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81,
        104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
    ]
}
