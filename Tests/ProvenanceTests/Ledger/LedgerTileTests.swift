// Names and sizes of the files of a tiled log.

import SelvageTypes
import Testing

@testable import Provenance

/// C2SP tlog-tiles, "Merkle Tree" and "Partial Tiles".
@Suite("Ledger tiles") struct LedgerTileTests {
    @Test(
        "A file has one name, and the name says which file it is",
        arguments: [
            (LedgerTile(.hashes(level: 0), 0), "tile/0/000"),
            (LedgerTile(.hashes(level: 0), 1_234_067), "tile/0/x001/x234/067"),
            (LedgerTile(.hashes(level: 2), 999, width: 5), "tile/2/999.p/5"),
            (LedgerTile(.hashes(level: 63), 1000, width: 255), "tile/63/x001/000.p/255"),
            (LedgerTile(.entries, 1_234_067, width: 1), "tile/entries/x001/x234/067.p/1"),
        ])
    func names(tile: LedgerTile, path: String) {
        #expect(tile.path == path)
        #expect(LedgerTile(path: path) == tile)
    }

    @Test(
        "Any other spelling names nothing",
        arguments: [
            "", "tile", "tile/", "tile/0", "tile/0/", "tile/0/0", "tile/0/00", "tile/0/0000",
            "tile/00/000", "tile/64/000", "tile/-1/000", "tile/+1/000", "tile/0/x000/000",
            "tile/0/001/000", "tile/0/x001", "tile/0/x001/x000", "tile/0/000.p", "tile/0/000.p/",
            "tile/0/000.p/0", "tile/0/000.p/01", "tile/0/000.p/256", "tile/0/000.p/-1",
            "tile/0/000/5", "tile/entries/000.p/+3", "tile/entries/../000", "/tile/0/000",
            "tile//0/000", "tile/0/000/", "tile/data/000",
            "tile/0/x999/x999/x999/x999/x999/x999/999",
        ])
    func refused(path: String) {
        #expect(LedgerTile(path: path) == nil)
    }

    @Test("A log of 70,000 entries has the tiles that the specification counts")
    func seventyThousand() {
        func widths(_ level: Int) -> (full: Int, last: Int) {
            var full = 0
            while let tile = LedgerTile.at(.hashes(level: level), UInt64(full), in: 70_000) {
                guard tile.isFull else { return (full, tile.width) }
                full += 1
            }
            return (full, 0)
        }
        #expect(widths(0) == (273, 112))
        #expect(widths(1) == (1, 17))
        #expect(widths(2) == (0, 1))
        #expect(widths(3) == (0, 0))
        #expect(LedgerTile(.hashes(level: 0), 273, width: 112).isCovered(by: 70_000))
        #expect(!LedgerTile(.hashes(level: 0), 273, width: 113).isCovered(by: 70_000))
        #expect(!LedgerTile(.hashes(level: 2), 0).isCovered(by: 70_000))
    }

    @Test("A bundle gives back its entries, and nothing when a byte is missing or too many")
    func bundles() {
        let entries: [[UInt8]] = [[], [1, 2, 3], [UInt8](repeating: 7, count: 65_535)]
        let bytes = entries.flatMap(EntryBundle.framed)
        #expect(bytes.count == 3 * 2 + 3 + 65_535)
        #expect(EntryBundle.entries(bytes, count: 3) == entries)
        #expect(EntryBundle.entries(bytes, count: 2) == nil)
        #expect(EntryBundle.entries(bytes, count: 4) == nil)
        #expect(EntryBundle.entries(bytes.dropLast(), count: 3) == nil)
        #expect(EntryBundle.entries(bytes + [0], count: 3) == nil)
    }

    @Test("However entries arrive, the same files and the same root result", arguments: 1...8)
    func grouping(seed: Int) {
        let entries = ledgerEntries(0..<1300)
        var whole = LedgerTree()
        let atOnce = whole.append(entries)
        var stepwise = LedgerTree()
        var files: [String: [UInt8]] = [:]
        var start = 0
        var step = seed
        while start < entries.count {
            step = (step * 37 + 11) % 401 + 1
            let end = min(entries.count, start + step)
            for file in stepwise.append(Array(entries[start..<end])).files {
                files[file.tile.path] = file.bytes
            }
            start = end
        }
        #expect(stepwise.root == whole.root)
        #expect(whole.root == MerkleTree.root(ofLeafHashes: entries.map(MerkleTree.leafHash)))
        for file in atOnce.files { #expect(files[file.tile.path] == file.bytes) }
        #expect(
            atOnce.files.map(\.tile.path).sorted() == [
                "tile/0/000", "tile/0/001", "tile/0/002", "tile/0/003", "tile/0/004",
                "tile/0/005.p/20", "tile/1/000.p/5", "tile/entries/000", "tile/entries/001",
                "tile/entries/002", "tile/entries/003", "tile/entries/004",
                "tile/entries/005.p/20",
            ])
    }
}
