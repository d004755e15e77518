// What the formats promise together: told by content, reduced on request, typed refusals.

import Foundation
import Imaging
import SelvageTypes
import Testing

@Suite("Formats") struct FormatTests {
    private func reason(
        _ bytes: [UInt8], _ limits: DecodeLimits = DecodeLimits()
    ) -> DecodeError.Reason? {
        do throws(DecodeError) {
            _ = try decodePicture(bytes, limits: limits)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test(
        "A format is told by its content",
        arguments: [
            ("la.png", ImageFormat.png), ("progressive.jpg", .jpeg), ("alpha.webp", .webp),
            ("animated.gif", .gif), ("grey.tif", .tiff), ("bigtiff.tif", .tiff),
            ("16bit-big-endian-tiled.tif", .tiff), ("plain.avif", .avif), ("sequence.avif", .avif),
        ])
    func formats(name: String, format: ImageFormat) throws {
        let header = try ImageHeader(try Material.fixture(name))
        let expected = try ImageHeader(try Material.fixture("\(name).expected.png"))
        #expect(header.format == format)
        #expect(header.width == expected.width && header.height == expected.height)
    }

    @Test("Media types are the registered ones")
    func mediaTypes() {
        #expect(
            ImageFormat.allCases.map(\.mediaType) == [
                "image/png", "image/jpeg", "image/webp", "image/gif", "image/tiff", "image/avif",
                "image/svg+xml",
            ])
    }

    @Test("An HEIC file, which is no AVIF, is of an unknown format")
    func brands() throws {
        var file = try Material.fixture("plain.avif")
        let brands = Array("avifmif1miafMA1B".utf8)
        for start in 8..<32 where file[start..<start + 4].elementsEqual(brands[..<4]) {
            file.replaceSubrange(start..<start + 4, with: Array("heic".utf8))
        }
        #expect(reason(file) == .unknownFormat)
    }

    @Test("Limits hold for every format", arguments: Material.fixturesWithExpectation)
    func limits(name: String) throws {
        let file = try Material.fixture(name)
        let header = try ImageHeader(file)
        let pixels = header.width * header.height
        #expect(reason(file, DecodeLimits(pixels: pixels - 1)) == .tooLarge)
        #expect(reason(file, DecodeLimits(side: max(header.width, header.height) - 1)) == .tooLarge)
        #expect(reason(file, DecodeLimits(memoryInBytes: 1000)) == .tooLarge)
        #expect(reason(file, DecodeLimits(pixels: pixels)) == nil)
    }

    @Test(
        "Half a file is damaged, whatever its format", arguments: Material.fixturesWithExpectation)
    func halves(name: String) throws {
        let file = try Material.fixture(name)
        // An animation's first frame may be whole in the first half, so cut early.
        #expect(reason(Array(file.prefix(file.count / 5))) == .damaged)
    }

    @Test("A GIF frame that is larger than its screen counts with its own size")
    func largeFrame() throws {
        var gif = try Material.fixture("offset.gif")
        let frame = try #require((13..<gif.count).first { gif[$0] == 0x2c })
        gif.replaceSubrange(frame + 5..<frame + 9, with: [0xff, 0xff, 0xff, 0xff])
        #expect(reason(gif) == .tooLarge)
    }

    @Test("A side of zero pixels is damage, not a picture")
    func empty() throws {
        var gif = try Material.fixture("offset.gif")
        gif.replaceSubrange(6..<8, with: [0, 0])
        #expect(reason(gif) == .damaged)
        var png = try Material.fixture("la.png")
        png.replaceSubrange(16..<20, with: [0, 0, 0, 0])
        #expect(reason(png) == .damaged)
        #expect(reason([]) == .unknownFormat)
    }

    @Test(
        "PngSuite's interlaced files look as their plain twins",
        .enabled(if: Material.hasShared, "needs ../shared/corpora"))
    func interlaced() throws {
        let files = Dictionary(
            uniqueKeysWithValues: try Material.files(in: "corpora/pngsuite", ending: ".png"))
        let pairs = files.keys.filter { $0.contains("basi") }.map {
            ($0, $0.replacingOccurrences(of: "basi", with: "basn"))
        }
        #expect(pairs.count >= 15)
        for (interlaced, plain) in pairs {
            let picture = try decodePicture(try #require(files[interlaced]))
            #expect(try picture == decodePicture(try #require(files[plain])), "\(interlaced)")
        }
    }

    @Test("A profile that says sRGB leaves every pixel as it is")
    func standardProfile() throws {
        let file = try Material.fixture("srgb.jpg")
        let start = try #require(
            (2..<file.count - 4).first { file[$0] == 0xff && file[$0 + 1] == 0xe2 })
        let length = Int(file[start + 2]) << 8 | Int(file[start + 3])
        let without = Array(file[..<start] + file[(start + 2 + length)...])
        #expect(without.count < file.count - 400)
        #expect(try decodePicture(file) == decodePicture(without))
    }

    @Test("A damaged profile is as good as none")
    func damagedProfile() throws {
        let file = try Material.fixture("profile.jpg")
        let tag = try #require(
            (0..<file.count - 4).first { file[$0..<$0 + 4].elementsEqual("acsp".utf8) })
        var broken = file
        broken.replaceSubrange(tag..<tag + 4, with: [0, 0, 0, 0])
        let plain = try decodePicture(broken)
        let managed = try decodePicture(file)
        #expect(plain.width == managed.width && plain != managed)
    }

    @Test("A picture is reduced to a whole part, each pixel the mean of its block")
    func reduced() throws {
        let picture = patchwork(width: 103, height: 62, cell: 4, seed: 6)
        let file = try PictureEncoder.png(picture)
        #expect(try decodePicture(file, longerSideAtLeast: 52) == picture)
        let third = try decodePicture(file, longerSideAtLeast: 34)
        #expect(third.width == 35 && third.height == 21)
        var sum = 4
        for y in 30..<33 {
            for x in 30..<33 { sum += Int(picture.pixels[(y * 103 + x) * 3]) }
        }
        #expect(Int(third.pixels[(10 * 35 + 10) * 3]) == sum / 9)
        // The last column and row have one and two of three pixels.
        var corner = 1
        for y in 60..<62 { corner += Int(picture.pixels[(y * 103 + 102) * 3]) }
        #expect(Int(third.pixels[(20 * 35 + 34) * 3]) == corner / 2)
    }

    @Test(
        "No reduced picture is shorter than asked, nor twice as long",
        arguments: [16, 33, 100, 151])
    func reducedSizes(side: Int) throws {
        let picture = patchwork(width: 640, height: 301, cell: 9, seed: 2)
        for file in [
            try PictureEncoder.png(picture), try PictureEncoder.jpeg(picture),
            try PictureEncoder.webp(picture),
        ] {
            let small = try decodePicture(file, longerSideAtLeast: side)
            #expect((side..<side * 2).contains(small.width))
            #expect(abs(small.height * 640 - small.width * 301) <= 640)
        }
    }

    @Test("A JPEG decoded small shows what the whole one shows when it is shrunk")
    func scaledLooksTheSame() throws {
        let smooth = patchwork(width: 40, height: 30, cell: 5, seed: 4).resized(
            width: 640, height: 480)
        let file = try PictureEncoder.jpeg(smooth, quality: 95)
        for side in [80, 160, 320] {
            let small = try decodePicture(file, longerSideAtLeast: side)
            let same = try decodePicture(file).resized(width: small.width, height: small.height)
            let far = try #require(difference(small, same))
            #expect(small.width == side && far <= 12)
        }
    }
}
