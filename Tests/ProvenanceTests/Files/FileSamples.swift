// The sample files beside the project, small files drawn by hand, and seeded chance.

import Foundation
import Testing

@testable import Provenance

/// The samples in the folder `shared` beside the project.
enum FileSamples {
    static let folder: URL? = {
        var folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            let samples = folder.appendingPathComponent("shared/samples")
            if FileManager.default.fileExists(atPath: samples.path) { return samples }
        }
        return nil
    }()

    static var areThere: Bool { folder != nil }

    static func read(_ path: String) throws -> [UInt8] {
        let folder = try #require(self.folder)
        return [UInt8](try Data(contentsOf: folder.appendingPathComponent(path)))
    }

    /// The same picture with the same rights in four formats.
    static let rights = ["jpg", "png", "tif", "webp"].map { "iptc/rights.\($0)" }

    /// Files with a manifest store, written by c2pa-rs and by Adobe's tools of 2022.
    static let signed = [
        "c2pa/c2pa-rs/CACA.jpg", "c2pa/c2pa-rs/C_with_CAWG_data.jpg",
        "c2pa/c2pa-rs/ica_success.jpg", "c2pa/public-testfiles/adobe-20220124-C.jpg",
        "c2pa/public-testfiles/adobe-20220124-CA.jpg",
        "c2pa/public-testfiles/adobe-20220124-CAICA.jpg",
        "selvage-profile/c2pa/fern-trellis.signed.png",
    ]
}

/// Chance that can be repeated: SplitMix64.
struct FileChance: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

/// Files of the least size, right in structure; nobody needs to see their pictures.
enum DrawnFile {
    /// A manifest store that is one, as far as a container looks.
    static func store(_ count: Int, filler: UInt8 = 0x5A) -> [UInt8] {
        let description = [UInt8]("\0\0\0\u{1C}jumdc2pa".utf8) + [UInt8](repeating: 0, count: 16)
        let head = [UInt8].number(count, width: 4, .bigEndian) + [UInt8]("jumb".utf8) + description
        return head + [UInt8](repeating: filler, count: count - head.count)
    }

    static func jpeg(_ segments: [[UInt8]] = []) -> [UInt8] {
        [0xFF, 0xD8] + JPEGFile.segment(0xE0, [UInt8]("JFIF\0".utf8) + [1, 1, 0, 0, 1, 0, 1, 0, 0])
            + segments.flatMap { $0 }
            + JPEGFile.segment(0xC0, [8, 0, 8, 0, 8, 1, 1, 0x11, 0])
            + JPEGFile.segment(0xDA, [1, 1, 0, 0, 63, 0])
            + [0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD0, 0x56, 0xFF, 0xD9]
    }

    static func png(_ chunks: [[UInt8]] = []) -> [UInt8] {
        PNGFile.signature + PNGFile.chunk("IHDR", [0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0])
            + chunks.flatMap { $0 } + PNGFile.chunk("IDAT", [1, 2, 3]) + PNGFile.chunk("IEND", [])
    }

    static func webp(_ chunks: [(type: String, data: [UInt8])]) -> [UInt8] {
        var body: [UInt8] = []
        for chunk in chunks {
            body += chunk.type.utf8
            body += [UInt8].number(chunk.data.count, width: 4, .littleEndian)
            body += chunk.data
            if chunk.data.count % 2 == 1 { body.append(0) }
        }
        var file = [UInt8]("RIFF".utf8)
        file += [UInt8].number(body.count + 4, width: 4, .littleEndian)
        file += "WEBP".utf8
        return file + body
    }

    /// A lossless picture of 300 x 200 with transparency.
    static let losslessData: [UInt8] = {
        let header = [UInt8].number(299 | 199 << 14 | 1 << 28, width: 4, .littleEndian)
        return [0x2F] + header + [1, 2, 3, 4, 5, 6]
    }()

    /// A lossy picture of 300 x 200.
    static let lossyData: [UInt8] = [0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x2C, 0x01, 0xC8, 0x00, 7, 7]

    /// A TIFF of two pages with one strip each, the first directory in front; or of one page, the
    /// directory behind.
    static func tiff(
        _ order: ByteOrder, isBig: Bool = false, directoryLast: Bool = false
    ) -> [UInt8] {
        let width = isBig ? 8 : 4
        let headSize = isBig ? 16 : 8
        let directorySize = isBig ? 8 + 3 * 20 + 8 : 2 + 3 * 12 + 4
        var file: [UInt8] = order == .bigEndian ? [0x4D, 0x4D] : [0x49, 0x49]
        file += [UInt8].number(isBig ? 43 : 42, width: 2, order)
        if isBig { file += [UInt8].number(8, width: 2, order) + [0, 0] }
        let strips = [UInt8](0..<32)
        if directoryLast {
            file += [UInt8].number(headSize + 32, width: width, order)
            file += strips
            return file + page(strip: headSize, next: 0, order, isBig: isBig)
        }
        let strip = headSize + directorySize
        file += [UInt8].number(headSize, width: width, order)
        file += page(strip: strip, next: strip + 32, order, isBig: isBig)
        file += strips
        return file + page(strip: strip + 16, next: 0, order, isBig: isBig)
    }

    /// A directory with width, the offset of a strip, and its 16 bytes.
    private static func page(
        strip: Int, next: Int, _ order: ByteOrder, isBig: Bool
    ) -> [UInt8] {
        let width = isBig ? 8 : 4
        var directory = [UInt8].number(3, width: isBig ? 8 : 2, order)
        for (tag, value) in [(256, 4), (273, strip), (279, 16)] {
            // Type LONG, in an offset field that BigTIFF makes twice as wide.
            directory += [UInt8].number(tag, width: 2, order) + .number(4, width: 2, order)
            directory += [UInt8].number(1, width: width, order)
            directory += [UInt8].number(value, width: 4, order)
            directory += [UInt8](repeating: 0, count: width - 4)
        }
        return directory + .number(next, width: width, order)
    }
}
