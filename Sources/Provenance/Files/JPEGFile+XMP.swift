// The XMP packet in APP1 of a JPEG, and its extension over further segments.

internal import Crypto

/// What opens the segments of an XMP packet.
private let packetSignature: StaticString = "http://ns.adobe.com/xap/1.0/\0"

/// What opens the segments of extended XMP.
private let extensionSignature: StaticString = "http://ns.adobe.com/xmp/extension/\0"

/// - Source: XMP specification part 3, section 1.1.3.
extension JPEGFile {
    /// The most bytes that a packet in one APP1 segment has.
    private static let mostPacketBytes = 65_533 - packetSignature.utf8CodeUnitCount

    private func packetSegment() throws(ImageFileError) -> Int? {
        let found = segments(0xE1, opening: packetSignature)
        guard found.count < 2 else {
            throw ImageFileError(
                .duplicate, at: segments[found[1]].range.lowerBound,
                "The JPEG carries more than one XMP packet.")
        }
        return found.first
    }

    func xmpPacket() throws(ImageFileError) -> [UInt8]? {
        guard let number = try packetSegment() else { return nil }
        let payload = segments[number].payload.dropFirst(packetSignature.utf8CodeUnitCount)
        return [UInt8](source.bytes[payload])
    }

    /// The extended XMP that the packet names.
    func extendedXMP() throws(ImageFileError) -> [UInt8]? {
        guard let packet = try xmpPacket(), let name = Self.extensionName(in: packet) else {
            return nil
        }
        var whole: [UInt8] = []
        // Parts come in order in every file that is written with care; others are refused.
        for number in segments(0xE1, opening: extensionSignature) {
            let start = segments[number].payload.lowerBound + extensionSignature.utf8CodeUnitCount
            guard segments[number].payload.upperBound - start >= 40,
                source.bytes[start..<start + 32].elementsEqual(name)
            else { continue }
            let count = try source.number(4, at: start + 32, .bigEndian)
            guard count <= ImageFile.packetLimitInBytes else {
                throw ImageFileError(
                    .tooLarge(limitInBytes: ImageFile.packetLimitInBytes), at: start,
                    "The extended XMP says that it has \(count) bytes.")
            }
            guard try source.number(4, at: start + 36, .bigEndian) == whole.count else {
                throw ImageFileError(
                    .malformed, at: start, "A part of the extended XMP is missing or repeated.")
            }
            whole += source.bytes[start + 40..<segments[number].payload.upperBound]
            guard whole.count <= count else {
                throw ImageFileError(
                    .malformed, at: start, "The extended XMP is longer than it says.")
            }
        }
        return Self.digestName(of: whole) == name ? whole : nil
    }

    /// The name under which an extension goes: its MD5 digest in hexadecimal, in capitals.
    static func digestName(of extended: [UInt8]) -> [UInt8] {
        Insecure.MD5.hash(data: extended).flatMap { byte in
            [byte >> 4, byte & 15].map { "0123456789ABCDEF".utf8.map { $0 }[Int($0)] }
        }
    }

    /// The value of `xmpNote:HasExtendedXMP`, be it attribute or element.
    static func extensionName(in packet: [UInt8]) -> [UInt8]? {
        let note = [UInt8]("HasExtendedXMP".utf8)
        var place = packet.startIndex
        while let found = packet[place...].firstIndex(of: note[0]) {
            place = found + 1
            guard packet[found...].starts(with: note) else { continue }
            let value = packet[(found + note.count)...].prefix(64).drop { !isHexadecimal($0) }
            let name = value.prefix { isHexadecimal($0) }
            if name.count == 32 { return name.map { $0 >= 0x61 ? $0 - 32 : $0 } }
        }
        return nil
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte)
            || (0x61...0x66).contains(byte)
    }

    func replacingXMPPacket(with packet: [UInt8]?) throws(ImageFileError) -> [UInt8] {
        let old = try packetSegment()
        var dropped = Set(old.map { [$0] } ?? [])
        if packet.flatMap({ Self.extensionName(in: $0) }) == nil {
            dropped.formUnion(segments(0xE1, opening: extensionSignature))
        }
        var insertion: [UInt8] = []
        if let packet {
            guard packet.count <= Self.mostPacketBytes else {
                throw ImageFileError(
                    .tooLarge(limitInBytes: Self.mostPacketBytes), at: 0,
                    "An XMP packet in a JPEG must fit one segment; this has \(packet.count) bytes.")
            }
            let signature = packetSignature.withUTF8Buffer { [UInt8]($0) }
            insertion = Self.segment(0xE1, signature + packet)
        }
        let exif = Set(segments(0xE1, opening: "Exif\0\0"))
        let leading = head.dropFirst().prefix { segments[$0].marker == 0xE0 || exif.contains($0) }
        return source.splicing(
            segments.map(\.range), dropping: dropped, inserting: insertion,
            before: old ?? leading.upperBound
        ).bytes
    }
}
