// Who may begin next: so many requests to one host, to one network address, to all.

/// Who may begin next; first come, first served at each host, hosts in turn.
///
/// - Invariant: No host has more than `perHost` requests under way, no place more than `perPlace`,
///   all together no more than `total`. A host that waits is in exactly one queue.
struct HostSlots<ID: Hashable> {
    /// The requests of one host.
    private struct Line {
        /// Where the host is found; kept as long as the line has anything.
        let place: String
        var busy = 0
        var waiting: [ID] = []
        var served = 0
        /// Whether the host is in `ready` or in a place's queue.
        var isQueued = false

        var isWaiting: Bool { served < waiting.count }

        mutating func takeFirst() -> ID? {
            guard isWaiting else { return nil }
            defer {
                served += 1
                if served == waiting.count || served > 64 {
                    waiting.removeFirst(served)
                    served = 0
                }
            }
            return waiting[served]
        }
    }

    /// The hosts of one network address.
    private struct Place {
        var busy = 0
        var blocked: [String] = []
    }

    private let perHost: Int
    private let perPlace: Int
    private let total: Int
    private var busyInAll = 0
    private var lines: [String: Line] = [:]
    private var places: [String: Place] = [:]
    private var ready: [String] = []
    private var readyFrom = 0

    /// Slots.
    init(perHost: Int, perPlace: Int = .max, total: Int) {
        precondition(
            perHost > 0 && perPlace > 0 && total > 0, "A fetcher needs a connection to work with.")
        self.perHost = perHost
        self.perPlace = perPlace
        self.total = total
    }

    /// Queues a request for a host that is found at a place.
    mutating func enqueue(_ id: ID, host: String, place: String? = nil) {
        var line = lines.removeValue(forKey: host) ?? Line(place: place ?? host)
        line.waiting.append(id)
        queue(host, &line)
        lines[host] = line
    }

    private mutating func queue(_ host: String, _ line: inout Line) {
        guard !line.isQueued, line.isWaiting, line.busy < perHost else { return }
        line.isQueued = true
        ready.append(host)
    }

    /// Takes the next request that may begin, and its slot.
    mutating func next() -> ID? {
        while busyInAll < total, let host = nextReady() {
            guard var line = lines.removeValue(forKey: host) else { continue }
            defer { if line.busy > 0 || line.isWaiting { lines[host] = line } }
            var place = places.removeValue(forKey: line.place) ?? Place()
            defer { if place.busy > 0 || !place.blocked.isEmpty { places[line.place] = place } }
            if place.busy >= perPlace {
                place.blocked.append(host)
                continue
            }
            line.isQueued = false
            guard let id = line.takeFirst() else { continue }
            line.busy += 1
            place.busy += 1
            busyInAll += 1
            queue(host, &line)
            return id
        }
        return nil
    }

    private mutating func nextReady() -> String? {
        guard readyFrom < ready.count else { return nil }
        defer {
            readyFrom += 1
            if readyFrom == ready.count || readyFrom > 256 {
                ready.removeFirst(readyFrom)
                readyFrom = 0
            }
        }
        return ready[readyFrom]
    }

    /// Gives a slot back.
    mutating func release(host: String) {
        guard var line = lines.removeValue(forKey: host), line.busy > 0 else {
            preconditionFailure("A slot is given back once.")
        }
        busyInAll -= 1
        line.busy -= 1
        queue(host, &line)
        unblock(at: line.place)
        if line.busy > 0 || line.isWaiting { lines[host] = line }
    }

    private mutating func unblock(at name: String) {
        guard var place = places.removeValue(forKey: name) else { return }
        place.busy -= 1
        let count = min(place.blocked.count, max(0, perPlace - place.busy))
        ready.append(contentsOf: place.blocked.prefix(count))
        place.blocked.removeFirst(count)
        if place.busy > 0 || !place.blocked.isEmpty { places[name] = place }
    }

    /// Forgets a request that has not begun.
    ///
    /// - Returns: Whether it was waiting.
    mutating func withdraw(_ id: ID, host: String) -> Bool {
        guard var line = lines[host],
            let index = line.waiting[line.served...].firstIndex(of: id)
        else { return false }
        line.waiting.remove(at: index)
        if !line.isWaiting, line.isQueued {
            line.isQueued = false
            if let index = ready[readyFrom...].firstIndex(of: host) { ready.remove(at: index) }
            places[line.place]?.blocked.removeAll { $0 == host }
        }
        lines[host] = line.busy > 0 || line.isWaiting ? line : nil
        return true
    }
}
