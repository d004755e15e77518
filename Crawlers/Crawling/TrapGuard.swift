// Limits for endless sites: calendars, facets, session ids, mirrors, pages that only lead on.

public import Extraction
public import SelvageTypes

/// What one site has cost so far and what it gave, by shape of address.
///
/// A page that names an image not named before is worth its fetch. A page that names none is
/// barren; a shape whose pages stay barren is left alone after a while, whatever it links to. Barren
/// pages whose texts are near-duplicates, as a calendar's are, count in full, those with a text of
/// their own a part. A guard is small and forgets: after a restart it counts again.
public struct TrapGuard: Sendable {
    /// The limits.
    public struct Limits: Hashable, Sendable {
        /// Barren pages of one shape, when none of it was worth its fetch.
        public var barrenPages = 100
        /// The same for all sets of parameters of one path together.
        public var barrenPagesWithParameters = 200
        /// The same for all pages of a site together.
        public var barrenPagesOfSite = 1000
        /// Further barren pages for each that was worth its fetch.
        public var credit = 4
        /// Barren pages with a text of their own that count as one, but for the whole site.
        public var ownTexts = 4
        /// Parameters of one address.
        public var parameters = 8
        /// Segments of one path.
        public var depth = 16
        /// Times that one segment may occur in a path.
        public var repeats = 2
        /// Bytes of path and query.
        public var targetInBytes = 2000
        /// Hosts that differ only in a number.
        public var numberedHosts = 16
        /// Links taken from one page.
        public var links = 10_000
        /// Links taken from one page to a shape that has been barren so far.
        public var linksToBarren = 16

        /// The default limits.
        public init() {}
    }

    private struct Tally {
        /// Barren pages, by `Limits.ownTexts` for one that counts in full.
        var barren = 0
        var fruitful = 0
        /// Links that were admitted.
        var admitted = 0
    }

    private let limits: Limits
    private var tallies: [String: Tally] = [:]
    private var hosts: [String: Set<String>] = [:]
    private var images = RecentSet(slots: 4096)
    private var bodies = RecentSet(slots: 4096)
    private var texts = RecentSketches()
    private var order = ParameterOrder()
    private var noise = QueryNoise()

    /// A guard for one site.
    public init(_ limits: Limits = .init()) {
        self.limits = limits
    }

    /// Whether an address is worth a fetch.
    public mutating func admits(_ address: WebAddress) -> Bool {
        admits(address, shape: AddressShape(address))
    }

    private mutating func admits(_ address: WebAddress, shape: AddressShape) -> Bool {
        guard shape.depth <= limits.depth, shape.repeats <= limits.repeats,
            shape.parameterCount <= limits.parameters,
            address.target.utf8.count <= limits.targetInBytes
        else { return false }
        return !isExhausted(shape) && admitsHost(of: address)
    }

    /// Which limit on the shape of one address it breaks; nil for none.
    public func broken(by address: WebAddress) -> String? {
        let shape = AddressShape(address)
        if shape.depth > limits.depth { return "more than \(limits.depth) folders" }
        if shape.repeats > limits.repeats {
            return "one folder more than \(limits.repeats) times"
        }
        if shape.parameterCount > limits.parameters {
            return "more than \(limits.parameters) parameters"
        }
        let isLong = address.target.utf8.count > limits.targetInBytes
        return isLong ? "longer than \(limits.targetInBytes) bytes" : nil
    }

    private func isExhausted(_ shape: AddressShape) -> Bool {
        isBeyond(Self.site, limits.barrenPagesOfSite)
            || isBeyond(shape.key, limits.barrenPages)
            || !shape.parameters.isEmpty
                && isBeyond(shape.pathKey, limits.barrenPagesWithParameters)
    }

    private func isBeyond(_ key: String, _ limit: Int) -> Bool {
        guard let tally = tallies[key] else { return false }
        return tally.barren - limits.ownTexts * limits.credit * tally.fruitful
            >= limits.ownTexts * limit
    }

    private mutating func admitsHost(of address: WebAddress) -> Bool {
        let host = address.host
        let shape = AddressShape.host(address)
        guard shape != host else { return true }
        if hosts[shape]?.contains(host) == true { return true }
        guard hosts[shape]?.count ?? 0 < limits.numberedHosts, hosts.count < 1024 else {
            return false
        }
        hosts[shape, default: []].insert(host)
        return true
    }

