// Photoshop image resources, read only as far as the IPTC IIM block in them.

/// Photoshop image resource blocks: `8BIM`, number, name, length, data, each padded to even.
///
/// - Source: Adobe Photoshop File Formats Specification, Image Resource Blocks.
enum PhotoshopResources {
    /// The data of resource 0x0404, IPTC IIM, or nil.
    ///
    /// A block that breaks the rules ends the reading: these are fallbacks, and what stood before
    /// it is sound.
    static func iptcIIM(in bytes: [UInt8]) -> [UInt8]? {
        let source = FileBytes(bytes)
        var offset = 0
        while source.has("8BIM", at: offset),
            let number = try? source.number(2, at: offset + 4, .bigEndian),
            let nameLength = try? source.number(1, at: offset + 6, .bigEndian)
        {
            let start = offset + 6 + (nameLength + 2) / 2 * 2
            guard let count = try? source.number(4, at: start, .bigEndian),
                let data = try? source.part(from: start + 4, count: count)
            else { return nil }
            if number == 0x0404 { return [UInt8](bytes[data]) }
            offset = data.upperBound + count % 2
        }
        return nil
    }
}
