// What decoding promises: the right pixels, upright, over white; and no more than the limits allow.

import Foundation
import Imaging
import SelvageTypes
import Testing

@Suite("Decoding") struct DecodingTests {
    /// Each fixture lies beside what Pillow 13 makes of it.
    ///
    /// Upright, over white, profiles brought to sRGB with perceptual intent. Its pixels are drawn by a formula, its profiles by hand.
    @Test("Every fixture comes out as Pillow shows it", arguments: Material.fixturesWithExpectation)
    func fixtures(name: String) throws {
        let picture = try decodePicture(try Material.fixture(name))
        let expected = try decodePicture(try Material.fixture("\(name).expected.png"))
        let far = try #require(difference(picture, expected))
        // Pillow carries newer versions: of libavif, which converts colours with other rounding, and
        // of lcms2, which goes other ways between the few points of our table of inks.
        let limit = name.hasPrefix("cmyk-profile") ? 8 : name.hasSuffix(".avif") ? 3 : 1
        #expect(far <= limit)
    }

    @Test("All eight EXIF orientations of PNG and JPEG are set upright", arguments: 1...8)
    func orientations(value: Int) throws {
        let shown: [Match.Symmetry] = [
            .asIs, .mirrored, .turn180, .flipped, .transposed, .turn270, .antiTransposed, .turn90,
        ]
        let stored = patchwork(width: 40, height: 24, cell: 8, seed: 5)
        let png = try oriented(png: try PictureEncoder.png(stored), value)
        #expect(try decodePicture(png) == stored.shown(shown[value - 1]))
        let plain = try PictureEncoder.jpeg(stored)
        let jpeg = try decodePicture(oriented(jpeg: plain, value))
        #expect(try jpeg == decodePicture(plain).shown(shown[value - 1]))
        #expect(try ImageHeader(png).width == (value < 5 ? 40 : 24))
    }

    @Test("A reduced JPEG is the smallest of its half, quarter and eighth that is long enough")
    func reducedJPEG() throws {
        let jpeg = try PictureEncoder.jpeg(patchwork(width: 101, height: 50, cell: 10, seed: 1))
        let sizes = try [200, 101, 52, 51, 26, 13].map {
            try decodePicture(jpeg, longerSideAtLeast: $0)
        }
        #expect(sizes.map(\.width) == [101, 101, 101, 51, 26, 13])
        #expect(sizes.map(\.height) == [50, 50, 50, 25, 13, 7])
    }

    @Test("Limits are checked before any pixel")
    func limits() throws {
        let png = try PictureEncoder.png(Picture(width: 300, height: 20, red: 9, green: 9, blue: 9))
        #expect(reason(png, DecodeLimits(pixels: 5_999)) == .tooLarge)
        #expect(reason(png, DecodeLimits(side: 299)) == .tooLarge)
        #expect(reason(png, DecodeLimits(memoryInBytes: 1000)) == .tooLarge)
        #expect(reason(png, DecodeLimits(pixels: 6_000, side: 300)) == nil)
        let progressive = try Material.fixture("progressive.jpg")
        #expect(try ImageHeader(progressive).scans > 3)
        #expect(reason(progressive, DecodeLimits(scans: 3)) == .tooLarge)
    }

    @Test("Every shortened file is refused, none is taken for whole")
    func truncated() throws {
        let picture = patchwork(width: 30, height: 30, cell: 3, seed: 2)
        for file in [
            try PictureEncoder.png(picture), try PictureEncoder.jpeg(picture),
            try PictureEncoder.webp(picture),
        ] {
            for length in stride(from: 0, to: file.count - 2, by: 7) {
                let short = Array(file.prefix(length))
                let why = reason(short)
                // A JPEG that lacks nothing but its end marker still has every row.
                #expect(why == .damaged || why == .unknownFormat, "at \(length) of \(file.count)")
            }
        }
    }

    @Test(
        "PngSuite: every good file is accepted, every corrupt one refused",
        .enabled(if: Material.hasShared, "needs ../shared/corpora"))
    func pngSuite() throws {
        let files = try Material.files(in: "corpora/pngsuite", ending: ".png")
        #expect(files.count > 170)
        for (name, bytes) in files {
            #expect((reason(bytes) != nil) == name.hasPrefix("x"), "\(name)")
        }
    }

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

    /// A TIFF directory with nothing but the orientation, big-endian.
    private func exif(_ orientation: Int) -> [UInt8] {
        [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0]
            + [UInt8(orientation), 0, 0, 0, 0, 0, 0]
    }

    private func oriented(png: [UInt8], _ orientation: Int) throws -> [UInt8] {
        let content = Array("eXIf".utf8) + exif(orientation)
        let length = UInt32(content.count - 4).bigEndian
        let sum = checksum(content).bigEndian
        let chunk =
            withUnsafeBytes(of: length) { [UInt8]($0) } + content
            + withUnsafeBytes(of: sum) { [UInt8]($0) }
        return Array(png[..<33]) + chunk + Array(png[33...])
    }

    private func oriented(jpeg: [UInt8], _ orientation: Int) -> [UInt8] {
        let content = Array("Exif\0\0".utf8) + exif(orientation)
        let segment = [0xff, 0xe1, 0, UInt8(content.count + 2)] + content
        return Array(jpeg[..<2]) + segment + Array(jpeg[2...])
    }

    /// CRC-32 as PNG has it.
    private func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in
                value & 1 == 1 ? 0xedb8_8320 ^ value >> 1 : value >> 1
            }
        }
    }
}
