// The encoded images that were asked for lately, so that none is drawn twice in a row.

internal import SelvageTypes
internal import Synchronization

/// A bounded store of answers' bodies with their tags.
final class ImageShelf: Sendable {
    /// A body with what its answer's head says.
    struct Item: Sendable {
        var body: [UInt8]
        var tag: String

        init(_ body: [UInt8]) {
            self.body = body
            tag = "\"\(Digest(of: body).hex.prefix(20))\""
        }
    }

    private struct Shelf {
        var items: [String: Item] = [:]
        var order: [String] = []
        var bytes = 0
    }

    // The lock guards the dictionary only; drawing happens outside, and the same address drawn
    // twice at once gives the same bytes.
    private let shelf = Mutex(Shelf())
    private let limitInBytes: Int

    init(limitInBytes: Int = 128 << 20) {
        self.limitInBytes = limitInBytes
    }

    /// The item under a name, made when it is not there; the oldest make room.
    func item(_ name: String, make: () throws -> [UInt8]) rethrows -> Item {
        if let item = shelf.withLock({ $0.items[name] }) { return item }
        let item = Item(try make())
        shelf.withLock { shelf in
            guard shelf.items[name] == nil else { return }
            shelf.items[name] = item
            shelf.order.append(name)
            shelf.bytes += item.body.count
            while shelf.bytes > limitInBytes, let oldest = shelf.order.first {
                shelf.order.removeFirst()
                shelf.bytes -= shelf.items.removeValue(forKey: oldest)?.body.count ?? 0
            }
        }
        return item
    }
}
