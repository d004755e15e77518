// The lists of an index: centres and words learned, each descriptor assigned and encoded, lists laid out.

internal import Recognition
internal import SelvageTypes

/// Learns the centres and the words of an index, assigns its descriptors to the centres, and lays out the lists.
///
/// It holds a sample of the descriptors, the centres, and records of a range of lists, however many
/// repeats there are: some two gigabytes for a million. Without a file to put them into it holds all records,
/// which is ten times as much.
struct RepeatListBuilder {
    /// Descriptors that centres are learned from, at most: a gigabyte.
    static let mostSamples = 1 << 24
    /// Descriptors that words are learned from, at most.
    private static let mostWordSamples = 1 << 15
    /// Descriptors that are assigned together, at least, where there are as many.
    private static let together = 1 << 14

    private let memory: RepeatIndexMemory
    private(set) var form: RepeatIndexForm
    private let rows: [RepeatIndexRow]
    private let source: RepeatFeatureSource
    /// The index's file.
    private let file: String?
    private(set) var groups: [RepeatIndexGroup] = []
    private(set) var lists: [RepeatIndexList] = []

    init(
        _ memory: RepeatIndexMemory, _ form: RepeatIndexForm, _ rows: [RepeatIndexRow],
        source: RepeatFeatureSource, file: String?
    ) {
        self.memory = memory
        self.form = form
        self.rows = rows
        self.source = source
        self.file = file
    }

    /// The largest power of two that is not above a number of repeats.
    static func learned(of repeats: Int) -> Int {
        repeats == 0 ? 0 : 1 << (Int.bitWidth - 1 - repeats.leadingZeroBitCount)
    }

    /// Builds everything from the lists on to the codebook.
    ///
    /// - Parameters:
    ///   - old: An index from which repeats were taken over.
    ///   - kept: Those repeats, with their numbers in it.
    mutating func build(old: RepeatIndex?, kept: [Int: Int]) throws(RepeatIndexError) {
        form.learned = Self.learned(of: rows.count)
        // Those that are learned from may be flat, all of them.
        if !rows.prefix(form.learned).contains(where: { $0.count > 0 }) {
            form.learned = rows.count
        }
        let same = old.flatMap { isLearnedAlike($0) && $0.hasSoundLists() ? $0 : nil }
        let centres: DescriptorCentres, searcher: CentreSearcher, codebook: DescriptorCodebook
        if let same {
            (centres, codebook) = (Self.centres(of: same), same.lists.codebook)
            searcher = CentreSearcher(centres)
        } else {
            let samples = samples(Self.mostSamples)
            centres = learnedCentres(from: samples)
            searcher = CentreSearcher(centres)
            codebook = try Self.learnedWords(from: samples, searcher)
        }
        form.lists = searcher.count
        form.groups = centres.groups.count
        let spill = RepeatListSpill(
            lists: form.lists, expected: form.places, path: file.map { "\($0).lists.tmp" })
        if let same { try takeOver(same, kept, into: spill) }
        try encode(
            rows.indices.filter { same == nil || kept[$0] == nil }, by: searcher, codebook,
            into: spill)
        try layOut(spill)
        try write(centres, codebook)
    }

    /// Whether another index learned its centres from the same repeats.
    private func isLearnedAlike(_ old: RepeatIndex) -> Bool {
        old.form.learned == form.learned
            && (0..<form.learned).allSatisfy {
                rows[$0].features == old.entries.row($0, digests: true).features
                    && rows[$0].features.contains { $0 != 0 }
            }
    }

    /// The centres that an index has.
    private static func centres(of index: RepeatIndex) -> DescriptorCentres {
        var centres = DescriptorCentres()
        let size = LocalFeatures.descriptorBytes
        func taken(_ section: RepeatIndexForm.Section, _ places: Range<Int>) -> [UInt8] {
            guard let start = index.memory.bytes(index.form[section]).baseAddress else { return [] }
            var bytes = [UInt8](repeating: 0, count: places.count * size)
            bytes.withUnsafeMutableBufferPointer { room in
                guard let room = room.baseAddress else { return }
                for (number, place) in places.enumerated() {
                    DescriptorBlocks.take(from: place, of: start, into: room + number * size)
                }
            }
            return bytes
        }
        centres.ofGroups = taken(.groupCentres, 0..<index.form.groups)
        centres.groups = index.lists.groups.map {
            taken(.centres, $0.centre..<$0.centre + $0.count)
        }
        return centres
    }

