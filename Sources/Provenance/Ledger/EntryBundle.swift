// The entries of a log as they lie in a file: each after its length.

/// Entries in one file.
///
/// - Source: C2SP tlog-tiles, "Log entries": big-endian uint16 lengths.
enum EntryBundle {
    /// The longest entry that the format can hold.
    static let entryLimitInBytes = 0xffff
    /// The longest file: 256 entries with their lengths.
    static let limitInBytes = LedgerTile.fullWidth * (entryLimitInBytes + 2)

    /// An entry with its length before it.
    static func framed(_ entry: [UInt8]) -> [UInt8] {
        precondition(entry.count <= entryLimitInBytes, "an entry has at most 65,535 bytes")
        return [UInt8(entry.count >> 8), UInt8(entry.count & 0xff)] + entry
    }

    /// The entries of a file.
    ///
    /// - Returns: nil unless there are exactly as many as expected and nothing besides.
    static func entries(_ bytes: [UInt8], count: Int) -> [[UInt8]]? {
        var entries: [[UInt8]] = []
        var place = 0
        while place + 2 <= bytes.count, entries.count < count {
            let end = place + 2 + Int(bytes[place]) << 8 + Int(bytes[place + 1])
            guard end <= bytes.count else { return nil }
            entries.append(Array(bytes[(place + 2)..<end]))
            place = end
        }
        return place == bytes.count && entries.count == count ? entries : nil
    }
}
