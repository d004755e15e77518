// What a master promises about all that is not pixels: carried over, or said to be left out.

import Foundation
import Imaging
import SelvageTypes
import Testing

@Suite("Masters and their metadata") struct MasterMetadataTests {
    private func rewritten(_ file: [UInt8]) throws -> (MasterImage, [UInt8]) {
        let master = try decodeMaster(file)
        return (master, try master.encoded(with: moved(master.picture, by: 1)))
    }

    @Test(
        "A profile is carried over byte for byte",
        arguments: [
            "profile.png", "grey-profile.png", "profile.jpg", "grey-profile.jpg", "srgb.jpg",
            "profile.webp", "alpha-profile.webp", "profile.tif",
        ])
    func profiles(name: String) throws {
        let (master, written) = try rewritten(try Material.fixture(name))
        let profile = try #require(master.icc)
        #expect(profile.count > 128 && profile[36..<40].elementsEqual("acsp".utf8))
        #expect(try decodeMaster(written).icc == profile)
    }

    @Test(
        "Orientation is kept, and the pixels stay as they are stored",
        arguments: ["orient5.webp", "orient6.webp", "turned.tif"])
    func orientation(name: String) throws {
        let file = try Material.fixture(name)
        let (master, written) = try rewritten(file)
        let header = try ImageHeader(file)
        #expect(header.orientation > 1)
        #expect(try ImageHeader(written) == header)
        if header.orientation > 4 { #expect(master.picture.width == header.height) }
    }

    /// A chunk with its checksum.
    private func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let named = Array(name.utf8) + content
        let sum = ~named.reduce(~UInt32(0)) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in
                value & 1 == 1 ? 0xedb8_8320 ^ value >> 1 : value >> 1
            }
        }
        let length = UInt32(content.count)
        return withUnsafeBytes(of: length.bigEndian) { [UInt8]($0) } + named
            + withUnsafeBytes(of: sum.bigEndian) { [UInt8]($0) }
    }

    @Test("A PNG's chunks stay, in front of and behind the picture, but for its manifest")
    func chunks() throws {
        let file = try PictureEncoder.png(patchwork(width: 30, height: 20, cell: 4, seed: 2))
        let resolution = chunk("pHYs", [0, 0, 0x2e, 0x23, 0, 0, 0x2e, 0x23, 1])
        let background = chunk("bKGD", [0, 1, 0, 2, 0, 3])
        let text = chunk("tEXt", Array("Author\0Selvage".utf8))
        let unknown = chunk("ruNo", [1, 2, 3])
        let unsafe = chunk("ruNS", [1, 2, 3])
        let manifest = chunk("caBX", [0, 0, 0, 8, 0x6a, 0x75, 0x6d, 0x62])
        let front = resolution + background + unknown
        var whole = Array(file[..<33]) + manifest
        whole += front + unsafe
        whole += file[33..<file.count - 12] + text
        whole += file.suffix(12)
        let (master, written) = try rewritten(whole)
        #expect(master.remarks == [.manifestStore])
        #expect(written[33..<33 + front.count].elementsEqual(front))
        #expect(written.suffix(12 + text.count).dropLast(12).elementsEqual(text))
        for gone in ["caBX", "ruNS"] { #expect(written.firstRange(of: Array(gone.utf8)) == nil) }
        #expect(try decodePicture(written) == moved(try decodePicture(file), by: 1))
    }

    /// The segments up to the picture: their markers and contents.
    private func segments(_ file: [UInt8]) -> [(UInt8, [UInt8])] {
        var found: [(UInt8, [UInt8])] = []
        var offset = 2
        while file[offset + 1] != 0xda {
            let length = Int(file[offset + 2]) << 8 | Int(file[offset + 3])
            found.append((file[offset + 1], Array(file[offset + 4..<offset + 2 + length])))
            offset += 2 + length
        }
        return found
    }

    private func metadata(_ file: [UInt8]) -> [[UInt8]] {
        segments(file).filter { (0xe0...0xef).contains($0.0) || $0.0 == 0xfe }.map { [$0.0] + $0.1 }
    }

    /// Steps of each table, in zigzag order, and each component's sampling.
    private func coding(_ file: [UInt8]) -> (tables: [[UInt8]], frame: [UInt8]) {
        var tables: [[UInt8]] = []
        var frame: [UInt8] = []
        for (marker, content) in segments(file) {
            if marker == 0xdb {
                for start in stride(from: 1, to: content.count, by: 65) {
                    tables.append(Array(content[start..<start + 64]))
                }
            }
            if (0xc0...0xc2).contains(marker) { frame = [marker] + content }
        }
        return (tables, frame)
    }

    @Test(
        "A JPEG keeps its segments, sampling and scans, and no step of its tables grows",
        arguments: ["profile.jpg", "srgb.jpg", "grey-profile.jpg", "progressive.jpg"])
    func jpeg(name: String) throws {
        let file = try Material.fixture(name)
        let comment: [UInt8] = [0xff, 0xfe, 0, 6] + Array("warp".utf8)
        let dense: [UInt8] = [
            0xff, 0xed, 0, 16, 0x50, 0x68, 0x6f, 0x74, 0x6f, 0x73, 0x68, 0x6f, 0x70, 0x20, 0, 1,
            2, 3,
        ]
        var whole = Array(file[..<2])
        whole += comment + dense
        whole += file[2...]
        let (master, written) = try rewritten(whole)
        #expect(metadata(written) == metadata(whole))
        let before = coding(whole)
        let after = coding(written)
        #expect(after.frame == before.frame || after.frame.prefix(8) == before.frame.prefix(8))
        for (new, old) in zip(after.tables, before.tables) {
            #expect(zip(new, old).allSatisfy { $0 <= $1 })
        }
        #expect(try decodeMaster(written).isGrey == master.isGrey)
        #expect(try #require(try decodeMaster(written).jpegQuality) >= 92)
    }

    @Test(
        "The quality of a JPEG is read from its tables", arguments: [30, 50, 75, 85, 92, 95, 100])
    func quality(_ quality: Int) throws {
        let picture = patchwork(width: 32, height: 32, cell: 8, seed: 1)
        let master = try decodeMaster(try PictureEncoder.jpeg(picture, quality: quality))
        #expect(abs(try #require(master.jpegQuality) - quality) <= 1)
    }

    @Test("A JPEG that was coarse changes by less than its own steps when it is written finer")
    func nearlyUnchanged() throws {
        let smooth = patchwork(width: 12, height: 9, cell: 1, seed: 4).resized(
            width: 320, height: 240)
        for quality in [60, 92, 97] {
            let file = try PictureEncoder.jpeg(smooth, quality: quality)
            let master = try decodeMaster(file)
            let again = try decodeMaster(try master.encoded(with: master.picture))
            let error = zip(again.picture.pixels, master.picture.pixels).reduce(0.0) {
                $0 + pow(Double($1.0) - Double($1.1), 2)
            }
            let mean = error / Double(master.picture.pixels.count)
            #expect(10 * log10(255 * 255 / max(mean, 1e-9)) > 44, "quality \(quality): \(mean)")
        }
    }

    @Test(
        "The manifests of C2PA's samples are left out, and it is said",
        .enabled(if: Material.hasShared, "needs ../shared/corpora"))
    func manifests() throws {
        let name = "corpora/c2pa"
        var count = 0
        for (name, file) in try Material.files(in: name, ending: ".jpg") {
            let has = file.firstRange(of: Array("jumdc2pa".utf8)) != nil
            let master = try decodeMaster(file)
            #expect(master.remarks.contains(.manifestStore) == has, "\(name)")
            guard has, count < 2 else { continue }
            count += 1
            let written = try master.encoded(with: master.picture)
            #expect(written.firstRange(of: Array("jumd".utf8)) == nil, "\(name)")
            #expect(metadata(written) == metadata(file).filter { $0[0] != 0xeb }, "\(name)")
        }
        #expect(count == 2)
    }
}
