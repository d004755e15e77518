// What a rights holder schedules: where to look, how politely, with which catalogue, reported where.

public import SelvageTypes

/// A scan plan, as its YAML file says.
///
/// The file's form is `Docs/plan.schema.json`; `PlanReader` reads it.
public struct Plan: Hashable, Sendable, Codable {
    /// The plan's name; scans of one name follow each other.
    public var name: String
    /// The catalogue's folder, absolute or relative to the working folder.
    public var catalogue: String
    /// A folder with agreements (`*.jsonld`) and `parties.json`, used when no server is named.
    public var agreements: String?
    /// Where the scan starts.
    public var seeds: [Seed]
    /// When it is due; nil when it only runs on demand.
    public var schedule: Schedule?
    /// How far it goes.
    public var scope = Scope()
    /// How it behaves towards the hosts.
    public var politeness = Politeness()
    /// Private ranges that may be reached, `CIDR[:port]`.
    public var allow: [String] = []
    /// What every page of this plan implies, below what a page says itself.
    public var facts: [Fact.Name: String] = [:]
    /// Bytes of pages and images that are kept after a scan, the newest ones.
    ///
    /// A new generation of the catalogue is matched against them without fetching. 0 keeps what
    /// findings need and nothing else.
    public var keepsBytes: Int64 = 0
    /// Which pictures are read for watermarks; nil for none.
    ///
    /// It is left out of a plan's JSON when nil, so that digests of older plans stay what they were.
    public var watermark: Watermark?
    /// What is done with what earlier scans know; nil asks every known document whether it changed.
    ///
    /// It is left out of a plan's JSON when nil, so that digests of older plans stay what they were.
    public var recrawl: Recrawl?
    /// Who is told.
    public var report = Report()

    /// A plan with nothing but what it must have.
    public init(name: String, catalogue: String, seeds: [Seed]) {
        self.name = name
        self.catalogue = catalogue
        self.seeds = seeds
    }

    /// Which pictures are read for the licensor's watermarks.
    public enum Watermark: String, Hashable, Sendable, Codable, CaseIterable {
        /// Pictures for which any stage proposed an asset.
        case candidates
        /// Also those that the early test picks, and one in a hundred whatever it looks like.
        case all
    }

    /// What is done with what earlier scans know.
    public enum Recrawl: String, Hashable, Sendable, Codable, CaseIterable {
        /// Nothing: all is fetched anew.
        case full
        /// Every known document is asked whether it has changed.
        case conditional
        /// Documents are asked when their history makes a change likely.
        case adaptive
    }

    /// An address at which a scan starts.
    public struct Seed: Hashable, Sendable, Codable {
        /// The address.
        public var address: WebAddress
        /// What it is.
        public var kind: TargetKind
        /// What pages of this origin imply; ranks above the plan's facts.
        public var facts: [Fact.Name: String]

        /// A seed.
        public init(address: WebAddress, kind: TargetKind, facts: [Fact.Name: String] = [:]) {
            self.address = address
            self.kind = kind
            self.facts = facts
        }
    }

    /// When a plan is due.
    public struct Schedule: Hashable, Sendable, Codable {
        /// Five cron fields.
        public var cron: String
        /// The IANA time zone of the fields.
        public var timezone: String
    }

    /// How far a scan goes.
    public struct Scope: Hashable, Sendable, Codable {
        /// Host patterns, `*.shop.example`; empty means the seeds' hosts.
        public var hosts: [String] = []
        /// Path prefixes that are left out.
        public var exclude: [String] = []
        /// Links from a seed.
        public var depth = 5
        /// Pages, feeds and sitemaps.
        public var pages = 20_000
        /// Images.
        public var images = 100_000
        /// Bytes of bodies received.
        public var bytes: Int64 = 20 << 30
        /// Seconds from start to end.
        public var timeInSeconds = 7200

        /// The default scope.
        public init() {}
    }

    /// How a scan behaves towards the hosts.
    public struct Politeness: Hashable, Sendable, Codable {
        /// The pause between two requests to one host, in milliseconds.
        public var delayInMilliseconds = 1000
        /// Connections to one host; never more than two.
        public var connections = 2
        /// Whether robots.txt is obeyed; only for hosts that are the licensor's own may it be off.
        public var obeysRobots = true
        /// An address at which an operator reaches us; part of the User-Agent.
        public var contact: String?

        /// The default manners.
        public init() {}
    }

    /// Who is told what a scan found.
    public struct Report: Hashable, Sendable, Codable {
        /// The licensing server; nil keeps findings at home.
        public var server: WebAddress?
        /// The name of the webhook secret in the key folder.
        public var secret = "licensing-webhook"
        /// The server's public key, base64; nil pins the first one seen.
        public var key: String?
        /// The name of the secret with which the snapshot is read.
        public var readToken = "licensing-read"

        /// Nobody is told.
        public init() {}
    }

    /// SHA-256 of what decides which captures a scan makes and what they are compared with.
    ///
    /// A scan that was stopped is taken up again only when this is the same.
    ///
    /// - Parameter catalogue: The digest of the catalogue the scan uses.
    public func digest(catalogue: Digest) throws -> Digest {
        var relevant = self
        relevant.schedule = nil
        relevant.keepsBytes = 0
        relevant.recrawl = nil
        relevant.catalogue = catalogue.hex
        return Digest(of: try JSONValue(encoding: relevant).canonicalBytes)
    }
}
