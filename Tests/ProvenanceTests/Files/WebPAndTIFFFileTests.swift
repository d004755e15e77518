// WebP and TIFF: headers that must be made or patched, byte orders, pages, and what is refused.

import Testing

@testable import Provenance

@Suite("WebP files") struct WebPFileTests {
    @Test("A simple file gets a header with its size and transparency")
    func header() throws {
        for (type, data, flag) in [
            ("VP8L", DrawnFile.losslessData, UInt8(0x10)), ("VP8 ", DrawnFile.lossyData, 0),
        ] {
            let file = try ImageFile(DrawnFile.webp([(type, data)]))
            let marked = try file.replacingXMPPacket(with: [0x3C])
            // RFC 9649, 2.7: flags, three reserved bytes, width - 1 and height - 1 in 24 bits.
            let header: [UInt8] = [flag | 0x04, 0, 0, 0, 0x2B, 0x01, 0, 0xC7, 0, 0]
            #expect(marked == DrawnFile.webp([("VP8X", header), (type, data), ("XMP ", [0x3C])]))
            #expect(try ImageFile(marked).xmpPacket() == [0x3C])
        }
    }

    @Test("The packet's flag is set and taken back, and no other")
    func flag() throws {
        let header: [UInt8] = [0x38, 0, 0, 0, 1, 0, 0, 1, 0, 0]
        let bare = DrawnFile.webp([("VP8X", header), ("VP8L", DrawnFile.losslessData)])
        let marked = try ImageFile(bare).replacingXMPPacket(with: [1, 2])
        #expect(marked[20] == 0x3C)
        #expect(try ImageFile(marked).replacingXMPPacket(with: nil) == bare)
    }

    @Test("The store stands last, the packet before it, and an odd store is padded")
    func order() throws {
        let file = try ImageFile(DrawnFile.webp([("VP8L", DrawnFile.losslessData)]))
        let signed = try file.replacingManifestStore(with: DrawnFile.store(65))
        #expect(signed.ranges == [signed.bytes.count - 74..<signed.bytes.count - 1])
        let marked = try ImageFile(ImageFile(signed.bytes).replacingXMPPacket(with: [1, 2, 3]))
        #expect(
            try WebPFile(FileBytes(marked.bytes)).chunks.map(\.type)
                == ["VP8X", "VP8L", "XMP ", "C2PA"])
        #expect(try marked.manifestStore()?.bytes == DrawnFile.store(65))
    }

    @Test("A chunk beyond the end and two stores are refused, boxes are not named")
    func refused() throws {
        var long = DrawnFile.webp([("VP8L", DrawnFile.losslessData)])
        long[16] = 0x40
        #expect(throws: ImageFileError.self) { _ = try ImageFile(long) }
        let store = ("C2PA", DrawnFile.store(64))
        let two = try ImageFile(DrawnFile.webp([("VP8L", DrawnFile.losslessData), store, store]))
        #expect(throws: ImageFileError.self) { _ = try two.manifestStore() }
        #expect(throws: ImageFileError.self) { _ = try two.boxes() }
        let empty = try ImageFile(DrawnFile.webp([("ICCP", [1])]))
        #expect(throws: ImageFileError.self) { _ = try empty.replacingXMPPacket(with: [1]) }
    }
}

/// The shapes a TIFF comes in.
struct TIFFShape: Sendable, CustomTestStringConvertible {
    let order: ByteOrder
    let isBig, directoryLast: Bool

    static let all = [ByteOrder.bigEndian, .littleEndian].flatMap { order in
        [false, true].flatMap { isBig in
            [false, true].map { TIFFShape(order: order, isBig: isBig, directoryLast: $0) }
        }
    }

    var bytes: [UInt8] { DrawnFile.tiff(order, isBig: isBig, directoryLast: directoryLast) }
    var testDescription: String {
        "\(order), \(isBig ? "BigTIFF" : "TIFF"), directory \(directoryLast ? "last" : "first")"
    }
}

