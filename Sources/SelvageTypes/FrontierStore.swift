// The port to the frontier on disk: what is still to fetch, what was fetched, and what it showed.

/// What kind of document an address is taken for.
public enum TargetKind: String, Hashable, Sendable, Codable {
    case page, image, sitemap, feed, epcis
}

/// An address that a scan is to fetch.
public struct Target: Hashable, Sendable {
    /// The canonical address.
    public var address: WebAddress
    /// What it is taken for.
    public var kind: TargetKind
    /// Links from a seed; a seed is 0.
    ///
    /// Images have their page's depth.
    public var depth: Int
    /// Failed tries in this scan so far.
    public var tries: Int
    /// What an earlier scan brought; nil when that is nothing, or nothing that is still valid.
    public var known: KnownContent?

    /// A target.
    public init(
        address: WebAddress, kind: TargetKind, depth: Int, tries: Int = 0,
        known: KnownContent? = nil
    ) {
        self.address = address
        self.kind = kind
        self.depth = depth
        self.tries = tries
        self.known = known
    }
}

/// What is known of a host between requests and between runs.
public struct HostState: Hashable, Sendable {
    /// The origin: scheme, host and port.
    public var origin: String
    /// No request before this moment.
    public var nextAllowed: Instant
    /// The pause between requests in force, in milliseconds.
    public var delayInMilliseconds: Int
    /// Failures in a row.
    public var failures: Int
    /// The robots.txt body in force; nil when it has not been read or allows all by absence.
    public var robots: [UInt8]?
    /// Status of the robots.txt fetch; 0 when it could not be fetched.
    public var robotsStatus: Int
    /// When the robots.txt has to be read again; nil when it has not been read.
    public var robotsUntil: Instant?
    /// Whether the store has these robots already, so that they need not be written again.
    public var areRobotsKept = false
    /// What the host states in `/.well-known/tdmrep.json`.
    public var terms: [HostTerm] = []
    /// When that has to be read again; nil when it has not been read.
    public var termsUntil: Instant?

    /// What is known of a host.
    public init(
        origin: String, nextAllowed: Instant = Instant(microseconds: 0),
        delayInMilliseconds: Int = 0, failures: Int = 0, robots: [UInt8]? = nil,
        robotsStatus: Int = 0, robotsUntil: Instant? = nil
    ) {
        self.origin = origin
        self.nextAllowed = nextAllowed
        self.delayInMilliseconds = delayInMilliseconds
        self.failures = failures
        self.robots = robots
        self.robotsStatus = robotsStatus
        self.robotsUntil = robotsUntil
    }
}

/// How a target ended, or that it has to be tried again.
public struct TargetOutcome: Sendable {
    /// How a try ended.
    public enum Ending: Sendable {
        /// Fetched and looked at. The reason is set when what came could not be used.
        case done(NotChecked?)
        /// To be tried again, not before a moment.
        case again(notBefore: Instant)
    }

    /// What was tried.
    public var target: Target
    /// How it ended.
    public var ending: Ending
    /// Status of the answer; 0 when there was none.
    public var status: Int
    /// One sentence for people when it failed.
    public var detail: String
    /// What came; nil when nothing usable did.
    ///
    /// Bodies of pages that name images, and of images that matched, are kept for evidence; the
    /// rest of the capture is kept always.
    public var capture: Capture?
    /// Whether the body has to be kept for evidence.
    public var keepsBody: Bool
    /// Images that a page names, with facts; they are kept as references.
    public var references: [ImageReference]
    /// Whether the capture is kept with its hops and times; otherwise only its digest is.
    public var keepsCapture = true
    /// Whether all references become targets too.
    ///
    /// Otherwise those that have to be fetched stand in `links`.
    public var queuesReferences = true
    /// Further pages to fetch.
    public var links: [Target]
    /// What an image shows; nil for pages and for images that could not be decoded.
    public var recognition: ImageRecognition?
    /// What the site states about uses of what came.
    public var terms: [UseTerm] = []
    /// What is known of the address's changes after this visit; nil leaves what was known.
    public var history: VisitHistory?
    /// Set when what an earlier scan brought still holds: its references and its recognition are
    /// those of this scan, and nothing came or what came is not kept.
    public var unchanged: Unchanged?

    /// How a target ended.
    public init(
        target: Target, ending: Ending, status: Int, detail: String = "", capture: Capture? = nil,
        keepsBody: Bool = false, references: [ImageReference] = [], links: [Target] = [],
        recognition: ImageRecognition? = nil
    ) {
        self.target = target
        self.ending = ending
        self.status = status
        self.detail = detail
        self.capture = capture
        self.keepsBody = keepsBody
        self.references = references
        self.links = links
        self.recognition = recognition
    }
}

/// What the recognition of one image gave.
public struct ImageRecognition: Hashable, Sendable, Codable {
    /// Columns of the decoded picture.
    public var width: Int
    /// Rows of the decoded picture.
    public var height: Int
    /// The picture's perceptual hash; nil when its quality was too low to hash.
    public var hash: PerceptualHash?
    /// PDQ quality, 0...100.
    public var quality: Int
    /// The assets it shows.
    public var matches: [Match]

    /// What the recognition of one image gave.
    public init(
        width: Int, height: Int, hash: PerceptualHash?, quality: Int, matches: [Match]
    ) {
        self.width = width
        self.height = height
        self.hash = hash
        self.quality = quality
        self.matches = matches
    }
}

