// The inverted lists in which a picture's descriptors look for the likest of a catalogue.

internal import Recognition

/// Descriptors sorted into lists by the centre that they are likest to.
///
/// - Source: H. Jégou, M. Douze, C. Schmid, *Product quantization for nearest neighbor search*
///   (2011), section IV, for inverted lists with several probes.
struct RepeatCoarseIndex: Sendable {
    /// Lists that are looked at for each descriptor, where there are few and where there are many.
    ///
    /// With eight, one more of 469 was found at most, on four seeds, beside 71 repeats and beside a thousand, which have
    /// 1,670 lists. The more lists there are, the smaller they are in what they hold, and the more of them the likest
    /// lie in.
    static func probes(ofLists lists: Int) -> Int { lists > 4_000 ? 8 : 5 }
    /// A list is not looked at whose centre is less like a descriptor than the likest by more than this.
    static let mostBehind: Int32 = 1500
    /// Groups whose centres are looked at for each descriptor.
    static let groupProbes = 12
    /// Descriptors in a list, on average, when centres are learned; up to twice as many later.
    static let listLength = 192

    private let memory: RepeatIndexMemory
    private let form: RepeatIndexForm
    let groups: [RepeatIndexGroup]
    /// What the lists' codes are made of.
    let codebook: DescriptorCodebook

    init(_ memory: RepeatIndexMemory, _ form: RepeatIndexForm) {
        self.memory = memory
        self.form = form
        groups = (0..<form.groups).map { number in
            RepeatIndexGroup(
                memory,
                at: form[.groups].lowerBound + number * RepeatIndexForm.groupBytes)
        }
        codebook = DescriptorCodebook(Array(memory.bytes(form[.codebook])))
    }

    func list(_ number: Int, digests: Bool = false) -> RepeatIndexList {
        precondition(number >= 0 && number < form.lists, "A list of the index.")
        return RepeatIndexList(
            memory, at: form[.lists].lowerBound + number * RepeatIndexForm.listBytes,
            digests: digests)
    }

    /// What is known of the descriptor at a place of the lists.
    func listed(_ place: Int) -> RepeatListed {
        precondition(place >= 0 && place < form.listPlaces, "A place of the lists.")
        return RepeatListBlock.listed(place, section)
    }

    /// The lists' blocks.
    var section: UnsafeRawPointer { UnsafeRawPointer(memory.start + form[.listed].lowerBound) }

    /// The likest descriptors of the lists, by their codes, for each query that asks; places are those of
    /// the lists, and products nearly what the descriptors have.
    ///
    /// - Parameter sound: Of lists in rising order, those that may be looked at.
    func likest(
        _ queries: [UInt8], asking: [UInt32], most: Int, least: Int32,
        sound: ([Int]) -> [Int]
    ) -> DescriptorRanking {
        let count = queries.count / LocalFeatures.descriptorBytes
        var ranking = DescriptorRanking(queries: count, most: most, least: least)
        let probed = AskedLists(
            probes(
                queries, asking: asking, most: Self.probes(ofLists: form.lists)),
            asking: asking, mostBehind: Self.mostBehind)
        let tables = DescriptorCodeTables(codebook, queries: queries, asking: asking)
        let start = section.assumingMemoryBound(to: UInt8.self)
        probed.forEach(of: sound(probed.numbers)) { number, asking in
            let list = list(number)
            ranking.look(
                tables, asking: asking,
                atCodes: start + RepeatListBlock.start(of: list.first),
                stride: RepeatListBlock.bytes, count: list.count, first: list.first)
        }
        return ranking
    }

    /// The lists with the likest centres, for each query that asks.
    func probes(_ queries: [UInt8], asking: [UInt32], most: Int) -> DescriptorRanking {
        let count = queries.count / LocalFeatures.descriptorBytes
        var ranking = DescriptorRanking(queries: count, most: most, least: 1)
        guard let centres = memory.bytes(form[.centres]).baseAddress,
            let ofGroups = memory.bytes(form[.groupCentres]).baseAddress
        else { return ranking }
        func look(in group: RepeatIndexGroup, asking: ArraySlice<UInt32>) {
            ranking.look(
                queries, asking: asking,
                at: centres + group.centre * LocalFeatures.descriptorBytes, count: group.count,
                first: group.first)
        }
        if groups.count == 1 {
            look(in: groups[0], asking: asking[...])
        } else {
            var nearest = DescriptorRanking(queries: count, most: Self.groupProbes, least: 1)
            nearest.look(
                queries, asking: asking[...], at: ofGroups, count: groups.count, first: 0)
            let asked = AskedLists(nearest, asking: asking)
            asked.forEach(of: asked.numbers) { number, asking in
                look(in: groups[number], asking: asking.map(\.query)[...])
            }
        }
        return ranking
    }
}

/// Which queries ask each list: a ranking of lists the other way round.
private struct AskedLists {
    /// The lists that are asked, in rising order.
    private(set) var numbers: [Int] = []
    /// Where the queries of each of them begin; at the end, where the last ones end.
    private var starts: [Int] = []
    private let members: [ListQuery]

    private struct Asked {
        var list: UInt32
        var query: ListQuery
    }

    init(_ ranking: DescriptorRanking, asking: [UInt32], mostBehind: Int32 = .max) {
        var asked: [Asked] = []
        asked.reserveCapacity(asking.count * ranking.most)
        for query in asking {
            let start = Int(query) * ranking.most
            for slot in start..<start + Int(ranking.counts[Int(query)])
            where ranking.products[start] - ranking.products[slot] <= mostBehind {
                asked.append(
                    Asked(
                        list: ranking.places[slot],
                        query: ListQuery(query: query, centre: ranking.products[slot])))
            }
        }
        let sorted = Self.sorted(asked)
        for (place, one) in sorted.enumerated() where numbers.last != Int(one.list) {
            numbers.append(Int(one.list))
            starts.append(place)
        }
        starts.append(sorted.count)
        members = sorted.map(\.query)
    }

    /// Those of some of the lists, in rising order.
    func forEach(of some: [Int], _ body: (Int, ArraySlice<ListQuery>) -> Void) {
        var next = 0
        for list in some {
            while next < numbers.count, numbers[next] < list { next += 1 }
            guard next < numbers.count, numbers[next] == list else { continue }
            body(list, members[starts[next]..<starts[next + 1]])
        }
    }

    /// Sorted by list, as they came within each.
    ///
    /// By its digits: there are a few thousand of perhaps millions of lists.
    private static func sorted(_ asked: [Asked]) -> [Asked] {
        let digit = 11
        var (from, to) = (asked, asked)
        var shift = 0
        let highest = asked.map(\.list).max() ?? 0
        while highest >> shift > 0 {
            var starts = [Int](repeating: 0, count: 1 << digit + 1)
            func value(_ one: Asked) -> Int { Int(one.list >> shift) & (1 << digit - 1) }
            for one in from { starts[value(one) + 1] += 1 }
            for number in 0..<1 << digit { starts[number + 1] += starts[number] }
            for one in from {
                to[starts[value(one)]] = one
                starts[value(one)] += 1
            }
            swap(&from, &to)
            shift += digit
        }
        return from
    }
}
