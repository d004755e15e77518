// What of an index was found to be what was written; each part is verified when it is first used.

internal import Recognition
internal import SelvageTypes
internal import Synchronization

/// What of an index was found to be what was written.
///
/// An index of 100,000 repeats has gigabytes, of which a picture needs a few. So only the head and
/// the tables are verified when a file is opened; they hold the digests of everything else, and each
/// list and each repeat is verified before it is used for the first time. What is not as it was
/// written is not used, and `isDamaged` says so.
///
/// The state is shared by all copies of an index, so it is behind a lock; it only ever grows.
final class RepeatIndexChecks: Sendable {
    private struct State {
        var lists: [Bool]
        var entries: [Bool]
        var isDamaged = false
    }

    private let state: Mutex<State>
    /// Whether there is nothing to verify, as in an index that this process made.
    private let isTrusted: Bool

    /// For a file's index, of which nothing has been verified yet.
    init(_ form: RepeatIndexForm) {
        isTrusted = false
        state = Mutex(
            State(
                lists: Array(repeating: false, count: form.lists),
                entries: Array(repeating: false, count: form.entries)))
    }

    private init() {
        isTrusted = true
        state = Mutex(State(lists: [], entries: []))
    }

    /// For an index that this process made.
    static let trusted = RepeatIndexChecks()

    /// Whether a part was not what was written.
    var isDamaged: Bool { state.withLock(\.isDamaged) }

    /// Those of some lists, in rising order, that are what was written.
    func sound(_ lists: [Int], verify: (Int) -> Bool) -> [Int] {
        guard !isTrusted else { return lists }
        let unknown = state.withLock { state in lists.filter { !state.lists[$0] } }
        guard !unknown.isEmpty else { return lists }
        let verified = unknown.map { ($0, verify($0)) }
        let bad = Set(verified.filter { !$0.1 }.map(\.0))
        state.withLock { state in
            for (list, isSound) in verified where isSound { state.lists[list] = true }
            if !bad.isEmpty { state.isDamaged = true }
        }
        return bad.isEmpty ? lists : lists.filter { !bad.contains($0) }
    }

    /// Whether a repeat is what was written.
    func isSound(entry: Int, verify: () -> Bool) -> Bool {
        guard !isTrusted, !state.withLock({ $0.entries[entry] }) else { return true }
        let isSound = verify()
        state.withLock { state in
            if isSound { state.entries[entry] = true } else { state.isDamaged = true }
        }
        return isSound
    }
}

extension RepeatIndex {
    /// Whether a part that was needed was not what was written, and was left out of answers, or is not
    /// there any more.
    var isDamaged: Bool { checks.isDamaged || memory.isTorn }

    /// Whether all there is to a repeat is what was written.
    func isSound(entry: Int) -> Bool {
        checks.isSound(entry: entry) { verified(entry: entry) }
    }

    private func verified(entry: Int) -> Bool {
        let row = entries.row(entry, digests: true)
        guard RepeatIndexDigests.digest(of: row, memory, form) == row.digest else { return false }
        let descriptors = part(.descriptors, row.places, each: LocalFeatures.descriptorBytes)
        guard memory.bytes(descriptors).allSatisfy({ $0 <= 127 }) else { return false }
        return (row.first..<row.first + row.count).allSatisfy { place in
            let point = points[place]
            return point.x >= 0 && point.x <= Float(row.width) && point.y >= 0
                && point.y <= Float(row.height) && Self.isPlausible(point.scale, point.angle)
        }
    }

    /// Whether a list is what was written.
    func verified(list number: Int) -> Bool {
        let list = lists.list(number, digests: true)
        guard RepeatIndexDigests.digest(of: list, memory, form) == list.digest else { return false }
        return (list.first..<list.first + list.count).allSatisfy {
            lists.listed($0).entry < form.entries
        }
    }

    private static func isPlausible(_ scale: Float, _ angle: Float) -> Bool {
        scale >= 1e-6 && scale <= 1e6 && angle >= 0 && angle <= .pi
    }
}

/// The digests of an index's parts.
enum RepeatIndexDigests {
    static func digest(
        of row: RepeatIndexRow, _ memory: RepeatIndexMemory, _ form: RepeatIndexForm
    ) -> [UInt8] {
        let pictures = form[.pictures].lowerBound + row.picture
        return joined(
            memory,
            [
                part(form[.points], row.places, RepeatIndexForm.pointBytes),
                part(form[.descriptors], row.places, LocalFeatures.descriptorBytes),
                pictures..<pictures + row.pictureBytes,
            ])
    }

    static func digest(
        of list: RepeatIndexList, _ memory: RepeatIndexMemory, _ form: RepeatIndexForm
    ) -> [UInt8] {
        let start = form[.listed].lowerBound
        return memory.digest(
            start + RepeatListBlock.start(of: list.places.lowerBound)..<start
                + RepeatListBlock.start(of: list.places.upperBound))
    }

    private static func part(_ section: Range<Int>, _ places: Range<Int>, _ size: Int) -> Range<
        Int
    > {
        section.lowerBound + places.lowerBound * size..<section.lowerBound
            + places.upperBound * size
    }

    private static func joined(_ memory: RepeatIndexMemory, _ ranges: [Range<Int>]) -> [UInt8] {
        Digest(of: ranges.flatMap { memory.digest($0) }).bytes
    }
}
