// The inverted lists in which a picture's descriptors look for the likest of a catalogue.

internal import Recognition

/// Descriptors sorted into lists by the centre that they are likest to.
///
/// - Source: H. Jégou, M. Douze, C. Schmid, *Product quantization for nearest neighbor search*
///   (2011), section IV, for inverted lists with several probes.
struct RepeatCoarseIndex: Sendable {
    /// Lists that are looked at for each descriptor.
    static let probes = 8
    /// Groups whose centres are looked at for each descriptor.
    static let groupProbes = 12
    /// Descriptors in a list, on average, when centres are learned; up to twice as many later.
    static let listLength = 192

    private let memory: RepeatIndexMemory
    private let form: RepeatIndexForm
    let groups: [RepeatIndexGroup]

    init(_ memory: RepeatIndexMemory, _ form: RepeatIndexForm) {
        self.memory = memory
        self.form = form
        groups = (0..<form.groups).map { number in
            RepeatIndexGroup(
                memory,
                at: form[.groups].lowerBound + number * RepeatIndexForm.groupBytes)
        }
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
        let start = form[.records].lowerBound + place * MemoryLayout<RepeatListed>.stride
        return memory.start.load(fromByteOffset: start, as: RepeatListed.self)
    }

    /// The likest descriptors of the lists for each query that asks; places are those of the lists.
    ///
    /// - Parameter sound: Of lists in rising order, those that may be looked at.
    func likest(
        _ queries: [UInt8], asking: [UInt32], most: Int, least: Int32,
        sound: ([Int]) -> [Int]
    ) -> DescriptorRanking {
        let count = queries.count / LocalFeatures.descriptorBytes
        var ranking = DescriptorRanking(queries: count, most: most, least: least)
        let probed = AskedLists(
            probes(queries, asking: asking, most: Self.probes), asking: asking, lists: form.lists)
        let bytes = memory.bytes(form[.listed])
        guard let start = bytes.baseAddress else { return ranking }
        for number in sound(probed.numbers) {
            let list = list(number)
            ranking.look(
                queries, asking: probed.asking(number),
                at: start + list.first * LocalFeatures.descriptorBytes, count: list.count,
                first: list.first)
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
            let asked = AskedLists(nearest, asking: asking, lists: groups.count)
            for number in asked.numbers { look(in: groups[number], asking: asked.asking(number)) }
        }
        return ranking
    }
}

/// Which queries ask each list: a ranking of lists the other way round.
private struct AskedLists {
    /// The lists that are asked, in rising order.
    let numbers: [Int]
    private let starts: [Int]
    private let members: [UInt32]

    init(_ ranking: DescriptorRanking, asking: [UInt32], lists: Int) {
        var starts = [Int](repeating: 0, count: lists + 1)
        Self.forEach(ranking, asking) { list, _ in starts[list + 1] += 1 }
        numbers = (0..<lists).filter { starts[$0 + 1] > 0 }
        for list in 0..<lists { starts[list + 1] += starts[list] }
        var next = starts
        var members = [UInt32](repeating: 0, count: starts[lists])
        Self.forEach(ranking, asking) { list, query in
            members[next[list]] = query
            next[list] += 1
        }
        self.starts = starts
        self.members = members
    }

    func asking(_ list: Int) -> ArraySlice<UInt32> { members[starts[list]..<starts[list + 1]] }

    @inline(__always)
    private static func forEach(
        _ ranking: DescriptorRanking, _ asking: [UInt32], _ body: (Int, UInt32) -> Void
    ) {
        for query in asking {
            let start = Int(query) * ranking.most
            for slot in start..<start + Int(ranking.counts[Int(query)]) {
                body(Int(ranking.places[slot]), query)
            }
        }
    }
}
