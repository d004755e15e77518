// The lists of an index: centres learned, each descriptor assigned to one, the lists laid out.

internal import Recognition
internal import SelvageTypes

/// Learns the centres of an index, assigns its descriptors to them, and lays out the lists.
struct RepeatListBuilder {
    private let memory: RepeatIndexMemory
    private(set) var form: RepeatIndexForm
    private let rows: [RepeatIndexRow]
    private let hasFile: Bool
    private(set) var groups: [RepeatIndexGroup] = []
    private(set) var lists: [RepeatIndexList] = []

    init(
        _ memory: RepeatIndexMemory, _ form: RepeatIndexForm, _ rows: [RepeatIndexRow],
        hasFile: Bool
    ) {
        self.memory = memory
        self.form = form
        self.rows = rows
        self.hasFile = hasFile
    }

    /// The largest power of two that is not above a number of repeats.
    static func learned(of repeats: Int) -> Int {
        repeats == 0 ? 0 : 1 << (Int.bitWidth - 1 - repeats.leadingZeroBitCount)
    }

    /// Builds everything from the listed descriptors on to the centres of groups.
    ///
    /// - Parameters:
    ///   - old: An index from which repeats were taken over.
    ///   - kept: Those repeats, with their numbers in it.
    mutating func build(old: RepeatIndex?, kept: [Int: Int]) throws(RepeatIndexError) {
        form.learned = Self.learned(of: rows.count)
        let same = old.flatMap { isLearnedAlike($0) && $0.hasSoundLists() ? $0 : nil }
        let centres = same.map(Self.centres) ?? learnedCentres()
        let searcher = CentreSearcher(centres)
        form.lists = searcher.count
        form.groups = centres.groups.count
        let owners = assigned(by: searcher, same: same, kept: kept)
        layOut(owners)
        try reserve()
        fill(owners)
        try write(centres)
        if hasFile {
            for number in lists.indices {
                lists[number].digest = RepeatIndexDigests.digest(of: lists[number], memory, form)
            }
        }
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

    private var descriptors: UnsafeMutablePointer<UInt8> {
        (memory.start + form[.descriptors].lowerBound).assumingMemoryBound(to: UInt8.self)
    }

    private func learnedCentres() -> DescriptorCentres {
        let size = LocalFeatures.descriptorBytes
        let first = rows.prefix(form.learned)
        let all = first.reduce(0) { $0 + $1.count }
        let count = max(1, all / RepeatCoarseIndex.listLength)
        let taken = min(all, DescriptorCentres.samplesEach * count)
        guard taken > 0 else { return DescriptorCentres() }
        var samples = [UInt8](repeating: 0, count: taken * size)
        samples.withUnsafeMutableBufferPointer { room in
            guard let room = room.baseAddress else { return }
            var (number, before) = (0, 0)
            for row in first {
                while number < taken, number * all / taken < before + row.count {
                    DescriptorBlocks.take(
                        from: row.first + number * all / taken - before, of: descriptors,
                        into: room + number * size)
                    number += 1
                }
                before += row.count
            }
        }
        return DescriptorCentres(of: samples, count: count)
    }

    /// The list of each place; unused places have none.
    private func assigned(
        by searcher: CentreSearcher, same: RepeatIndex?, kept: [Int: Int]
    ) -> [UInt32] {
        var owners = [UInt32](repeating: .max, count: form.places)
        let known = same.map(Self.owners) ?? []
        let size = LocalFeatures.descriptorBytes
        for (number, row) in rows.enumerated() {
            if let old = kept[number], let index = same {
                let first = index.entries.row(old).first
                for one in 0..<row.count { owners[row.first + one] = known[first + one] }
                continue
            }
            var bytes = [UInt8](repeating: 0, count: row.count * size)
            bytes.withUnsafeMutableBufferPointer { room in
                guard let room = room.baseAddress else { return }
                for one in 0..<row.count {
                    DescriptorBlocks.take(
                        from: row.first + one, of: descriptors, into: room + one * size)
                }
            }
            for (one, list) in searcher.nearest(bytes).enumerated() {
                owners[row.first + one] = list
            }
        }
        return owners
    }

    /// The list of each place of an index.
    private static func owners(of index: RepeatIndex) -> [UInt32] {
        var owners = [UInt32](repeating: 0, count: index.form.places)
        for number in 0..<index.form.lists {
            let list = index.lists.list(number)
            for place in list.first..<list.first + list.count {
                let listed = Int(index.lists.listed(place).place)
                if listed < owners.count { owners[listed] = UInt32(number) }
            }
        }
        return owners
    }

    private mutating func layOut(_ owners: [UInt32]) {
        var counts = [Int](repeating: 0, count: form.lists)
        for owner in owners where owner != .max { counts[Int(owner)] += 1 }
        var place = 0
        lists = counts.map { count in
            defer { place += DescriptorBlocks.places(for: count) }
            return RepeatIndexList(first: place, count: count)
        }
        form.listPlaces = place
    }

    private mutating func reserve() throws(RepeatIndexError) {
        let size = LocalFeatures.descriptorBytes
        let listed = RepeatIndexForm.aligned(form[.pictures].upperBound)
        form[.listed] = listed..<listed + form.listPlaces * size
        let records = RepeatIndexForm.aligned(form[.listed].upperBound)
        form[.records] = records..<records + form.listPlaces * MemoryLayout<RepeatListed>.stride
        try memory.reserve(listed..<form[.records].upperBound)
    }

    private func fill(_ owners: [UInt32]) {
        var next = lists.map(\.first)
        let room = (memory.start + form[.listed].lowerBound).assumingMemoryBound(to: UInt8.self)
        let points = RepeatIndex.Points(memory, form)
        var descriptor = [UInt8](repeating: 0, count: LocalFeatures.descriptorBytes)
        for (entry, row) in rows.enumerated() {
            for place in row.first..<row.first + row.count {
                let list = Int(owners[place])
                let target = next[list]
                next[list] += 1
                DescriptorBlocks.take(from: place, of: descriptors, into: &descriptor)
                DescriptorBlocks.lay(descriptor, at: target, of: room)
                memory.store(
                    RepeatListed(place: place, entry: entry, point: points[place]),
                    at: form[.records].lowerBound + target * MemoryLayout<RepeatListed>.stride)
            }
        }
    }

    private mutating func write(_ centres: DescriptorCentres) throws(RepeatIndexError) {
        let size = LocalFeatures.descriptorBytes
        let start = RepeatIndexForm.aligned(form[.records].upperBound)
        let blocks = centres.groups.map(DescriptorCentres.blocks)
        let bytes = blocks.reduce(0) { $0 + $1.count }
        form[.centres] = start..<start + bytes
        let last = RepeatIndexForm.aligned(start + bytes)
        let ofGroups = DescriptorCentres.blocks(of: centres.ofGroups)
        form[.groupCentres] = last..<last + ofGroups.count
        try memory.reserve(start..<form[.groupCentres].upperBound)
        var (place, list) = (0, 0)
        for (group, block) in zip(centres.groups, blocks) {
            memory.store(block, at: start + place * size)
            groups.append(
                RepeatIndexGroup(first: list, count: group.count / size, centre: place))
            list += group.count / size
            place += block.count / size
        }
        memory.store(ofGroups, at: last)
    }
}

/// The nearest of centres in groups, for one descriptor after another.
private struct CentreSearcher {
    let count: Int
    private let groups: [(first: Int, count: Int, blocks: [UInt8])]
    private let ofGroups: [UInt8]
    /// Groups in which a descriptor's centre is looked for.
    private static let probes = 4

