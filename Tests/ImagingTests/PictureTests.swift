// What pictures promise: turns are exact, sizes honest, encodings faithful.

import Imaging
import SelvageTypes
import Testing

@Suite("Turning") struct TurningTests {
    /// Six pixels that are told apart by their red: 0 1 2 / 3 4 5.
    private let six = Picture(
        width: 3, height: 2, pixels: (0..<6).flatMap { [UInt8($0), 0, 0] })

    private func reds(_ picture: Picture) -> [UInt8] {
        stride(from: 0, to: picture.pixels.count, by: 3).map { picture.pixels[$0] }
    }

    @Test("Each symmetry puts every pixel where its name says")
    func symmetries() {
        #expect(reds(six.shown(.asIs)) == [0, 1, 2, 3, 4, 5])
        #expect(reds(six.shown(.mirrored)) == [2, 1, 0, 5, 4, 3])
        #expect(reds(six.shown(.flipped)) == [3, 4, 5, 0, 1, 2])
        #expect(reds(six.shown(.turn180)) == [5, 4, 3, 2, 1, 0])
        #expect(reds(six.shown(.turn90)) == [2, 5, 1, 4, 0, 3])
        #expect(reds(six.shown(.turn270)) == [3, 0, 4, 1, 5, 2])
        #expect(reds(six.shown(.transposed)) == [0, 3, 1, 4, 2, 5])
        #expect(reds(six.shown(.antiTransposed)) == [5, 2, 4, 1, 3, 0])
    }

    @Test("Four quarter turns are no turn")
    func fourTurns() {
        #expect(six.turned90().turned90().turned90().turned90() == six)
        #expect(six.turned90().turned270() == six)
    }

    @Test("A crop that reaches over the edge keeps what lies inside")
    func crop() {
        #expect(reds(six.cropped(x: 1, y: -5, width: 9, height: 6)) == [1, 2])
        #expect(reds(six.tiled(width: 4, height: 1)) == [0, 1, 2, 0])
        #expect(reds(six.overlaid(with: six, x: 2, y: 1)) == [0, 1, 2, 3, 4, 0])
        #expect(six.overlaid(with: six, x: 7, y: -9) == six)
    }
}

@Suite("Resampling") struct ResamplingTests {
    @Test("A picture of one colour stays that colour at every size")
    func flat() {
        let flat = Picture(width: 37, height: 23, red: 7, green: 130, blue: 255)
        for (width, height) in [(1, 1), (5, 40), (36, 22), (100, 3)] {
            let other = flat.resized(width: width, height: height)
            #expect(
                other == Picture(width: width, height: height, red: 7, green: 130, blue: 255))
        }
    }

    @Test("Halving averages four pixels")
    func halving() {
        let pixels = [UInt8]([0, 0, 0, 10, 20, 30, 20, 40, 60, 30, 60, 90])
        let small = Picture(width: 2, height: 2, pixels: pixels).resized(width: 1, height: 1)
        #expect(small.pixels == [15, 30, 45])
    }

    @Test("A fine chequerboard shrinks to grey, not to moiré")
    func moire() {
        let board = Picture(
            width: 90, height: 90,
            pixels: (0..<90 * 90).flatMap { index -> [UInt8] in
                (index / 90 + index % 90).isMultiple(of: 2) ? [255, 255, 255] : [0, 0, 0]
            })
        let small = board.resized(width: 30, height: 30)
        #expect(small.pixels.allSatisfy { (110...145).contains($0) })
    }

    @Test("Enlarging goes straight from one pixel to the next")
    func enlarging() {
        let two = Picture(width: 2, height: 1, pixels: [0, 0, 0, 200, 200, 200])
        let eight = two.resized(width: 8, height: 1)
        #expect(
            stride(from: 0, to: 24, by: 3).map { eight.pixels[$0] }
                == [0, 0, 25, 75, 125, 175, 200, 200])
        #expect(
            patchwork(width: 300, height: 200, cell: 9, seed: 1).fitted(longestSide: 60).height
                == 40)
    }
}

@Suite("Encoding") struct EncodingTests {
    private let picture = patchwork(width: 61, height: 43, cell: 5, seed: 3)

    @Test("PNG keeps every pixel, and the same pixels give the same bytes")
    func png() throws {
        let once = try PictureEncoder.png(picture)
        #expect(try decodePicture(once) == picture)
        #expect(try PictureEncoder.png(picture) == once)
    }

    @Test("JPEG and WebP come back at the same size and nearly the same")
    func lossy() throws {
        let smooth = picture.resized(width: 20, height: 20).resized(width: 80, height: 60)
        let jpeg = try decodePicture(try PictureEncoder.jpeg(smooth, quality: 95))
        let webp = try decodePicture(try PictureEncoder.webp(smooth, quality: 95))
        let far = try #require(difference(jpeg, smooth))
        let further = try #require(difference(webp, smooth))
        #expect(far < 60 && further < 80)
        #expect(try ImageHeader(try PictureEncoder.webp(smooth)).format == .webp)
    }

    @Test("A side that a format cannot say is refused")
    func tooLong() {
        let long = Picture(width: 17_000, height: 1, red: 0, green: 0, blue: 0)
        #expect(throws: EncodeError.self) { try PictureEncoder.webp(long) }
        #expect(throws: EncodeError.self) {
            try PictureEncoder.png(Picture(width: 0, height: 0, pixels: []))
        }
    }
}
