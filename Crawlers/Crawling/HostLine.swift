// One host of a running crawl: its gate, its robots.txt, and the next of its targets.

internal import SelvageTypes

/// One host of a running crawl; the crawl alone holds it.
final class HostLine {
    let origin: String
    /// Whom a request to it concerns besides itself.
    var place: SharedPace.Place
    var gate: HostGate
    /// What robots.txt says; nil before it has been asked.
    var robots: Robots?
    /// Its text, until the store has it.
    var robotsBody: [UInt8]?
    var robotsStatus: Int
    var robotsUntil: Instant?
    var robotsTries = 0
    /// Whether the store has the robots as they are now.
    var areRobotsKept = true
    var isAskingRobots = false
    /// The next targets, in reverse order.
    var queue: [Target] = []
    /// Targets taken from the store whose outcome it does not know yet.
    var busy: Set<WebAddress> = []
    /// What the host states about uses of its content.
    var terms = HostTerms()
    /// Sitemaps that robots.txt names and that no outcome has brought to the store yet.
    var owed: [Target] = []
    /// Whether the store may have more targets than `queue` holds.
    var mayHaveMore = true
    /// Whether some of those come to the store only with the next transaction.
    var isStoreBehind = false
    var requests = 0
    /// What the store was told last in this run.
    private var kept: HostState?

    /// A host as the store knows it.
    ///
    /// - Parameter resumed: When a scan that broke off was taken up. The run before may have ended
    ///   just after a request that was not stored, so the pause in force is owed again.
    init(_ state: HostState, settings: CrawlSettings, resumed: Instant?) {
        origin = state.origin
        place = SharedPace.Place(origin: state.origin)
        gate = HostGate(
            settings.manners, nextAllowed: state.nextAllowed,
            jitterSeed: settings.jitterSeed(origin: state.origin))
        robotsStatus = state.robotsStatus
        robotsUntil = state.robotsUntil
        terms.ofReservationFile = state.terms
        terms.until = state.termsUntil
        if robotsUntil != nil {
            take(
                Robots(
                    status: state.robotsStatus, body: state.robots ?? [],
                    for: settings.productToken))
        }
        if let resumed {
            gate.rest(until: resumed.advanced(milliseconds: Int64(gate.delayInMilliseconds)))
        }
    }

    /// The state as the store keeps it.
    var state: HostState {
        var state = HostState(
            origin: origin, nextAllowed: gate.nextAllowed,
            delayInMilliseconds: gate.delayInMilliseconds, failures: gate.failures,
            robots: areRobotsKept ? nil : robotsBody, robotsStatus: robotsStatus,
            robotsUntil: robotsUntil)
        state.areRobotsKept = areRobotsKept
        state.terms = terms.ofReservationFile
        state.termsUntil = terms.until
        return state
    }

    /// The state when the store has to hear of it; nil when it would learn nothing.
    ///
    /// A moment that has passed holds nobody up, in this run or the next.
    func stateToKeep(at now: Instant) -> HostState? {
        let state = state
        let isKnown =
            kept.map {
                state.areRobotsKept && state.nextAllowed <= now
                    && $0.delayInMilliseconds == state.delayInMilliseconds
                    && $0.failures == state.failures && $0.robotsUntil == state.robotsUntil
                    && $0.termsUntil == state.termsUntil
            } ?? false
        if isKnown { return nil }
        kept = state
        kept?.robots = nil
        return state
    }

    /// Takes a target out of the line.
    func drop(_ target: Target) {
        let place = queue.firstIndex {
            $0.address == target.address && ($0.kind == .image) == (target.kind == .image)
        }
        guard let place else { return }
        queue.remove(at: place)
        busy.remove(target.address)
    }

    /// The robots.txt in force; nil when it has to be asked.
    func robots(at now: Instant) -> Robots? {
        guard let robots, let robotsUntil, robotsUntil > now else { return nil }
        return robots
    }

    /// Puts a robots.txt in force; its sitemaps are owed to the store.
    func take(_ robots: Robots) {
        self.robots = robots
        gate.crawlDelayInMilliseconds = robots.crawlDelayInMilliseconds
        let base = WebAddress(origin)
        terms.ofRobots = robots.statements.map { statement in
            let isAddress = statement.name == .licence
            let value = isAddress ? WebAddress(statement.value, relativeTo: base)?.description : nil
            return UseTerm(
                statement.name, value ?? statement.value, source: .robotsFile,
                place: "\(origin)/robots.txt")
        }
        owed = robots.sitemaps.compactMap { WebAddress($0, relativeTo: base)?.canonical }
            .filter { $0.site == base?.site }
            .map { Target(address: $0, kind: .sitemap, depth: 0) }
    }
}

/// Hosts by the moment at which they are looked at next; each is in it at most once that counts.
struct HostSchedule {
    private struct Entry: Comparable {
        let moment: Instant
        let number: Int
        let origin: String

        static func < (left: Self, right: Self) -> Bool {
            (left.moment, left.number) < (right.moment, right.number)
        }
    }

    private var heap: [Entry] = []
    /// The entry that counts, of each host.
    private var current: [String: (number: Int, moment: Instant)] = [:]
    private var number = 0

    var isEmpty: Bool { current.isEmpty }

    /// Has a host looked at at a moment, or sooner when that was asked before.
    mutating func add(_ origin: String, at moment: Instant) {
        if let known = current[origin], known.moment <= moment { return }
        number += 1
        current[origin] = (number, moment)
        heap.append(Entry(moment: moment, number: number, origin: origin))
        siftUp()
    }

    /// When a host is looked at next; nil when it is not.
    func moment(of origin: String) -> Instant? { current[origin]?.moment }

    /// The moment of the next host.
    mutating func next() -> Instant? {
        while let first = heap.first {
            if current[first.origin]?.number == first.number { return first.moment }
            removeFirst()
        }
        return nil
    }

    /// Takes out the next host if its moment has come.
    mutating func popDue(at now: Instant) -> String? {
        guard let moment = next(), moment <= now, let first = heap.first else { return nil }
        removeFirst()
        current[first.origin] = nil
        return first.origin
    }

    private mutating func siftUp() {
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child] < heap[parent] else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            let left = 2 * parent + 1
            guard left < heap.count else { return }
            let right = left + 1
            let child = right < heap.count && heap[right] < heap[left] ? right : left
            guard heap[child] < heap[parent] else { return }
            heap.swapAt(child, parent)
            parent = child
        }
    }
}
