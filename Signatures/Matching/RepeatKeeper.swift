// The recogniser of a stage, whose index is made again when a part of its file is damaged.

internal import SelvageTypes
internal import Synchronization

/// The recogniser of a stage, whose index is made again when a part of its file is damaged.
///
/// The parts of an index file are verified when they are first used, which may be long after it was
/// opened. The state is behind a lock; copies of a stage share it.
final class RepeatKeeper: Sendable {
    private let held: Mutex<RepeatRecogniser>
    private let remade: (@Sendable () -> RepeatIndex?)?

    /// Keeps a recogniser.
    ///
    /// - Parameter remade: Makes its index again from what it was made of.
    init(_ index: RepeatIndex, remade: (@Sendable () -> RepeatIndex?)? = nil) {
        held = Mutex(RepeatRecogniser(index))
        self.remade = remade
    }

    /// The recogniser.
    var recogniser: RepeatRecogniser { held.withLock { $0 } }

    /// Whether an index that was in use turned out to be damaged, so that there is a better one now.
    func hasReplaced(_ used: RepeatIndex) -> Bool {
        guard used.isDamaged else { return false }
        return held.withLock { held in
            // Another thread may have been here before.
            guard held.index.isDamaged else { return true }
            guard let index = remade?() else { return false }
            held = RepeatRecogniser(index)
            return true
        }
    }
}
