// PNG: chunks, compressed packets, raw profiles, and what is refused.

import Testing

@testable import Provenance

@Suite("PNG files") struct PNGFileTests {
    /// `<x:xmpmeta>` 200 times, by Python's zlib at level 9.
    private static let compressed: [UInt8] = [
        0x78, 0xDA, 0xB3, 0xA9, 0xB0, 0xAA, 0xC8, 0x2D, 0xC8, 0x4D, 0x2D, 0x49, 0xB4, 0xB3, 0x19,
        0x65, 0x8E, 0x32, 0x47, 0x99, 0xA3, 0xCC, 0x51, 0xE6, 0x28, 0x73, 0x94, 0x39, 0xCA, 0x1C,
        0x48, 0x26, 0x00, 0x16, 0x72, 0x3F, 0x6E,
    ]

    private func textChunk(_ keyword: String, isCompressed: Bool, _ text: [UInt8]) -> [UInt8] {
        PNGFile.chunk(
            "iTXt",
            [UInt8](keyword.utf8) + [0, isCompressed ? 1 : 0, 0] + [UInt8]("en\0k\0".utf8) + text)
    }

    @Test("A compressed packet is read, though it is against the rules")
    func compressed() throws {
        let chunk = textChunk("XML:com.adobe.xmp", isCompressed: true, Self.compressed)
        let packet = try ImageFile(DrawnFile.png([chunk])).xmpPacket()
        #expect(packet == [UInt8](String(repeating: "<x:xmpmeta>", count: 200).utf8))
    }

    @Test("Data of a compressed packet that is changed anywhere is refused, never misread")
    func changedCompression() throws {
        let whole = [UInt8](String(repeating: "<x:xmpmeta>", count: 200).utf8)
        for index in Self.compressed.indices {
            for bit in 0..<8 {
                var data = Self.compressed
                data[index] ^= 1 << UInt8(bit)
                let chunk = textChunk("XML:com.adobe.xmp", isCompressed: true, data)
                let file = try ImageFile(DrawnFile.png([chunk]))
                // The level in the header is for people only; its check bits refuse the change.
                if let packet = try? file.xmpPacket() { #expect(packet == whole) }
            }
        }
    }

    @Test("Decompression stops at its limit")
    func limit() throws {
        #expect(throws: ImageFileError.self) {
            _ = try Inflate.zlib(Self.compressed[...], limitInBytes: 2_199)
        }
        #expect(try Inflate.zlib(Self.compressed[...], limitInBytes: 2_200).count == 2_200)
    }

    @Test("Another text chunk is no packet; two packets and two stores are refused")
    func others() throws {
        let comment = textChunk("Comment", isCompressed: false, [0x41])
        #expect(try ImageFile(DrawnFile.png([comment])).xmpPacket() == nil)
        let packet = textChunk("XML:com.adobe.xmp", isCompressed: false, [0x41])
        #expect(try ImageFile(DrawnFile.png([packet])).xmpPacket() == [0x41])
        #expect(throws: ImageFileError.self) {
            _ = try ImageFile(DrawnFile.png([packet, packet])).xmpPacket()
        }
        let store = PNGFile.chunk("caBX", DrawnFile.store(64))
        #expect(throws: ImageFileError.self) {
            _ = try ImageFile(DrawnFile.png([store, store])).manifestStore()
        }
    }

    @Test("A store that stood elsewhere comes to stand behind the header")
    func place() throws {
        let store = PNGFile.chunk("caBX", DrawnFile.store(64))
        let comment = textChunk("Comment", isCompressed: false, [0x41])
        let file = try ImageFile(DrawnFile.png([comment, store]))
        let signed = try file.replacingManifestStore(with: DrawnFile.store(80))
        #expect(signed.ranges == [33..<33 + 92])
        #expect(
            try ImageFile(signed.bytes).boxes().map(\.names)
                == ["PNGh", "IHDR", "C2PA", "iTXt", "IDAT", "IEND"].map { [$0] })
    }

    @Test("IPTC in a raw profile is read, as ImageMagick writes it")
    func rawProfile() throws {
        // 8BIM, 0x0404, no name, 11 bytes: dataset 2:116, "(c) 26".
        let block = "3842494d040400000000000b1c02740006286329203236"
        let text = [UInt8]("Raw profile type iptc\0\niptc\n      23\n\(block)\n".utf8)
        let file = try ImageFile(DrawnFile.png([PNGFile.chunk("tEXt", text)]))
        #expect(try file.iptcIIM() == [0x1C, 2, 116, 0, 6] + [UInt8]("(c) 26".utf8))
    }

    @Test("Chunks beyond the end, without a type, or before the header are refused")
    func refused() {
        let whole = DrawnFile.png()
        #expect(throws: ImageFileError.self) { _ = try ImageFile([UInt8](whole.dropLast())) }
        var changed = whole
        changed[37] = 0x20
        #expect(throws: ImageFileError.self) { _ = try ImageFile(changed) }
        let headless = PNGFile.signature + PNGFile.chunk("IEND", [])
        #expect(throws: ImageFileError.self) { _ = try ImageFile(headless) }
    }
}
