// Addresses that a running crawl has queued: most links of a page are among them.

internal import SelvageTypes

/// Addresses that a running crawl has queued, as far as it remembers.
///
/// Nine of ten links of a page name an address that was found before. Those that are remembered
/// need not be looked up in the store. A forgotten one is looked up again, which changes nothing.
///
/// - Complexity: O(1) a look-up; memory grows to a fixed size, whatever the crawl's.
struct KnownTargets {
    /// Slots looked at for one address; then one is overwritten.
    private static let reach = 32

    private var slots: [UInt64] = []
    private var taken = 0
    private let limit: Int
    /// Whether nothing has been forgotten, so that what is not remembered was never queued.
    private(set) var isComplete: Bool

    /// A memory of a number of addresses at most, which is a power of two.
    ///
    /// - Parameter isComplete: Whether the crawl has queued nothing before.
    init(slots limit: Int = 1 << 18, isComplete: Bool) {
        precondition(limit & (limit - 1) == 0, "The number of slots is a power of two.")
        self.limit = limit
        self.isComplete = isComplete
    }

    /// Whether an address was queued, at no greater depth, as far as is remembered.
    func contains(_ address: WebAddress, isImage: Bool, depth: Int) -> Bool {
        let mark = Self.mark(address, isImage: isImage, depth: depth)
        guard !slots.isEmpty, let slot = place(of: mark) else { return false }
        return slots[slot] >= mark
    }

    /// What was remembered of a target.
    enum Finding {
        /// Nothing.
        case new
        /// A greater depth: the store has to hear of the smaller one.
        case nearer
        /// This depth or a smaller one.
        case known
    }

    /// Remembers a target.
    mutating func insert(_ target: Target) -> Finding {
        if taken * 2 >= slots.count, slots.count < limit { grow() }
        let mark = Self.mark(
            target.address, isImage: target.kind == .image, depth: target.depth)
        guard let slot = place(of: mark) else {
            isComplete = false
            slots[Int(truncatingIfNeeded: mark >> 8) & (slots.count - 1)] = mark
            return .new
        }
        let kept = slots[slot]
        guard kept < mark else { return .known }
        slots[slot] = mark
        guard kept == 0 else { return .nearer }
        taken += 1
        return .new
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: min(limit, max(4096, old.count * 2)))
        taken = 0
        for mark in old where mark != 0 {
            guard let slot = place(of: mark) else {
                isComplete = false
                continue
            }
            slots[slot] = mark
            taken += 1
        }
    }

    /// The slot that holds an address, or an empty one for it; nil when all in reach hold others.
    private func place(of mark: UInt64) -> Int? {
        let first = Int(truncatingIfNeeded: mark >> 8)
        for step in 0..<Self.reach {
            let slot = (first &+ step) & (slots.count - 1)
            if slots[slot] == 0 || slots[slot] & ~0xFF == mark & ~0xFF { return slot }
        }
        return nil
    }

    /// A hash with the closeness to a seed in its lowest byte, which is never 0.
    private static func mark(_ address: WebAddress, isImage: Bool, depth: Int) -> UInt64 {
        // Keyed anew in each process, so that nobody can choose addresses that hide others.
        var hasher = Hasher()
        hasher.combine(address)
        hasher.combine(isImage)
        let hash = UInt64(bitPattern: Int64(hasher.finalize()))
        return hash & ~0xFF | UInt64(255 - min(max(depth, 0), 254))
    }
}
