// A decoded file that is handed on once.

internal import SelvageTypes
internal import Synchronization

/// A decoded file that is handed on once, so that nobody keeps it longer than it is needed.
final class ShownOnce: Sendable {
    private let picture: Mutex<Picture?>

    init(_ picture: Picture) { self.picture = Mutex(picture) }

    /// The picture, the first time; nil after that.
    func take() -> Picture? {
        picture.withLock { picture in
            defer { picture = nil }
            return picture
        }
    }
}
