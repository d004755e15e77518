// A plan in the crawler's words: where it starts, how far it goes, how it behaves.

internal import Crawling
internal import Fetching
internal import SelvageTypes

extension Plan {
    /// The crawler's settings for this plan.
    ///
    /// What else decides about the result of a scan is digested with them, so that a scan is taken
    /// up again only when nothing of it has changed.
    func crawlSettings(catalogue: Digest) -> CrawlSettings {
        var settings = CrawlSettings(
            seeds: seeds.map { Target(address: $0.address.canonical, kind: $0.kind, depth: 0) })
        settings.hosts = scope.hosts
        settings.exclude = scope.exclude
        settings.depth = scope.depth
        settings.pages = scope.pages
        settings.images = scope.images
        settings.bytes = scope.bytes
        settings.seconds = scope.timeInSeconds
        settings.manners.delayInMilliseconds = politeness.delayInMilliseconds
        settings.manners.connections = politeness.connections
        settings.recrawl = RecrawlRule(
            recrawl.flatMap { RecrawlRule.Policy(rawValue: $0.rawValue) } ?? .conditional)
        settings.jitterSeed = Digest(of: name).bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        settings.robots = politeness.obeysRobots ? .obey : .ignore
        let seedFacts = seeds.flatMap { seed in
            seed.facts.map { "\(seed.address) \($0.key.rawValue)=\($0.value)" }
        }
        // Types are not trusted: a browser shows a picture whatever its server says that it is.
        var screen = ImageScreen()
        screen.refusesOtherTypes = false
        screen.leastSide = 32
        settings.screen = screen
        settings.alsoDigested =
            [catalogue.hex] + facts.map { "\($0.key.rawValue)=\($0.value)" }.sorted()
            + seedFacts.sorted()
        return settings
    }

    /// The network's settings for this plan: who we say we are, and what may be reached.
    func fetchSettings(version: String) -> FetchSettings {
        let contact = politeness.contact.map { "; +\($0)" } ?? ""
        var settings = FetchSettings(
            userAgent: "selvage/\(version) (licence monitoring\(contact))",
            policy: NetworkPolicy(
                allowing: allow.compactMap { NetworkPolicy.Allowance($0) },
                seedOrigins: Set(seeds.map(\.address.origin))))
        settings.connectionsPerHost = politeness.connections
        return settings
    }

    /// What the plan implies about a page: its seed's facts first, then the plan's own.
    func impliedFacts(of page: WebAddress) -> [Fact] {
        let seed = seeds.first { $0.address.origin == page.origin && !$0.facts.isEmpty }
        let own = (seed?.facts ?? [:]).sorted { $0.key.rawValue < $1.key.rawValue }
        let general = facts.filter { seed?.facts[$0.key] == nil }
            .sorted { $0.key.rawValue < $1.key.rawValue }
        return (own + general).map {
            Fact($0.key, $0.value, source: .plan, place: "plan \(name)")
        }
    }
}
