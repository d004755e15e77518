// What a crawl fetches, how far, and with which manners.

public import SelvageTypes

/// What a crawl fetches, how far, and with which manners.
public struct CrawlSettings: Hashable, Sendable {
    /// Whether robots.txt, robots meta elements and X-Robots-Tag are kept.
    public enum RobotsRule: String, Hashable, Sendable, Codable { case obey, ignore }

    /// What is kept of what is fetched, besides addresses, heads and digests.
    public enum Keeps: String, Hashable, Sendable, Codable {
        /// Nothing more.
        case digests
        /// Images that a page names with the facts beside them, and the bodies of such pages.
        case evidence
        /// Every body, and no facts.
        case bodies
    }

    /// Where the crawl begins.
    public var seeds: [Target]
    /// Hosts of seeds that are handed over piece by piece; they belong to the plan too.
    public var seedHosts: Set<String> = []
    /// Hosts whose pages belong to the plan; without any, the seeds' hosts.
    ///
    /// `*.shop.example` is that name and all under it. Images may lie anywhere.
    public var hosts: [String] = []
    /// Beginnings of paths that are left out.
    public var exclude: [String] = []
    /// Links from a seed that are followed.
    public var depth = 16
    /// Pages, feeds and sitemaps that are read; nil for any number.
    public var pages: Int?
    /// Images that are looked at; nil for any number.
    public var images: Int?
    /// Whether the images that pages name are fetched.
    public var takesImages = true
    /// What is kept of what is fetched.
    public var keeps = Keeps.evidence
    /// Bytes of bodies; nil for any number.
    public var bytes: Int64?
    /// Seconds that a run may take; nil for any time.
    public var seconds: Int?
    /// The manners towards each host.
    public var manners = HostGate.Manners()
    /// Requests at once, all hosts together.
    public var connections = 32
    /// Hosts held in memory; a frontier of more is gone through piece by piece.
    public var residentHosts = 2048
    /// Times an address is tried.
    public var tries = 3
    /// The product token that robots.txt rules are looked up for.
    public var productToken = "selvage"
    /// Whether robots are told what to do.
    public var robots = RobotsRule.obey
    /// The limits of each fetch.
    public var limits = FetchLimits()
    /// The limits for endless sites.
    public var traps = TrapGuard.Limits()
    /// Outcomes stored in one transaction at most.
    public var batch = 256
    /// Milliseconds that an outcome waits for its transaction at most.
    public var batchInMilliseconds: Int64 = 500
    /// What is done with what earlier scans know.
    public var recrawl = RecrawlRule(.full)
    /// Which of the sizes of one picture are fetched.
    public var imageChoice = ImageChoice.best
    /// Which images are left at their head or first bytes; nil when each is fetched whole.
    public var screen: ImageScreen?
    /// Whether hosts are asked for `tdmrep.json`: what they state about uses of their content.
    public var recordsTerms = true
    /// What waits after failures are lengthened by chance from; the same seed gives the same waits.
    public var jitterSeed: UInt64 = 0
    /// What the plan's digest is of besides what is named here, as the catalogue's digest.
    public var alsoDigested: [String] = []

    /// Settings with the default limits.
    public init(seeds: [Target]) {
        self.seeds = seeds
    }

    /// SHA-256 of what is fetched and how; a scan is taken up again only under the same one.
    public var digest: Digest {
        let parts: [String] =
            seeds.map { "\($0.kind.rawValue) \($0.address)" } + ["hosts"] + hosts.sorted()
            + ["exclude"] + exclude.sorted()
            + [
                "depth \(depth)", "pages \(pages ?? -1)",
                takesImages ? "images \(images ?? -1)" : "no images",
                "bytes \(bytes ?? -1)", "robots \(robots.rawValue)", productToken,
            ] + alsoDigested
        return Digest(of: parts.joined(separator: "\n"))
    }

    /// What a new scan has of the last one.
    public var revisiting: Revisiting {
        let known = recrawl.policy != .full
        if keeps == .digests { return .digests(known: known) }
        return known ? .captures : .nothing
    }

    /// The seed for one host, so that hosts that failed together part.
    func jitterSeed(origin: String) -> UInt64 {
        Digest(of: "\(jitterSeed) \(origin)").bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Which pages belong to the plan.
    public var scope: Scope {
        Scope(
            hosts: hosts, seedHosts: seedHosts.union(seeds.map(\.address.host)), excluding: exclude)
    }
}