    init(_ centres: DescriptorCentres) {
        let size = LocalFeatures.descriptorBytes
        var first = 0
        groups = centres.groups.map { group in
            defer { first += group.count / size }
            return (first, group.count / size, DescriptorCentres.blocks(of: group))
        }
        count = first
        ofGroups = DescriptorCentres.blocks(of: centres.ofGroups)
    }

    func nearest(_ descriptors: [UInt8]) -> [UInt32] {
        let asked = descriptors.count / LocalFeatures.descriptorBytes
        var ranking = DescriptorRanking(queries: asked, most: 1, least: 1)
        var asking = [[UInt32]](repeating: [], count: groups.count)
        if groups.count == 1 {
            asking[0] = (0..<asked).map { UInt32($0) }
        } else {
            var nearest = DescriptorRanking(queries: asked, most: Self.probes, least: 1)
            nearest.look(descriptors, at: ofGroups, count: groups.count, first: 0)
            for query in 0..<asked {
                for slot in query * Self.probes..<query * Self.probes + Int(nearest.counts[query]) {
                    asking[Int(nearest.places[slot])].append(UInt32(query))
                }
            }
        }
        for (group, asking) in zip(groups, asking) where !asking.isEmpty {
            ranking.look(
                descriptors, asking: asking[...], at: group.blocks, count: group.count,
                first: group.first)
        }
        return ranking.places
    }
}