    /// At most so many of the descriptors that centres are learned from, evenly spread.
    private func samples(_ most: Int) -> [UInt8] {
        let size = LocalFeatures.descriptorBytes
        let all = rows.prefix(form.learned).reduce(0) { $0 + $1.count }
        let taken = min(all, most, DescriptorCentres.samplesEach * Self.centres(for: all))
        guard taken > 0 else { return [] }
        var samples = [UInt8](repeating: 0, count: taken * size)
        var (number, before) = (0, 0)
        for entry in 0..<form.learned {
            let descriptors = source.features(of: entry).descriptors
            while number < taken, number * all / taken < before + rows[entry].count {
                let from = (number * all / taken - before) * size
                for i in 0..<size { samples[number * size + i] = descriptors[from + i] }
                number += 1
            }
            before += rows[entry].count
        }
        return samples
    }

    /// How many centres there are for so many descriptors.
    private static func centres(for descriptors: Int) -> Int {
        max(1, descriptors / RepeatCoarseIndex.listLength)
    }

    private func learnedCentres(from samples: [UInt8]) -> DescriptorCentres {
        guard !samples.isEmpty else { return DescriptorCentres() }
        let all = rows.prefix(form.learned).reduce(0) { $0 + $1.count }
        return DescriptorCentres(of: samples, count: Self.centres(for: all))
    }

    private static func learnedWords(
        from samples: [UInt8], _ searcher: CentreSearcher
    ) throws(RepeatIndexError) -> DescriptorCodebook {
        let some = DescriptorCentres.spread(samples, most: mostWordSamples)
        let centres = searcher.nearest(some).flatMap { searcher.centre(of: Int($0)) }
        guard let codebook = DescriptorCodebook(of: some, centres: centres) else {
            throw .unwritable
        }
        return codebook
    }

    /// Takes what the lists of another index know of repeats over from it.
    private func takeOver(
        _ other: RepeatIndex, _ kept: [Int: Int], into spill: RepeatListSpill
    ) throws(RepeatIndexError) {
        // Repeats of the same features, such as two assets of one picture, are one there.
        var numbers = [[Int]](repeating: [], count: other.entries.count)
        for (number, old) in kept { numbers[old].append(number) }
        var code = [UInt8](repeating: 0, count: DescriptorCodebook.codeBytes)
        for number in 0..<other.form.lists {
            let list = other.lists.list(number)
            for place in list.first..<list.first + list.count {
                let listed = other.lists.listed(place)
                guard !numbers[listed.entry].isEmpty else { continue }
                RepeatListBlock.takeCode(from: place, of: other.lists.section, into: &code)
                for entry in numbers[listed.entry] {
                    try spill.append(list: number, listed.owned(by: entry), code: code)
                }
            }
        }
    }

    /// Assigns the descriptors of some repeats to lists, and encodes them.
    private func encode(
        _ entries: [Int], by searcher: CentreSearcher, _ codebook: DescriptorCodebook,
        into spill: RepeatListSpill
    ) throws(RepeatIndexError) {
        let encoder = DescriptorEncoder(codebook)
        let size = LocalFeatures.descriptorBytes
        var (descriptors, known): ([UInt8], [RepeatListed]) = ([], [])
        var code = [UInt8](repeating: 0, count: DescriptorCodebook.codeBytes)
        for entry in entries {
            let features = source.features(of: entry)
            descriptors += features.descriptors
            known += features.keypoints.map { RepeatListed(entry: entry, point: $0) }
            guard known.count >= Self.together || entry == entries.last else { continue }
            for (number, list) in searcher.nearest(descriptors).enumerated() {
                descriptors.withUnsafeBufferPointer { all in
                    searcher.withCentre(of: Int(list)) { centre in
                        guard let start = all.baseAddress else { return }
                        encoder.encode(start + number * size, centre: centre, into: &code)
                    }
                }
                try spill.append(list: Int(list), known[number], code: code)
            }
            (descriptors, known) = ([], [])
        }
    }

