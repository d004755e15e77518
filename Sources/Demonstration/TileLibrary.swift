// The tiles that pictures are made of, each drawn once.

internal import SelvageTypes
internal import Synchronization

/// Draws tiles when they are first asked for and keeps them.
///
/// Bounded by what it is asked for: the collection and a fixed number of lookalikes, about 40 MB.
final class TileLibrary: Sendable {
    // A tile that two threads ask for at once is drawn twice and is the same both times; the lock
    // is held only to look up and to keep.
    private let kept = Mutex<[DemoImage.Subject: Picture]>([:])
    private let patterns: [String: DemoPattern]

    init(_ patterns: [DemoPattern]) {
        self.patterns = Dictionary(uniqueKeysWithValues: patterns.map { ($0.name, $0) })
    }

    /// The tile of a subject: 512 for licensed ones, 384 for lookalikes.
    func tile(_ subject: DemoImage.Subject) -> Picture {
        if let tile = kept.withLock({ $0[subject] }) { return tile }
        let tile = drawn(subject)
        kept.withLock { $0[subject] = tile }
        return tile
    }

    /// The tile of a subject in other colours; not kept.
    func recoloured(_ subject: DemoImage.Subject, tint: Int, side: Int) -> Picture {
        guard case .pattern(let name) = subject, let pattern = patterns[name] else {
            return tile(subject)
        }
        return pattern.recoloured(side: side, tint: tint)
    }

    private func drawn(_ subject: DemoImage.Subject) -> Picture {
        switch subject {
        case .pattern(let name):
            guard let pattern = patterns[name] else {
                preconditionFailure("Every recipe names a pattern of the collection.")
            }
            return pattern.tile()
        case .lookalike(let name, let number):
            guard let pattern = patterns[name] else {
                preconditionFailure("Every recipe names a pattern of the collection.")
            }
            return pattern.lookalike(number, side: 384)
        case .plain(let colour):
            return TileCanvas(side: 64, ground: Colour(colour)).picture
        }
    }
}
