// Image files of the samples: what others wrote is found, and what is replaced moves no picture.

import Testing

@testable import Provenance

@Suite("Image files of the samples", .enabled(if: FileSamples.areThere, "no folder shared"))
struct ImageFileSampleTests {
    @Test(
        "The store's ranges are those that its signer excluded from the hash",
        arguments: FileSamples.signed)
    func exclusions(path: String) throws {
        let file = try ImageFile(try FileSamples.read(path))
        let store = try #require(try file.manifestStore())
        #expect(try SignedExclusions.ranges(in: store.bytes) == store.ranges)
    }

    @Test(
        "A file from which the store is taken and put back is the same",
        arguments: FileSamples.signed)
    func takenAndPutBack(path: String) throws {
        let file = try ImageFile(try FileSamples.read(path))
        let store = try #require(try file.manifestStore())
        let bare = try ImageFile(try file.replacingManifestStore(with: nil).bytes)
        #expect(try bare.manifestStore() == nil)
        let again = try bare.replacingManifestStore(with: store.bytes)
        #expect(again.ranges == store.ranges)
        // Adobe's tools cut segments of another size, so only c2pa-rs's files agree in each byte.
        if !path.contains("public-testfiles") { #expect(again.bytes == file.bytes) }
        #expect(try ImageFile(again.bytes).manifestStore()?.bytes == store.bytes)
    }

    @Test(
        "A signed file's boxes follow each other from its first byte to its last",
        arguments: FileSamples.signed)
    func boxes(path: String) throws {
        let file = try ImageFile(try FileSamples.read(path))
        let boxes = try file.boxes()
        #expect(boxes.first?.range.lowerBound == 0)
        for (one, next) in zip(boxes, boxes.dropFirst()) {
            #expect(one.range.upperBound == next.range.lowerBound)
        }
        #expect(boxes.last?.range.upperBound == file.bytes.count)
        #expect(
            boxes.filter { $0.names == ["C2PA"] }.map(\.range) == (try file.manifestStore())?.ranges
        )
        let isPNG = file.format == .png
        #expect(boxes.first?.names == [isPNG ? "PNGh" : "SOI"])
        #expect(boxes.last?.names == [isPNG ? "IEND" : "EOI"])
    }

    @Test("The packet that exiftool wrote is found", arguments: FileSamples.rights)
    func packet(path: String) throws {
        let file = try ImageFile(try FileSamples.read(path))
        let packet = String(decoding: try #require(try file.xmpPacket()), as: UTF8.self)
        #expect(packet.contains("texture-model"))
        #expect(packet.contains("https://licences.example/get/fern-trellis"))
        #expect(try file.manifestStore() == nil)
        #expect(try file.extendedXMP() == nil)
    }

    @Test(
        "Packet and store are replaced and removed, and the picture's bytes stay",
        arguments: FileSamples.rights)
    func replaced(path: String) throws {
        let file = try ImageFile(try FileSamples.read(path))
        let packet = [UInt8](repeating: 0x20, count: 3_001)
        let store = DrawnFile.store(70_001)
        let marked = try ImageFile(file.replacingXMPPacket(with: packet))
        let signed = try marked.replacingManifestStore(with: store)
        let both = try ImageFile(signed.bytes)
        #expect(try both.xmpPacket() == packet)
        #expect(try both.manifestStore()?.bytes == store)
        #expect(try both.manifestStore()?.ranges == signed.ranges)
        #expect(try both.exif() != nil || file.exif() == nil)
        #expect(try both.iptcIIM() == file.iptcIIM())
        #expect(try pictureBytes(of: both) == pictureBytes(of: file))
        let neither = try ImageFile(both.replacingManifestStore(with: nil).bytes)
            .replacingXMPPacket(with: nil)
        #expect(try ImageFile(neither).xmpPacket() == nil)
        #expect(try ImageFile(neither).manifestStore() == nil)
        #expect(try pictureBytes(of: try ImageFile(neither)) == pictureBytes(of: file))
    }

    /// The coded picture as it stands in the file.
    private func pictureBytes(of file: ImageFile) throws -> [UInt8] {
        let source = FileBytes(file.bytes)
        switch file.format {
        case .jpeg:
            let coded: Set<UInt8> = [0xC0, 0xC2, 0xC4, 0xDA, 0xDB, 0xDD]
            return try JPEGFile(source).segments.filter { coded.contains($0.marker) }
                .flatMap { file.bytes[$0.range] }
        case .png:
            return try PNGFile(source).chunks.filter { $0.type == "IDAT" || $0.type == "IHDR" }
                .flatMap { file.bytes[$0.range] }
        case .webp:
            return try WebPFile(source).chunks.filter { $0.type == "VP8 " || $0.type == "VP8L" }
                .flatMap { file.bytes[$0.range] }
        case .tiff:
            let tiff = try TIFFFile(source)
            return try zip(tiff.numbers(273), tiff.numbers(279))
                .flatMap { file.bytes[$0..<$0 + $1] }
        }
    }

    @Test(
        "A store of the same length takes the same bytes of the file", arguments: FileSamples.rights
    )
    func placeholder(path: String) throws {
        let file = try ImageFile(try FileSamples.read(path))
        let placeholder = try file.replacingManifestStore(with: DrawnFile.store(150_000, filler: 0))
        let filled = try ImageFile(placeholder.bytes)
            .replacingManifestStore(with: DrawnFile.store(150_000, filler: 0xFF))
        #expect(filled.ranges == placeholder.ranges)
        #expect(filled.bytes.count == placeholder.bytes.count)
        let carried = filled.ranges.reduce(into: Set<Int>()) { $0.formUnion($1) }
        let differing = zip(placeholder.bytes, filled.bytes).enumerated()
            .filter { $0.element.0 != $0.element.1 }.map(\.offset)
        #expect(differing.allSatisfy(carried.contains))
        #expect(differing.count > 149_000)
    }
}
