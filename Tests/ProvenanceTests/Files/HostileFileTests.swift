// Damaged and malicious files: an answer or a typed error, never a crash and never a wrong write.

import Testing

@testable import Provenance

@Suite("Hostile image files") struct HostileFileTests {
    /// Everything that can be asked of a file; what is written must be read back.
    private func exercise(_ bytes: [UInt8]) throws(ImageFileError) {
        let file = try ImageFile(bytes)
        _ = try? file.boxes()
        _ = try? file.exif()
        _ = try? file.iptcIIM()
        _ = try? file.extendedXMP()
        _ = try? file.manifestStore()
        if let marked = try? file.replacingXMPPacket(with: [0x3C, 0x3E, 0x3D, 0x2A, 0x2B]) {
            let packet = try ImageFile(marked).xmpPacket()
            #expect(packet == [0x3C, 0x3E, 0x3D, 0x2A, 0x2B])
        }
        let store = DrawnFile.store(77)
        if let signed = try? file.replacingManifestStore(with: store) {
            let read = try ImageFile(signed.bytes).manifestStore()
            #expect(read?.bytes == store)
            #expect(read?.ranges == signed.ranges)
        }
    }

    /// Small files of each format with packet and store.
    private static let seeds: [[UInt8]] = {
        let packet = [UInt8]("<x:xmpmeta xmpNote:HasExtendedXMP=\"".utf8)
        let bare =
            [DrawnFile.jpeg(), DrawnFile.png(), DrawnFile.webp([("VP8L", DrawnFile.losslessData)])]
            + TIFFShape.all.map(\.bytes)
        return bare.compactMap { bytes in
            guard let marked = try? ImageFile(bytes).replacingXMPPacket(with: packet),
                let signed = try? ImageFile(marked).replacingManifestStore(
                    with: DrawnFile.store(90))
            else { return nil }
            return signed.bytes
        }
    }()

    @Test("Every file cut off anywhere gives an answer or a typed error")
    func cutOff() {
        #expect(Self.seeds.count == 11)
        for seed in Self.seeds {
            for count in seed.indices { try? exercise([UInt8](seed[..<count])) }
        }
    }

    @Test("Changed bytes give an answer or a typed error", arguments: 1...20)
    func changed(seed: Int) {
        var chance = FileChance(state: UInt64(seed))
        let extremes: [UInt8] = [0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF]
        for original in Self.seeds {
            for _ in 0..<20 {
                var bytes = original
                for _ in 0..<Int.random(in: 1...6, using: &chance) {
                    let place = Int.random(in: 0..<bytes.count, using: &chance)
                    switch Int.random(in: 0..<4, using: &chance) {
                    case 0: bytes[place] = UInt8.random(in: 0...255, using: &chance)
                    case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &chance)
                    case 2: bytes[place] = extremes[Int.random(in: 0..<6, using: &chance)]
                    default:
                        let other = Int.random(in: 0..<bytes.count, using: &chance)
                        let part = bytes[min(place, other)..<max(place, other)].prefix(40)
                        bytes.insert(contentsOf: part, at: place)
                    }
                }
                try? exercise(bytes)
            }
        }
    }

    @Test(
        "Damaged samples give an answer or a typed error",
        .enabled(if: FileSamples.areThere, "no folder shared"), arguments: FileSamples.rights)
    func damagedSamples(path: String) throws {
        let original = try FileSamples.read(path)
        var chance = FileChance(state: 7)
        for _ in 0..<25 {
            var bytes = original
            for _ in 0..<8 {
                // Structures stand in the first and the last kilobytes.
                let near = Int.random(in: 0..<3_000, using: &chance)
                let place = Bool.random(using: &chance) ? near : bytes.count - 1 - near
                bytes[place] = UInt8.random(in: 0...255, using: &chance)
            }
            try? exercise(bytes)
        }
    }

    @Test("What is no picture is told so")
    func noPicture() {
        for bytes in [[], [0x42, 0x4D], [UInt8]("GIF89a".utf8), [UInt8]("RIFF1234WAVE".utf8)] {
            #expect {
                _ = try ImageFile(bytes)
            } throws: { ($0 as? ImageFileError)?.reason == .unknownFormat }
        }
    }

    @Test("Bytes that no reader would take for a manifest store are not embedded")
    func noStore() throws {
        let file = try ImageFile(DrawnFile.png())
        var long = DrawnFile.store(64)
        long[3] += 1
        for bytes in [[], [1, 2, 3], long, [UInt8](DrawnFile.store(64).dropLast())] {
            #expect(throws: ImageFileError.self) {
                _ = try file.replacingManifestStore(with: bytes)
            }
        }
    }

    @Test("An error says what is wrong and at which byte")
    func saidInWords() {
        #expect {
            _ = try ImageFile([UInt8](DrawnFile.png().dropLast()))
        } throws: { error in
            let said = "\(error)"
            return said.contains("ends before") && said.contains("(byte 48)")
        }
    }
}
