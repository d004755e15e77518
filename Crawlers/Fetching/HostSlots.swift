// Who may begin next: so many requests to one host, so many to all.

/// Who may begin next; first come, first served at each host.
///
/// - Invariant: No host has more than `perHost` requests under way, all together no more than
///   `total`.
struct HostSlots<ID: Hashable> {
    private let perHost: Int
    private let total: Int
    private var busy: [String: Int] = [:]
    private var busyInAll = 0
    private var waiting: [String: [ID]] = [:]
    private var ready: [String] = []

    /// Slots.
    init(perHost: Int, total: Int) {
        precondition(perHost > 0 && total > 0, "A fetcher needs a connection to work with.")
        self.perHost = perHost
        self.total = total
    }

    /// Queues a request for a host.
    mutating func enqueue(_ id: ID, host: String) {
        waiting[host, default: []].append(id)
        if waiting[host]?.count == 1 { ready.append(host) }
    }

    /// Takes the next request that may begin, and its slot.
    ///
    /// Hosts take turns.
    mutating func next() -> ID? {
        guard busyInAll < total,
            let index = ready.firstIndex(where: { busy[$0, default: 0] < perHost })
        else { return nil }
        let host = ready.remove(at: index)
        guard var queue = waiting.removeValue(forKey: host), !queue.isEmpty else { return nil }
        let id = queue.removeFirst()
        if !queue.isEmpty {
            waiting[host] = queue
            ready.append(host)
        }
        busy[host, default: 0] += 1
        busyInAll += 1
        return id
    }

    /// Gives a slot back.
    mutating func release(host: String) {
        precondition(busy[host, default: 0] > 0, "A slot is given back once.")
        busyInAll -= 1
        busy[host, default: 0] -= 1
        if busy[host] == 0 { busy[host] = nil }
    }

    /// Forgets a request that has not begun.
    ///
    /// - Returns: Whether it was waiting.
    mutating func withdraw(_ id: ID, host: String) -> Bool {
        guard var queue = waiting[host], let index = queue.firstIndex(of: id) else { return false }
        queue.remove(at: index)
        waiting[host] = queue.isEmpty ? nil : queue
        if queue.isEmpty { ready.removeAll { $0 == host } }
        return true
    }
}
