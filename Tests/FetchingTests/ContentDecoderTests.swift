// Packed bodies: whole, cut, damaged, endless, stacked.

import SelvageTypes
import Testing

@testable import Fetching

@Suite("Content codings")
struct ContentDecoderTests {
    /// Decodes a body that arrives in pieces of some size.
    private func decode(
        _ bytes: [UInt8], _ codings: [String], limit: Int = 1 << 20, pieces: Int = 1000
    ) throws -> [UInt8] {
        var decoder = try ContentDecoder(codings: codings, limitInBytes: limit)
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            try bytes[start..<min(start + pieces, bytes.count)].withUnsafeBytes { piece in
                try decoder.take(piece)
            }
        }
        return try decoder.finish()
    }

    private func reason(_ body: () throws -> [UInt8]) -> FetchError.Reason? {
        do {
            _ = try body()
            return nil
        } catch {
            return (error as? Fault)?.reason
        }
    }

    @Test("RFC 9110 8.4.1: gzip, x-gzip, deflate and none are unpacked", arguments: [1, 7, 4096])
    func wholeBodies(pieces: Int) throws {
        for (bytes, coding) in [
            (fernGzip, ["gzip"]), (fernGzip, ["x-gzip"]), (fernZlib, ["deflate"]),
            (fernRawDeflate, ["deflate"]), (fernText, []), (fernText, ["identity"]),
            (gzipStored(fernText), ["gzip"]), (gzipStored(fernGzip), ["gzip", "gzip"]),
            (gzipStored(fernZlib), ["deflate", "gzip"]), ([], ["gzip"]), (fernBrotli, ["br"]),
            (fernZstandard, ["zstd"]), (gzipStored(fernBrotli), ["br", "gzip"]),
            (gzipStored(fernZstandard), ["zstd", "gzip"]), ([], ["br"]), ([], ["zstd"]),
        ] {
            let expected = bytes.isEmpty ? [] : fernText
            #expect(try decode(bytes, coding, pieces: pieces) == expected, "\(coding)")
        }
    }

    @Test("RFC 1952 2.2: a body of two gzip members is both of them", arguments: [1, 13, 4096])
    func twoMembers(pieces: Int) throws {
        let body = try decode(fernGzip + gzipStored([1, 2, 3]), ["gzip"], pieces: pieces)
        #expect(body == fernText + [1, 2, 3])
    }

    @Test("A packed body that ends anywhere before its end is refused")
    func cutBodies() {
        for (bytes, coding) in [
            (fernGzip, "gzip"), (fernZlib, "deflate"), (fernRawDeflate, "deflate"),
            (fernBrotli, "br"), (fernZstandard, "zstd"),
        ] {
            for count in 1..<bytes.count {
                let cut = Array(bytes.prefix(count))
                #expect(reason { try decode(cut, [coding]) } == .badEncoding, "\(coding) \(count)")
            }
        }
    }

    @Test("Any flipped bit in a gzip body's data or checksum is noticed")
    func flippedBits() {
        let packed = gzipStored(Array(fernText.prefix(50)))
        for bit in (10 * 8)..<(packed.count * 8) {
            var damaged = packed
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            let unpacked = try? decode(damaged, ["gzip"])
            // The padding bits of a stored block's head carry nothing.
            #expect(unpacked == nil || unpacked == Array(fernText.prefix(50)), "bit \(bit)")
        }
    }

    @Test("A bomb ends at the limit, whatever its form")
    func bombs() {
        let zeros = endlessZeros(packedInBytes: 200_000)  // 31 MB
        let gzip = gzipHead + zeros
        for (bytes, codings) in [
            (zeros, ["deflate"]), (gzip, ["gzip"]), (gzipStored(gzip), ["gzip", "gzip"]),
            (brotliBomb, ["br"]), (zstandardBomb, ["zstd"]),
        ] {
            #expect(
                reason { try decode(bytes, codings, limit: 1 << 20, pieces: 65536) }
                    == .tooLarge(limitInBytes: 1 << 20))
        }
    }

    @Test("A stream of nothing that is longer than its limit is refused")
    func longNothing() {
        let members = Array([[UInt8]](repeating: gzipStored([]), count: 2000).joined())
        #expect(
            reason { try decode(members, ["gzip"], limit: 1000) } == .tooLarge(limitInBytes: 1000))
    }

    @Test("The limit is exact")
    func exactLimit() throws {
        #expect(try decode(fernText, [], limit: fernText.count) == fernText)
        #expect(try decode(fernGzip, ["gzip"], limit: fernText.count) == fernText)
        let less = fernText.count - 1
        #expect(reason { try decode(fernText, [], limit: less) } == .tooLarge(limitInBytes: less))
        #expect(
            reason { try decode(fernGzip, ["gzip"], limit: less) } == .tooLarge(limitInBytes: less))
    }

    @Test("Codings that were not offered, and more than two, are refused")
    func refusedCodings() {
        for codings in [["sdch"], ["compress"], ["gzip", "lzma"], ["dcb"], ["dcz"]] {
            #expect(reason { try decode(fernGzip, codings) } == .badEncoding)
        }
        let three = [String](repeating: "gzip", count: 3)
        #expect(reason { try decode(fernGzip, three) } == .badEncoding)
        for coding in ["gzip", "br", "zstd"] {
            #expect(reason { try decode(fernText, [coding]) } == .badEncoding)
        }
    }

    @Test("RFC 9659: a zstd frame that wants a window of more than 8 MiB is refused")
    func window() {
        #expect(reason { try decode(zstandardOfWideWindow, ["zstd"]) } == .badEncoding)
    }

    @Test("RFC 8878 3: frames follow one another, and some are to be skipped")
    func frames() throws {
        let skipped: [UInt8] = [0x53, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3]
        let bytes = fernZstandard + skipped + fernZstandard
        for pieces in [1, 5, 4096] {
            #expect(try decode(bytes, ["zstd"], pieces: pieces) == fernText + fernText)
        }
    }

    @Test("A gzip body that is there as a whole is what it is piece by piece")
    func wholeGzip() throws {
        #expect(GzipBody.unpacked(fernGzip, limitInBytes: fernText.count) == fernText)
        // What is not the plain case is left to the exact way.
        let odd = [
            fernGzip + gzipStored([1]), fernGzip + [0], Array(fernGzip.dropLast()), [],
            gzipStored([]), gzipHead, fernText, fernZlib,
        ]
        for bytes in odd { #expect(GzipBody.unpacked(bytes, limitInBytes: 1 << 20) == nil) }
        #expect(GzipBody.unpacked(fernGzip, limitInBytes: fernText.count - 1) == nil)
        for bit in 0..<(fernGzip.count * 8) {
            var damaged = fernGzip
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            let whole = GzipBody.unpacked(damaged, limitInBytes: 1 << 20)
            // Some flips make another spelling of the same text; the checksum vouches for it.
            #expect(whole == nil || whole == fernText, "bit \(bit)")
        }
    }

    @Test("Bytes after the end of a packed body are left out")
    func trailingBytes() throws {
        #expect(try decode(fernGzip + [0, 0, 0], ["gzip"]) == fernText)
        #expect(try decode(fernZlib + Array("tail".utf8), ["deflate"]) == fernText)
        #expect(try decode(fernBrotli + Array("tail".utf8), ["br"]) == fernText)
        #expect(try decode(fernZstandard + Array("tail".utf8), ["zstd"]) == fernText)
    }
}
