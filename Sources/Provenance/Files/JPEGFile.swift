// A JPEG file as its marker segments.

/// A JPEG file as its marker segments.
///
/// - Source: ITU-T T.81, annex B.
struct JPEGFile: ImageContainer {
    /// One marker with what belongs to it; of a scan that is also the coded data.
    struct Segment: Sendable {
        let marker: UInt8
        let range: Range<Int>
        /// What stands behind marker and length.
        let payload: Range<Int>
    }

    /// More segments than this no honest file has.
    static let segmentLimit = 65_536

    let source: FileBytes

    /// The segments from SOI, without gaps.
    let segments: [Segment]

    init(_ source: FileBytes) throws(ImageFileError) {
        self.source = source
        var segments: [Segment] = []
        var offset = 0
        while offset < source.count {
            // Behind the end only another picture goes on (a multi-picture file), not rubbish.
            if segments.last?.marker == 0xD9, source.bytes[offset] != 0xFF { break }
            guard let segment = try Self.segment(at: offset, in: source, after: segments.last)
            else { break }
            guard segments.count < Self.segmentLimit else {
                throw ImageFileError(
                    .tooManyParts(limit: Self.segmentLimit), at: offset,
                    "The JPEG has more marker segments than are read.")
            }
            segments.append(segment)
            offset = segment.range.upperBound
        }
        self.segments = segments
    }

    /// The segment at `offset`, or nil when the picture is over and no other one begins.
    private static func segment(
        at offset: Int, in source: FileBytes, after last: Segment?
    ) throws(ImageFileError) -> Segment? {
        let bytes = source.bytes
        var place = offset
        while place < bytes.count, bytes[place] == 0xFF { place += 1 }
        let isOver = last?.marker == 0xD9
        guard place > offset, place < bytes.count, !isOver || bytes[place] == 0xD8 else {
            // A scan that is cut off inside a marker is a cut-off picture, nothing worse.
            if isOver || (last?.marker == 0xDA && place == bytes.count) { return nil }
            throw ImageFileError(
                .malformed, at: offset, "The JPEG has no marker where one must stand.")
        }
        let marker = bytes[place]
        guard marker != 0 else {
            throw ImageFileError(.malformed, at: offset, "The JPEG has an empty marker.")
        }
        let start = place + 1
        if (0xD0...0xD9).contains(marker) || marker == 0x01 {
            return Segment(marker: marker, range: offset..<start, payload: start..<start)
        }
        let length = try source.number(2, at: start, .bigEndian)
        guard length >= 2 else {
            throw ImageFileError(
                .malformed, at: start, "A JPEG segment is shorter than its length.")
        }
        let payload = try source.part(from: start + 2, count: length - 2)
        let end = marker == 0xDA ? scanEnd(from: payload.upperBound, in: bytes) : payload.upperBound
        return Segment(marker: marker, range: offset..<end, payload: payload)
    }

    /// Where coded data ends: before the first marker that is no restart marker.
    private static func scanEnd(from offset: Int, in bytes: [UInt8]) -> Int {
        var place = offset
        while place + 1 < bytes.count {
            if bytes[place] != 0xFF {
                place += 1
            } else if bytes[place + 1] == 0 || (0xD0...0xD7).contains(bytes[place + 1]) {
                place += 2
            } else {
                return place
            }
        }
        return bytes.count
    }

    /// The numbers of the segments with this marker whose payload begins with `signature`.
    func segments(_ marker: UInt8, opening signature: StaticString) -> [Int] {
        segments.indices.filter {
            segments[$0].marker == marker
                && segments[$0].payload.count >= signature.utf8CodeUnitCount
                && source.has(signature, at: segments[$0].payload.lowerBound)
        }
    }

    /// The numbers of the segments before the first scan of the first picture.
    var head: Range<Int> { 0..<(segments.firstIndex { $0.marker == 0xDA } ?? segments.count) }

    /// One marker segment as bytes.
    static func segment(_ marker: UInt8, _ payload: [UInt8]) -> [UInt8] {
        [0xFF, marker] + .number(payload.count + 2, width: 2, .bigEndian) + payload
    }

    func exif() throws(ImageFileError) -> [UInt8]? {
        segments(0xE1, opening: "Exif\0\0").first.map {
            [UInt8](source.bytes[segments[$0].payload.dropFirst(6)])
        }
    }

    func iptcIIM() throws(ImageFileError) -> [UInt8]? {
        // A resource block larger than a segment goes on in the next one.
        let parts = segments(0xED, opening: "Photoshop 3.0\0").map {
            source.bytes[segments[$0].payload.dropFirst(14)]
        }
        return PhotoshopResources.iptcIIM(in: parts.flatMap { $0 })
    }
}