/// One scan as the store knows it.
public struct ScanRecord: Hashable, Sendable, Codable {
    /// Counts up from 1.
    public var number: Int64
    /// The plan's name.
    public var plan: String
    /// SHA-256 of what the plan fetches and how; a changed plan starts a new scan.
    public var planDigest: Digest
    /// When it began.
    public var began: Instant
    /// When it ended; nil while it can be resumed.
    public var ended: Instant?
    /// Whether this run took up a scan that had been stopped.
    public var resumed: Bool
    /// Whether the store may have what earlier scans know.
    public var revisits = false
    /// Whether all its seeds are in the frontier.
    public var isSown = false

    // What the last two say concerns nobody but the crawl.
    private enum CodingKeys: CodingKey { case number, plan, planDigest, began, ended, resumed }

    /// One scan.
    public init(
        number: Int64, plan: String, planDigest: Digest, began: Instant, ended: Instant? = nil,
        resumed: Bool = false
    ) {
        self.number = number
        self.plan = plan
        self.planDigest = planDigest
        self.began = began
        self.ended = ended
        self.resumed = resumed
    }
}

/// How far a scan is.
public struct ScanCounts: Hashable, Sendable, Codable {
    /// Pages, feeds and sitemaps fetched, and still to fetch.
    public var pagesDone = 0, pagesPending = 0
    /// Images looked at, and still to fetch.
    public var imagesDone = 0, imagesPending = 0
    /// Bytes of bodies received.
    public var bytes: Int64 = 0
    /// Images that show an asset.
    public var matches = 0
    /// Of those done, what the server confirmed to be unchanged, or sent again unchanged.
    public var unchanged = 0
    /// Of those done, what was not asked because by its history it is too early for a change.
    public var assumed = 0

    /// Nothing done yet.
    public init() {}
}

/// The port to the frontier on disk.
///
/// One owner at a time; every call is one transaction.
public protocol FrontierStore: Sendable {
    /// Takes up the plan's unfinished scan if its digest is the same, or begins a new one.
    ///
    /// - Parameter revisiting: What the plan's last scan knew is put in the frontier, but for what
    ///   was gone.
    func begin(plan: String, digest: Digest, revisiting: Revisiting, at now: Instant) async throws
        -> ScanRecord
    /// Puts seeds in the frontier; one that is there already stays as it is.
    ///
    /// - Parameter isLast: Whether these are the last, so that the scan is sown.
    func sow(_ scan: ScanRecord, _ seeds: [Target], isLast: Bool) async throws
    /// Hosts with something still to fetch in this scan, with their state, piece by piece.
    ///
    /// - Parameters:
    ///   - origin: The last one of the piece before; nil for the first piece.
    ///   - limit: How many at most; fewer are the end.
    /// - Returns: Hosts in an order that stays the same, whatever happens between two calls.
    func hostsWithWork(_ scan: ScanRecord, after origin: String?, limit: Int) async throws
        -> [HostState]
    /// The state of each of some hosts, as far as the store knows them.
    func hosts(_ origins: [String]) async throws -> [HostState]
    /// The next targets of an origin in this scan: urgent ones first, then smaller depth, then order of discovery,
    /// leaving out those that may not be tried before a later moment and those in `excluding`.
    func targets(
        _ scan: ScanRecord, origin: String, limit: Int, at now: Instant, excluding: Set<WebAddress>
    ) async throws -> [Target]
    /// The earliest moment after another at which a postponed target of an origin may be tried; nil
    /// for none.
    func nextRetry(_ scan: ScanRecord, origin: String, after now: Instant) async throws -> Instant?
    /// Stores outcomes, what they led to, and the states of hosts, in one transaction.
    ///
    /// An outcome that is unchanged takes over what an earlier scan brought. When that cannot stand as
    /// evidence any more, its target stays in the frontier without anything known.
    ///
    /// - Returns: The origins that got new targets.
    func commit(_ scan: ScanRecord, outcomes: [TargetOutcome], hosts: [HostState]) async throws
        -> Set<String>
    /// How far the scan is.
    func counts(_ scan: ScanRecord) async throws -> ScanCounts
    /// What was looked at and what was not, by site, sorted.
    func coverage(_ scan: ScanRecord) async throws -> [SiteCoverage]
    /// Gives up what is still to fetch, with a reason, as when the budget is used up.
    func giveUp(_ scan: ScanRecord, reason: NotChecked) async throws
    /// Marks the scan as ended.
    func finish(_ scan: ScanRecord, at now: Instant) async throws
}

/// What a new scan has of the plan's last one.
public enum Revisiting: Hashable, Sendable {
    /// Nothing.
    case nothing
    /// Its documents. What is known of them stands in their captures, from which an unchanged one is
    /// taken over with all that it named.
    case captures
    /// Its documents and images, if the very same was asked for. No captures are kept: an unchanged one
    /// has the digest that it had.
    /// Without `known`, all begins anew, and the digests are for the scan after this one.
    case digests(known: Bool)
}

extension FrontierStore {
    /// Takes up or begins a scan that has few seeds.
    public func begin(
        plan: String, digest: Digest, seeds: [Target], revisiting: Revisiting = .nothing,
        at now: Instant
    ) async throws -> ScanRecord {
        var scan = try await begin(plan: plan, digest: digest, revisiting: revisiting, at: now)
        if !scan.isSown { try await sow(scan, seeds, isLast: true) }
        scan.isSown = true
        return scan
    }
}
