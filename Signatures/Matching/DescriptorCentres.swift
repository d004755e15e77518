// The centres that descriptors are sorted by, learned from some of them.

internal import Recognition

/// Centres of descriptors by spherical k-means, the same on every run.
///
/// Where there are many, they come in groups by centres of their own, so that neither learning nor
/// searching holds every descriptor against every centre.
struct DescriptorCentres: Sendable {
    /// More than these come in groups.
    static let mostTogether = 4096
    /// Descriptors that each centre is learned from, on average.
    static let samplesEach = 48
    private static let rounds = 6

    /// The centres of each group, one after another.
    var groups: [[UInt8]] = []
    /// One centre for each group.
    var ofGroups: [UInt8] = []

    /// No centres.
    init() {}

    /// Centres, about `count` of them, of samples in a row.
    init(of samples: [UInt8], count: Int, together: Int = mostTogether) {
        guard count > together else {
            groups = [Self.learned(from: samples, count: count)]
            ofGroups = Self.learned(from: samples, count: 1)
            return
        }
        let wanted = Int(Double(count).squareRoot().rounded(.up))
        ofGroups = Self.learned(
            from: Self.spread(samples, most: wanted * Self.samplesEach), count: wanted)
        let all = samples.count / LocalFeatures.descriptorBytes
        let members = Self.members(of: samples, by: ofGroups)
        groups = members.map { own in
            let share = own.count * count / max(1, all)
            return Self.learned(from: Self.taken(own, of: samples), count: max(1, share))
        }
    }

    /// At most so many of the samples, evenly spread.
    static func spread(_ samples: [UInt8], most: Int) -> [UInt8] {
        let size = LocalFeatures.descriptorBytes
        let all = samples.count / size
        guard all > most else { return samples }
        return taken((0..<most).map { UInt32($0 * all / most) }, of: samples)
    }

    /// The samples with some numbers.
    private static func taken(_ numbers: [UInt32], of samples: [UInt8]) -> [UInt8] {
        let size = LocalFeatures.descriptorBytes
        var result: [UInt8] = []
        result.reserveCapacity(numbers.count * size)
        for number in numbers.lazy.map(Int.init) {
            result += samples[number * size..<(number + 1) * size]
        }
        return result
    }

    /// The numbers of the samples that are nearest to each centre.
    private static func members(of samples: [UInt8], by centres: [UInt8]) -> [[UInt32]] {
        var members = [[UInt32]](
            repeating: [], count: centres.count / LocalFeatures.descriptorBytes)
        for (number, owner) in nearest(of: samples, among: centres).enumerated() {
            members[Int(owner)].append(UInt32(number))
        }
        return members
    }

    /// Learns centres from descriptors, on at most 48 of them for each centre.
    static func learned(from descriptors: [UInt8], count: Int) -> [UInt8] {
        let size = LocalFeatures.descriptorBytes
        let all = descriptors.count / size
        guard count > 1, all > count else { return Array(descriptors.prefix(size * min(1, all))) }
        let samples = spread(descriptors, most: samplesEach * count)
        let taken = samples.count / size
        var centres = (0..<count).flatMap { number in
            let place = number * taken / count
            return samples[place * size..<(place + 1) * size]
        }
        for _ in 0..<rounds {
            centres = means(samples, nearest(of: samples, among: centres), old: centres)
        }
        return centres
    }

    /// The number of the nearest centre for each descriptor.
    static func nearest(of descriptors: [UInt8], among centres: [UInt8]) -> [UInt32] {
        let size = LocalFeatures.descriptorBytes
        var ranking = DescriptorRanking(queries: descriptors.count / size, most: 1, least: 1)
        blocks(of: centres).withUnsafeBufferPointer { blocks in
            guard let start = blocks.baseAddress else { return }
            ranking.look(descriptors, at: start, count: centres.count / size, first: 0)
        }
        return ranking.places
    }

    /// Descriptors in a row, laid in blocks.
    static func blocks(of descriptors: [UInt8]) -> [UInt8] {
        let size = LocalFeatures.descriptorBytes
        let count = descriptors.count / size
        var blocks = [UInt8](repeating: 0, count: DescriptorBlocks.places(for: count) * size)
        blocks.withUnsafeMutableBufferPointer { room in
            descriptors.withUnsafeBufferPointer { source in
                guard let room = room.baseAddress, let source = source.baseAddress else { return }
                for place in 0..<count {
                    DescriptorBlocks.lay(source + place * size, at: place, of: room)
                }
            }
        }
        return blocks
    }

    private static func means(_ samples: [UInt8], _ owners: [UInt32], old: [UInt8]) -> [UInt8] {
        let size = LocalFeatures.descriptorBytes
        var sums = [Float](repeating: 0, count: old.count)
        for (number, owner) in owners.enumerated() {
            for i in 0..<size { sums[Int(owner) * size + i] += Float(samples[number * size + i]) }
        }
        var result = old
        for centre in 0..<old.count / size {
            let part = sums[centre * size..<(centre + 1) * size]
            let length = part.reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard length > 0 else { continue }
            for i in 0..<size {
                result[centre * size + i] = UInt8(
                    min(127, part[part.startIndex + i] / length * 256))
            }
        }
        return result
    }
}
