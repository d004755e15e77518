// JPEG: segments, the store over several of them, extended XMP, and what is refused.

import Crypto
import Testing

@testable import Provenance

@Suite("JPEG files") struct JPEGFileTests {
    /// An APP11 segment of a box of `count` bytes (ISO 19566-5, annex D).
    private func part(_ sequence: Int, _ content: [UInt8], instance: Int = 0x0211) -> [UInt8] {
        JPEGFile.segment(
            0xEB,
            [UInt8]("JP".utf8) + .number(instance, width: 2, .bigEndian)
                + .number(sequence, width: 4, .bigEndian) + content)
    }

    private func reason(_ bytes: [UInt8]) -> ImageFileError.Reason? {
        do throws(ImageFileError) {
            let file = try ImageFile(bytes)
            _ = try file.manifestStore()
            _ = try file.xmpPacket()
            _ = try file.extendedXMP()
            return nil
        } catch { return error.reason }
    }

    @Test("A store of several segments comes back whole, and stands behind APP0")
    func severalSegments() throws {
        let store = DrawnFile.store(130_000)
        let file = try ImageFile(DrawnFile.jpeg()).replacingManifestStore(with: store)
        let read = try #require(try ImageFile(file.bytes).manifestStore())
        #expect(read.bytes == store)
        #expect(read.ranges == file.ranges)
        #expect(file.ranges.count == 1)
        #expect(file.ranges.first?.lowerBound == 20)
        let names = try ImageFile(file.bytes).boxes().map(\.names)
        #expect(names == ["SOI", "APP0", "C2PA", "SOF0", "SOS", "EOI"].map { [$0] })
    }

    @Test("Parts of a store that are missing, repeated, or of another box are refused")
    func brokenSequence() {
        let store = DrawnFile.store(100)
        let (head, first, rest) = (Array(store[..<8]), Array(store[..<60]), Array(store[60...]))
        #expect(reason(DrawnFile.jpeg([part(1, first), part(2, head + rest)])) == nil)
        #expect(reason(DrawnFile.jpeg([part(1, first), part(3, head + rest)])) == .malformed)
        #expect(reason(DrawnFile.jpeg([part(1, first), part(1, head + rest)])) == .duplicate)
        let other = DrawnFile.store(101)[..<8]
        #expect(reason(DrawnFile.jpeg([part(1, first), part(2, other + rest)])) == .malformed)
    }

