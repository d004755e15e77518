// What a master promises: the same file comes back, and nothing of it has changed but the pixels.

import Foundation
import Imaging
import SelvageTypes
import Testing

/// The picture with every sample moved, within 0...255.
func moved(_ picture: Picture, by change: Int) -> Picture {
    Picture(
        width: picture.width, height: picture.height,
        pixels: picture.pixels.map { UInt8(clamping: Int($0) + change) })
}

@Suite("Masters") struct MasterTests {
    private func refusal(_ bytes: [UInt8]) -> DecodeError? {
        do throws(DecodeError) {
            _ = try decodeMaster(bytes)
            return nil
        } catch {
            return error
        }
    }

    /// Fixtures that hold every sample exactly, and can be marked.
    static let lossless = [
        "16bit.png", "la.png", "profile.png", "grey-profile.png", "16bit.tif", "alpha.tif",
        "bigtiff.tif", "grey.tif", "palette.tif", "planar.tif", "profile.tif", "turned.tif",
        "16bit-big-endian-tiled.tif", "fax.tif", "jpeg.tif",
    ]

    @Test("A lossless master with its own picture shows what it showed", arguments: lossless)
    func unchanged(name: String) throws {
        let file = try Material.fixture(name)
        let master = try decodeMaster(file)
        let written = try master.encoded(with: master.picture)
        let again = try decodeMaster(written)
        #expect(again.picture == master.picture && again.alpha == master.alpha)
        #expect(again.icc == master.icc && again.isGrey == master.isGrey)
        #expect(again.bitsPerSample == master.bitsPerSample && again.format == master.format)
        let far = try #require(difference(try decodePicture(written), try decodePicture(file)))
        // The half of a step that sixteen bits of palette and fax have not: none.
        #expect(far == 0)
        // What was written is its own master: a second writing gives the same bytes.
        #expect(try again.encoded(with: again.picture) == written)
    }

    @Test("A JPEG with halved colours keeps its hard edges, however often it is written")
    func halvedColours() throws {
        // Edges that lie within the blocks of two pixels, on sides that are not whole blocks.
        let colours: [[UInt8]] = [[220, 30, 30], [30, 60, 220], [250, 220, 40], [20, 160, 60]]
        let picture = Picture(
            width: 61, height: 47,
            pixels: (0..<61 * 47).flatMap { (place: Int) -> [UInt8] in
                let column = place % 61 / 7, row = place / 61 / 5
                return colours[(column + row) % 4]
            })
        let first = try decodeMaster(try encode(picture))
        var last = first
        for _ in 0..<6 { last = try decodeMaster(last.encoded(with: last.picture)) }
        let far = zip(first.picture.pixels, last.picture.pixels).map { abs(Int($0) - Int($1)) }
        let mean = Double(far.reduce(0, +)) / Double(far.count)
        // Halved again from what was doubled, they would be 20 away after six times.
        #expect(mean < 3, "\(mean)")
    }

    private func encode(_ picture: Picture) throws(EncodeError) -> [UInt8] {
        try PictureEncoder.jpeg(picture, quality: 95)
    }

    @Test(
        "Every good file of PngSuite comes back with its samples, its bits and its passes",
        .enabled(if: Material.hasShared, "needs ../shared/corpora"))
    func pngSuite() throws {
        var count = 0
        for (name, file) in try Material.files(in: "corpora/pngsuite", ending: ".png")
        where !name.hasPrefix("x") {
            let master = try decodeMaster(file)
            let written = try master.encoded(with: master.picture)
            let again = try decodeMaster(written)
            #expect(again.picture == master.picture && again.alpha == master.alpha, "\(name)")
            #expect(try decodePicture(written) == decodePicture(file), "\(name)")
            #expect(written[28] == file[28], "\(name)")
            #expect((master.bitsPerSample == 16) == (file[24] == 16), "\(name)")
            #expect(master.isGrey == (file[25] & 3 == 0), "\(name)")
            #expect(master.remarks.contains(.palette) == (file[25] == 3), "\(name)")
            count += 1
        }
        #expect(count > 150)
    }

    @Test(
        "A changed picture is what the lossless file then holds, to the last sample",
        arguments: ["la.png", "profile.png", "alpha.tif", "planar.tif", "palette.tif"])
    func changed(name: String) throws {
        let master = try decodeMaster(try Material.fixture(name))
        let changed = moved(master.picture, by: 3)
        let again = try decodeMaster(try master.encoded(with: changed))
        #expect(again.picture == changed && again.alpha == master.alpha)
    }

    @Test("A lossless WebP stays lossless, colours under full transparency included")
    func webp() throws {
        let picture = patchwork(width: 61, height: 40, cell: 5, seed: 3)
        let written = try decodeMaster(try Material.fixture("alpha.webp"))
        #expect(written.alpha != nil)
        let again = try decodeMaster(try written.encoded(with: written.picture))
        #expect(again.alpha == written.alpha && again.format == .webp)
        let lossy = try decodeMaster(try PictureEncoder.webp(picture))
        let back = try decodeMaster(try lossy.encoded(with: lossy.picture))
        #expect(back.picture.width == 61 && back.alpha == nil)
    }

