// Which names are known, asked for, or waiting to be asked: the decisions of the resolver.

internal import SelvageTypes

/// Which names are known, asked for, or waiting to be asked.
///
/// Moments are milliseconds of a monotonic clock.
///
/// - Invariant: No more than `workers` names are asked for at a time, and of one zone (the last two
///   labels of a name) no more than `perZone`: a zone whose servers never answer stops itself only.
struct NameBook<Waiter> {
    /// What becomes of a question.
    enum Reply {
        /// The addresses; empty when the name stands for none.
        case known([InternetAddress])
        /// The waiter will be told.
        case later
    }

    /// How long an answer is kept; the system's resolver does not say how long it holds.
    static var keptInMilliseconds: Int { 60_000 }
    /// How long the lack of an answer is kept.
    static var lackKeptInMilliseconds: Int { 10_000 }
    private static var namesKept: Int { 20_000 }

    private struct Entry {
        let addresses: [InternetAddress]
        let until: Int
    }

    private let workers: Int
    private let perZone: Int
    private var entries: [String: Entry] = [:]
    private var waiters: [String: [(id: Int, waiter: Waiter)]] = [:]
    private var queue: [String] = []
    private var asking: [String: Int] = [:]
    private(set) var busy = 0

    /// An empty book.
    init(workers: Int = 16, perZone: Int = 2) {
        self.workers = workers
        self.perZone = perZone
    }

    /// Asks for a name.
    mutating func ask(_ name: String, id: Int, _ waiter: Waiter, at now: Int) -> Reply {
        if let entry = entries[name], entry.until > now { return .known(entry.addresses) }
        if waiters[name] == nil { queue.append(name) }
        waiters[name, default: []].append((id, waiter))
        return .later
    }

    /// What is known of a name, if it is fresh.
    func addresses(of name: String, at now: Int) -> [InternetAddress]? {
        entries[name].flatMap { $0.until > now ? $0.addresses : nil }
    }

    /// The next name for a worker to ask for.
    ///
    /// - Returns: nil when nothing may be asked now.
    mutating func next() -> String? {
        guard busy < workers,
            let index = queue.firstIndex(where: { asking[Self.zone($0), default: 0] < perZone })
        else { return nil }
        let name = queue.remove(at: index)
        asking[Self.zone(name), default: 0] += 1
        busy += 1
        return name
    }

    /// A worker has its answer.
    ///
    /// - Returns: Who waited for it.
    mutating func answered(_ name: String, _ addresses: [InternetAddress], at now: Int) -> [Waiter]
    {
        busy -= 1
        let zone = Self.zone(name)
        let left = asking[zone, default: 1] - 1
        asking[zone] = left > 0 ? left : nil
        if entries.count >= Self.namesKept { entries = entries.filter { $0.value.until > now } }
        if entries.count >= Self.namesKept { entries = [:] }
        let kept = addresses.isEmpty ? Self.lackKeptInMilliseconds : Self.keptInMilliseconds
        entries[name] = Entry(addresses: addresses, until: now + kept)
        return waiters.removeValue(forKey: name).map { $0.map(\.waiter) } ?? []
    }

    /// Somebody waits no longer.
    ///
    /// - Returns: The waiter; nil when it was told already.
    mutating func withdraw(_ name: String, id: Int) -> Waiter? {
        guard let index = waiters[name]?.firstIndex(where: { $0.id == id }) else { return nil }
        let waiter = waiters[name]?.remove(at: index).waiter
        // A name that nobody waits for and nobody has asked yet is not asked at all.
        if waiters[name]?.isEmpty == true, let place = queue.firstIndex(of: name) {
            queue.remove(at: place)
            waiters[name] = nil
        }
        return waiter
    }

    private static func zone(_ name: String) -> String {
        name.split(separator: ".").suffix(2).joined(separator: ".")
    }
}
