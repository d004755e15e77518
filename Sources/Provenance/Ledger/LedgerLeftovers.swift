// What a stop between the tiles and their checkpoint leaves behind, and how it is cleared away.

internal import SelvageTypes

/// The files that were written for a checkpoint that never came to be.
///
/// They would be overwritten sooner or later; until then they are not served, and they go at the
/// next start, so that no file ever stands for entries that the log does not have.
struct LedgerLeftovers {
    private let files: any LedgerFiles
    private let size: UInt64

    init(_ files: any LedgerFiles, beyond size: UInt64) {
        self.files = files
        self.size = size
    }

    /// Removes every file beyond the log's size.
    func remove() throws {
        try remove(.entries, count: size)
        for level in 0..<LedgerTile.heightInLevels {
            let count = LedgerTile.count(atLevel: level, in: size)
            try remove(.hashes(level: level), count: count)
            if count == 0 { break }
        }
    }

    /// A batch writes its files in their order, so what is left of one has no gaps.
    private func remove(_ content: LedgerTile.Content, count: UInt64) throws {
        let full = UInt64(LedgerTile.fullWidth)
        var tile = LedgerTile(content, count / full)
        let width = Int(count % full)
        if width > 0 {
            for wider in (width + 1)..<LedgerTile.fullWidth {
                try files.remove(LedgerTile(content, tile.index, width: wider).path)
            }
        } else {
            try files.remove(tile.partialsPath)
        }
        while try files.read(tile.path, limitInBytes: tile.limitInBytes) != nil {
            try files.remove(tile.path)
            tile = LedgerTile(content, tile.index + 1)
            try files.remove(tile.partialsPath)
        }
    }
}
