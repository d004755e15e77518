// The attributes of one tag, the first of each name, found again in linear time.

/// The attributes of one tag in order.
///
/// Later ones of the same name are dropped.
///
/// - Invariant: At most `limit` attributes are kept; what follows is read and forgotten, so a tag
///   with 200,000 attributes costs no more than its bytes.
struct HTMLAttributeList {
    /// No honest page comes near it.
    static let limit = 1000
    /// Up to here names are compared one by one; beyond, a table of hashes is used.
    private static let scanned = 12

    private var kept: [HTMLAttribute] = []
    /// Slot of a hash → tag number and index, so that a new tag needs no clearing.
    private var slots: [(tag: UInt32, index: UInt32)] = []
    private var tag: UInt32 = 0

    var count: Int { kept.count }

    subscript(index: Int) -> HTMLAttribute { kept[index] }

    func first(where matches: (HTMLAttribute) -> Bool) -> HTMLAttribute? {
        for attribute in kept where matches(attribute) { return attribute }
        return nil
    }

    func forEach(_ body: (HTMLAttribute) throws -> Void) rethrows {
        for attribute in kept { try body(attribute) }
    }

    mutating func removeAll() {
        kept.removeAll(keepingCapacity: true)
        tag &+= 1
    }

    /// Keeps an attribute unless one of its name is there or the limit is met.
    mutating func append(_ attribute: HTMLAttribute, in source: UnsafeBufferPointer<UInt8>) {
        guard kept.count < Self.limit else { return }
        if kept.count < Self.scanned {
            for other in kept where Self.same(other, attribute, in: source) { return }
        } else if !claimSlot(for: attribute, in: source) {
            return
        }
        kept.append(attribute)
    }

    /// - Returns: false when the name is there already.
    private mutating func claimSlot(
        for attribute: HTMLAttribute, in source: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        if slots.isEmpty { slots = Array(repeating: (0, 0), count: 2048) }
        if kept.count == Self.scanned {
            for (index, other) in kept.enumerated() { enter(other, at: index) }
        }
        var slot = Int(truncatingIfNeeded: attribute.hash ^ attribute.hash >> 32) & 2047
        while slots[slot].tag == tag {
            if Self.same(kept[Int(slots[slot].index)], attribute, in: source) { return false }
            slot = (slot + 1) & 2047
        }
        slots[slot] = (tag, UInt32(kept.count))
        return true
    }

    private mutating func enter(_ attribute: HTMLAttribute, at index: Int) {
        var slot = Int(truncatingIfNeeded: attribute.hash ^ attribute.hash >> 32) & 2047
        while slots[slot].tag == tag { slot = (slot + 1) & 2047 }
        slots[slot] = (tag, UInt32(index))
    }

    private static func same(
        _ one: HTMLAttribute, _ other: HTMLAttribute, in source: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        guard one.hash == other.hash, one.name.count == other.name.count else { return false }
        for offset in 0..<one.name.count {
            let left = source[one.name.start + offset].lowercasedASCII
            guard left == source[other.name.start + offset].lowercasedASCII else { return false }
        }
        return true
    }
}
