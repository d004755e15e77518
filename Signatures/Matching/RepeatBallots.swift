// Votes for repeats in their two lies, counted in bins of size and rotation.

/// Votes for repeats in their two lies, in overlapping bins of size and rotation.
///
/// A keypoint of the picture counts once in each bin. All votes of one keypoint are cast one after
/// another.
struct RepeatBallots {
    private struct Bin {
        var key = Int.max
        var count: Int32 = 0
        var last: Int32 = -1
    }

    /// A vote that was cast: its keypoint, and its bins by their places.
    private struct Ballot {
        let query: Int32
        let bins: SIMD4<Int32>
    }

    /// Fewer votes are chance.
    let least: Int32
    /// Bins by their keys, each in the next free place.
    private var bins: [Bin]
    private var ballots: [Ballot] = []
    /// At most how many votes there are for each lie: those of several are added up where their
    /// numbers meet.
    private var atMost: [Int32]

    init(_ votes: [RepeatVote], least: Int) {
        self.least = Int32(least)
        var room = 1024
        while room < votes.count * 2 { room *= 2 }
        var atMost = [Int32](repeating: 0, count: room)
        for vote in votes { atMost[Self.place(of: vote.lie, in: room)] += 1 }
        let counting = votes.count { atMost[Self.place(of: $0.lie, in: room)] >= least }
        self.atMost = atMost
        room = 1024
        while room < counting * 8 { room *= 2 }
        bins = Array(repeating: Bin(), count: room)
        ballots.reserveCapacity(counting)
    }

    private static func place(of key: Int, in room: Int) -> Int {
        Int((UInt(bitPattern: key) &* 0x9e37_79b9_7f4a_7c15) >> 32) & (room - 1)
    }

    /// Whether a vote is for a repeat that may have enough of them; most are not.
    func mayCount(_ vote: RepeatVote) -> Bool {
        atMost[Self.place(of: vote.lie, in: atMost.count)] >= least
    }

    mutating func cast(_ vote: RepeatVote, size: Int, turn: Int) {
        var places = SIMD4<Int32>()
        for ds in 0...1 {
            for dt in 0...1 {
                let bin = ((size + ds) / 2) * 18 + ((turn + dt) % 18) / 2 + ds * 2048 + dt * 1024
                places[ds * 2 + dt] = Int32(counted(vote.lie << 12 | bin, vote.query))
            }
        }
        ballots.append(Ballot(query: vote.query, bins: places))
    }

    /// Counts a keypoint in a bin, and tells the bin's place.
    private mutating func counted(_ key: Int, _ query: Int32) -> Int {
        var place = Self.place(of: key, in: bins.count)
        while true {
            if bins[place].key == key {
                if bins[place].last != query {
                    bins[place].last = query
                    bins[place].count += 1
                }
                return place
            }
            if bins[place].key == .max {
                bins[place] = Bin(key: key, count: 1, last: query)
                return place
            }
            place = (place + 1) & (bins.count - 1)
        }
    }

    /// The votes of the fullest bin of each lie, where they are enough.
    var most: [Int: Int32] {
        var most: [Int: Int32] = [:]
        for bin in bins where bin.count >= least && bin.key != .max {
            most[bin.key >> 12] = max(most[bin.key >> 12] ?? 0, bin.count)
        }
        return most
    }

    /// How many votes the full bins have from each of up to sixteen groups of keypoints.
    ///
    /// - Parameter groups: For each keypoint 1 in the lanes of the groups that it belongs to.
    /// - Returns: Repeats with the votes of each group in one of their bins.
    func votes(ofGroups groups: [SIMD16<UInt16>]) -> [(entry: Int, votes: SIMD16<UInt16>)] {
        var numbers: [Int32: Int] = [:]
        var full: [(entry: Int, last: Int32, votes: SIMD16<UInt16>)] = []
        for ballot in ballots {
            for lane in 0..<4 {
                let place = ballot.bins[lane]
                let bin = bins[Int(place)]
                guard bin.count >= least else { continue }
                let number = numbers[place] ?? full.count
                if number == full.count {
                    numbers[place] = number
                    full.append((bin.key >> 13, -1, .zero))
                }
                guard full[number].last != ballot.query else { continue }
                full[number].last = ballot.query
                full[number].votes &+= groups[Int(ballot.query)]
            }
        }
        return full.map { ($0.entry, $0.votes) }
    }
}