    @Test("Two stores are refused, whatever their instance numbers")
    func twoStores() {
        let store = DrawnFile.store(100)
        #expect(reason(DrawnFile.jpeg([part(1, store), part(1, store)])) == .duplicate)
        #expect(
            reason(DrawnFile.jpeg([part(1, store), part(1, store, instance: 9)])) == .duplicate)
    }

    @Test("JUMBF that is no manifest store stays, and keeps its instance number to itself")
    func otherJUMBF() throws {
        let description = [UInt8]("\0\0\0\u{1C}jumdjson".utf8) + [UInt8](repeating: 1, count: 16)
        let other = part(1, [UInt8]("\0\0\0\u{24}jumb".utf8) + description)
        let file = try ImageFile(DrawnFile.jpeg([other]))
        #expect(try file.manifestStore() == nil)
        let signed = try file.replacingManifestStore(with: DrawnFile.store(64))
        let read = try #require(try ImageFile(signed.bytes).manifestStore())
        #expect(read.bytes == DrawnFile.store(64))
        let start = try #require(signed.ranges.first).lowerBound
        #expect(signed.bytes[start + 6..<start + 8].elementsEqual([0x02, 0x12]))
        #expect(try ImageFile(signed.bytes).replacingManifestStore(with: nil).bytes == file.bytes)
    }

    @Test("Segments of a store that are torn apart give a range each, and are no single box")
    func tornApart() throws {
        let store = DrawnFile.store(100)
        let comment = JPEGFile.segment(0xFE, [1, 2, 3])
        let file = try ImageFile(
            DrawnFile.jpeg([
                part(1, Array(store[..<60])), comment, part(2, [UInt8](store[..<8]) + store[60...]),
            ]))
        let read = try #require(try file.manifestStore())
        #expect(read.bytes == store)
        #expect(read.ranges.count == 2)
        #expect(throws: ImageFileError.self) { _ = try file.boxes() }
    }

    /// The packet names its extension by the MD5 digest (XMP part 3, 1.1.3.1).
    private func extended(_ document: [UInt8], parts: [Range<Int>]) -> [UInt8] {
        let name = Insecure.MD5.hash(data: document)
            .map { "0" + String($0, radix: 16, uppercase: true) }.map { $0.suffix(2) }.joined()
        let packet = [UInt8](
            ("http://ns.adobe.com/xap/1.0/\0<x xmpNote:HasExtendedXMP=\"" + name + "\"/>").utf8)
        let segments = parts.map { part in
            JPEGFile.segment(
                0xE1,
                [UInt8](("http://ns.adobe.com/xmp/extension/\0" + name).utf8)
                    + .number(document.count, width: 4, .bigEndian)
                    + .number(part.lowerBound, width: 4, .bigEndian) + document[part])
        }
        return DrawnFile.jpeg([JPEGFile.segment(0xE1, packet)] + segments)
    }

    @Test("Extended XMP is put together; a gap is refused, a wrong digest gives nothing")
    func extendedXMP() throws {
        let document = (0..<90_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        let whole = try ImageFile(extended(document, parts: [0..<50_000, 50_000..<90_000]))
        #expect(try whole.extendedXMP() == document)
        #expect(reason(extended(document, parts: [0..<50_000, 60_000..<90_000])) == .malformed)
        #expect(reason(extended(document, parts: [0..<50_000, 0..<50_000])) == .malformed)
        var changed = whole.bytes
        changed[changed.count - 1_000] ^= 1
        #expect(try ImageFile(changed).extendedXMP() == nil)
        let replaced = try whole.replacingXMPPacket(with: [0x3C])
        #expect(replaced == (try ImageFile(DrawnFile.jpeg()).replacingXMPPacket(with: [0x3C])))
    }

    @Test("Two packets, a packet for two segments, and lengths beyond the file are refused")
    func refused() throws {
        let packet = JPEGFile.segment(0xE1, [UInt8]("http://ns.adobe.com/xap/1.0/\0<x/>".utf8))
        #expect(reason(DrawnFile.jpeg([packet, packet])) == .duplicate)
        #expect(reason([0xFF, 0xD8, 0xFF, 0xE0, 0xFF, 0xFF, 1, 2]) == .truncated)
        #expect(reason([0xFF, 0xD8, 0xFF, 0xE0, 0, 1]) == .malformed)
        #expect(reason(DrawnFile.jpeg([[0x41, 0x42]])) == .malformed)
        let file = try ImageFile(DrawnFile.jpeg())
        #expect(throws: ImageFileError.self) {
            _ = try file.replacingXMPPacket(with: [UInt8](repeating: 32, count: 65_505))
        }
        let most = [UInt8](repeating: 32, count: 65_504)
        #expect(try ImageFile(file.replacingXMPPacket(with: most)).xmpPacket() == most)
    }

    @Test("A picture that is cut off can still be read and marked")
    func cutOff() throws {
        let whole = DrawnFile.jpeg()
        let file = try ImageFile([UInt8](whole.dropLast(3)))
        let signed = try file.replacingManifestStore(with: DrawnFile.store(64))
        #expect(try ImageFile(signed.bytes).manifestStore()?.bytes == DrawnFile.store(64))
    }

    @Test("A picture behind the first one belongs to the boxes, rubbish does not")
    func behindTheEnd() throws {
        let two = try ImageFile(DrawnFile.jpeg() + DrawnFile.jpeg())
        #expect(try two.boxes().filter { $0.names == ["SOI"] }.count == 2)
        let rubbish = try ImageFile(DrawnFile.jpeg() + [1, 2, 3])
        #expect(try rubbish.boxes().last?.range.upperBound == rubbish.bytes.count - 3)
        #expect(try rubbish.replacingXMPPacket(with: nil) == rubbish.bytes)
    }
}
