// A crawl without a catalogue: addresses in, what lies behind them listed and kept.

internal import Casework
internal import Crawling
internal import Fetching
internal import Foundation
public import Persistence
public import SelvageTypes
internal import Synchronization

/// A crawl without a catalogue, into a folder of its own.
///
/// The folder holds the crawl's frontier, so a crawl that was stopped or killed is taken up again by
/// the same settings. One that is complete is begun anew: each address is asked whether it has
/// changed, and what has not is not sent again.
public struct CrawlRun: Sendable {
    /// What is crawled, and how.
    public struct Settings: Sendable {
        /// Where the crawl begins; its hosts are the crawl's scope.
        public var seeds: SeedList
        /// Whether the images that pages name are fetched, wherever they lie.
        public var takesImages = false
        /// Whether all that was fetched is kept for `archive`.
        public var keepsBodies = false
        /// Links from a seed that are followed.
        public var depth = 1000
        /// Pages, feeds and sitemaps that are read; nil for any number.
        public var pages: Int?
        /// Milliseconds from one request to a host to the next.
        public var delayInMilliseconds = 1000
        /// Requests at once, all hosts together.
        public var connections = 64
        /// Whether all is fetched in full, whatever an earlier crawl into the folder brought.
        public var refetches = false
        /// Whether robots.txt is obeyed.
        public var obeysRobots = true
        /// Private ranges that may be reached, `CIDR[:port]`.
        public var allow: [String] = []
        /// An address at which an operator reaches us; part of the User-Agent.
        public var contact: String?

        /// Settings with the default manners.
        public init(seeds: SeedList) {
            self.seeds = seeds
        }
    }

    /// How a crawl ended.
    public struct Report: Sendable, Codable {
        /// The crawl's number in its folder, counted from 1.
        public var number: Int64
        /// How far it came.
        public var counts: ScanCounts
        /// What was looked at and what was not, by site.
        public var coverage: [SiteCoverage]
        /// What the run did on the network.
        public var statistics: CrawlStatistics
        /// Links to hosts outside the scope, which were not followed.
        public var linksOutOfScope: Int
        /// Links into endless spaces, which were not followed.
        public var linksIntoTraps: Int
    }

    /// The name under which crawls stand in their folder's store.
    public static let plan = "crawl"

    private let settings: Settings
    private let store: SelvageStore

    /// A crawl that keeps what it knows in a store.
    public init(_ settings: Settings, store: SelvageStore) {
        self.settings = settings
        self.store = store
    }

    /// Crawls until nothing is left.
    ///
    /// - Throws: `ScanError` when it was stopped; `StoreError`.
    public func run(progress: @escaping @Sendable (CrawlState) -> Void = { _ in })
        async throws -> Report
    {
        let fetcher = try CurlFetcher(settings: fetchSettings)
        defer { fetcher.shutDown() }
        let workers = CrawlWorkers()
        defer { workers?.shutDown() }
        let crawl = Crawl(
            settings: crawlSettings, plan: Self.plan, store: store, fetcher: fetcher,
            clock: SystemTimekeeper(), images: DigestReading(keepsBodies: settings.keepsBodies),
            progress: { progress(CrawlState($0)) }, executor: workers,
            furtherSeeds: Pieces(list: settings.seeds))
        let summary = try await withTaskCancellationHandler {
            try await crawl.run()
        } onCancel: {
            Task { await crawl.stop() }
        }
        guard summary.isComplete else {
            let counts = summary.counts
            throw ScanError(
                .stopped,
                "The crawl was stopped after \(counts.pagesDone) pages and \(counts.imagesDone) images, with \(counts.pagesPending + counts.imagesPending) addresses still to fetch; the same command takes it up again."
            )
        }
        try await store.finish(summary.scan, at: SystemTimekeeper().now())
        return Report(
            number: summary.scan.number, counts: summary.counts, coverage: summary.coverage,
            statistics: summary.statistics, linksOutOfScope: summary.linksOutOfScope,
            linksIntoTraps: summary.linksIntoTraps)
    }

    /// The crawl's captures as WARC 1.1, one gzip member a record, handed over piece by piece.
    ///
    /// - Parameters:
    ///   - name: The file's name, which its first record states.
    ///   - write: Takes the next bytes of the file.
    /// - Returns: How many captures it holds.
    @discardableResult
    public static func archive(
        _ scan: ScanRecord, of store: SelvageStore, named name: String,
        write: @Sendable ([UInt8]) throws -> Void
    ) async throws -> Int {
        let writer = Mutex(WARCWriter())
        try writer.withLock {
            try $0.appendInformation(
                [
                    HeaderField("software", "Selvage \(Version.current)"),
                    HeaderField("format", "WARC File Format 1.1"),
                    HeaderField(
                        "conformsTo",
                        "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
                    ),
                ], fileName: name, date: scan.began)
        }
        let count = Mutex(0)
        try await store.forEachKeptCapture(scan) { capture in
            let bytes = try writer.withLock {
                try $0.append(capture)
                return $0.take()
            }
            try write(bytes)
            count.withLock { $0 += 1 }
        }
        let rest = writer.withLock { $0.take() }
        if !rest.isEmpty { try write(rest) }
        return count.withLock { $0 }
    }

    private var crawlSettings: CrawlSettings {
        var crawl = CrawlSettings(seeds: [])
        crawl.seedHosts = settings.seeds.hosts
        crawl.alsoDigested = ["seeds \(settings.seeds.digest.hex)"]
        crawl.takesImages = settings.takesImages
        crawl.keeps = settings.keepsBodies ? .bodies : .digests
        // An archive holds what it lists; what only changed would be no archive.
        let isFull = settings.refetches || settings.keepsBodies
        crawl.recrawl = RecrawlRule(isFull ? .full : .conditional)
        crawl.imageChoice = .all
        // Who archives a site gets what is on it; what it states about uses is asked by scans, whose
        // findings need it. What comes with the pages themselves is recorded all the same.
        crawl.recordsTerms = false
        crawl.depth = settings.depth
        crawl.pages = settings.pages
        crawl.manners.delayInMilliseconds = settings.delayInMilliseconds
        crawl.connections = settings.connections
        crawl.robots = settings.obeysRobots ? .obey : .ignore
        return crawl
    }

    private var fetchSettings: FetchSettings {
        let contact = settings.contact.map { "; +\($0)" } ?? ""
        var fetch = FetchSettings(
            userAgent: "selvage/\(Version.current) (licence monitoring\(contact))",
            policy: NetworkPolicy(
                allowing: settings.allow.compactMap { NetworkPolicy.Allowance($0) },
                seedOrigins: settings.seeds.origins))
        fetch.connections = max(settings.connections, 2)
        return fetch
    }
}

/// The seeds as the crawl takes them.
private struct Pieces: SeedSource {
    let list: SeedList

    func forEachPiece(_ body: @Sendable ([Target]) async throws -> Void) async throws {
        try await list.forEachPiece(body)
    }
}

/// Takes images for what their bytes are: nothing is decoded, the capture's digest says it all.
private struct DigestReading: ImageReader {
    let keepsBodies: Bool

    var wantsBytes: Bool { keepsBodies }

    func read(_ capture: Capture, of target: Target) async -> ImageReading {
        ImageReading(recognition: nil, keepsBody: keepsBodies)
    }
}
