// The C2PA manifest store in the APP11 segments of a JPEG.

extension JPEGFile {
    /// One APP11 segment that carries a part of a JUMBF box.
    ///
    /// - Source: ISO 19566-5, annex D.2: CI, En, Z, then LBox, TBox (and XLBox) in every segment.
    private struct Packet {
        let number: Int
        let instance: Int
        let sequence: Int
        /// LBox, TBox and XLBox where there is one.
        let header: Range<Int>
        let content: Range<Int>

        init?(_ number: Int, of file: JPEGFile) throws(ImageFileError) {
            let payload = file.segments[number].payload
            guard file.segments[number].marker == 0xEB, payload.count >= 16,
                file.source.has("JP", at: payload.lowerBound)
            else { return nil }
            let start = payload.lowerBound
            let isWide = file.source.has("\0\0\0\u{1}", at: start + 8)
            guard !isWide || payload.count >= 24 else { return nil }
            self.number = number
            instance = try file.source.number(2, at: start + 2, .bigEndian)
            sequence = try file.source.number(4, at: start + 4, .bigEndian)
            header = start + 8..<start + (isWide ? 24 : 16)
            content = header.upperBound..<payload.upperBound
        }
    }

    /// The segments of the manifest store, in their order.
    ///
    /// They bear one instance number and ascending sequence numbers, and repeat one box header.
    private func manifestPackets() throws(ImageFileError) -> [Packet] {
        var packets: [Packet] = []
        for number in segments.indices {
            guard let packet = try Packet(number, of: self) else { continue }
            let begins = ManifestStoreBox.begins(at: packet.header.lowerBound, in: source)
            if let first = packets.first, let last = packets.last,
                packet.instance == first.instance,
                source.has("jumb", at: packet.header.lowerBound + 4)
            {
                try continues(packet, first: first, last: last)
                packets.append(packet)
            } else if begins {
                guard packets.isEmpty else { throw secondStore(at: packet) }
                packets.append(packet)
            }
        }
        return packets
    }

    private func secondStore(at packet: Packet) -> ImageFileError {
        ImageFileError(
            .duplicate, at: segments[packet.number].range.lowerBound,
            "The JPEG carries more than one C2PA manifest store.")
    }

    /// Refuses a segment that does not go on where the last one ended.
    private func continues(
        _ packet: Packet, first: Packet, last: Packet
    ) throws(ImageFileError) {
        let offset = segments[packet.number].range.lowerBound
        guard packet.sequence != first.sequence else { throw secondStore(at: packet) }
        guard packet.sequence == last.sequence + 1 else {
            throw ImageFileError(
                .malformed, at: offset,
                "Part \(packet.sequence) of the manifest store follows part \(last.sequence).")
        }
        guard source.bytes[packet.header].elementsEqual(source.bytes[first.header]) else {
            throw ImageFileError(
                .malformed, at: offset,
                "A part of the manifest store repeats another box header than the first part.")
        }
    }

    func manifestStore() throws(ImageFileError) -> ImageFile.Embedding? {
        let packets = try manifestPackets()
        guard let first = packets.first else { return nil }
        let count = packets.reduce(first.header.count) { $0 + $1.content.count }
        try ManifestStoreBox.checkSize(count, at: first.header.lowerBound)
        var store = [UInt8](source.bytes[first.header])
        var ranges: [Range<Int>] = []
        for packet in packets {
            store += source.bytes[packet.content]
            let range = segments[packet.number].range
            if let last = ranges.last, last.upperBound == range.lowerBound {
                ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
            } else {
                ranges.append(range)
            }
        }
        return (store, ranges)
    }

    func replacingManifestStore(with store: [UInt8]?) throws(ImageFileError) -> ImageFile.Embedding
    {
        let old = try manifestPackets()
        let dropped = Set(old.map(\.number))
        let afterHeaders = (head.last { segments[$0].marker == 0xE0 } ?? 0) + 1
        let place = old.first?.number ?? afterHeaders
        let insertion = try store.map { (store) throws(ImageFileError) in
            try manifestSegments(store, instance: freeInstance(beside: dropped))
        }
        let result = source.splicing(
            segments.map(\.range), dropping: dropped, inserting: insertion ?? [], before: place)
        return (result.bytes, store == nil ? [] : [result.inserted])
    }

    /// The instance number that c2pa-rs writes, or the next that no other JUMBF box uses.
    private func freeInstance(beside dropped: Set<Int>) throws(ImageFileError) -> Int {
        var taken: Set<Int> = []
        for number in segments.indices where !dropped.contains(number) {
            if let packet = try Packet(number, of: self) { taken.insert(packet.instance) }
        }
        guard let free = (0x0211...0xFFFF).first(where: { !taken.contains($0) }) else {
            throw ImageFileError(
                .tooManyParts(limit: 0xFFFF), at: 0,
                "The JPEG's JUMBF boxes leave no instance number for a manifest store.")
        }
        return free
    }

    /// The store cut into APP11 segments of at most 64,000 of its bytes, as c2pa-rs cuts it.
    private func manifestSegments(
        _ store: [UInt8], instance: Int
    ) throws(ImageFileError) -> [UInt8] {
        let most = 64_000
        var result: [UInt8] = []
        result.reserveCapacity(store.count + store.count / 2_000 + 64)
        for (index, start) in stride(from: 0, to: store.count, by: most).enumerated() {
            var payload = [UInt8]("JP".utf8) + .number(instance, width: 2, .bigEndian)
            payload += .number(index + 1, width: 4, .bigEndian)
            if index > 0 { payload += store.prefix(8) }
            payload += store[start..<min(store.count, start + most)]
            result += Self.segment(0xEB, payload)
        }
        return result
    }

    func boxes() throws(ImageFileError) -> [(names: [String], range: Range<Int>)] {
        let manifest = Set(try manifestPackets().map(\.number))
        var boxes: [(names: [String], range: Range<Int>)] = []
        for (number, segment) in segments.enumerated() {
            guard manifest.contains(number) else {
                boxes.append(([Self.name(of: segment.marker)], segment.range))
                continue
            }
            if let last = boxes.last, last.names == ["C2PA"] {
                boxes[boxes.count - 1].range = last.range.lowerBound..<segment.range.upperBound
            } else if boxes.contains(where: { $0.names == ["C2PA"] }) {
                throw ImageFileError(
                    .malformed, at: segment.range.lowerBound,
                    "The segments of the manifest store are torn apart, so it is not one box.")
            } else {
                boxes.append((["C2PA"], segment.range))
            }
        }
        return boxes
    }

    /// The marker's name in ITU-T T.81, table B.1.
    static func name(of marker: UInt8) -> String {
        switch marker {
        case 0xC4: "DHT"
        case 0xC8: "JPG"
        case 0xCC: "DAC"
        case 0xC0...0xCF: "SOF\(marker - 0xC0)"
        case 0xD0...0xD7: "RST\(marker - 0xD0)"
        case 0xE0...0xEF: "APP\(marker - 0xE0)"
        case 0xF0...0xFD: "JPG\(marker - 0xF0)"
        default: namesOfOthers[marker] ?? "RES"
        }
    }

    private static let namesOfOthers: [UInt8: String] = [
        0x01: "TEM", 0xD8: "SOI", 0xD9: "EOI", 0xDA: "SOS", 0xDB: "DQT", 0xDC: "DNL", 0xDD: "DRI",
        0xDE: "DHP", 0xDF: "EXP", 0xFE: "COM",
    ]
}
