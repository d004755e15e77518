// Rights in files: ours are read by exiftool, and exiftool's are read by us.

import Foundation
import Testing

@testable import Provenance

@Suite("Rights in files", .enabled(if: FileSamples.areThere, "no folder shared"))
struct RightsFileTests {
    @Test("The samples say what exiftool read in them", arguments: FileSamples.rights)
    func samples(path: String) throws {
        let reading = RightsReading(of: try ImageFile(try FileSamples.read(path)))
        #expect(reading.record == RightsSamples.marlow)
        #expect(reading.faults.isEmpty)
        #expect(reading.contradictions.isEmpty)
        #expect(Set(reading.sources.values) == [.xmp])
        let golden = try JSONSerialization.jsonObject(
            with: Data(try FileSamples.read("iptc/expected-exiftool.json")))
        let read = try #require((golden as? [[String: Any]])?.first)
        try agree(read, Exiftool.expected(of: reading.record))
    }

    /// Every expected statement is read, and no other one of the properties that we know.
    private func agree(_ read: [String: Any], _ expected: [String: Any]) throws {
        for (name, value) in expected {
            #expect(try Exiftool.text(of: read[name]) == Exiftool.text(of: value), "\(name)")
        }
        let others = read.keys.filter { $0.hasPrefix("XMP-") && expected[$0] == nil }
        #expect(others.allSatisfy { $0.hasPrefix("XMP-x:") }, "\(others)")
    }

    @Test(
        "exiftool reads every statement that we write",
        .enabled(if: Exiftool.isThere, "exiftool is not installed"), arguments: FileSamples.rights)
    func exiftool(path: String) throws {
        let suffix = try #require(path.split(separator: ".").last.map(String.init))
        let file = try ImageFile(try FileSamples.read(path))
        let bare = try ImageFile(file.replacingXMPPacket(with: nil))
        for source in [file, bare] {
            let written = try RightsSamples.full.written(into: source)
            try agree(
                try Exiftool.xmp(of: written, suffix: suffix),
                Exiftool.expected(of: RightsSamples.full))
            #expect(RightsReading(of: try ImageFile(written)).record == RightsSamples.full)
        }
    }

    @Test("Without a packet the older places count, and say so")
    func fallbacks() throws {
        let file = try ImageFile(try FileSamples.read("iptc/rights.jpg"))
        let bare = try ImageFile(file.replacingXMPPacket(with: nil))
        let reading = RightsReading(of: bare)
        #expect(reading.record.creators == ["Studio Marlow"])
        #expect(reading.record.copyrightNotice == "(c) 2026 Studio Marlow")
        #expect(reading.sources == [.creators: .iim, .copyrightNotice: .iim])
    }

    @Test("A packet that is broken is told, and the older places still count")
    func brokenPacket() throws {
        let file = try ImageFile(try FileSamples.read("iptc/rights.jpg"))
        let broken = try ImageFile(file.replacingXMPPacket(with: [UInt8]("<x:xmpmeta>".utf8)))
        let reading = RightsReading(of: broken)
        #expect(reading.faults.count == 1)
        #expect(reading.record.creators == ["Studio Marlow"])
        #expect(throws: RightsError.self) { _ = try RightsSamples.full.written(into: broken) }
    }

    @Test("A packet that fills its JPEG segment gives up the room for later writers")
    func fullSegment() throws {
        let file = try ImageFile(try FileSamples.read("iptc/rights.jpg"))
        var record = RightsSamples.marlow
        record.aiPrompt = "A" + String(repeating: " fern", count: 12_300) + "."
        let written = try ImageFile(record.written(into: file))
        #expect(RightsReading(of: written).record == record)
        record.aiPrompt = "A" + String(repeating: " fern", count: 13_200) + "."
        #expect {
            _ = try record.written(into: file)
        } throws: {
            ($0 as? RightsError)?.reason == .file(.tooLarge(limitInBytes: 65_504))
        }
    }

    @Test("What another place says otherwise is a contradiction, and the packet counts")
    func contradiction() throws {
        let file = try ImageFile(try FileSamples.read("iptc/rights.jpg"))
        var record = RightsSamples.marlow
        record.copyrightNotice = "(c) 2026 Somebody Else"
        let reading = RightsReading(of: try ImageFile(record.written(into: file)))
        #expect(reading.record == record)
        #expect(reading.contradictions.map(\.field) == [.copyrightNotice, .copyrightNotice])
        #expect(reading.contradictions.map(\.source) == [.iim, .exif])
        #expect(reading.contradictions.first?.other == "(c) 2026 Studio Marlow")
    }
}

@Suite("Rights in IIM and EXIF") struct RightsFallbackTests {
    private func dataset(_ record: UInt8, _ number: UInt8, _ data: [UInt8]) -> [UInt8] {
        [0x1C, record, number] + .number(data.count, width: 2, .bigEndian) + data
    }

    private func record(
        _ statements: [(field: RightsField, value: XMPValue)]
    ) -> RightsRecord {
        var record = RightsRecord()
        for (field, value) in statements { field.read(value, into: &record) }
        return record
    }

    @Test("Several by-lines, credit and copyright are read in the character set they are in")
    func datasets() {
        let texts =
            dataset(2, 80, [UInt8]("Ann".utf8)) + dataset(2, 80, [0x5A, 0x6F, 0xEB])
            + dataset(2, 110, [UInt8]("Marlow".utf8)) + dataset(2, 116, [0xA9, 0x20, 0x32])
        let latin = record(IPTCDatasets(texts).statements)
        #expect(latin.creators == ["Ann", "Zoë"])
        #expect(latin.creditLine == "Marlow")
        #expect(latin.copyrightNotice == "© 2")
        let utf8 = dataset(1, 90, [0x1B, 0x25, 0x47]) + dataset(2, 80, [UInt8]("Zoë".utf8))
        #expect(record(IPTCDatasets(utf8).statements).creators == ["Zoë"])
    }

    @Test("A block that is cut off anywhere gives what stood before")
    func cutOff() {
        let whole = dataset(2, 80, [UInt8]("Ann".utf8)) + dataset(2, 116, [UInt8]("(c)".utf8))
        for count in whole.indices {
            let cut = record(IPTCDatasets([UInt8](whole[..<count])).statements)
            #expect(cut.creators == (count >= 8 ? ["Ann"] : []))
            #expect(cut.copyrightNotice == nil)
        }
    }

    @Test("Artists are set apart by semicolons, the editor's notice is left out")
    func exif() throws {
        func entry(_ tag: Int, _ text: [UInt8], at offset: Int) -> [UInt8] {
            [UInt8].number(tag, width: 2, .littleEndian) + .number(2, width: 2, .littleEndian)
                + .number(text.count, width: 4, .littleEndian)
                + .number(offset, width: 4, .littleEndian)
        }
        let artists = [UInt8]("Ann; Bo \0".utf8)
        let notice = [UInt8]("(c) Ann \0(c) Editor\0".utf8)
        var block = [UInt8]("II*\0".utf8) + .number(8, width: 4, .littleEndian)
        block += [UInt8].number(2, width: 2, .littleEndian)
        block += entry(315, artists, at: 38) + entry(33_432, notice, at: 38 + artists.count)
        block += [0, 0, 0, 0] + artists + notice
        let read = record(try EXIFRights.statements(of: block))
        #expect(read.creators == ["Ann", "Bo"])
        #expect(read.copyrightNotice == "(c) Ann")
    }
}
