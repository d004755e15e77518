// A frontier in memory, with the semantics of the one on disk.

import SelvageTypes

/// A frontier in memory, with the semantics of the one on disk.
actor MemoryStore: FrontierStore {
    struct Key: Hashable {
        var address: WebAddress
        var isImage: Bool
    }

    struct Entry {
        var target: Target
        var number: Int
        var notBefore: Instant?
        var outcome: TargetOutcome?
        var reason: NotChecked?
    }

    private struct Place: Comparable {
        var depth: Int
        var number: Int
        var key: Key

        static func < (left: Self, right: Self) -> Bool {
            (left.depth, left.number) < (right.depth, right.number)
        }
    }

    /// The store fails after so many commits, as if the process had been killed.
    var commitsLeft: Int?
    private(set) var entries: [Key: Entry] = [:]
    /// What is still to fetch, by origin, in the order in which it is handed out.
    private var waiting: [String: [Place]] = [:]
    private(set) var hosts: [String: HostState] = [:]
    private(set) var references: [(page: WebAddress, image: WebAddress)] = []
    private(set) var commits = 0
    /// What the last scan brought and still may hold.
    private var known: [Key: (content: KnownContent, outcome: TargetOutcome)] = [:]
    private(set) var unchanged: [WebAddress: Unchanged] = [:]
    private(set) var terms: [WebAddress: [UseTerm]] = [:]
    private var scan: ScanRecord?
    private var bytes: Int64 = 0

    struct Killed: Error {}

    init(commitsLeft: Int? = nil) {
        self.commitsLeft = commitsLeft
    }

    func allow(commits: Int?) { commitsLeft = commits }

    func begin(plan: String, digest: Digest, revisiting: Revisiting, at now: Instant) -> ScanRecord
    {
        if var known = scan, known.ended == nil, known.planDigest == digest {
            known.resumed = true
            scan = known
            return known
        }
        var new = ScanRecord(
            number: (scan?.number ?? 0) + 1, plan: plan, planDigest: digest, began: now)
        let revisits = revisiting == .captures || revisiting == .digests(known: true)
        new.revisits = revisits && scan != nil
        scan = new
        let before = entries
        entries = [:]
        waiting = [:]
        unchanged = [:]
        if revisits {
            for (key, entry) in before.sorted(by: { $0.value.number < $1.value.number })
            where !key.isImage && known[key] != nil && entry.reason != .gone {
                _ = queue(entry.target)
            }
        }
        return new
    }

    func sow(_ scan: ScanRecord, _ seeds: [Target], isLast: Bool) {
        for seed in seeds { _ = queue(seed) }
        if isLast { self.scan?.isSown = true }
    }

    private func queue(_ target: Target) -> Bool {
        let key = Key(address: target.address, isImage: target.kind == .image)
        guard entries[key] == nil else { return false }
        var target = target
        target.known = known[key]?.content
        let entry = Entry(target: target, number: entries.count)
        entries[key] = entry
        let place = Place(depth: target.depth, number: entry.number, key: key)
        let origin = target.address.origin
        waiting[origin, default: []].insert(place, at: index(of: place, origin))
        return true
    }

    private func index(of place: Place, _ origin: String) -> Int {
        let places = waiting[origin] ?? []
        var (low, high) = (0, places.count)
        while low < high {
            let middle = (low + high) / 2
            if places[middle] < place { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func finish(_ key: Key, _ outcome: TargetOutcome, reason: NotChecked?) {
        guard let entry = entries[key] else { return }
        let origin = entry.target.address.origin
        let place = Place(depth: entry.target.depth, number: entry.number, key: key)
        let index = index(of: place, origin)
        if waiting[origin]?.indices.contains(index) == true, waiting[origin]?[index] == place {
            waiting[origin]?.remove(at: index)
        }
        entries[key]?.outcome = outcome
        entries[key]?.reason = reason
    }

    func hostsWithWork(_ scan: ScanRecord, after origin: String?, limit: Int) -> [HostState] {
        waiting.filter { !$0.value.isEmpty && $0.key > origin ?? "" }.keys.sorted().prefix(limit)
            .map { hosts[$0] ?? HostState(origin: $0) }
    }

    func hosts(_ origins: [String]) -> [HostState] {
        origins.map { hosts[$0] ?? HostState(origin: $0) }
    }

    func targets(
        _ scan: ScanRecord, origin: String, limit: Int, at now: Instant, excluding: Set<WebAddress>
    ) -> [Target] {
        (waiting[origin] ?? []).lazy.compactMap { self.entries[$0.key] }
            .filter { !excluding.contains($0.target.address) && ($0.notBefore ?? now) <= now }
            .prefix(limit).map(\.target)
    }

    func nextRetry(_ scan: ScanRecord, origin: String, after now: Instant) -> Instant? {
        (waiting[origin] ?? []).compactMap { entries[$0.key]?.notBefore }.filter { $0 > now }.min()
    }

    func commit(_ scan: ScanRecord, outcomes: [TargetOutcome], hosts states: [HostState]) throws
        -> Set<String>
    {
        if let left = commitsLeft {
            guard left > 0 else { throw Killed() }
            commitsLeft = left - 1
        }
        commits += 1
        for var state in states {
            if state.areRobotsKept { state.robots = hosts[state.origin]?.robots }
            hosts[state.origin] = state
        }
        var woken: Set<String> = []
        for outcome in outcomes { store(outcome, &woken) }
        return woken
    }

    private func store(_ outcome: TargetOutcome, _ woken: inout Set<String>) {
        let key = Key(
            address: outcome.target.address, isImage: outcome.target.kind == .image)
        var outcome = outcome
        if let how = outcome.unchanged, let known = known[key] {
            unchanged[key.address] = how
            let history = outcome.history
            outcome = known.outcome
            outcome.history = history ?? known.content.history
            outcome.links = []
            outcome.queuesReferences = true
        }
        remember(outcome, key)
        guard case .done(let reason) = outcome.ending else {
            if case .again(let moment) = outcome.ending {
                entries[key]?.notBefore = moment
                entries[key]?.target.tries = outcome.target.tries + 1
            }
            return
        }
        finish(key, outcome, reason: reason)
        bytes += Int64(outcome.capture?.bodyInBytes ?? 0)
        for reference in outcome.references {
            references.append((outcome.target.address, reference.address))
            guard outcome.queuesReferences else { continue }
            let image = Target(
                address: reference.address, kind: .image, depth: outcome.target.depth)
            if queue(image) { woken.insert(image.address.origin) }
        }
        if let final = outcome.capture?.address, final != outcome.target.address {
            let key = Key(address: final, isImage: outcome.target.kind == .image)
            if entries[key] == nil { _ = queue(Target(address: final, kind: .page, depth: 0)) }
            finish(key, outcome, reason: nil)
        }
        for link in outcome.links where queue(link) { woken.insert(link.address.origin) }
    }

    private func remember(_ outcome: TargetOutcome, _ key: Key) {
        guard let capture = outcome.capture, let history = outcome.history else { return }
        terms[key.address] = outcome.terms
        let content = KnownContent(
            etag: capture.headers.first("etag"),
            lastModified: capture.headers.first("last-modified"), content: capture.digest,
            history: history)
        known[key] = (content, outcome)
    }

    func counts(_ scan: ScanRecord) -> ScanCounts {
        var counts = ScanCounts()
        for entry in entries.values {
            switch (entry.target.kind == .image, entry.outcome != nil) {
            case (true, true): counts.imagesDone += 1
            case (true, false): counts.imagesPending += 1
            case (false, true): counts.pagesDone += 1
            case (false, false): counts.pagesPending += 1
            }
        }
        counts.bytes = bytes
        return counts
    }

    func coverage(_ scan: ScanRecord) -> [SiteCoverage] {
        var sites: [String: SiteCoverage] = [:]
        for entry in entries.values where entry.outcome != nil {
            let site = entry.target.address.site
            var known =
                sites[site] ?? SiteCoverage(site: site, pages: 0, images: 0, notChecked: [:])
            if let reason = entry.reason {
                known.notChecked[reason, default: 0] += 1
            } else if entry.target.kind == .image {
                known.images += 1
            } else {
                known.pages += 1
            }
            sites[site] = known
        }
        return sites.values.sorted { $0.site < $1.site }
    }

    func giveUp(_ scan: ScanRecord, reason: NotChecked) {
        for (key, entry) in entries where entry.outcome == nil {
            let outcome = TargetOutcome(target: entry.target, ending: .done(reason), status: 0)
            finish(key, outcome, reason: reason)
        }
    }

    func finish(_ scan: ScanRecord, at now: Instant) {
        self.scan?.ended = now
    }

    /// Why an address was not checked; nil when it was, or was never known.
    func reason(_ address: String) -> NotChecked? {
        entries.values.first { $0.target.address.description == address }?.reason
    }
}
