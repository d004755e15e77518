// What the index file promises: the answers of one in memory, grown or not, and nothing from a bad one.

import Foundation
import Recognition
import SelvageTypes
import Testing

@testable import Matching

@Suite("Repeat index file") struct RepeatIndexFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private struct Repeats {
        let signatures: [RepeatSignature]
        let features: [(digest: Digest, keypoints: Int)]

        init(_ counts: [Int]) {
            self.init(
                of: counts.enumerated().map {
                    SyntheticRepeat.signature(count: $0.element, seed: UInt64($0.offset + 1))
                })
        }

        init(of signatures: [RepeatSignature]) {
            self.signatures = signatures
            features = signatures.map {
                (Digest(of: $0.bytes), $0.features.keypoints.count)
            }
        }

        var digests: [Digest] { features.map(\.digest) }

        func index(in path: String?, old: RepeatIndex? = nil) throws -> RepeatIndex {
            try RepeatIndex.made(in: path, features: features, old: old) { signatures[$0] }
        }
    }

    private static let some = Repeats([300, 40, 700, 1, 0, 90, 500])

    private func path(_ name: String) -> String { folder.file(name + ".sxi").path }

    /// The candidates and correspondences that an index gives for near copies of its descriptors.
    private static func answers(_ index: RepeatIndex, _ repeats: Repeats) -> [[Int]] {
        var dice = SplitMix(state: 3)
        return repeats.signatures.indices.flatMap { number -> [[Int]] in
            let known = repeats.signatures[number].features
            let size = LocalFeatures.descriptorBytes
            let seen = LocalFeatures(
                width: 100, height: 100, keypoints: known.keypoints,
                descriptors: stride(from: 0, to: known.descriptors.count, by: size).flatMap {
                    SyntheticRepeat.near(Array(known.descriptors[$0..<$0 + size]), &dice)
                })
            let variants = DescriptorVariants(of: seen)
            let votes = index.correspondences(variants)
            return votes.map {
                [
                    number, Int($0.query), Int($0.listed.owner), Int($0.listed.size),
                    Int($0.listed.turn), Int($0.flips),
                ]
            }
                + index.candidates(index.ballots(votes, of: seen), most: 6).map {
                    [$0.entry, $0.votes]
                }
                + index.correspondences(variants, with: number, most: 4).map {
                    [Int($0.query), Int($0.point), Int($0.similarity)]
                }
        }
    }

    @Test("An index from a file gives the answers of one in memory")
    func same() throws {
        let repeats = Self.some
        let written = try repeats.index(in: path("a"))
        let opened = try RepeatIndex(file: path("a"), features: repeats.digests)
        let expected = Self.answers(RepeatIndex(repeats.signatures), repeats)
        #expect(expected.count > 1000)
        #expect(Self.answers(written, repeats) == expected)
        #expect(Self.answers(opened, repeats) == expected)
        #expect(opened.isWhole() && !opened.isDamaged)
        for (number, signature) in repeats.signatures.enumerated() {
            #expect(opened.swatch(of: number) == signature.swatch)
            #expect(Array(opened.entries[number].luma.samples) == signature.luma.samples)
            for (one, point) in signature.features.keypoints.enumerated() {
                #expect(opened.points[opened.entries[number].points.lowerBound + one] == point)
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
    }

    @Test("An index that was grown is byte for byte the one made at once")
    func grown() throws {
        let counts = [400, 300, 200, 500, 350, 250, 450, 100, 220]
        let all = Repeats(counts)
        var old: RepeatIndex?
        for end in [3, 4, 5, 7, 8, 9] {
            let part = Repeats(Array(counts.prefix(end)))
            old = try part.index(in: path("grown-\(end)"), old: old)
            _ = try part.index(in: path("whole-\(end)"))
            let grown = try Data(contentsOf: folder.file("grown-\(end).sxi"))
            #expect(try grown == Data(contentsOf: folder.file("whole-\(end).sxi")), "\(end)")
        }
        _ = all
    }

    @Test("Repeats of the same features are all kept when an index grows")
    func twins() throws {
        let one = SyntheticRepeat.signature(count: 300, seed: 7)
        let other = SyntheticRepeat.signature(count: 200, seed: 8)
        let third = SyntheticRepeat.signature(count: 250, seed: 9)
        let all = [one, other, one, third, one]
        let old = try Repeats(of: Array(all.prefix(4))).index(in: path("old"))
        _ = try Repeats(of: all).index(in: path("grown"), old: old)
        _ = try Repeats(of: all).index(in: path("whole"))
        let grown = try Data(contentsOf: folder.file("grown.sxi"))
        #expect(try grown == Data(contentsOf: folder.file("whole.sxi")))
    }

    @Test("Flat pictures before the first pattern stop nothing")
    func flat() throws {
        let flat = SyntheticRepeat.signature(count: 0, seed: 1)
        let pattern = SyntheticRepeat.signature(count: 300, seed: 2)
        #expect(try Repeats(of: [flat, flat, flat]).index(in: path("flat")).form.lists == 0)
        let index = try Repeats(of: [flat, flat, pattern]).index(in: path("one"))
        #expect(index.form.lists > 0 && index.hasSoundLists())
    }

    @Test("Growing reads only what is new, and shrinking nothing")
    func reads() throws {
        let repeats = Self.some
        let old = try Repeats([300, 40, 700, 1]).index(in: path("old"))
        var read: [Int] = []
        let next = try RepeatIndex.made(
            in: path("next"), features: repeats.features, old: old
        ) { number in
            read.append(number)
            return repeats.signatures[number]
        }
        #expect(read == [4, 5, 6])
        _ = try RepeatIndex.made(
            in: path("less"), features: Array(repeats.features.dropFirst(2)), old: next
        ) { number in
            Issue.record("read \(number)")
            return repeats.signatures[number]
        }
    }

    @Test("Nothing is left behind when a repeat cannot be read")
    func unreadable() throws {
        struct Gone: Error {}
        #expect(throws: Gone.self) {
            _ = try RepeatIndex.made(in: path("a"), features: Self.some.features) { number in
                if number == 3 { throw Gone() }
                return Self.some.signatures[number]
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test("An index of other features is refused")
    func stale() throws {
        _ = try Self.some.index(in: path("a"))
        #expect(throws: RepeatIndexError.stale) {
            try RepeatIndex(file: path("a"), features: Self.some.digests.dropLast())
        }
        #expect(throws: RepeatIndexError.stale) {
            try RepeatIndex(file: path("a"), features: Self.some.digests.reversed())
        }
        #expect(throws: RepeatIndexError.unreadable) {
            try RepeatIndex(file: path("b"), features: Self.some.digests)
        }
        #expect(throws: RepeatIndexError.unreadable) {
            try RepeatIndex(file: folder.path, features: Self.some.digests)
        }
    }

    @Test("A file that is cut off, or goes on, is refused")
    func cut() throws {
        _ = try Self.some.index(in: path("a"))
        let bytes = try Data(contentsOf: folder.file("a.sxi"))
        let lengths = [0, 1, 8, 4095, 4096, 5000, bytes.count / 2, bytes.count - 1]
        for length in lengths {
            try bytes.prefix(length).write(to: folder.file("b.sxi"))
            #expect(throws: RepeatIndexError.self, "\(length)") {
                try RepeatIndex(file: path("b"), features: Self.some.digests)
            }
        }
        try (bytes + [0]).write(to: folder.file("b.sxi"))
        #expect(throws: RepeatIndexError.damaged) {
            try RepeatIndex(file: path("b"), features: Self.some.digests)
        }
    }

    @Test(
        "A file that is cut short under a running process is a damaged one, not the process's end",
        arguments: [true, false])
    func cutShort(isUsedBefore: Bool) throws {
        let repeats = Self.some
        let whole = try repeats.index(in: path("a"))
        let index = try RepeatIndex(file: path("a"), features: repeats.digests)
        let before = isUsedBefore ? Self.answers(index, repeats) : []
        #expect(!index.isDamaged)
        // What made the file reads it, too; cut within a page, which reads as zeros without a signal.
        #expect(!whole.isDamaged)
        #expect(truncate(path("a"), off_t(whole.form.size - 1)) == 0)
        #expect(index.isDamaged && whole.isDamaged)
        for length in [whole.form.size * 2 / 3, 4096, 0] {
            #expect(truncate(path("a"), off_t(length)) == 0)
            _ = Self.answers(index, repeats)
            _ = Self.answers(whole, repeats)
        }
        // What says where things lie was taken out of the file when it was opened.
        let rows = index.entries.indices.map { index.entries.row($0) }
        #expect(rows.allSatisfy { $0.isPlausible(in: index.form) })
        #expect(index.entries.row(0, digests: true).features == repeats.digests[0].bytes)
        #expect(!isUsedBefore || !before.isEmpty)
        // Another index is not concerned.
        _ = try repeats.index(in: path("b"))
        let other = try RepeatIndex(file: path("b"), features: repeats.digests)
        #expect(!Self.answers(other, repeats).isEmpty && !other.isDamaged)
    }

    @Test("Another byte order, another version, another kind of file are told apart")
    func foreign() throws {
        _ = try Self.some.index(in: path("a"))
        let bytes = try Data(contentsOf: folder.file("a.sxi"))
        for (place, expected) in [
            (0, RepeatIndexError.notAnIndex), (8, .otherVersion), (12, .otherVersion),
            (16, .otherVersion), (50, .damaged),
        ] {
            var changed = bytes
            changed[place] ^= 0x40
            try changed.write(to: folder.file("b.sxi"))
            #expect(throws: expected) {
                try RepeatIndex(file: path("b"), features: Self.some.digests)
            }
        }
    }

    @Test("Whatever byte is changed, the file is refused or the part is left out", arguments: 0..<8)
    func mutated(seed: Int) throws {
        let repeats = Self.some
        let whole = try repeats.index(in: path("a"))
        let expected = Set(Self.answers(whole, repeats))
        let bytes = try Data(contentsOf: folder.file("a.sxi"))
        var dice = SplitMix(state: UInt64(seed))
        for round in 0..<12 {
            var changed = bytes
            // Every section has its turn; the head has one of its own.
            let section = whole.form.sections[(round + seed) % whole.form.sections.count]
            let range = round == 0 ? 0..<RepeatIndexForm.headBytes : section
            let place = range.lowerBound + dice.below(max(1, range.count))
            changed[place] ^= UInt8(1 << dice.below(8))
            try changed.write(to: folder.file("b.sxi"))
            guard let index = try? RepeatIndex(file: path("b"), features: repeats.digests) else {
                continue
            }
            _ = Self.answers(index, repeats)
            #expect(!index.isWhole() && index.isDamaged, "byte \(place) of seed \(seed)")
        }
        #expect(!expected.isEmpty)
    }

    @Test("A repeat without colours, its digests made to fit, is refused and stops nothing")
    func colourless() throws {
        let whole = try Self.some.index(in: path("a"))
        var bytes = [UInt8](try Data(contentsOf: folder.file("a.sxi")))
        var form = whole.form
        // The columns of the first repeat's colours.
        let place = form[.entries].lowerBound + 36
        bytes.replaceSubrange(place..<place + 4, with: [0, 0, 0, 0])
        form.tableDigests = RepeatIndexForm.Section.tables.map { Digest(of: bytes[form[$0]]).bytes }
        bytes.replaceSubrange(0..<RepeatIndexForm.headBytes, with: form.head)
        try Data(bytes).write(to: folder.file("b.sxi"))
        #expect(throws: RepeatIndexError.damaged) {
            try RepeatIndex(file: path("b"), features: Self.some.digests)
        }
    }

    @Test("A file whose digests were made to fit cannot lead beyond it", arguments: 0..<12)
    func crafted(seed: Int) throws {
        let repeats = Self.some
        let whole = try repeats.index(in: path("a"))
        var bytes = [UInt8](try Data(contentsOf: folder.file("a.sxi")))
        var dice = SplitMix(state: UInt64(seed))
        var form = whole.form
        for section in RepeatIndexForm.Section.tables {
            let range = form[section]
            guard !range.isEmpty else { continue }
            for _ in 0..<3 {
                let place = range.lowerBound + dice.below(range.count)
                bytes[place] = UInt8(dice.below(256))
            }
        }
        form.tableDigests = RepeatIndexForm.Section.tables.map { Digest(of: bytes[form[$0]]).bytes }
        bytes.replaceSubrange(0..<RepeatIndexForm.headBytes, with: form.head)
        try Data(bytes).write(to: folder.file("b.sxi"))
        if let index = try? RepeatIndex(file: path("b"), features: repeats.digests) {
            _ = Self.answers(index, repeats)
            for number in index.entries.indices {
                _ = index.swatch(of: number)
                var levels = RepeatLevels(index.entries[number])
                for level in 0..<RepeatLevels.count { _ = levels.level(level) }
            }
            // Repeats are taken over from it only as far as they are sound.
            let next = try repeats.index(in: path("c"), old: index)
            #expect(next.entries.count == repeats.signatures.count)
        }
        let impossible: [(inout RepeatIndexForm) -> Void] = [
            { $0.entries = 1 << 30 }, { $0.lists = 0xffff_ffff }, { $0.places += 16 },
            { $0.listPlaces = 1 << 40 },
            { $0[.pictures] = 1 << 40..<1 << 41 }, { $0[.groups] = 0..<0 },
        ]
        var head = whole.form
        impossible[seed % impossible.count](&head)
        bytes.replaceSubrange(0..<RepeatIndexForm.headBytes, with: head.head)
        try Data(bytes).write(to: folder.file("b.sxi"))
        #expect(throws: RepeatIndexError.damaged) {
            try RepeatIndex(file: path("b"), features: repeats.digests)
        }
    }
}
