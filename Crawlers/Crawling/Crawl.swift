// One run of a scan: asks the hosts in turn, reads what comes, and stores it in batches.

internal import Extraction
public import SelvageTypes

/// One run of a scan: asks the hosts in turn, reads what comes, and stores it in batches.
///
/// The frontier and all that was seen lie in the store; the crawl itself keeps a number of hosts that
/// have work, and a few targets of each.
///
/// - Invariant: A target leaves the frontier only in the transaction that stores its outcome.
/// - Invariant: A host is asked no sooner than its `HostGate` allows, in this run and the next.
public actor Crawl {
    let settings: CrawlSettings
    let plan: String
    let store: any FrontierStore
    let clock: any Timekeeper
    let visitor: Visitor
    let progress: @Sendable (CrawlProgress) -> Void
    private let executor: (any TaskExecutor)?
    private let furtherSeeds: (any SeedSource)?
    private let events: AsyncStream<Event>
    private let signal: AsyncStream<Event>.Continuation

    var hosts: [String: HostLine] = [:]
    var roster = HostRoster()
    var pace: SharedPace
    var known = KnownTargets(isComplete: false)
    /// Hosts with something to fetch that only the store knows yet.
    var newHosts: Set<String> = []
    var guards: [String: TrapGuard] = [:]
    var schedule = HostSchedule()
    var scan: ScanRecord
    var pending: [TargetOutcome] = []
    /// Those of them that took a request.
    var pendingRequests = 0
    var pendingSince: Instant?
    var touched: Set<String> = []
    var inFlight = 0
    var isStopping = false
    var isCommitUrgent = false
    var tally = CrawlTally()
    private var hasRun = false
    private var wake: Instant?

    /// What the run waits for.
    private enum Event: Sendable {
        /// In a box: a visit is large, and is handed on several times.
        indirect case visited(Visit)
        case woken(Instant)
        case stopped
    }

    /// A run that has not begun.
    ///
    /// - Parameters:
    ///   - plan: The plan's name.
    ///   - progress: Called about once a second, on the crawl's executor.
    ///   - executor: Where the run's tasks are to run; nil for the usual pool.
    ///   - furtherSeeds: Seeds that are too many for the settings. Their hosts stand in the settings,
    ///     and `alsoDigested` has what tells them from others.
    public init(
        settings: CrawlSettings, plan: String, store: any FrontierStore, fetcher: any Fetcher,
        clock: any Timekeeper, images: any ImageReader,
        progress: @escaping @Sendable (CrawlProgress) -> Void,
        executor: (any TaskExecutor)? = nil, furtherSeeds: (any SeedSource)? = nil
    ) {
        self.settings = settings
        self.furtherSeeds = furtherSeeds
        self.plan = plan
        self.store = store
        self.clock = clock
        self.progress = progress
        self.executor = executor
        pace = SharedPace(connections: settings.manners.connections)
        visitor = Visitor(
            fetcher: fetcher, images: images, scope: settings.scope,
            token: settings.productToken, obeysRobots: settings.robots == .obey,
            parts: !settings.takesImages ? .links : settings.keeps == .evidence ? .facts : .images,
            keeps: settings.keeps, imageChoice: settings.imageChoice)
        scan = ScanRecord(
            number: 0, plan: plan, planDigest: settings.digest, began: Instant(microseconds: 0))
        (events, signal) = AsyncStream.makeStream()
    }

    /// Runs until nothing is left to do, the budget is used up, or it is stopped.
    ///
    /// The scan is left open also when it is complete: its owner ends it when what it saw has been
    /// judged and stored, so that a kill in between loses nothing.
    ///
    /// A cancelled task counts as stopped: what is in flight ends and is stored, and the scan can be
    /// taken up again.
    ///
    /// - Precondition: Called once.
    /// - Throws: What the store throws. Nothing that was stored before is lost.
    public func run() async throws -> CrawlSummary {
        precondition(!hasRun, "A crawl runs once; another run takes up the scan.")
        hasRun = true
        // A task of its own, so that cancelling the caller's lets requests in flight end.
        let work = Task(executorPreference: executor) { try await self.work() }
        return try await withTaskCancellationHandler {
            try await work.value
        } onCancel: {
            Task { await self.stop() }
        }
    }

    /// Starts nothing more; `run` returns when what is in flight has ended and is stored.
    public func stop() {
        isStopping = true
        signal.yield(.stopped)
    }

    private func work() async throws -> CrawlSummary {
        let began = clock.now()
        scan = try await store.begin(
            plan: plan, digest: settings.digest, revisiting: settings.revisiting, at: began)
        known = KnownTargets(isComplete: !scan.resumed && !scan.revisits)
        tally = CrawlTally(began: began, counts: try await store.counts(scan))
        if !scan.isSown { try await sow() }
        roster.resumed = scan.resumed ? began : nil
        roster.hasMore = true
        let failure = await withDiscardingTaskGroup { group in
            let failure = await self.loop(&group)
            group.cancelAll()
            return failure
        }
        if let failure { throw failure }
        return try await close()
    }

    /// Puts the seeds in the frontier, piece by piece: there may be millions.
    ///
    /// Broken off, it is done again from the start; what is there already stays as it is.
    private func sow() async throws {
        try await sow(settings.seeds)
        if let furtherSeeds {
            try await furtherSeeds.forEachPiece { try await self.sow($0) }
        }
        try await store.sow(scan, [], isLast: true)
        scan.isSown = true
    }

    private func sow(_ seeds: [Target]) async throws {
        if isStopping { throw CancellationError() }
        let seeds = seeds.map { seed in
            var seed = seed
            seed.address = seed.address.canonical
            return seed
        }
        for seed in seeds { _ = known.insert(seed) }
        try await store.sow(scan, seeds, isLast: false)
        try await reportProgress(at: clock.now())
    }

    /// The run's one loop; it alone changes the state, so no two steps can mix.
    private func loop(_ group: inout DiscardingTaskGroup) async -> (any Error)? {
        do {
            var iterator = events.makeAsyncIterator()
            while try await step(&group) {
                guard let event = await iterator.next(isolation: self) else { break }
                switch event {
                case .visited(let visit): receive(visit)
                case .woken(let moment): if wake == moment { wake = nil }
                case .stopped: break
                }
                try await reportProgress(at: clock.now())
            }
            return nil
        } catch {
            return error
        }
    }

    /// Starts what may start, stores what is due.
    ///
    /// - Returns: Whether there is something to wait for.
    private func step(_ group: inout DiscardingTaskGroup) async throws -> Bool {
        while true {
            let now = clock.now()
            if isBeyondBudget(at: now) { isStopping = true }
            try await takeUpMore(at: now)
            while !isStopping, inFlight < settings.connections,
                let origin = schedule.popDue(at: now)
            {
                guard let errand = try await nextErrand(of: origin, at: now) else { continue }
                inFlight += 1
                tally.statistics.mostInFlight = max(tally.statistics.mostInFlight, inFlight)
                let visitor = visitor
                let signal = signal
                group.addTask { signal.yield(.visited(await visitor.run(errand))) }
            }
            guard isCommitDue(at: now) else { break }
            try await commit()
        }
        if inFlight > 0 || (!isStopping && (!schedule.isEmpty || roster.hasMore)) {
            if !isStopping, let moment = nextMoment() { wakeUp(at: moment, &group) }
            return true
        }
        return false
    }

    /// When the loop has to look again even if nothing comes.
    private func nextMoment() -> Instant? {
        var moments: [Instant] = []
        if inFlight < settings.connections {
            if let next = schedule.next() { moments.append(next) }
            if roster.hasMore { moments.append(roster.nextSweep) }
        }
        if let pendingSince {
            moments.append(pendingSince.advanced(milliseconds: settings.batchInMilliseconds))
        }
        if let seconds = settings.seconds {
            moments.append(tally.began.advanced(milliseconds: Int64(seconds) * 1000))
        }
        return moments.min()
    }

    private func wakeUp(at moment: Instant, _ group: inout DiscardingTaskGroup) {
        if let wake, wake <= moment { return }
        wake = moment
        let clock = clock
        let signal = signal
        group.addTask {
            // A cancelled sleep has nobody left to wake.
            guard (try? await clock.sleep(until: moment)) != nil else { return }
            signal.yield(.woken(moment))
        }
    }

    /// Ends the scan if nothing is left of it.
    private func close() async throws -> CrawlSummary {
        try await commit()
        let now = clock.now()
        let isBudgetUsed = isBeyondBudget(at: now)
        if isBudgetUsed { try await store.giveUp(scan, reason: .budget) }
        let counts = try await store.counts(scan)
        // What is still pending is never passed over: the next run takes it up.
        let isDone = !isStopping && counts.pagesPending + counts.imagesPending == 0
        let isComplete = isBudgetUsed || isDone
        reportProgress(at: now, counts: counts)
        return CrawlSummary(
            scan: scan, isComplete: isComplete, counts: counts,
            coverage: try await store.coverage(scan), statistics: statistics(at: now),
            linksOutOfScope: tally.linksOutOfScope, linksIntoTraps: tally.linksIntoTraps)
    }
}