    /// The links of one page that are worth following, in order.
    public mutating func admitted(_ links: [WebAddress]) -> [WebAddress] {
        var taken: [String: Int] = [:]
        var admitted: [WebAddress] = []
        for link in links.prefix(limits.links) {
            let shape = AddressShape(link)
            let key = shape.key
            let tally = tallies[key] ?? Tally()
            // Nothing of it was worth its fetch, and there is enough of it to find out.
            let isSuspect =
                tally.fruitful == 0
                && (tally.barren >= 8 * limits.ownTexts || tally.admitted >= limits.links)
            if isSuspect {
                taken[key, default: 0] += 1
                if taken[key, default: 0] > limits.linksToBarren { continue }
            }
            guard admits(link, shape: shape), order.isFirst(link) else { continue }
            admitted.append(link)
            if tally.fruitful == 0 { note(key) { $0.admitted += 1 } }
        }
        return admitted
    }

    /// Whether a body has been seen on this site lately; from now on it has.
    public mutating func isRepeated(_ body: Digest) -> Bool {
        !bodies.insert(Self.word(body))
    }

    /// Takes note of what an image's address brought.
    public mutating func received(_ content: Digest, from address: WebAddress) {
        noise.received(content, from: address)
    }

    /// Takes note of a page that was read, at the address asked and the one that answered.
    ///
    /// - Parameters:
    ///   - marks: Further images, each by a number of its own.
    ///   - sketch: Of its text; nil when the text is another page's, or too short to tell.
    public mutating func read(
        _ addresses: [WebAddress], images named: [WebAddress], marks: [UInt64] = [],
        sketch: TextSketch? = nil
    ) {
        var isFruitful = false
        for mark in marks where images.insert(mark) { isFruitful = true }
        for image in named where images.insert(Self.word(noise.name(of: image))) {
            isFruitful = true
        }
        let shapes = Set(addresses).map(AddressShape.init)
        var keys: Set<String> = [Self.site]
        for shape in shapes {
            keys.insert(shape.key)
            if !shape.parameters.isEmpty { keys.insert(shape.pathKey) }
        }
        // A site that makes up texts without end is still left at the limit of all its pages.
        let hasOwnText = !isFruitful && sketch.map { texts.insert($0) } ?? false
        for key in keys {
            let weight = hasOwnText && key != Self.site ? 1 : limits.ownTexts
            note(key) { if isFruitful { $0.fruitful += 1 } else { $0.barren += weight } }
        }
    }

    private mutating func note(_ key: String, _ change: (inout Tally) -> Void) {
        if tallies[key] == nil, tallies.count >= 4096 {
            // A shape that has cost little is the one to forget.
            let site = tallies[Self.site]
            tallies = tallies.filter {
                $0.value.barren >= limits.linksToBarren * limits.ownTexts
            }
            if tallies.count >= 4096 { tallies = [:] }
            tallies[Self.site] = site
        }
        change(&tallies[key, default: Tally()])
    }

    /// No address has this shape.
    private static let site = "*"

    private static func word(_ digest: Digest) -> UInt64 { digest.first }

    /// The same number in every run, so that a crawl can be replayed.
    ///
    /// A site that makes two names share one only has its own pages taken for barren.
    private static func word(_ name: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a, then mixed for the low bits.
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash ^ hash >> 29
    }
}

/// The sketches of a site's barren pages, the newest so many.
struct RecentSketches: Sendable {
    private var sketches: [TextSketch] = []
    private var oldest = 0
    private static let limit = 512

    /// Puts a sketch in unless one like it is there.
    ///
    /// - Returns: Whether none was.
    mutating func insert(_ sketch: TextSketch) -> Bool {
        guard !sketches.contains(where: sketch.isNear) else { return false }
        if sketches.count < Self.limit {
            sketches.append(sketch)
        } else {
            sketches[oldest] = sketch
            oldest = (oldest + 1) % Self.limit
        }
        return true
    }
}

/// A set that grows to a fixed size and then forgets: each value has one slot, and a newer value
/// takes it.
struct RecentSet: Sendable {
    private var slots: [UInt64] = []
    private var taken = 0
    private let limit: Int

    /// A set of a number of slots at most, which is a power of two.
    init(slots limit: Int) {
        precondition(limit & (limit - 1) == 0, "The number of slots is a power of two.")
        self.limit = limit
    }

    /// Puts a value in.
    ///
    /// - Returns: Whether it was not there.
    mutating func insert(_ value: UInt64) -> Bool {
        if taken * 4 >= slots.count, slots.count < limit { grow() }
        let slot = Int(truncatingIfNeeded: value) & (slots.count - 1)
        guard slots[slot] != value else { return false }
        if slots[slot] == 0 { taken += 1 }
        slots[slot] = value
        return true
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: min(limit, max(64, old.count * 4)))
        taken = 0
        for value in old where value != 0 {
            let slot = Int(truncatingIfNeeded: value) & (slots.count - 1)
            if slots[slot] == 0 { taken += 1 }
            slots[slot] = value
        }
    }
}