    /// An uncompressed TIFF of 16-bit samples, made by hand: II, RGB, one strip from byte 8.
    private func deepTIFF(_ samples: [UInt16], width: Int, height: Int) -> [UInt8] {
        func little(_ number: Int, _ length: Int) -> [UInt8] {
            (0..<length).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
        }
        let data = samples.flatMap { little(Int($0), 2) }
        let bits = 8 + data.count
        let resolution = bits + 6
        let software = resolution + 8
        let directory = software + 8
        let entries: [(Int, Int, Int, Int)] = [
            (256, 3, 1, width), (257, 3, 1, height), (258, 3, 3, bits), (259, 3, 1, 1),
            (262, 3, 1, 2), (273, 4, 1, 8), (277, 3, 1, 3), (278, 3, 1, height),
            (279, 4, 1, data.count), (282, 5, 1, resolution), (283, 5, 1, resolution),
            (296, 3, 1, 2), (305, 2, 8, software), (52_545, 7, 4, 0),
        ]
        var file = Array("II*\0".utf8) + little(directory, 4) + data
        file += [16, 0, 16, 0, 16, 0] + little(2_540, 4) + little(10, 4) + Array("Looms 2\0".utf8)
        file += little(entries.count, 2)
        for (tag, type, count, value) in entries {
            file += little(tag, 2) + little(type, 2) + little(count, 4) + little(value, 4)
        }
        return file + [0, 0, 0, 0]
    }

    @Test(
        "Sixteen-bit samples keep their low bytes, and move by 257 where the picture moves by one")
    func deep() throws {
        let samples = (0..<(40 * 30 * 3)).map { UInt16(truncatingIfNeeded: $0 &* 40_503 &+ 77) }
        let master = try decodeMaster(deepTIFF(samples, width: 40, height: 30))
        #expect(master.bitsPerSample == 16 && master.remarks == [.manifestStore])
        #expect(master.picture.pixels == samples.map { UInt8($0 >> 8) })
        func stored(_ file: [UInt8]) -> [UInt16] {
            (0..<samples.count).map { UInt16(file[8 + 2 * $0]) | UInt16(file[9 + 2 * $0]) << 8 }
        }
        #expect(stored(try master.encoded(with: master.picture)) == samples)
        var changed = master.picture
        changed.pixels[5] = changed.pixels[5] > 100 ? changed.pixels[5] - 2 : changed.pixels[5] + 2
        let change = (Int(changed.pixels[5]) - Int(master.picture.pixels[5])) * 257
        var expected = samples
        expected[5] = UInt16(clamping: Int(samples[5]) + change)
        #expect(stored(try master.encoded(with: changed)) == expected)
        let bright = Picture(
            width: 40, height: 30, pixels: [UInt8](repeating: 255, count: samples.count))
        #expect(
            stored(try master.encoded(with: bright))
                == samples.map { UInt16(clamping: Int($0) + 257 * (255 - Int($0 >> 8))) })
    }

    @Test("Resolution and maker of a TIFF are carried over, its byte order kept")
    func tiffTags() throws {
        let file = deepTIFF([UInt16](repeating: 9, count: 12), width: 2, height: 2)
        let master = try decodeMaster(file)
        let written = try master.encoded(with: master.picture)
        #expect(written.starts(with: Array("II*\0".utf8)))
        #expect(written.firstRange(of: Array("Looms 2\0".utf8)) != nil)
        #expect(written.firstRange(of: [0xec, 0x09, 0, 0, 10, 0, 0, 0]) != nil)
        let bigEndian = try decodeMaster(try Material.fixture("16bit-big-endian-tiled.tif"))
        #expect(try bigEndian.encoded(with: bigEndian.picture).starts(with: Array("MM\0*".utf8)))
        let big = try decodeMaster(try Material.fixture("bigtiff.tif"))
        #expect(try big.encoded(with: big.picture)[2] == 43)
    }

    @Test("Sixteen bits of a PNG survive there and back", arguments: ["16bit.png"])
    func deepPNG(name: String) throws {
        let master = try decodeMaster(try Material.fixture(name))
        #expect(master.bitsPerSample == 16)
        let plain = try master.encoded(with: master.picture)
        // Up and down again, away from the ends, is where it was, low bytes included.
        var changed = master.picture
        for index in changed.pixels.indices where (3...250).contains(changed.pixels[index]) {
            changed.pixels[index] += 1
        }
        let there = try decodeMaster(try master.encoded(with: changed))
        var back = there.picture
        for (index, was) in master.picture.pixels.enumerated() where (3...250).contains(was) {
            back.pixels[index] -= 1
        }
        let again = try decodeMaster(try there.encoded(with: back))
        #expect(try again.encoded(with: again.picture) == plain || again.picture == master.picture)
    }

    @Test("What cannot be marked is refused with a sentence that says what to do")
    func refusals() throws {
        for name in ["cmyk.jpg", "cmyk-profile.jpg", "cmyk.tif", "cmyk16.tif", "cmyk-profile.tif"] {
            let error = try #require(refusal(try Material.fixture(name)), "\(name)")
            #expect(error.reason == .unknownFormat && error.detail.contains("convert it to RGB"))
        }
        let animation = try #require(refusal(try Material.fixture("animated.webp")))
        #expect(animation.reason == .unknownFormat && animation.detail.contains("animation"))
        for name in ["animated.gif", "plain.avif"] {
            #expect(refusal(try Material.fixture(name))?.reason == .unknownFormat)
        }
        #expect(refusal(Array("no image".utf8))?.reason == .unknownFormat)
    }

    @Test("A master over the limits is refused before any pixel")
    func limits() throws {
        let file = try PictureEncoder.png(patchwork(width: 40, height: 20, cell: 3, seed: 1))
        for limits in [DecodeLimits(pixels: 799), DecodeLimits(side: 39)] {
            #expect(throws: DecodeError.self) { try decodeMaster(file, limits: limits) }
        }
    }

    @Test("A TIFF that we write is what was drawn")
    func tiff() throws {
        let picture = patchwork(width: 133, height: 71, cell: 6, seed: 9)
        let file = try PictureEncoder.tiff(picture)
        #expect(try decodePicture(file) == picture)
        #expect(try decodeMaster(file).picture == picture)
    }
}