    /// Lays the lists out one after another, each in the order of its repeats.
    private mutating func layOut(_ spill: RepeatListSpill) throws(RepeatIndexError) {
        let start = RepeatIndexForm.aligned(form[.pictures].upperBound)
        form[.listed] = start..<start
        for range in spill.ranges {
            let own = spill.lists(of: range, among: form.lists)
            let records = try spill.take(range)
            var counts = [Int](repeating: 0, count: own.count)
            for record in 0..<records.count {
                counts[records.list(of: record) - own.lowerBound] += 1
            }
            for count in counts {
                lists.append(RepeatIndexList(first: form.listPlaces, count: count))
                form.listPlaces += DescriptorBlocks.places(for: count)
            }
            guard form.listPlaces <= RepeatIndexForm.mostPlaces else { throw .unwritable }
            let end = start + RepeatListBlock.bytes(of: form.listPlaces)
            try memory.reserve(form[.listed].upperBound..<end)
            form[.listed] = start..<end
            fill(own, from: records, counts)
            for number in own where file != nil {
                lists[number].digest = RepeatIndexDigests.digest(of: lists[number], memory, form)
            }
        }
    }

    private func fill(
        _ own: Range<Int>, from records: RepeatListSpill.Records, _ counts: [Int]
    ) {
        var starts = [0]
        for count in counts { starts.append(starts[starts.count - 1] + count) }
        var next = starts
        var order = [(entry: UInt32, record: UInt32)](repeating: (0, 0), count: records.count)
        for record in 0..<records.count {
            let list = records.list(of: record) - own.lowerBound
            order[next[list]] = (UInt32(records.listed(of: record).entry), UInt32(record))
            next[list] += 1
        }
        let section = memory.start + form[.listed].lowerBound
        for list in own {
            let range = starts[list - own.lowerBound]..<starts[list - own.lowerBound + 1]
            // Those that were taken over came before the others.
            if zip(order[range], order[range].dropFirst()).contains(where: { $0.entry > $1.entry })
            {
                order[range].sort { $0 < $1 }
            }
            var place = lists[list].first
            for one in order[range] {
                let record = Int(one.record)
                records.withCode(of: record) {
                    RepeatListBlock.store(
                        records.listed(of: record), code: $0, at: place, of: section)
                }
                place += 1
            }
        }
    }

    private mutating func write(
        _ centres: DescriptorCentres, _ codebook: DescriptorCodebook
    ) throws(RepeatIndexError) {
        let size = LocalFeatures.descriptorBytes
        let start = RepeatIndexForm.aligned(form[.listed].upperBound)
        let blocks = centres.groups.map(DescriptorCentres.blocks)
        let bytes = blocks.reduce(0) { $0 + $1.count }
        form[.centres] = start..<start + bytes
        let last = RepeatIndexForm.aligned(start + bytes)
        let ofGroups = DescriptorCentres.blocks(of: centres.ofGroups)
        form[.groupCentres] = last..<last + ofGroups.count
        let words = RepeatIndexForm.aligned(last + ofGroups.count)
        form[.codebook] = words..<words + DescriptorCodebook.count
        try memory.reserve(start..<form[.codebook].upperBound)
        var (place, list) = (0, 0)
        for (group, block) in zip(centres.groups, blocks) {
            memory.store(block, at: start + place * size)
            groups.append(
                RepeatIndexGroup(first: list, count: group.count / size, centre: place))
            list += group.count / size
            place += block.count / size
        }
        memory.store(ofGroups, at: last)
        memory.store(codebook.bytes, at: words)
    }
}

/// Where the features of repeats are read when lists are built.
struct RepeatFeatureSource {
    let memory: RepeatIndexMemory
    let form: RepeatIndexForm
    let rows: [RepeatIndexRow]
    /// The features of repeats that do not lie in the index, for measuring one that no disk holds.
    let outside: RepeatIndexBuilder.Outside?

    /// The descriptors and keypoints of a repeat.
    func features(of entry: Int) -> LocalFeatures {
        if let outside, outside.entries.contains(entry) { return outside.features(entry) }
        let row = rows[entry]
        let size = LocalFeatures.descriptorBytes
        let points = RepeatIndex.Points(memory, form)
        let blocks = (memory.start + form[.descriptors].lowerBound).assumingMemoryBound(
            to: UInt8.self)
        let descriptors = [UInt8](unsafeUninitializedCapacity: row.count * size) { room, used in
            guard let start = room.baseAddress else { return }
            for number in 0..<row.count {
                DescriptorBlocks.take(
                    from: row.first + number, of: blocks, into: start + number * size)
            }
            used = row.count * size
        }
        return LocalFeatures(
            width: Int(row.width), height: Int(row.height),
            keypoints: (row.first..<row.first + row.count).map { points[$0] },
            descriptors: descriptors)
    }
}