@Suite("TIFF files") struct TIFFFileTests {
    @Test(
        "Store and packet are written in every shape, and strips and pages stay",
        arguments: TIFFShape.all)
    func written(shape: TIFFShape) throws {
        let file = try ImageFile(shape.bytes)
        let store = DrawnFile.store(77)
        var bytes = try file.replacingManifestStore(with: store).bytes
        bytes = try ImageFile(bytes).replacingXMPPacket(with: [UInt8]("<packet/>".utf8))
        let both = try ImageFile(bytes)
        #expect(try both.manifestStore()?.bytes == store)
        #expect(try both.xmpPacket() == [UInt8]("<packet/>".utf8))
        let (old, new) = (try TIFFFile(FileBytes(file.bytes)), try TIFFFile(FileBytes(bytes)))
        #expect(try new.numbers(273) == old.numbers(273))
        #expect(try new.numbers(279) == [16])
        let strip = try #require(try old.numbers(273).first)
        #expect(bytes[strip..<strip + 16] == file.bytes[strip..<strip + 16])
        let next = { (tiff: TIFFFile) in
            try tiff.source.number(
                tiff.width, at: tiff.directory.upperBound - tiff.width, tiff.order)
        }
        #expect(try next(new) == next(old))
        #expect(new.entries.map(\.tag) == [256, 273, 279, 700, 52_545])
    }

    @Test("A file does not grow with every signing", arguments: TIFFShape.all)
    func growth(shape: TIFFShape) throws {
        var file = try ImageFile(shape.bytes)
        var sizes: Set<Int> = []
        for round in 0..<5 {
            let packet = [UInt8](repeating: UInt8(0x30 + round), count: 101)
            file = try ImageFile(file.replacingXMPPacket(with: packet))
            file = try ImageFile(
                file.replacingManifestStore(with: DrawnFile.store(99, filler: UInt8(round))).bytes)
            sizes.insert(file.bytes.count)
            #expect(try file.xmpPacket() == packet)
        }
        #expect(sizes.count == 1)
    }

    @Test("The excluded ranges are the count of the tag and its value", arguments: TIFFShape.all)
    func ranges(shape: TIFFShape) throws {
        let signed = try ImageFile(shape.bytes).replacingManifestStore(with: DrawnFile.store(50))
        let (count, value) = (signed.ranges[0], signed.ranges[1])
        #expect(
            try FileBytes(signed.bytes).number(count.count, at: count.lowerBound, shape.order) == 50
        )
        #expect([UInt8](signed.bytes[value]) == DrawnFile.store(50))
        #expect(value.upperBound == signed.bytes.count)
    }

    @Test("A store that shares bytes with the picture or the directory is refused")
    func overlapping() throws {
        let signed = try ImageFile(DrawnFile.tiff(.littleEndian))
            .replacingManifestStore(with: DrawnFile.store(50)).bytes
        let tiff = try TIFFFile(FileBytes(signed))
        let entry = try #require(try tiff.entry(52_545))
        for offset in [0, tiff.directory.lowerBound, try #require(try tiff.numbers(273).first)] {
            var changed = signed
            changed.replaceSubrange(
                entry.range.suffix(4), with: [UInt8].number(offset, width: 4, .littleEndian))
            #expect {
                _ = try ImageFile(changed).manifestStore()
            } throws: { ($0 as? ImageFileError)?.reason == .overlapping }
        }
    }

    @Test("A tag that stands twice, no directory, and a directory beyond the end are refused")
    func refused() throws {
        let signed = try ImageFile(DrawnFile.tiff(.bigEndian))
            .replacingManifestStore(with: DrawnFile.store(50)).bytes
        let tiff = try TIFFFile(FileBytes(signed))
        var twice = signed
        twice.replaceSubrange(
            tiff.entries[0].range.prefix(2), with: [UInt8].number(52_545, width: 2, .bigEndian))
        #expect(throws: ImageFileError.self) { _ = try ImageFile(twice).manifestStore() }
        for offset in [0, 7, 5_000] {
            var changed = signed
            changed.replaceSubrange(4..<8, with: [UInt8].number(offset, width: 4, .bigEndian))
            #expect(throws: ImageFileError.self) { _ = try ImageFile(changed) }
        }
    }
}
